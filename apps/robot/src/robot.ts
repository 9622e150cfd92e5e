import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import type { Platform } from '@baton/contract/enumerations';
import type { HeartbeatDto, RobotDetailsDto } from '@baton/contract/robots-service';
import { pause } from './backoff.ts';
import { capabilitiesOf } from './capabilities.ts';
import { readJson, remove, writeDurably } from './durable.ts';
import { troubleOf, watchTrouble } from './host-trouble.ts';
import { dropJob, giveBack, liveJob } from './job.ts';
import type { JobContext } from './job-context.ts';
import { files, has, type JobFolder, openJournal } from './journal.ts';
import { openLink } from './link.ts';
import { lockFolder } from './lock.ts';
import { type Log, messageOf } from './log.ts';
import { openPackages } from './packages.ts';
import { openSession } from './session.ts';
import { openRunners } from './start-runner.ts';
import { type Command, isRecord } from './wire.ts';

export type RobotOptions = {
  /** The server's address, alone or with `/{organization}/{tenant}`. */
  readonly url: string;
  readonly machineKey: string;
  readonly machineSecret: string;
  /** Journal, packages and working folders; one robot at a time. */
  readonly dataFolder: string;
  /** Jobs at once. Default 1. */
  readonly slots?: number;
  readonly log: Log;
  /** Default: the name of this host. */
  readonly hostMachineName?: string;
  readonly serviceUserName?: string | null;
  /** Python for jobs. Default: `BATON_PYTHON`, else `python3` (`python` on Windows). */
  readonly python?: string;
  /** Leaves what finished jobs left behind in `finished/`. Default false. */
  readonly keepJobFolders?: boolean;
  /** What the fetched packages may take of the disk. Default 5 GB. */
  readonly maxPackageBytes?: number;
  /** Shown to the server. Default `0.1.0`. */
  readonly version?: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly fetch?: typeof fetch;
};

export type Robot = {
  /** Fulfilled at the first connection; rejected with `Refused` where the server does not want this robot. */
  readonly connected: Promise<void>;
  /** How many jobs it has, those included that wait for their last report to arrive. */
  jobs(): number;
  /**
   * By default running jobs go on without the robot, and the next one on this folder reports them.
   * `drain`: takes no more jobs and waits until those it has are reported.
   */
  stop(options?: { drain?: boolean }): Promise<void>;
};

const PLATFORMS: Readonly<Record<string, Platform>> = { win32: 'Windows', linux: 'Linux', darwin: 'OSX' };
/** Said to the server, which gives a host with trouble no jobs. */
const DRAINING = 'The robot finishes the jobs that it has and takes no more';
const AFTER_FAILURE_MS = 5000;
/** Executions that a late answer of the server may still name. */
const REMEMBERED = 1000;

/** @throws FolderInUse */
export async function startRobot(options: RobotOptions): Promise<Robot> {
  const dataFolder = resolve(options.dataFolder);
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const unlock = lockFolder(dataFolder);
  const { log } = options;
  const environment = options.environment ?? process.env;
  const python =
    options.python ?? environment['BATON_PYTHON'] ?? (process.platform === 'win32' ? 'python' : 'python3');
  const host = { python, node: process.execPath };
  const hostMachineName = options.hostMachineName ?? hostname();
  const user = options.serviceUserName ?? userName();
  const slots = options.slots ?? 1;

  const ending = new AbortController();
  const link = openLink(options);
  const journal = openJournal(dataFolder, options.keepJobFolders ?? false);
  const runners = openRunners(environment);
  const jobs = new Map<string, { folder: JobFolder; life: Promise<void> }>();
  const seen = new Set<string>();
  let robots: readonly RobotDetailsDto[] = [];
  let draining = false;

  const packages = openPackages(dataFolder, link, log, options.maxPackageBytes ?? 5e9);
  const trouble = watchTrouble([dataFolder, journal.folder, packages.folder], log);
  const context: JobContext = {
    link,
    trouble,
    journal,
    packages,
    runners,
    host,
    environment,
    log,
    user,
    hostMachineName,
    robot: (robotKey) => robots.find((robot) => robot.robotKey === robotKey) ?? null,
    signal: ending.signal,
  };

  const adopt = (folder: JobFolder, live: (folder: JobFolder, context: JobContext) => Promise<void>) => {
    seen.add(folder.executionId);
    for (const oldest of seen) {
      if (seen.size <= REMEMBERED) break;
      if (!jobs.has(oldest)) seen.delete(oldest);
    }
    const life = live(folder, context).finally(() => {
      if (ending.signal.aborted) return;
      jobs.delete(folder.executionId);
      session.poke();
    });
    jobs.set(folder.executionId, { folder, life });
  };

  const obey = (command: Command) => {
    if (command.type === 'StartProcess') {
      if (seen.has(command.executionId)) return;
      // The answer to a heartbeat from before: another host need not wait until its lease is over.
      if (draining)
        return adopt(journal.unsaved(command.executionId, command.job), (job) =>
          giveBack(job, context, DRAINING),
        );
      if (jobs.size >= slots) return;
      try {
        adopt(journal.add(command.executionId, command.job), untilDone);
      } catch (error) {
        const found = troubleOf(error, hostMachineName);
        if (!found) throw error;
        adopt(journal.unsaved(command.executionId, command.job), (job) => dropJob(job, context, found));
      }
      return;
    }
    for (const { folder } of jobs.values()) {
      if (folder.order.key !== command.jobKey) continue;
      try {
        ask(folder, command.type === 'KillProcess' ? 'kill' : 'stop', log);
      } catch (error) {
        // The server repeats it.
        const found = troubleOf(error, hostMachineName);
        if (!found) throw error;
        trouble.note(found);
      }
    }
  };

  const session = openSession({
    link,
    log,
    introduction: {
      serviceUserName: options.serviceUserName ?? null,
      hostMachineName,
      installationId: installationId(dataFolder),
      version: options.version ?? '0.1.0',
      platform: PLATFORMS[process.platform] ?? 'Unknown',
      runtimes: { Unattended: slots },
      capabilities: await capabilitiesOf(host),
    },
    serviceUserName: options.serviceUserName ?? null,
    trouble: () => (draining ? DRAINING : trouble.current()),
    heartbeats: () => [...jobs.values()].map(({ folder }) => heartbeatOf(folder)),
    obey,
    onConnected(details) {
      robots = details;
      connected.resolve();
    },
    signal: ending.signal,
  });

  const connected = Promise.withResolvers<void>();
  connected.promise.catch(() => {}); // not everybody asks
  for (const folder of journal.jobs()) {
    log.info({ job: folder.order.key, execution: folder.executionId }, 'found a job of an earlier robot');
    adopt(folder, untilDone);
  }
  const running = session.run().catch((error: unknown) => {
    if (!ending.signal.aborted) log.error({ error: messageOf(error) }, 'the robot cannot connect');
    connected.reject(error);
  });

  let stopping: Promise<void> | null = null;
  const stop = async (drain: boolean) => {
    draining = true;
    if (drain) {
      session.poke();
      while (jobs.size > 0) await Promise.all([...jobs.values()].map(({ life }) => life));
    }
    ending.abort(new Error('the robot stops'));
    await Promise.all([running, ...[...jobs.values()].map(({ life }) => life)]);
    runners.close();
    await session.leave();
    unlock();
  };
  return {
    connected: connected.promise,
    jobs: () => jobs.size,
    stop: (how = {}) => (stopping ??= stop(how.drain ?? false)),
  };
}

/**
 * What goes wrong here is this machine's doing. Known troubles (a full disk, for instance) are told to the
 * server, and a job that has not begun is not kept; what is not known may pass, and the job waits.
 */
async function untilDone(folder: JobFolder, context: JobContext): Promise<void> {
  const { log, signal } = context;
  while (!signal.aborted) {
    try {
      return await liveJob(folder, context);
    } catch (error) {
      const found = troubleOf(error, context.hostMachineName, context.link.url);
      if (found) context.trouble.note(found);
      if (found && !has(folder, 'runner') && isOurs(folder)) return dropJob(folder, context, found);
      log.error({ job: folder.order.key, error: messageOf(error) }, 'a job does not get on, trying again');
      await pause(AFTER_FAILURE_MS, signal);
    }
  }
}

/**
 * Whether no runner can begin the job any more. It is given to one only once it is accepted; from then on it
 * is taken from those that did not claim it so far by removing its plan, which a disk that became read-only
 * does not allow.
 */
function isOurs(folder: JobFolder): boolean {
  if (!has(folder, 'accepted')) return true;
  try {
    remove(join(folder.path, files.plan));
  } catch (error) {
    if (!troubleOf(error, '')) throw error;
    return false;
  }
  return !has(folder, 'runner');
}

function heartbeatOf(folder: JobFolder): HeartbeatDto {
  const jobState = has(folder, 'kill')
    ? 'Terminating'
    : has(folder, 'stop')
      ? 'Stopping'
      : has(folder, 'accepted')
        ? 'Running'
        : 'Pending';
  const { robotKey, key } = folder.order;
  return { robotKey, robotState: 'Busy', jobKey: key, jobState, executionId: folder.executionId };
}

/** The runner, and for a stop the process too, see the file appear. Asking twice changes nothing. */
function ask(folder: JobFolder, what: 'stop' | 'kill', log: Log): void {
  if (has(folder, what)) return;
  log.info({ job: folder.order.key }, what === 'stop' ? 'asked to stop' : 'asked to kill');
  writeDurably(join(folder.path, files[what]), '');
}

/** The same folder is the same robot to the server, whatever happened in between. */
function installationId(dataFolder: string): string {
  const file = join(dataFolder, 'installation.json');
  const found = readJson(file);
  if (isRecord(found) && typeof found['installationId'] === 'string') return found['installationId'];
  const made = randomUUID();
  writeDurably(file, JSON.stringify({ installationId: made }));
  return made;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown'; // a user id without a name, as in containers
  }
}
