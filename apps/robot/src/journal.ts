import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JobStateReport, RobotJobDto } from '@baton/contract/robots-service';
import { flushFolder, readJson, writeDurably } from './durable.ts';
import type { Finished } from './finished.ts';
import type { Folders } from './folders.ts';
import { troubleOf } from './host-trouble.ts';
import { isJobOrder, isRecord, isReport } from './wire.ts';

/*
 * One folder for each job that the robot took, named by its execution. Which files are there says how far the
 * job is, whoever of robot and runner was killed in between:
 *
 *   order.json      the command, before anything is done about it
 *   plan.json       how to start the process; content/ is its working folder
 *   accepted.json   the server gave the job to this execution: from here on it may be started
 *   runner.json     a runner has claimed it (exactly one can): from here on nobody else starts it
 *   process.json    the process it started
 *   asked/stop, asked/kill   what was asked meanwhile
 *   io/             what the process reads and writes beside its working folder
 *   log.ndjson      lines for the server, written by the runner; sent.json: how many bytes of it have arrived
 *   exit.json       how it ended
 *   report.json     the final report, sent until the server answers it; then the folder goes
 */

export type JobFolder = {
  readonly executionId: string;
  readonly path: string;
  readonly order: RobotJobDto;
};

export const files = {
  order: 'order.json',
  plan: 'plan.json',
  accepted: 'accepted.json',
  runner: 'runner.json',
  process: 'process.json',
  asked: 'asked',
  stop: 'asked/stop',
  kill: 'asked/kill',
  log: 'log.ndjson',
  sent: 'sent.json',
  exit: 'exit.json',
  report: 'report.json',
  content: 'content',
  io: 'io',
  records: 'io/records.ndjson',
  input: 'io/input.json',
  output: 'io/output.json',
  stopped: 'io/stopped.json',
  fault: 'io/fault.json',
  results: 'io/results',
} as const;

export type Journal = {
  /** The folder that holds the jobs' folders. */
  readonly folder: string;
  /** All jobs on disk that are not forgotten. */
  jobs(): JobFolder[];
  /** The job is durable when this returns. */
  add(executionId: string, order: RobotJobDto): JobFolder;
  /** For a job that could not be added: removes what there is of it on the disk. */
  unsaved(executionId: string, order: RobotJobDto): JobFolder;
  forget(job: JobFolder): void;
};

/** @param finished takes the folders of finished jobs; null where nobody wants to look at them */
export function openJournal(folder: string, finished: Finished | null, folders: Folders): Journal {
  const jobs = join(folder, 'jobs');
  mkdirSync(jobs, { recursive: true, mode: 0o700 });
  folders.sweep(jobs);
  return {
    folder: jobs,
    jobs() {
      return readdirSync(jobs, { withFileTypes: true }).flatMap((entry) => {
        const { name } = entry;
        const path = join(jobs, name);
        if (name.startsWith('.')) return []; // being removed
        const order = entry.isDirectory() ? readJson(join(path, files.order)) : null;
        if (isJobOrder(order)) return [{ executionId: name, path, order }];
        // The robot was killed while it added or removed this job, so the job has not begun or is over.
        folders.discard(path);
        return [];
      });
    },
    add(executionId, order) {
      const path = join(jobs, executionId);
      mkdirSync(join(path, files.asked), { recursive: true, mode: 0o700 });
      writeDurably(join(path, files.order), JSON.stringify(order));
      flushFolder(jobs);
      return { executionId, path, order };
    },
    unsaved(executionId, order) {
      const path = join(jobs, executionId);
      try {
        folders.discard(path);
      } catch (error) {
        // The next start removes a folder without an order.
        if (!troubleOf(error, '')) throw error;
      }
      return { executionId, path, order };
    },
    forget(job) {
      if (finished) finished.keep(job.path, job.executionId);
      else folders.discard(job.path);
    },
  };
}

export function has(job: JobFolder, file: keyof typeof files): boolean {
  return existsSync(join(job.path, files[file]));
}

/** How a job ended, as its runner recorded it. */
export type Exit = {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Why the process could not be started, or why its runner had to give up. */
  readonly error: string | null;
  readonly stopAsked: boolean;
  readonly killed: boolean;
  /** Why it was stopped or killed if nobody asked: a time limit, or the host shutting down. */
  readonly reason: string | null;
  /** Why the job is faulted in the process's own words, whatever its exit code. */
  readonly fault: string | null;
  /** The last part of what it printed to stderr. */
  readonly stderrTail: string;
  /** When the process ended, by the clock of this host. */
  readonly endedAt: string | null;
};

export function readExit(job: JobFolder): Exit | null {
  const exit = readJson(join(job.path, files.exit));
  if (!isRecord(exit)) return null;
  const text = (name: string) => (typeof exit[name] === 'string' ? exit[name] : null);
  return {
    exitCode: typeof exit['exitCode'] === 'number' ? exit['exitCode'] : null,
    signal: text('signal'),
    error: text('error'),
    stopAsked: exit['stopAsked'] === true,
    killed: exit['killed'] === true,
    reason: text('reason'),
    fault: text('fault'),
    stderrTail: text('stderrTail') ?? '',
    endedAt: text('endedAt'),
  };
}

/** The report that was decided on. It stays the same after a restart. */
export function readReport(job: JobFolder): JobStateReport | null {
  const report = readJson(join(job.path, files.report));
  return isReport(report) ? report : null;
}

/** The environments that its jobs use. A job that has no plan yet uses none. */
export function environmentsInUse(journal: Journal): Set<string> {
  const names = new Set<string>();
  for (const job of readdirSync(journal.folder)) {
    const plan = readJson(join(journal.folder, job, files.plan));
    const listed = isRecord(plan) ? plan['environments'] : null;
    if (Array.isArray(listed)) for (const name of listed) names.add(String(name));
  }
  return names;
}
