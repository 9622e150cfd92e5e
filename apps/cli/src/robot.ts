import { resolve } from 'node:path';
import { type Robot, startRobot } from '@baton/robot';
import { type Connection, readConnection } from '@baton/robot/connection';
import { isBelowFirst, leaveFirstProcess } from '@baton/robot/first-process';
import { withKept } from '@baton/robot/kept-environment';
import { runUpdate } from '@baton/robot/update-command';
import type { Execute, Invocation } from './command.ts';
import { readAddress } from './connect.ts';
import { EXIT, Failure, sentence, UsageError } from './failure.ts';
import { clock } from './print-job.ts';
import { through, trust } from './robot-join.ts';
import { RESTART_CODE } from './service/service.ts';
import { aborted, stopSignal } from './stop-signals.ts';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';

export const execute: Execute = async (call) => {
  leaveFirstProcess();
  const { terminal, cwd, flag, list, text, whole } = call;
  const dataFolder = resolve(cwd, text('data') ?? 'robot');
  const env = withKept(dataFolder, call.env);
  const within = { ...call, env };
  const proxies = through(env);
  const joined = readConnection(dataFolder);
  const given = text('ca');
  const ca = given === undefined ? (joined?.ca ?? env['NODE_EXTRA_CA_CERTS']) : resolve(cwd, given);
  // Node has read the variable that it was started with by itself.
  if (ca && ca !== process.env['NODE_EXTRA_CA_CERTS']) trust(ca);
  const update = text('update-command');
  const environment = { ...env, ...proxies, ...(ca && { NODE_EXTRA_CA_CERTS: ca }) };
  const log = logTo(terminal);
  const robot = await startRobot({
    ...credentials(call, joined),
    dataFolder,
    slots: whole('slots', 1, 10_000),
    labels:
      list('label') ??
      env['BATON_LABELS']
        ?.split(',')
        .map((label) => label.trim())
        .filter(Boolean),
    minFreeDiskBytes: minFreeDisk(within) * 1e6,
    hostMachineName: text('name') ?? joined?.hostMachineName ?? undefined,
    keepJobFolders: keptJobs(within),
    jobFiles: jobFiles(within),
    runAs: runAs(within),
    maxPackageBytes: size(within, 'package-cache', 'BATON_PACKAGE_CACHE'),
    version: version(),
    updates: update !== undefined,
    environment,
    log,
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.syscall === 'mkdir') throw new Failure(`--data: the folder cannot be made: ${error.message}`);
    throw error.name === 'RunAsRefused' ? new Failure(`--run-as: ${sentence(error.message)}`) : error;
  });
  // When the first process of a container ends, the container's jobs end with it.
  const ended = await untilStopped(robot, terminal, flag('drain') || isBelowFirst(env));
  if (ended === 'stopped' || update === undefined) return EXIT.success;
  // Whether the command went well shows when the next robot tells its version.
  await runUpdate(update, ended.version, environment, log);
  return RESTART_CODE;
};

const MOST_KEPT = 10_000;
const KEPT_BYTES = 5e9;

function keptJobs(call: Invocation): { count: number; bytes: number } | undefined {
  const count = howMany(call, 'keep-jobs', 'BATON_KEEP_JOBS') ?? 0;
  const bytes = size(call, 'keep-jobs-size', 'BATON_KEEP_JOBS_SIZE') ?? KEPT_BYTES;
  return count === 0 ? undefined : { count, bytes };
}

/** Users by account. */
function runAs({ list, env }: Invocation): Record<string, string> {
  const given = list('run-as') ?? (env['BATON_RUN_AS'] ?? '').split(',').filter((each) => each.trim() !== '');
  return Object.fromEntries(
    given.map((each) => {
      const [, account, user] = /^\s*(.+)=([^=\s]+)\s*$/.exec(each) ?? [];
      if (account === undefined || user === undefined)
        throw new UsageError(`--run-as (or BATON_RUN_AS) takes ACCOUNT=USER, not '${each}'.`);
      return [account.trim(), user];
    }),
  );
}

function jobFiles(call: Invocation): { count?: number; bytes?: number } {
  const count = howMany(call, 'job-files', 'BATON_JOB_FILES');
  const bytes = size(call, 'job-files-size', 'BATON_JOB_FILES_SIZE');
  return { ...(count !== undefined && { count }), ...(bytes !== undefined && { bytes }) };
}

function howMany({ text, env }: Invocation, option: string, variable: string): number | undefined {
  const given = text(option) ?? env[variable];
  if (given === undefined || given === '') return undefined;
  const count = /^\d{1,5}$/.test(given) ? Number(given) : Number.NaN;
  if (!(count <= MOST_KEPT))
    throw new UsageError(`--${option} (or ${variable}) takes a whole number from 0 to ${MOST_KEPT}.`);
  return count;
}

const UNITS: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, TB: 1e12 };

/** In bytes. */
function size({ text, env }: Invocation, option: string, variable: string): number | undefined {
  const given = text(option) ?? env[variable];
  if (given === undefined || given === '') return undefined;
  const [, number, unit = ''] = /^(\d{1,6}(?:\.\d{1,3})?) ?(MB|GB|TB)$/i.exec(given.trim()) ?? [];
  if (number === undefined)
    throw new UsageError(`--${option} (or ${variable}) takes a size such as 500MB or 20GB.`);
  return Math.round(Number(number) * UNITS[unit.toUpperCase()]!);
}

async function untilStopped(
  robot: Robot,
  terminal: Terminal,
  drain: boolean,
): Promise<'stopped' | { readonly version: string }> {
  const asked = stopSignal();
  const orphaned = parentGone();
  let version: string | undefined;
  try {
    const connected = robot.connected.then(() => process.send?.('connected'), refuse);
    await Promise.race([connected, aborted(asked), orphaned]);
    await Promise.race([aborted(asked), orphaned, robot.turn.then((wanted) => (version = wanted))]);
    const jobs = robot.jobs();
    if (jobs > 0 && !terminal.json) {
      terminal.note(
        drain || version !== undefined
          ? `Waiting for ${jobs} job(s) to end …`
          : `${jobs} job(s) go on; the next robot here reports them.`,
      );
    }
  } finally {
    await robot.stop({ drain: version !== undefined || (drain && asked.aborted) });
  }
  // A stop that came while it drained for another version is still a stop.
  return version === undefined || asked.aborted ? 'stopped' : { version };
}

function refuse(error: Error): never {
  if (error.name === 'HostTrouble') throw new Failure(sentence(error.message));
  throw new Failure(`The server does not want this robot: ${error.message}`);
}

/**
 * `baton start` keeps a channel open to its robot. When the channel closes, `baton start` is gone,
 * and the robot ends.
 */
const parentGone = (): Promise<void> =>
  process.channel
    ? new Promise((resolve) => process.once('disconnect', () => resolve()))
    : new Promise(() => {});

/** In megabytes. */
function minFreeDisk({ env, whole }: Invocation): number {
  const given = whole('min-free-disk', 0, 1e9);
  if (given !== undefined) return given;
  const variable = env['BATON_MIN_FREE_DISK'] ?? '200';
  if (/^\d{1,9}$/.test(variable)) return Number(variable);
  throw new UsageError(`BATON_MIN_FREE_DISK: '${variable}' is not a whole number of megabytes.`);
}

/**
 * What the command line and the environment say comes before what the host has joined with. The secret of a
 * server is sent to no other one.
 */
function credentials({ text, env }: Invocation, joined: Connection | null) {
  const given = (option: string, variable: string) => text(option) ?? (env[variable] || undefined);
  const url = given('url', 'BATON_URL');
  const machineKey = given('machine-key', 'BATON_MACHINE_KEY');
  const machineSecret = given('machine-secret', 'BATON_MACHINE_SECRET');
  const isOwn = machineKey === undefined && machineSecret === undefined;
  if (joined && isOwn) {
    if (url === undefined || readAddress(url) === joined.url) return joined;
    throw new UsageError(
      `--url (or BATON_URL) names ${url}, but this host has joined ${joined.url}: leave it out, or give key and secret.`,
    );
  }
  const missing = [
    [url, '--url', 'BATON_URL'],
    [machineKey, '--machine-key', 'BATON_MACHINE_KEY'],
    [machineSecret, '--machine-secret', 'BATON_MACHINE_SECRET'],
  ].find(([value]) => value === undefined);
  if (missing)
    throw new UsageError(
      `${missing[1]} (or ${missing[2]}) is missing. A host that joins with 'baton robot join CODE' needs none.`,
    );
  return { url: readAddress(url!), machineKey: machineKey!, machineSecret: machineSecret! };
}

/** Prints `14:03:07 info  connected robots=1` for people, and JSON with the same fields for programs. */
function logTo(terminal: Terminal) {
  const write = (level: string) => (fields: object, message: string) => {
    if (level === 'debug' && !terminal.json) return;
    const more = Object.entries(fields).map(
      ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    );
    terminal.say([clock(new Date()), level.padEnd(5), message, ...more].join(' '));
    terminal.data({ time: new Date().toISOString(), level, message, ...fields });
  };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
