import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { pino } from 'pino';
import sql from 'sql-template-tag';
import { openDatabase } from '../apps/server/src/kernel/db/database.ts';
import { type Embedded, startEmbedded } from '../apps/server/src/kernel/db/embedded.ts';
import type { Database } from '../apps/server/src/kernel/db/sql.ts';
import { QueueItemStatus } from '../apps/server/src/orchestrator/queues/items/contract.ts';
import { abandonItems } from '../apps/server/src/orchestrator/queues/transactions/abandon-items.ts';
import { type Child, startChild } from '../bench/child.ts';
import type { BatonReady } from '../bench/serve-baton.ts';
import { check, type Logs, type Row, type Verdict } from './queue-chaos-checker.fixture.ts';
import { startCrowd, type Working } from './queue-chaos-clients.fixture.ts';

export interface Chaos {
  /** Each of one process: a server and a database that die together are two. */
  readonly kills: number;
  readonly robots: number;
  readonly items: number;
  /** Milliseconds after which an item is taken from whoever holds it. */
  readonly lease: number;
  /** Milliseconds after which the run fails. */
  readonly most: number;
  readonly onProgress?: (words: string) => void;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

const QUEUE = 'Chaos';
const silent = pino({ level: 'silent' });

/**
 * Many robots on one queue, while server and database are killed with -9 at moments spread over
 * the whole work.
 */
export async function queueChaos(chaos: Chaos): Promise<Verdict & { readonly seconds: number }> {
  const begun = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'baton-queue-chaos-'));
  const ends: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true, maxRetries: 5 })];
  const tooLong = new AbortController();
  const timer = setTimeout(() => tooLong.abort(new Error(`not done in ${chaos.most} ms`)), chaos.most);
  ends.push(() => clearTimeout(timer));
  chaos.signal?.addEventListener('abort', () => tooLong.abort(new Error('interrupted')));
  try {
    const database = await startEmbedded({ dataFolder: join(folder, 'database'), log: silent });
    ends.push(() => database.stop());
    const server = await superviseServer(folder, database.url);
    ends.push(() => server.stop());
    const db = await openDatabase({ url: database.url, log: silent, max: 4 });
    ends.push(() => db.close());
    const logs: Logs = {
      added: [],
      addsUnheard: 0,
      started: [],
      startsUnheard: 0,
      results: [],
      unexpected: [],
    };
    const headers = await signIn(server.first);
    await makeQueue(server.first.url, headers);
    const target = { host: '127.0.0.1', port: Number(new URL(server.first.url).port) };
    const working = startCrowd({ ...chaos, target, headers, queue: QUEUE, logs });
    const leases = endLeases(db, chaos.lease);
    ends.push(leases);
    const done = async (): Promise<void> => {
      await killAgainAndAgain(chaos, working, server, database, tooLong.signal);
      await working.added;
      await untilNothingIsLeft(db, tooLong.signal);
      await working.finish();
    };
    await Promise.race([
      done(),
      new Promise<never>((_, reject) =>
        tooLong.signal.addEventListener('abort', () =>
          reject(
            new Error(
              `${tooLong.signal.reason.message}; ${working.ended()} results, ${logs.unexpected[0] ?? ''}`,
            ),
          ),
        ),
      ),
    ]);
    const verdict = check(logs, await attempts(db));
    return { ...verdict, seconds: Math.round((performance.now() - begun) / 1000) };
  } finally {
    tooLong.abort(new Error('over'));
    for (const end of ends.reverse()) await end();
  }
}

interface Supervised {
  readonly first: BatonReady;
  /** Undefined while there is none that answers. */
  pid(): number | undefined;
  stop(): Promise<void>;
}

/** Starts the server again whenever it has ended, as an operator's supervisor does. */
async function superviseServer(folder: string, databaseUrl: string): Promise<Supervised> {
  const environment = {
    BATON_DATA: join(folder, 'data'),
    BATON_PORT: String(await freePort()),
    BATON_PASSWORD_SIGN_IN: 'true',
    BATON_ACCESS_TOKEN_SECONDS: '86400',
    BATON_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    BATON_LOG_LEVEL: 'silent',
    DATABASE_URL: databaseUrl,
  };
  const launch = (): Promise<Child<BatonReady>> => startChild<BatonReady>('./serve-baton.ts', environment);
  let isStopped = false;
  let current: Child<BatonReady> | undefined = await launch();
  const first = current.ready;
  const supervising = (async () => {
    while (!isStopped) {
      await current?.exited;
      current = undefined;
      if (isStopped) return;
      await untilAnswers(databaseUrl, () => isStopped);
      if (isStopped) return;
      current = await launch().catch(() => undefined); // the database has gone once more
      if (isStopped) await current?.stop();
    }
  })();
  return {
    first,
    pid: () => current?.pid,
    async stop() {
      isStopped = true;
      await current?.stop();
      await supervising;
    },
  };
}

/** Without its database a server does not start, and says so at length. */
async function untilAnswers(databaseUrl: string, isStopped: () => boolean): Promise<void> {
  while (!isStopped()) {
    const client = new pg.Client({ connectionString: databaseUrl });
    client.on('error', () => {});
    try {
      await client.connect();
      return;
    } catch {
      await delay(20);
    } finally {
      await client.end().catch(() => {});
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function signIn({ url, userName, password, folderId }: BatonReady): Promise<Record<string, string>> {
  const answer = await fetch(`${url}/api/Account/Authenticate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ usernameOrEmailAddress: userName, password }),
  });
  const { result } = (await answer.json()) as { result: string };
  return { authorization: `Bearer ${result}`, 'x-uipath-organizationunitid': String(folderId) };
}

async function makeQueue(url: string, headers: Record<string, string>): Promise<void> {
  const made = await fetch(`${url}/odata/QueueDefinitions`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({
      Name: QUEUE,
      EnforceUniqueReference: true,
      AcceptAutomaticallyRetry: true,
      RetryAbandonedItems: true,
      MaxNumberOfRetries: 50,
    }),
  });
  if (made.status !== 201) throw new Error(`the queue was not made: ${await made.text()}`);
}

/**
 * A day passes for whoever holds an item longer than the lease; what then ends it is the server's own work,
 * as on another node.
 */
function endLeases(db: Database, lease: number): () => Promise<void> {
  let isOver = false;
  const running = (async () => {
    while (!isOver) {
      await delay(lease / 10);
      try {
        await db.execute(sql`
          update queue_items set start_processing = start_processing - interval '1 day'
           where status = 1 and start_processing < now() - make_interval(secs => ${lease / 1000})
             and start_processing > now() - interval '1 day'`);
        await abandonItems(db);
      } catch {
        // The database is away.
      }
    }
  })();
  return async () => {
    isOver = true;
    await running;
  };
}

async function killAgainAndAgain(
  { kills, items, onProgress }: Chaos,
  working: Working,
  server: Supervised,
  database: Embedded,
  signal: AbortSignal,
): Promise<void> {
  let killedDatabase = 0;
  const isUp = { server: () => server.pid() !== undefined, database: () => database.pid !== killedDatabase };
  const kill = {
    server: () => process.kill(server.pid()!, 'SIGKILL'),
    database: () => process.kill((killedDatabase = database.pid), 'SIGKILL'),
  };
  const turns: readonly (keyof typeof kill)[][] = [
    ['server'],
    ['database'],
    ['server'],
    ['database', 'server'],
  ];
  for (let n = 0, turn = 0; n < kills; turn++) {
    const victims = turns[turn % turns.length]!.slice(0, kills - n);
    // Between two kills some work gets on, so that they fall on all of it.
    const least = ((n + Math.random()) / kills) * items * 0.95;
    while (working.ended() < least || !victims.every((one) => isUp[one]())) {
      signal.throwIfAborted();
      await delay(5);
    }
    for (const victim of victims) kill[victim]();
    n += victims.length;
    onProgress?.(`${n} kills, ${working.ended()} results`);
  }
}

async function untilNothingIsLeft(db: Database, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    await delay(200);
    const left = await db
      .first(sql`select id from queue_items where status in (0, 1) limit 1`)
      .catch(() => ({ id: 'unknown' }));
    if (!left) return;
  }
}

async function attempts(db: Database): Promise<Row[]> {
  const names = Object.fromEntries(Object.entries(QueueItemStatus).map(([name, number]) => [number, name]));
  const rows = await db.query<Omit<Row, 'status'> & { status: number }>(sql`
    select i.id, i.reference, i.status, i.ancestor_id as "ancestorId", i.output ->> 'by' as output,
           i.row_version as "rowVersion",
           -- without the day that passed
           extract(epoch from i.start_processing + case when i.end_processing - i.start_processing > interval '12 hours'
             then interval '1 day' else '0' end)::float8 as "startedAt",
           extract(epoch from i.end_processing)::float8 as "endedAt",
           e.starts, e.completions, e.retries
      from queue_items i
      left join (
        select entity_key::bigint as id, count(*) filter (where type = 'queueItem.transactionStarted')::int as starts,
               count(*) filter (where type = 'queueItem.transactionCompleted')::int as completions,
               count(*) filter (where type = 'queueItem.retried')::int as retries
          from events where entity = 'QueueItem' group by 1) e on e.id = i.id`);
  return rows.map((row) => ({ ...row, status: names[row.status]! }));
}
