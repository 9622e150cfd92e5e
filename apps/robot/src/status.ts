import { rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readJson } from './durable.ts';
import type { Log } from './log.ts';
import { identityOf, isAlive, isIdentity, type ProcessIdentity } from './process-identity.ts';
import { isRecord } from './wire.ts';

/** What a running robot says of itself, in a file of its data folder. */
export type RobotStatus = {
  readonly process: ProcessIdentity;
  readonly startedAt: string;
  readonly version: string;
  readonly url: string;
  readonly hostMachineName: string;
  readonly slots: number;
  /** What it tells the server that it has. */
  readonly labels: readonly string[];
  readonly connectedSince: string | null;
  /** When the server last answered a heartbeat. */
  readonly heardAt: string | null;
  readonly heartbeatSeconds: number;
  /** Why it takes no jobs. */
  readonly trouble: string | null;
  readonly wantedVersion: string | null;
  readonly jobs: readonly JobStatus[];
  readonly lastError: { readonly time: string; readonly message: string } | null;
};

export type JobStatus = {
  readonly key: string;
  readonly processName: string;
  /** As the server knows it; `Reporting`: its process has ended, and it takes no slot any more. */
  readonly state: string;
};

export type StatusWriter = {
  /** The same log; what it warns of is remembered. */
  readonly log: Log;
  /** Something may have changed. */
  touch(): void;
  connected(heartbeatSeconds: number): void;
  /** The server answered a heartbeat. */
  heard(): void;
  disconnected(): void;
  close(): Promise<void>;
};

type Constant = Pick<RobotStatus, 'version' | 'url' | 'hostMachineName' | 'slots' | 'labels'>;
type Current = Pick<RobotStatus, 'trouble' | 'wantedVersion' | 'jobs'>;

const fileOf = (dataFolder: string): string => join(resolve(dataFolder), 'status.json');
/** Jobs come and go faster than anybody looks. */
const AT_MOST_EVERY_MS = 500;

/** Writes the status when something changes. What cannot be written is left out: the log says why. */
export function openStatus(
  dataFolder: string,
  log: Log,
  constant: Constant,
  current: () => Current,
): StatusWriter {
  const file = fileOf(dataFolder);
  const own = identityOf(process.pid);
  const startedAt = new Date().toISOString();
  let link = { connectedSince: null as string | null, heardAt: null as string | null, heartbeatSeconds: 30 };
  let lastError: RobotStatus['lastError'] = null;
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();
  let closed = false;

  const write = async () => {
    const status: RobotStatus = {
      process: own,
      startedAt,
      ...constant,
      ...link,
      ...current(),
      lastError,
    };
    const draft = `${file}.tmp`;
    await writeFile(draft, JSON.stringify(status), { mode: 0o600 });
    await rename(draft, file);
  };
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    writing = writing
      .then(write)
      .catch((error: unknown) => log.debug({ error: String(error) }, 'the status cannot be written'));
    return writing;
  };
  const touch = () => {
    if (!closed) timer ??= setTimeout(() => void flush(), AT_MOST_EVERY_MS).unref();
  };
  const remember = (fields: object, message: string) => {
    const error = 'error' in fields ? `: ${String(fields.error)}` : '';
    lastError = { time: new Date().toISOString(), message: message + error };
    touch();
  };
  touch();
  return {
    log: {
      debug: (fields, message) => log.debug(fields, message),
      info: (fields, message) => log.info(fields, message),
      warn(fields, message) {
        log.warn(fields, message);
        remember(fields, message);
      },
      error(fields, message) {
        log.error(fields, message);
        remember(fields, message);
      },
    },
    touch,
    connected(heartbeatSeconds) {
      const now = new Date().toISOString();
      link = { connectedSince: now, heardAt: now, heartbeatSeconds };
      touch();
    },
    heard() {
      link = { ...link, heardAt: new Date().toISOString() };
      touch();
    },
    disconnected() {
      link = { ...link, connectedSince: null };
      touch();
    },
    async close() {
      closed = true;
      await flush();
    },
  };
}

export type Health = 'healthy' | 'hindered' | 'stopped';

/** The status that a robot left in its data folder, and what it comes to now. */
export function readStatus(
  dataFolder: string,
  now = Date.now(),
): { readonly health: Health; readonly hinders: readonly string[]; readonly status: RobotStatus | null } {
  const found = readJson(fileOf(dataFolder));
  if (!isRecord(found) || !isIdentity(found['process']))
    return { health: 'stopped', hinders: ['no robot has run on this data folder'], status: null };
  const status = found as RobotStatus;
  if (!isAlive(status.process)) return { health: 'stopped', hinders: ['it does not run'], status };
  const hinders = [...hindrances(status, now)];
  return { health: hinders.length > 0 ? 'hindered' : 'healthy', hinders, status };
}

/** After so many heartbeats without an answer the server takes the host for gone. */
const MISSED_HEARTBEATS = 4;

function* hindrances(status: RobotStatus, now: number): Generator<string> {
  const { connectedSince, heardAt, heartbeatSeconds, trouble } = status;
  if (connectedSince === null) yield 'it is not connected to the server';
  else if (heardAt === null || now - Date.parse(heardAt) > heartbeatSeconds * MISSED_HEARTBEATS * 1000)
    yield `the server has not answered since ${heardAt ?? connectedSince}`;
  if (trouble !== null) yield trouble;
}
