import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { databaseAccount } from './embedded/account.ts';
import { type Address, findAddress } from './embedded/address.ts';
import { clusterFolder, openCluster } from './embedded/cluster.ts';
import { lockFolder } from './embedded/folder-lock.ts';
import { endLeftovers, removeDrafts } from './embedded/leftovers.ts';
import { type Postmaster, startPostmaster } from './embedded/postmaster.ts';
import { findRuntime } from './embedded/runtime.ts';
import { settings } from './embedded/settings.ts';
import { DatabaseUnavailable, databaseError } from './unavailable.ts';

export interface EmbeddedOptions {
  /** PostgreSQL keeps everything in its folder `postgresql`. Created if it is missing. */
  readonly dataFolder: string;
  readonly log: Logger;
  /** Default: true. With false, data is lost in a power failure. For tests only. */
  readonly durable?: boolean;
}

export interface Embedded {
  /** For openDatabase. It stays the same when PostgreSQL is restarted after a crash. */
  readonly url: string;
  /** Of the postmaster that is running. */
  readonly pid: number;
  /** Stops PostgreSQL and releases the folder. */
  stop(): Promise<void>;
  /** Settles after stop(). If PostgreSQL ends by itself it is restarted, which is no exit. */
  readonly exited: Promise<void>;
}

/** Our database in it. */
export const DATABASE = 'baton';
const READY_MS = 60_000;
/** How long the children of a killed postmaster may hold its shared memory. */
const MEMORY_MS = 30_000;
const RESTART_MS = { first: 100, most: 10_000 };

/**
 * Starts PostgreSQL on a data folder, and creates the cluster first if necessary. Throws
 * AlreadyRunning if another process uses the folder. If PostgreSQL dies it is started again. If this
 * process dies, PostgreSQL stops.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { log, durable = true } = options;
  const dataFolder = resolve(options.dataFolder);
  const base = join(dataFolder, 'postgresql');
  // Outside of Linux, PostgreSQL's account must be able to pass through, see dataDirectory(). What is
  // inside is closed.
  mkdirSync(base, { recursive: true, mode: process.platform === 'linux' ? 0o700 : 0o711 });
  const unlock = lockFolder(base, dataFolder);
  let address: Address | undefined;
  try {
    const account = databaseAccount(clusterFolder(base));
    const runtime = findRuntime({ folder: base, account, log });
    await removeDrafts(base, dataFolder, log);
    const cluster = await openCluster({ folder: base, account, runtime, durable, log });
    address = await findAddress(cluster, account);
    const { settings: listening, url } = address;
    const start = async (stopping: AbortSignal): Promise<Postmaster> => {
      await endLeftovers(cluster.folder, dataFolder, log);
      const all = { ...settings(durable), ...listening };
      const launch = () => startPostmaster({ runtime, account, folder: cluster.folder, settings: all, log });
      return await untilReady(launch, url('postgres'), stopping);
    };
    const kept = await keepRunning(start, log);
    const exited = Promise.withResolvers<void>();
    return {
      url: url(DATABASE),
      get pid() {
        return kept.current().pid;
      },
      exited: exited.promise,
      async stop() {
        await kept.stop();
        address?.release();
        unlock();
        exited.resolve();
      },
    };
  } catch (error) {
    address?.release();
    unlock();
    throw error;
  }
}

interface Kept {
  current(): Postmaster;
  stop(): Promise<void>;
}

/** The first start may fail. After it, PostgreSQL is started again, however often it dies. */
async function keepRunning(
  start: (stopping: AbortSignal) => Promise<Postmaster>,
  log: Logger,
): Promise<Kept> {
  const stopping = new AbortController();
  let current = await start(stopping.signal);
  const running = (async () => {
    for (;;) {
      await current.exited;
      if (stopping.signal.aborted) return;
      log.error({ lastWords: current.lastWords() }, 'PostgreSQL ended unexpectedly, starting it again');
      for (let wait = RESTART_MS.first; ; wait = Math.min(wait * 2, RESTART_MS.most)) {
        try {
          current = await start(stopping.signal);
          if (stopping.signal.aborted) return await current.stop();
          log.info({ pid: current.pid }, 'PostgreSQL is back');
          break;
        } catch (error) {
          if (stopping.signal.aborted) return;
          log.error({ err: error }, 'PostgreSQL cannot be started, trying again');
          await delay(wait, undefined, { signal: stopping.signal }).catch(() => {});
        }
      }
    }
  })();
  return {
    current: () => current,
    async stop() {
      stopping.abort();
      await current.stop();
      await running;
    },
  };
}

/** Starts it and asks until there is an answer. Leaves nothing running if it fails. */
async function untilReady(
  launch: () => Promise<Postmaster>,
  url: string,
  stopping: AbortSignal,
): Promise<Postmaster> {
  const begun = performance.now();
  let postmaster = await launch();
  try {
    for (;;) {
      if (stopping.aborted) throw new Error('stopped while PostgreSQL was starting');
      const waited = performance.now() - begun;
      if (postmaster.hasExited()) {
        const words = postmaster.lastWords();
        const held = words.includes('pre-existing shared memory block');
        if (!held || waited > MEMORY_MS) throw new Error(`PostgreSQL does not start:\n${words}`);
        postmaster = await launch();
      }
      if (waited > READY_MS)
        throw new Error(`PostgreSQL is not ready after 60 s:\n${postmaster.lastWords()}`);
      if (await answers(url)) return postmaster;
      await delay(10);
    }
  } catch (error) {
    if (!postmaster.hasExited()) await postmaster.stop();
    throw error;
  }
}

/** False while PostgreSQL is starting. The first answer of a new cluster also creates our database in it. */
async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(DATABASE)}`);
    return true;
  } catch (error) {
    if (databaseError(error) instanceof DatabaseUnavailable) return false;
    throw error;
  } finally {
    await client.end().catch(() => {});
  }
}
