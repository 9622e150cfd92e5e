import { mkdir } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { FastifyListenOptions as ListenOptions } from 'fastify';
import { type Logger, pino } from 'pino';
import { assemble, firstOrganization, type Ground } from './assemble.ts';
import type { Config } from './config.ts';
import type { FirstStart } from './identity/seed.ts';
import { openDatabase } from './kernel/db/database.ts';
import { startEmbedded } from './kernel/db/embedded.ts';
import { MIGRATIONS, migrate } from './kernel/db/migrate.ts';
import type { Database } from './kernel/db/sql.ts';
import { prepareTestClock } from './kernel/db/test-clock.ts';
import { folderStore } from './kernel/files/folder-store.ts';
import { markFolder } from './kernel/files/mark.ts';
import { isEveryAddress, ownUrl } from './kernel/http/own-url.ts';
import { encryptionKeys } from './kernel/secrets/keys.ts';
import { createSealer, keyId, type Sealer } from './kernel/secrets/seal.ts';
import { type Listening, startProcesses } from './worker-processes.ts';

export interface RunningServer {
  /** Its address, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly db: Database;
  readonly sealer: Sealer;
  readonly organization: { readonly id: string; readonly name: string };
  readonly tenant: { readonly id: number; readonly name: string };
  /** The first administrator. Only on the very first start. */
  readonly firstAdministrator: { readonly userName: string; readonly password: string } | undefined;
  /**
   * Stops in phases: new calls are refused, those under way are answered, streams and background work end,
   * and the database closes.
   */
  stop(): Promise<void>;
}

/** The default log: lines of JSON on standard output. */
export const openLog = ({ logLevel }: Config): Logger => pino({ level: logLevel });

/** What is reported about a start that has succeeded. */
export type Started = Pick<RunningServer, 'url' | 'firstAdministrator'>;

/**
 * Starts a server: it listens, the first administrator is made, `tell` is called, and `stop` stops in phases.
 * `tell` is called once everything is ready and committed. A start that fails earlier has shown no password,
 * and the next one makes another. If a step fails, everything that was started is stopped again. `signal`
 * ends the wait for a database.
 */
export async function startServer(
  given: Config,
  log: Logger = openLog(given),
  tell: (started: Started) => void = () => undefined,
  signal?: AbortSignal,
): Promise<RunningServer> {
  const config = await withPort(given);
  tellOwnUrl(config, log);
  const { url, db, sealer, stop } = await startListening(config, log, signal);
  try {
    const administratorOf = ({ adminUserName: userName, adminPassword: password }: FirstStart) =>
      password === undefined ? undefined : { userName, password };
    const first = await firstOrganization(db, (made) =>
      tell({ url, firstAdministrator: administratorOf(made) }),
    );
    const { organization, tenant } = first;
    return { url, db, sealer, organization, tenant, firstAdministrator: administratorOf(first), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts a server that answers, on a database that may still be empty. */
export async function startListening(
  config: Config,
  log: Logger = openLog(config),
  signal?: AbortSignal,
): Promise<Listening & Pick<RunningServer, 'db' | 'sealer'>> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const work of stops.splice(0).reverse()) await work();
  };
  try {
    await mkdir(config.dataFolder, { recursive: true, mode: 0o700 });
    const keys = await encryptionKeys(config);
    const sealer = createSealer(keys);
    log.info({ keys: keys.map(keyId) }, 'encryption keys by their ids; the first one seals');
    const databaseUrl = config.databaseUrl ?? (await embedded(config, log, stops));
    const db = await openDatabase({
      url: databaseUrl,
      max: config.databaseConnections,
      waitSeconds: config.databaseWaitSeconds,
      testClock: config.testClock,
      signal,
      log,
    });
    stops.push(() => db.close());
    await prepareTestClock(db, config.testClock);
    await migrate(db, MIGRATIONS, log);
    const listening =
      config.processes > 1
        ? await startProcesses(
            { ...config, databaseUrl, encryptionKeys: keys.map((key) => key.toString('base64')) },
            log,
          )
        : await listen({ config, db, sealer, log });
    stops.push(listening.stop);
    return { url: listening.url, db, sealer, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * A server that may take any free port has to know it before it listens: sign-in pages, links in mails and
 * the issuer of tokens contain it.
 */
async function withPort(config: Config): Promise<Config> {
  if (config.port !== 0 || config.publicUrl !== undefined) return config;
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject).listen({ host: config.host, port: 0 }, resolve);
  });
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return Object.freeze({ ...config, port });
}

/** Logs the address by which the server names itself, if that may surprise an operator. */
export function tellOwnUrl(config: Config, log: Logger): void {
  if (config.publicUrl !== undefined) {
    if (config.trustedProxies === '')
      log.warn(
        'BATON_PUBLIC_URL is set and BATON_TRUSTED_PROXIES is not: behind a proxy all callers have its address',
      );
  } else if (isEveryAddress(config.host))
    log.warn(
      `sign-in pages, links and issuers name ${ownUrl(config)}, which leads here from this machine only: BATON_PUBLIC_URL says how others reach it`,
    );
  else
    log.info(
      'BATON_PUBLIC_URL is not set: sign-in pages, links and issuers name the address of this node; several nodes want one for all',
    );
}

/** Listens in this process. */
async function listen(ground: Omit<Ground, 'files'>): Promise<Listening> {
  const { host, port, sharesPort, dataFolder } = ground.config;
  const folder = join(dataFolder, 'files');
  const files = folderStore(folder, await markFolder(ground.db, folder));
  const { app, stop } = await assemble({ ...ground, files });
  try {
    return { url: await app.listen({ host, port, reusePort: sharesPort } as ListenOptions), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function embedded(config: Config, log: Logger, stops: (() => Promise<unknown>)[]): Promise<string> {
  const started = await startEmbedded({ dataFolder: config.dataFolder, log });
  stops.push(() => started.stop());
  return started.url;
}
