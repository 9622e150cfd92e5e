import type { JobStateReport, RobotJobDto } from '@baton/contract/robots-service';
import { isExactNumber } from '@baton/nupkg/exact-json';

/** Checks of what the contract cannot guarantee: answers of the server, and files that another robot left. */

export type Command =
  | { readonly type: 'StartProcess'; readonly executionId: string; readonly job: RobotJobDto }
  | { readonly type: 'StopProcess' | 'KillProcess'; readonly jobKey: string };

const ID = /^[0-9a-z-]{1,64}$/i;

/**
 * A command in the answer to a heartbeat; null for one that this robot does not know, because a newer server
 * may send more kinds. Ids become folder names, so they must have the form of ids.
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

export function isJobOrder(value: unknown): value is RobotJobDto {
  return isRecord(value) && NEEDED.every((name) => typeof value[name] === 'string');
}

export const isReport = (value: unknown): value is JobStateReport =>
  isRecord(value) && typeof value['jobState'] === 'string';

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isExactNumber(value);
}
