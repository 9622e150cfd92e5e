import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { Config } from './config.ts';

/** A server that answers calls. */
export interface Listening {
  readonly url: string;
  stop(): Promise<void>;
}

/** What a process is told: its configuration and, later, to stop. */
export type Word = Config | 'stop';

/** What a process reports to the one that started it. */
export type Told =
  | { readonly url: string }
  | { readonly failed: { readonly message: string; readonly code?: string } };

/** Enough for statements that are not batched. Batches have connections of their own. */
const FEWEST_CONNECTIONS = 4;
const RESTART_MS = { first: 100, most: 10_000 };

/**
 * On Linux, processes share a port, and each has its own queue of connections. If a process dies, connections
 * on their way to it are reset. On other systems this process hands connections on, and one on its way to a
 * dead process would wait forever.
 */
const CAN_SHARE_PORT = process.platform === 'linux';

/**
 * One process of Node keeps only one core busy. With several processes, this one answers no calls itself. It
 * starts equal servers on one port, which work like several nodes on one database, and replaces each one that
 * ends. They end with this process, however it ends.
 */
export async function startProcesses(config: Config, log: Logger): Promise<Listening> {
  const { processes, databaseConnections } = config;
  const each: Config = {
    ...config,
    ...(CAN_SHARE_PORT ? { port: await freePort(config), sharesPort: true } : {}),
    processes: 1,
    databaseConnections: Math.max(FEWEST_CONNECTIONS, Math.ceil(databaseConnections / processes)),
  };
  if (processes > availableParallelism())
    log.warn({ processes, cores: availableParallelism() }, 'more processes than cores');
  cluster.setupPrimary({
    exec: fileURLToPath(new URL('./worker.ts', import.meta.url)),
    args: [],
    // Not all flags: a test runner's flags would turn the workers into tests.
    execArgv: process.execArgv.filter((flag) => /^--(disable-warning|cpu-prof)/.test(flag)),
  });
  const running = new Set<Worker>();
  const stopping = new AbortController();

  async function start(): Promise<string> {
    const worker = cluster.fork();
    running.add(worker);
    worker.once('exit', () => running.delete(worker));
    worker.send(each);
    const told = await firstWord(worker);
    if ('failed' in told) throw Object.assign(new Error(told.failed.message), { code: told.failed.code });
    worker.once('exit', (code, signal) => {
      if (stopping.signal.aborted) return;
      log.error(
        { pid: worker.process.pid, code, signal },
        'a process of the server ended; another one starts',
      );
      void startAgain();
    });
    return told.url;
  }
  async function startAgain(): Promise<void> {
    for (let wait = RESTART_MS.first; !stopping.signal.aborted; wait = Math.min(wait * 2, RESTART_MS.most)) {
      await delay(wait, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      try {
        await start();
        return;
      } catch (err) {
        log.error({ err }, 'a process of the server did not start');
      }
    }
  }
  async function stop(): Promise<void> {
    stopping.abort();
    await Promise.all([...running].map(stopWorker));
  }

  try {
    const urls = await Promise.all(Array.from({ length: processes }, start));
    return { url: urls[0]!, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Refuses a port that is taken: processes that share a port would also share it with another server. */
async function freePort({ host, port }: Config): Promise<number> {
  const server = createServer().listen({ host, port });
  await once(server, 'listening');
  const { port: found } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return found;
}

const firstWord = (worker: Worker): Promise<Told> =>
  new Promise((resolve) => {
    worker.once('message', resolve);
    worker.once('exit', (code, signal) =>
      resolve({ failed: { message: `A process of the server ended at its start (${signal ?? code}).` } }),
    );
  });

async function stopWorker(worker: Worker): Promise<void> {
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  if (worker.isDead()) return;
  worker.send('stop', () => undefined);
  await ended;
}
