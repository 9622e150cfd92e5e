import { isExactNumber } from '@baton/nupkg/exact-json';

/** What goes over the wire: PROTOCOL.md, as types. */

export type RobotDetails = {
  readonly robotKey: string;
  readonly robotName?: string | null;
  readonly machineName?: string | null;
};

export type StartServiceAnswer = {
  readonly robots: readonly RobotDetails[];
  readonly sessionKey: string;
  readonly heartbeatSeconds?: number;
};

/** `job` of the command `StartProcess`. */
export type JobOrder = {
  readonly id: number;
  readonly key: string;
  readonly url: string;
  readonly accessToken: string;
  readonly organizationId: string | null;
  readonly tenantId: string | null;
  readonly organizationName: string | null;
  readonly tenantName: string | null;
  readonly folderId: number | null;
  readonly folderKey: string | null;
  readonly folderPath: string | null;
  readonly robotKey: string | null;
  readonly releaseKey: string | null;
  readonly processName: string;
  readonly packageId: string;
  readonly packageVersion: string;
  readonly packageSha256: string | null;
  readonly packageUrl: string;
  readonly entryPointPath: string | null;
  readonly inputArguments: string | null;
  readonly environmentVariables: Readonly<Record<string, string>> | null;
  readonly stopAfterSeconds?: number | null;
  readonly killAfterSeconds?: number | null;
  readonly traceId?: string | null;
};

export type Command =
  | { readonly type: 'StartProcess'; readonly executionId: string; readonly job: JobOrder }
  | { readonly type: 'StopProcess' | 'KillProcess'; readonly jobKey: string };

export type HeartbeatAnswer = { readonly commands?: readonly { readonly data?: unknown }[] };

/** `Pending` gives a job back. */
export type JobState =
  | 'Pending'
  | 'Running'
  | 'Stopping'
  | 'Terminating'
  | 'Successful'
  | 'Faulted'
  | 'Stopped';

export type Report = {
  readonly robotKey: string | null;
  readonly robotState: 'Available' | 'Busy';
  readonly jobKey: string;
  readonly executionId: string;
  readonly jobState: JobState;
  readonly info?: string;
  readonly outputArguments?: string;
  readonly processKey?: string | null;
  readonly exitCode?: number | null;
  readonly hostMachineName?: string;
};

export type ReportAnswer = {
  readonly results?: readonly {
    readonly jobKey: string;
    readonly accepted: boolean;
    readonly state?: string;
    readonly reason?: string;
  }[];
};

const ID = /^[0-9a-z-]{1,64}$/i;

/**
 * A command of a heartbeat's answer, or null for one that this robot does not know: a newer server may send
 * more. Ids become names of folders, so they have to look like ids.
 */
export function readCommand(data: unknown): Command | null {
  if (!isRecord(data)) return null;
  const { type, executionId, job, jobKey } = data;
  if (type === 'StartProcess') {
    if (typeof executionId !== 'string' || !ID.test(executionId) || !isJobOrder(job)) return null;
    return { type, executionId, job };
  }
  if ((type === 'StopProcess' || type === 'KillProcess') && typeof jobKey === 'string')
    return { type, jobKey };
  return null;
}

const NEEDED = ['key', 'url', 'accessToken', 'processName', 'packageId', 'packageVersion', 'packageUrl'];

export function isJobOrder(value: unknown): value is JobOrder {
  return isRecord(value) && NEEDED.every((name) => typeof value[name] === 'string');
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isExactNumber(value);
}
