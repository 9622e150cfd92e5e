import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type Client, createClient } from '@baton/client/client';
import { requestOf } from '@baton/client/request';
import type { JobState } from '@baton/contract/enumerations';
import { submitLogs } from '@baton/contract/logs';
import {
  type HeartbeatDto,
  heartbeatV2,
  type JobStateReport,
  type RobotCommandDataDto,
  type RobotJobDto,
  startService,
  stopService,
  streamEvents,
  submitJobState,
} from '@baton/contract/robots-service';
import type { RobotFunction, RunningJob } from './robot-function.ts';

/** A robot's host according to apps/robot/PROTOCOL.md. Its jobs are functions of this process. */
export interface Host {
  stop(): Promise<void>;
}

interface Running {
  readonly executionId: string;
  readonly stopping: AbortController;
}

export async function connectHost(
  caller: Client,
  {
    slots,
    find,
  }: { readonly slots: number; readonly find: (processName: string) => RobotFunction | undefined },
): Promise<Host> {
  const jobs = new Map<string, Running>();
  const stopping = new AbortController();

  const { sessionKey, heartbeatSeconds } = await caller.call(startService, {
    body: {
      hostMachineName: hostname(),
      installationId: randomUUID(),
      version: '0.1.0',
      platform: 'Unknown',
      runtimes: { Unattended: slots },
      capabilities: ['node'],
    },
  });

  async function beat(): Promise<void> {
    const heartbeats = [...jobs].map(
      ([
        jobKey,
        {
          executionId,
          stopping: { signal },
        },
      ]): HeartbeatDto => {
        const jobState = signal.aborted ? 'Stopping' : 'Running';
        return { robotState: 'Busy', jobKey, executionId, jobState };
      },
    );
    const idle: HeartbeatDto = { robotState: 'Available' };
    const body = {
      sessionKey,
      commandState: 'All' as const,
      heartbeats: heartbeats.length > 0 ? heartbeats : [idle],
    };
    const { commands } = await caller.call(heartbeatV2, { body });
    for (const { data } of commands) obey(data);
  }

  function obey({ type, job, executionId, jobKey }: RobotCommandDataDto): void {
    if (type !== 'StartProcess') return jobs.get(jobKey!)?.stopping.abort();
    if (jobs.has(job!.key)) return;
    const running: Running = { executionId: executionId!, stopping: new AbortController() };
    jobs.set(job!.key, running);
    // Fails if the end cannot be reported any more: the job was taken away, or the tenant is stopping.
    void work(job!, running)
      .catch(() => undefined)
      .finally(() => jobs.delete(job!.key));
  }

  async function work(order: RobotJobDto, { executionId, stopping: { signal } }: Running): Promise<void> {
    const report = async (jobState: JobState, more: Partial<JobStateReport> = {}): Promise<boolean> => {
      const own: JobStateReport = { jobKey: order.key, executionId, jobState, robotState: 'Busy', ...more };
      const { results } = await caller.call(submitJobState, { body: [own] });
      return results[0]!.accepted;
    };
    if (!(await report('Running'))) return;
    try {
      const run = find(order.processName);
      if (!run) throw new Error(`No function does '${order.processName}'.`);
      const output = await run(jobOf(order, signal));
      const outputArguments = output ? JSON.stringify(output) : undefined;
      await report(signal.aborted ? 'Stopped' : 'Successful', { outputArguments });
    } catch (error) {
      const info = error instanceof Error ? (error.stack ?? error.message) : String(error);
      await report(signal.aborted ? 'Stopped' : 'Faulted', { info });
    }
  }

  function jobOf(order: RobotJobDto, signal: AbortSignal): RunningJob {
    const { key, url, accessToken: token, folderPath, processName, inputArguments } = order;
    return {
      key,
      processName,
      input: inputArguments ? (JSON.parse(inputArguments) as Record<string, unknown>) : {},
      client: createClient({ url, token }).in(folderPath),
      signal,
      async log(message, level = 'Information') {
        const line = { message, level, jobId: key, processName, fingerprint: randomUUID() };
        await caller.call(submitLogs, { body: [JSON.stringify(line)] });
      },
    };
  }

  /** One heartbeat at a time. A wake-up during a heartbeat causes one more. */
  let beating: Promise<void> | undefined;
  let again = false;
  const wake = (): void => {
    again = true;
    beating ??= (async () => {
      while (again && !stopping.signal.aborted) {
        again = false;
        await beat();
      }
    })()
      .catch(() => undefined)
      .finally(() => {
        beating = undefined;
      });
  };

  /**
   * Follows the stream that tells when there may be work. It ends with its server; by then the test is over.
   */
  async function listen(): Promise<void> {
    const response = await caller.fetch(requestOf(streamEvents, { sessionKey }).path, {
      headers: { accept: 'text/event-stream' },
      signal: stopping.signal,
      timeoutMs: 2 ** 31 - 1,
    });
    wake();
    const decoder = new TextDecoder();
    for await (const chunk of response.body!)
      if (decoder.decode(chunk, { stream: true }).includes('event: commands')) wake();
  }

  const listening = listen().catch(() => undefined);
  const timer = setInterval(wake, heartbeatSeconds * 1000).unref();
  return {
    async stop() {
      // A function that ignores its signal is not waited for, because the server of its job is gone.
      for (const { stopping: each } of jobs.values()) each.abort();
      clearInterval(timer);
      stopping.abort();
      await Promise.all([listening, beating]);
      await caller.call(stopService, { body: { sessionKey } }).catch(() => undefined);
    },
  };
}
