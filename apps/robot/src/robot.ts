import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import type { Platform } from '@baton/contract/enumerations';
import type { HeartbeatDto, RobotDetailsDto } from '@baton/contract/robots-service';
import { pause } from './backoff.ts';
import { watchHost } from './capabilities.ts';
import { openDiskMark } from './disk-mark.ts';
import { readJson, remove, writeDurably } from './durable.ts';
import { openEnvironments } from './environments/environments.ts';
import { type KeepJobs, openFinished } from './finished.ts';
import { openFolders } from './folders.ts';
import { troubleOf, watchTrouble } from './host-trouble.ts';
import { openHostUse } from './host-use.ts';
import { dropJob, giveBack, type Life, liveJob } from './job.ts';
import type { JobContext } from './job-context.ts';
import { environmentsInUse, files, has, type JobFolder, openJournal } from './journal.ts';
import { type FileLimits, USUAL_LIMITS } from './keep-files.ts';
import { openCgroups } from './limits/cgroups.ts';
import { openLink } from './link.ts';
import { lockFolder } from './lock.ts';
import { type Log, messageOf } from './log.ts';
import { openPackages } from './packages.ts';
import { openUsers } from './run-as/users.ts';
import type { Host } from './runtimes/host.ts';
import { openSession } from './session.ts';
import { openRunners } from './start-runner.ts';
import { type JobStatus, openStatus } from './status.ts';
import { isVersion } from './update-command.ts';
import { type Command, isRecord } from './wire.ts';

export type RobotOptions = {
  /** The server's address, alone or followed by `/{organization}/{tenant}`. */
  readonly url: string;
  readonly machineKey: string;
  readonly machineSecret: string;
  /** Holds the journal, packages and working folders. Only one robot at a time may use it. */
  readonly dataFolder: string;
  /** How many jobs may run at once. Default 1. */
  readonly slots?: number;
  readonly log: Log;
  /** What this host has, such as `gpu`, for jobs that require it. */
  readonly labels?: readonly string[];
  /** Default: the name of this host. */
  readonly hostMachineName?: string;
  readonly serviceUserName?: string | null;
  /** Python for jobs. Default: `BATON_PYTHON`, else `python3` (`python` on Windows). */
  readonly python?: string;
  /** Keeps the folders of the jobs that finished last in `finished/`. Default: none. */
  readonly keepJobFolders?: KeepJobs;
  /**
   * As which users of this system jobs of which accounts run; `*` for all others. Default: as the robot's
   * own.
   */
  readonly runAs?: Readonly<Record<string, string>>;
  /** How many files of a job are kept with it, and how large they may be together. Default 200 and 4 GB. */
  readonly jobFiles?: Partial<FileLimits>;
  /** How much disk space the fetched packages may take. Default 5 GB. */
  readonly maxPackageBytes?: number;
  /** How much disk space environments may take. Default: `BATON_ENVIRONMENT_BYTES`, else 10 GB. */
  readonly maxEnvironmentBytes?: number;
  /** How long building an environment may take. Default: `BATON_BUILD_SECONDS`, else 1800. */
  readonly maxBuildSeconds?: number;
  /** Disk space in bytes below which no job starts. Default 0: the disk may fill up. */
  readonly minFreeDiskBytes?: number;
  /** Shown to the server. Default `0.1.0`. */
  readonly version?: string;
  /** Whether the caller changes to another version when `turn` says so. Default false. */
  readonly updates?: boolean;
  readonly environment?: NodeJS.ProcessEnv;
  readonly fetch?: typeof fetch;
};

export type Robot = {
  /** Fulfilled at the first connection; rejected with `Refused` if the server does not accept this robot. */
  readonly connected: Promise<void>;
  /** Fulfilled with a version when the server lets this robot change to it. */
  readonly turn: Promise<string>;
  /** How many jobs it has, including those whose last report has not arrived yet. */
  jobs(): number;
  /**
   * By default running jobs go on without the robot, and the next robot on this folder reports them. With
   * `drain` the robot takes no more jobs and waits until those that it has are reported.
   */
  stop(options?: { drain?: boolean }): Promise<void>;
};

const PLATFORMS: Readonly<Record<string, Platform>> = { win32: 'Windows', linux: 'Linux', darwin: 'OSX' };
/** Sent to the server as a trouble, because the server gives no jobs to a host with trouble. */
const DRAINING = 'The robot finishes the jobs that it has and takes no more';
/** A label of hosts that hold all limits of jobs. */
const HOLDS_LIMITS = 'holds-limits';
const AFTER_FAILURE_MS = 5000;
/** How many jobs may wait for the rest of their log without taking a slot. */
const MOST_UNREPORTED = 16;
/** How many executions to remember, because a late answer of the server may still name them. */
const REMEMBERED = 1000;

/** A job that the robot has. */
type Held = {
  readonly folder: JobFolder;
  hasEnded: boolean;
  isReported: boolean;
  readonly hurry: AbortController;
  /** Ends with the job. */
  life?: Promise<void>;
};
type Live = (folder: JobFolder, context: JobContext, life: Life) => Promise<void>;

/** @throws FolderInUse, RunAsRefused */
export async function startRobot(options: RobotOptions): Promise<Robot> {
  const dataFolder = resolve(options.dataFolder);
  const environment = options.environment ?? process.env;
  const users = await openUsers(options.runAs ?? {}, environment);
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const unlock = lockFolder(dataFolder);
  const python =
    options.python ?? environment['BATON_PYTHON'] ?? (process.platform === 'win32' ? 'python' : 'python3');
  const hostMachineName = options.hostMachineName ?? hostname();
  const user = options.serviceUserName ?? userName();
  const slots = options.slots ?? 1;
  const version = options.version ?? '0.1.0';

  const cgroups = openCgroups();
  const labels = [...(options.labels ?? []), ...(cgroups.folder ? [HOLDS_LIMITS] : [])];

  const about = { version, url: options.url, hostMachineName, slots, labels };
  const status = openStatus(dataFolder, options.log, about, () => ({
    trouble: hindrance,
    wantedVersion,
    jobs: [...jobs.values()].map(jobStatusOf),
  }));
  const { log } = status;

  const host = watchHost(python, environment, log);
  const ending = new AbortController();
  const link = openLink({ ...options, log });
  // Before any process is started: they are in the group that the robot is in.
  if (cgroups.folder) log.info({ folder: cgroups.folder }, 'control groups hold the limits of jobs');
  else
    log.info({ why: cgroups.why }, 'limits of the processor cannot be held here, those of memory by looking');
  const folders = openFolders(log);
  const keep = options.keepJobFolders;
  const finished = keep ? openFinished(join(dataFolder, 'finished'), keep, folders, log) : null;
  const journal = openJournal(dataFolder, finished, folders);
  // Others pass through to the folders of their jobs, whose names nobody can guess, and see nothing else.
  if (users.isAny) for (const folder of [dataFolder, journal.folder]) chmodSync(folder, 0o711);
  const runners = openRunners(environment);
  const jobs = new Map<string, Held>();
  const seen = new Set<string>();
  let robots: readonly RobotDetailsDto[] = [];
  let draining = false;
  /** As the last heartbeat said. */
  let hindrance: string | null = null;
  let wantedVersion: string | null = null;
  const turn = Promise.withResolvers<string>();
  await host.ask(ending.signal);

  const packages = openPackages(dataFolder, link, log, options.maxPackageBytes ?? 5e9, folders);
  const environments = openEnvironments({
    dataFolder,
    host: host.current,
    environment,
    log,
    hostMachineName,
    maxBytes: options.maxEnvironmentBytes ?? (Number(environment['BATON_ENVIRONMENT_BYTES']) || 10e9),
    maxSeconds: options.maxBuildSeconds ?? (Number(environment['BATON_BUILD_SECONDS']) || 1800),
    inUse: () => environmentsInUse(journal),
    signal: ending.signal,
  });
  const trouble = watchTrouble([dataFolder, journal.folder, packages.folder], log);
  const lowDisk = openDiskMark(dataFolder, options.minFreeDiskBytes ?? 0, hostMachineName, log);
  const context: JobContext = {
    cgroups: cgroups.folder,
    link,
    trouble,
    fileLimits: { ...USUAL_LIMITS, ...options.jobFiles },
    journal,
    packages,
    folders,
    users,
    environments,
    runners,
    host: host.current,
    environment,
    log,
    user,
    hostMachineName,
    robot: (robotKey) => robots.find((robot) => robot.robotKey === robotKey) ?? null,
    signal: ending.signal,
  };

  const adopt = (folder: JobFolder, live: Live) => {
    seen.add(folder.executionId);
    for (const oldest of seen) {
      if (seen.size <= REMEMBERED) break;
      if (!jobs.has(oldest)) seen.delete(oldest);
    }
    const hasEnded = has(folder, 'exit') || has(folder, 'report');
    const held: Held = { folder, hasEnded, isReported: false, hurry: new AbortController() };
    /** Asks for more work at once where a change makes room for it. */
    const change = (act: () => void) => {
      const before = taken(jobs.values());
      act();
      status.touch();
      if (taken(jobs.values()) < before && !ending.signal.aborted) session.poke();
    };
    jobs.set(folder.executionId, held);
    status.touch();
    const life: Life = {
      ended: () => change(() => (held.hasEnded = true)),
      reported: () => (held.isReported = true),
      hurry: held.hurry.signal,
    };
    held.life = live(folder, context, life).finally(() => {
      if (!ending.signal.aborted) change(() => jobs.delete(folder.executionId));
    });
  };

  const obey = (command: Command) => {
    if (command.type === 'StartProcess') {
      if (seen.has(command.executionId)) return;
      // This job came with the answer to an earlier heartbeat. It is given back, so that another host need
      // not wait until its lease is over.
      const closed = draining ? DRAINING : lowDisk();
      if (closed)
        return adopt(journal.unsaved(command.executionId, command.job), (job) =>
          giveBack(job, context, closed),
        );
      if (taken(jobs.values()) >= slots) return;
      try {
        adopt(journal.add(command.executionId, command.job), untilDone);
      } catch (error) {
        const found = troubleOf(error, hostMachineName);
        if (!found) throw error;
        adopt(journal.unsaved(command.executionId, command.job), (job) => dropJob(job, context, found));
      }
      return;
    }
    for (const { folder, hasEnded, hurry } of jobs.values()) {
      if (folder.order.key !== command.jobKey) continue;
      try {
        if (command.type === 'KillProcess' && hasEnded && !has(folder, 'kill')) hurry.abort();
        ask(folder, command.type === 'KillProcess' ? 'kill' : 'stop', log);
      } catch (error) {
        // The server repeats the command.
        const found = troubleOf(error, hostMachineName);
        if (!found) throw error;
        trouble.note(found);
      }
    }
  };

  const installation = installationId(dataFolder);
  const session = openSession({
    link,
    log,
    async introduction() {
      if (await host.isOutdated()) {
        await host.ask(ending.signal);
        runners.renew();
      }
      return {
        serviceUserName: options.serviceUserName ?? null,
        hostMachineName,
        installationId: installation,
        version,
        updates: options.updates ?? false,
        platform: PLATFORMS[process.platform] ?? 'Unknown',
        runtimes: { Unattended: slots },
        capabilities: host.capabilities(),
        labels,
        interpreters: interpretersOf(host.current()),
      };
    },
    isOutdated: host.isOutdated,
    serviceUserName: options.serviceUserName ?? null,
    trouble: () => (hindrance = draining ? DRAINING : (trouble.current() ?? lowDisk())),
    use: openHostUse(dataFolder),
    heartbeats: () => heartbeatsOf([...jobs.values()]),
    obey,
    onConnected({ robots: details, heartbeatSeconds }) {
      robots = details;
      status.connected(heartbeatSeconds);
      connected.resolve();
    },
    onHeard(answer) {
      status.heard();
      const wanted = isRecord(answer) ? answer['wantedVersion'] : null;
      wantedVersion = typeof wanted === 'string' && isVersion(wanted) ? wanted : null;
      if (wantedVersion !== null && isRecord(answer) && answer['isTurn'] === true)
        turn.resolve(wantedVersion);
    },
    onLost: () => status.disconnected(),
    signal: ending.signal,
  });

  const connected = Promise.withResolvers<void>();
  connected.promise.catch(() => {}); // not every caller awaits it
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
    await folders.close();
    await status.close();
    unlock();
  };
  return {
    connected: connected.promise,
    turn: turn.promise,
    jobs: () => jobs.size,
    stop: (how = {}) => (stopping ??= stop(how.drain ?? false)),
  };
}

/**
 * An error here is this machine's fault. The server is told of a known trouble (such as a full disk), and a
 * job that has not begun is dropped. An unknown error may pass, so the job waits.
 */
async function untilDone(folder: JobFolder, context: JobContext, life: Life): Promise<void> {
  const { log, signal } = context;
  while (!signal.aborted) {
    try {
      return await liveJob(folder, context, life);
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
 * Whether no runner can begin the job any more. A job is given to a runner only once it is accepted. From
 * then on, removing its plan takes it from every runner that has not claimed it yet. That fails on a disk
 * that became read-only.
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

/**
 * The jobs that take no slot: their process has ended, and their log is still on its way. There are only so
 * many of them, because a robot must not collect jobs without end while logs get through slowly.
 */
function freed(jobs: Iterable<Held>): Set<Held> {
  return new Set([...jobs].filter(({ hasEnded }) => hasEnded).slice(0, MOST_UNREPORTED));
}

function taken(jobs: Iterable<Held>): number {
  const all = [...jobs];
  return all.length - freed(all).size;
}

/** Of the jobs that the server believes here. */
function heartbeatsOf(jobs: readonly Held[]): HeartbeatDto[] {
  const free = freed(jobs);
  return jobs
    .filter(({ isReported }) => !isReported)
    .map((job) => ({ ...heartbeatOf(job.folder), ...(free.has(job) && { processEnded: true }) }));
}

function stateOf(folder: JobFolder): NonNullable<HeartbeatDto['jobState']> {
  return has(folder, 'kill')
    ? 'Terminating'
    : has(folder, 'stop')
      ? 'Stopping'
      : has(folder, 'accepted')
        ? 'Running'
        : 'Pending';
}

function heartbeatOf(folder: JobFolder): HeartbeatDto {
  const { robotKey, key } = folder.order;
  const { executionId } = folder;
  return { robotKey, robotState: 'Busy', jobKey: key, jobState: stateOf(folder), executionId };
}

function jobStatusOf({ folder, hasEnded }: Held): JobStatus {
  const { key, processName } = folder.order;
  return { key, processName, state: hasEnded ? 'Reporting' : stateOf(folder) };
}

const interpretersOf = ({ pythonVersion, nodeVersion, robotFramework }: Host) => ({
  python: pythonVersion,
  node: nodeVersion,
  robotFramework,
});

/** Writes a file that the runner notices, and for a stop the process too. Asking twice changes nothing. */
function ask(folder: JobFolder, what: 'stop' | 'kill', log: Log): void {
  if (has(folder, what)) return;
  log.info({ job: folder.order.key }, what === 'stop' ? 'asked to stop' : 'asked to kill');
  writeDurably(join(folder.path, files[what]), '');
}

/** The server recognizes the robot of a folder by this id, whatever happened in between. */
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
