import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startStage } from './baton.ts';
import { keep } from './history.ts';
import { openLine, requestBytes } from './http-load.ts';
import { fill } from './lists/fill.ts';
import { type List, lists } from './lists/lists.ts';
import { rateOf, rounded, table } from './measure.ts';
import { processorTime } from './processor-time.ts';

// node bench/lists.ts [--jobs 30000] [--items 100000] [--logs 300000] [--full] [--ms 1500] [--only logs,rate]
//                     [--keep FOLDER]
//
// Measures each list that a console shows, over HTTP with one caller. Three variants are compared: the whole
// call with its exact count, while something is written between any two calls; the call with an estimate, as
// a console asks; and the plainest statement that finds the same rows. The first call has no count to reuse.
// Each result is the best time of several, and the processor time of server and database together. Other work
// on the machine adds to the time, and hardly to the processor time.
//
// Then it measures the rate of `Jobs?$top=25` at ten callers, beside a call that reads nothing and the
// bare statement on ten connections. Last come a long page plain and packed, and a page that the server
// cuts beside one that its client cuts. `--full` uses 300,000 jobs, 1,000,000 items and 10,000,000
// lines, which takes ten minutes to fill. With `--keep` they are filled once, into that folder, and used
// again the next time.

const { values: flags } = parseArgs({
  options: {
    jobs: { type: 'string' },
    items: { type: 'string' },
    logs: { type: 'string' },
    full: { type: 'boolean', default: false },
    ms: { type: 'string', default: '1500' },
    only: { type: 'string' },
    keep: { type: 'string' },
  },
});
const FULL = { jobs: 300_000, items: 1_000_000, logs: 10_000_000 };
const SMALL = { jobs: 30_000, items: 100_000, logs: 300_000 };
const usual = flags.full ? FULL : SMALL;
const sizes = {
  jobs: Number(flags.jobs ?? usual.jobs),
  items: Number(flags.items ?? usual.items),
  logs: Number(flags.logs ?? usual.logs),
};
const CALLERS = 10;
const ROUNDS = 15;
const words = flags.only?.split(',');

const stage = await startStage([], flags.keep && resolve(flags.keep));
// With the same settings as the server's sessions (kernel/db/database.ts).
const pool = new pg.Pool({
  connectionString: stage.database.url,
  max: CALLERS + 1,
  options: '-c random_page_cost=1.1 -c timezone=UTC',
});
pool.on('connect', (client) => client.on('error', () => {}));
try {
  const { tenantId, folderId } = stage.server.ready;
  if (!(await only<boolean>('select exists (select from jobs)'))) {
    await fill(pool, { tenantId, folderId }, sizes);
  }
  await pool.query('create table if not exists written (n int)');
  const times = await timesOf(lists(sizes).filter(({ name }) => isWanted(name)));
  const rates = isWanted('rate') ? await ratesOf() : undefined;
  const pages = isWanted('pages') ? await pagesOf() : undefined;
  console.log(`kept in ${await keep('lists', { sizes, times, rates, pages })}`);
} finally {
  await pool.end();
  await stage.stop();
}

function isWanted(name: string): boolean {
  return words === undefined || words.some((word) => name.includes(word));
}

async function only<T>(text: string): Promise<T> {
  const { rows } = await pool.query<Record<string, T>>(text);
  return Object.values(rows[0]!)[0]!;
}

async function timesOf(asked: readonly List[]): Promise<unknown> {
  const { tenantId, folderId } = stage.server.ready;
  const queue = await only<string>(`select id from queue_definitions where name = 'Queue 3'`);
  const skip = await only<string>(`select count(*) - 1000 from queue_items where queue_id = ${queue}`);
  const job = await only<string>(
    'select key from jobs where folder_id = ' + folderId + ' order by id desc limit 1',
  );
  const values = [tenantId, folderId, queue, job];
  const found: Record<string, unknown> = {};
  const rows = [
    ['milliseconds: best, processor', 'first call', 'exact count', '', 'estimate', '', 'bare', ''],
  ];
  for (const { name, path, bare, isEverywhere = false } of asked) {
    const filled = path.replace('{queue}', queue).replace('{skip}', skip).replace('{job}', job);
    const used = [...new Set(bare.match(/(?<=\$)\d/g))];
    const text = bare.replace(/(?<=\$)\d/g, (n) => String(used.indexOf(n) + 1));
    const bound = used.map((n) => values[Number(n) - 1]);
    const address = `/odata/${filled}`;
    const first = await timed(1, () => get(address, isEverywhere));
    const exact = await timed(ROUNDS, async () => {
      await pool.query('insert into written values (1)');
      return get(address, isEverywhere);
    });
    const estimate = await timed(ROUNDS, () => get(`${address}&$count=false`, isEverywhere));
    const plain = await timed(ROUNDS, () => pool.query(text, bound));
    found[name] = { first: first.best, exact, estimate, bare: plain };
    const both = [exact, estimate, plain].flatMap(({ best, processor }) => [best, processor]);
    rows.push([name, ...[first.best, ...both].map((ms) => ms.toFixed(1))]);
  }
  console.log(`\n${table(rows)}`);
  return found;
}

/** Writes now and then, as the rest of an installation does all day. */
async function writing(): Promise<() => Promise<void>> {
  let isOver = false;
  const loop = (async () => {
    while (!isOver) {
      await pool.query('insert into written values (1)');
      await delay(10);
    }
  })();
  return async () => {
    isOver = true;
    await loop;
  };
}

async function get(path: string, isEverywhere: boolean): Promise<void> {
  const { authorization } = stage.headers;
  const answer = await fetch(stage.server.ready.url + path, {
    headers: {
      ...(isEverywhere ? { authorization: authorization! } : stage.headers),
      prefer: 'odata.include-annotations="baton.estimatedCount"',
    },
  });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${text}`);
}

interface Timed {
  readonly best: number;
  readonly processor: number;
}

async function timed(rounds: number, work: () => Promise<unknown>): Promise<Timed> {
  const used = (): number => processorTime(stage.server.pid) + processorTime(stage.database.pid);
  const before = used();
  let best = Number.POSITIVE_INFINITY;
  for (let n = 0; n < rounds; n++) {
    const begun = performance.now();
    await work();
    best = Math.min(best, performance.now() - begun);
  }
  return { best, processor: (used() - before) / rounds / 1000 };
}

/** When other work shares the machine, the processor time still holds, but the rate does not. */
async function ratesOf(): Promise<unknown> {
  const { tenantId, folderId } = stage.server.ready;
  const sockets = await Promise.all(Array.from({ length: CALLERS }, () => openLine(stage.target)));
  const over = (path: string) => {
    const request = requestBytes({ method: 'GET', path, headers: stage.headers });
    return async (caller: number): Promise<undefined> => {
      const { status, body } = await sockets[caller]!.call(request);
      if (status !== 200) throw new Error(`${path} answered ${status}: ${body}`);
    };
  };
  const bare = lists(sizes)[0]!.bare;
  const contenders = {
    'status call': over('/api/Status/Get'),
    'Jobs?$top=25, others write': over('/odata/Jobs?$top=25'),
    'Jobs?$top=25': over('/odata/Jobs?$top=25'),
    'Jobs?$top=25&$count=false': over('/odata/Jobs?$top=25&$count=false'),
    'bare statement': async () => void (await pool.query(bare, [tenantId, folderId])),
  };
  const found: Record<string, unknown> = {};
  const rows = [[`${CALLERS} callers`, 'calls a second', 'µs of the server', 'µs of the database']];
  for (const [name, call] of Object.entries(contenders)) {
    const stopWriting = name.endsWith('others write') ? await writing() : undefined;
    await rateOf({ callers: CALLERS, ms: 300 }, call);
    const before = [processorTime(stage.server.pid), processorTime(stage.database.pid)];
    const { perSecond, calls } = await rateOf({ callers: CALLERS, ms: Number(flags.ms) }, call);
    const used = [processorTime(stage.server.pid), processorTime(stage.database.pid)];
    await stopWriting?.();
    const each = used.map((time, i) => (time - before[i]!) / calls);
    found[name] = { perSecond, server: each[0], database: each[1] };
    rows.push([name, rounded(perSecond), ...each.map(rounded)]);
  }
  for (const socket of sockets) socket.close();
  console.log(`\n${table(rows)}\n`);
  return found;
}

/**
 * The cost of packing an answer and of `@odata.nextLink`. There is one caller, so no other call
 * waits for a processor.
 */
async function pagesOf(): Promise<unknown> {
  const socket = await openLine(stage.target);
  const plain = '/odata/Jobs?$top=1000&$count=false';
  const asked: Readonly<Record<string, { path: string; accepts?: string }>> = {
    '1,000 rows': { path: plain },
    '1,000 rows, zstd': { path: plain, accepts: 'zstd' },
    '1,000 rows, br': { path: plain, accepts: 'br' },
    '1,000 rows, gzip': { path: plain, accepts: 'gzip' },
    '1,000 rows and nextLink': { path: '/odata/Jobs?$count=false' },
    '25 rows': { path: '/odata/Jobs?$top=25&$count=false' },
    '25 rows and nextLink': { path: '/odata/Jobs?$count=false' },
  };
  const found: Record<string, unknown> = {};
  const rows = [['1 caller', 'calls a second', 'µs of the server', 'kB', 'µs beside as it is']];
  let first: number | undefined;
  for (const [name, { path, accepts }] of Object.entries(asked)) {
    const headers = {
      ...stage.headers,
      ...(accepts && { 'accept-encoding': accepts }),
      ...(name.startsWith('25') && { prefer: 'odata.maxpagesize=25' }),
    };
    const request = requestBytes({ method: 'GET', path, headers });
    let bytes = 0;
    const call = async (): Promise<undefined> => {
      const { status, body } = await socket.call(request);
      if (status !== 200) throw new Error(`${path} answered ${status}: ${body}`);
      bytes = body.length;
    };
    await rateOf({ callers: 1, ms: 300 }, call);
    const before = processorTime(stage.server.pid);
    const { perSecond, calls } = await rateOf({ callers: 1, ms: Number(flags.ms) }, call);
    const server = (processorTime(stage.server.pid) - before) / calls;
    if (accepts === undefined && !name.includes('nextLink')) first = server;
    found[name] = { perSecond, server, bytes };
    rows.push([
      name,
      rounded(perSecond),
      rounded(server),
      (bytes / 1000).toFixed(1),
      (server / first!).toFixed(2),
    ]);
  }
  socket.close();
  console.log(`\n${table(rows)}\n`);
  return found;
}
