import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { listen } from './listen.ts';
import type { Database, Queryable, Statement, Transaction } from './sql.ts';
import { TEST_CLOCK_PATH } from './test-clock.ts';
import { DatabaseUnavailable, databaseError } from './unavailable.ts';
import { valueTypes } from './values.ts';
import { isWorthARetry } from './violations.ts';

export interface DatabaseOptions {
  /** `postgresql://user:password@host:port/database`. The parts below are used if it is absent. */
  readonly url?: string;
  readonly host?: string;
  readonly port?: number;
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  /** The most connections at a time, 20 by default. Listeners have more of their own. */
  readonly max?: number;
  readonly log: Logger;
  /** Shown in pg_stat_activity. Default: 'baton'. */
  readonly applicationName?: string;
  /** How long to wait for a server that does not answer because it is starting. Default: 0. */
  readonly waitSeconds?: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
  /** The time of the database can be turned (test-clock.ts). */
  readonly testClock?: boolean;
  /** Idle connections do not keep the process alive. For tests and short commands. */
  readonly unref?: boolean;
}

const OLDEST_SERVER = 150_000;
const CONNECT_TIMEOUT_MS = 10_000;
const ASKED_AGAIN_AFTER_MS = 500;
const RETRIES = 3;
/**
 * PostgreSQL's default of 4 is for rotating disks. With it, a page of a small queue's items walked the
 * primary key past the items of all other queues.
 */
const SETTINGS = ['random_page_cost=1.1'];
/** Batches of one kind run one at a time. More connections would only wait for the disk together. */
const HOT_CONNECTIONS = 6;
const HOT_SETTINGS = [
  'plan_cache_mode=force_generic_plan',
  'enable_seqscan=off',
  'enable_bitmapscan=off',
  'enable_hashjoin=off',
  'enable_mergejoin=off',
  'jit=off',
];

/** Opens a pool and checks that the server answers. Throws DatabaseUnavailable if it does not. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { log } = options;
  const config = connectionConfig(options);
  const pool = new pg.Pool({
    ...config,
    max: options.max ?? 20,
    idleTimeoutMillis: 60_000,
    allowExitOnIdle: options.unref ?? false,
    options: [config.options, ...SETTINGS.map((setting) => `-c ${setting}`)].join(' '),
  });
  const hot = new pg.Pool({
    ...config,
    max: HOT_CONNECTIONS,
    idleTimeoutMillis: 60_000,
    allowExitOnIdle: options.unref ?? false,
    options: [config.options, ...HOT_SETTINGS.map((setting) => `-c ${setting}`)].join(' '),
  });
  // Without a handler, a broken idle connection would end the process. The pool has dropped it by then.
  for (const each of [pool, hot]) {
    each.on('error', (error) => {
      if (!pool.ending) log.warn({ err: error }, 'an idle database connection broke');
    });
    each.on('connect', (client) => {
      // The same for a connection in use. Its query fails with the error, and the event only repeats it.
      client.on('error', () => {});
      // Messages of a migration for people.
      client.on('notice', ({ message }) => log.info({ notice: message }, 'the database says'));
    });
  }

  const listeners = new Set<() => Promise<void>>();
  const database: Database = {
    ...queryable(pool, (work) => untilNoConflict(log, work)),
    hot: queryable(hot, (work) => untilNoConflict(log, work)),
    transaction: (work) => transaction(pool, log, work),
    async listen(channel, heard) {
      const stop = await listen({ config, log, channel, heard });
      listeners.add(stop);
      return async () => {
        listeners.delete(stop);
        await stop();
      };
    },
    async close() {
      await Promise.all([...listeners].map((stop) => stop()));
      await Promise.all([pool.end(), hot.end()]);
    },
  };
  try {
    await untilAnswered(() => checkServer(database), options);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

async function untilAnswered(
  ask: () => Promise<void>,
  { waitSeconds = 0, log, signal }: DatabaseOptions,
): Promise<void> {
  const until = performance.now() + waitSeconds * 1000;
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable) || performance.now() >= until) throw error;
      if (tries === 1) log.warn({ err: error }, `waiting up to ${waitSeconds} s for the database`);
      // Whoever has ended the wait need not see why it was one.
      await delay(ASKED_AGAIN_AFTER_MS, undefined, { signal });
    }
  }
}

function connectionConfig(options: DatabaseOptions): pg.ClientConfig {
  const { url, host, port, user, password, database } = options;
  return {
    ...(url === undefined ? { host, port, user, password, database } : { connectionString: url }),
    application_name: options.applicationName ?? 'baton',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types: valueTypes,
    // The formats that values.ts reads, whatever the server or the role has as defaults.
    options: `-c timezone=UTC -c datestyle=ISO -c bytea_output=hex${options.testClock ? ` -c ${TEST_CLOCK_PATH}` : ''}`,
  };
}

async function checkServer(database: Queryable): Promise<void> {
  const server = await database.first<{ number: number; name: string; zone: string; encoding: string }>({
    text: `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS name,
      current_setting('TimeZone') AS zone, current_setting('server_encoding') AS encoding`,
    values: [],
  });
  if (!server || server.number < OLDEST_SERVER) {
    throw new Error(`PostgreSQL 15 or newer is needed; this server is ${server?.name ?? 'unknown'}`);
  }
  // Before a migration meets a letter that it has no place for.
  if (server.encoding !== 'UTF8')
    throw new Error(
      `The database has the encoding ${server.encoding}, and UTF8 is needed: create database … encoding 'UTF8' template template0`,
    );
  // Our startup options got lost: the URL has some of its own, or a connection pooler in between drops them.
  if (server.zone !== 'UTC') {
    throw new Error(
      `The database session's time zone is ${server.zone}, not UTC: take 'options' out of DATABASE_URL`,
    );
  }
}

const asDatabaseError = (error: unknown): never => {
  throw databaseError(error);
};

type Connection = Pick<pg.Pool, 'query'> | Pick<pg.PoolClient, 'query'>;

type Retry = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * `retry`: for statements that are a transaction by themselves. A longer transaction has to run again
 * as a whole.
 */
function queryable(connection: Connection, retry: Retry = (work) => work()): Queryable {
  const send = (statement: Statement): Promise<pg.QueryResult> => retry(() => sendOnce(statement));
  async function sendOnce(statement: Statement): Promise<pg.QueryResult> {
    const { name, text, values } = statement;
    try {
      // pg only reads the array, although its type says otherwise.
      const result: pg.QueryResult | pg.QueryResult[] = await connection.query({
        name,
        text,
        values: values as unknown[],
      });
      // A text with several statements (a migration) answers one result for each.
      return Array.isArray(result) ? result.at(-1) : result;
    } catch (error) {
      throw databaseError(error);
    }
  }
  return {
    query: async <Row>(statement: Statement) => (await send(statement)).rows as Row[],
    first: async <Row>(statement: Statement) => (await send(statement)).rows[0] as Row | undefined,
    execute: async (statement) => (await send(statement)).rowCount ?? 0,
  };
}

const transaction = <T>(pool: pg.Pool, log: Logger, work: (tx: Transaction) => Promise<T>): Promise<T> =>
  untilNoConflict(log, () => transactionOnce(pool, log, work));

async function untilNoConflict<T>(log: Logger, work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === RETRIES || !isWorthARetry(error)) throw error;
      log.debug({ err: error, attempt }, 'a transaction runs again');
      await delay(5 * 2 ** attempt); // lets the other transaction commit
    }
  }
}

async function transactionOnce<T>(
  pool: pg.Pool,
  log: Logger,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const client = await pool.connect().catch(asDatabaseError);
  const afterwards: (() => void)[] = [];
  let broken: Error | undefined;
  let result: T;
  try {
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED').catch(asDatabaseError);
    result = await work({ ...queryable(client), afterCommit: (each) => void afterwards.push(each) });
    const { command } = await client.query('COMMIT').catch(asDatabaseError);
    // PostgreSQL answers a COMMIT of a failed transaction with ROLLBACK and no error.
    if (command !== 'COMMIT') {
      throw new Error('The transaction was rolled back: a statement in it failed and its error was ignored');
    }
  } catch (error) {
    // A connection that cannot even roll back is not used again.
    await client.query('ROLLBACK').catch((e: Error) => (broken = e));
    // This error is passed on as it is, because the work may have met a missing file or another server
    // that is away.
    throw error;
  } finally {
    client.release(broken);
  }
  for (const each of afterwards) {
    try {
      each();
    } catch (error) {
      log.error({ err: error }, 'work after a commit failed');
    }
  }
  return result;
}
