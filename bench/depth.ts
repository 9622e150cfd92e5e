import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { type Stage, startStage } from './baton.ts';
import { keep } from './history.ts';
import { median, rateOf, rounded, table } from './measure.ts';
import { memoryOf } from './processor-time.ts';
import { baton } from './rivals/baton.ts';
import type { Contender } from './rivals/contender.ts';

// node bench/depth.ts [--items 10000000] [--snapshot-seconds 60] [--queues 10000]
//   [--memory-seconds 600] [--only depth,memory]
//
// Measures four curves: the cost of starting an item when a queue has held ten thousand and ten million
// items; the rate of whole cycles (add, start, result) while another session keeps a snapshot open; asking
// ten thousand queues in turn; and the memory of the server at half its top rate. The last one takes ten
// minutes and runs only when `--only` names it. `--control` runs the second for as long without the snapshot,
// to tell its effect from growth that happens anyway.

const { values: flags } = parseArgs({
  options: {
    items: { type: 'string', default: '1000000' },
    'snapshot-seconds': { type: 'string', default: '60' },
    queues: { type: 'string', default: '10000' },
    'memory-seconds': { type: 'string', default: '600' },
    control: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const CALLERS = 16;
const only = flags.only?.split(',') ?? ['depth', 'snapshot', 'queues'];
const stage = await startStage();
const sql = new pg.Pool({ connectionString: stage.database.url, max: 2 });
sql.on('connect', (client) => client.on('error', () => {}));
const found: Record<string, unknown> = {};
try {
  if (only.includes('snapshot')) found.snapshot = await snapshot(stage, Number(flags['snapshot-seconds']));
  if (only.includes('memory')) found.memory = await memory(stage, Number(flags['memory-seconds']));
  if (only.includes('queues')) found.queues = await manyQueues(stage, Number(flags.queues));
  if (only.includes('depth')) found.depth = await depth(stage, Number(flags.items));
} finally {
  // A client that still holds its snapshot is not waited for.
  void sql.end();
  await stage.stop();
}
console.log(`kept in ${await keep('depth', found)}`);

/** Nine of ten items are done and one is New, as in a queue with a backlog. */
async function fill(queue: string, items: number): Promise<void> {
  // Without triggers: no floor is lowered by items that are only history or come in order, and a million
  // calls take their time.
  await sql.query('alter table queue_items disable trigger user');
  await sql.query(
    `insert into queue_items (key, unique_key, tenant_id, folder_id, queue_id, status, specific_content, start_processing, end_processing)
     select uuidv7(), uuidv7(), d.tenant_id, d.folder_id, d.id, case when n % 10 = 0 then 0 else 3 end, '{"n":1}',
            case when n % 10 > 0 then now() end, case when n % 10 > 0 then now() end
       from queue_definitions d, generate_series(1, $2::int) n where d.name = $1`,
    [queue, items],
  );
  await sql.query('alter table queue_items enable trigger user');
  await sql.query('analyze queue_items');
}

async function depth(on: Stage, items: number): Promise<unknown> {
  const rows: string[][] = [
    ['items in the queue', 'starts a second', 'µs each', 'list by status, ms', 'count of New, ms'],
  ];
  const rates: Record<string, number> = {};
  for (const many of [10_000, items]) {
    const name = `Depth ${many}`;
    const contender = await baton(on, CALLERS, name);
    await fill(name, many);
    if (many === 10_000) await contender.stock!(10_000);
    const samples: number[] = [];
    for (let n = 0; n < 5; n++) {
      const rate = await rateOf(
        { callers: CALLERS, ms: 800 },
        async (caller) => (await contender.start!(caller)) !== undefined,
      );
      samples.push(rate.perSecond);
    }
    rates[many] = median(samples);
    const filter = encodeURIComponent(`QueueDefinitionName eq '${name}' and Status eq 'New'`);
    const listed = await timed(
      on,
      `/odata/QueueItems?$filter=${filter}&$orderby=Id desc&$top=100&$count=false`,
    );
    const counted = await timed(on, `/odata/QueueItems?$filter=${filter}&$top=1&$count=true`);
    rows.push([
      many.toLocaleString('en'),
      rounded(rates[many]),
      rounded(1e6 / rates[many]),
      listed.toFixed(1),
      counted.toFixed(1),
    ]);
    await contender.stop();
  }
  console.log(`\n${table(rows)}`);
  return rates;
}

async function timed(on: Stage, path: string): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < 5; n++) {
    const begun = performance.now();
    const { status } = await fetch(on.server.ready.url + path, { headers: on.headers });
    if (status !== 200) throw new Error(`${path} answered ${status}`);
    times.push(performance.now() - begun);
  }
  return median(times);
}

/** What robots do all day: add an item, start the next one, end it. */
function cycleOf({ add, start, result }: Contender): (caller: number) => Promise<undefined> {
  return async (caller) => {
    await add!(caller);
    const id = await start!(caller);
    if (id !== undefined) await result!(caller, id);
  };
}

interface Slice {
  readonly baton: number;
  readonly plain: number;
  readonly megabytes: number;
}

/** Reports at intervals that double, and every five minutes. */
function isTold(seconds: number): boolean {
  return Number.isInteger(Math.log2(seconds / 5)) || seconds % 300 === 0;
}

/**
 * Runs the same work for a minute without an old snapshot, and then for `seconds` with one. Beside it runs a
 * plain table, as most queues on PostgreSQL have it. Each rate is the median since the line before.
 */
async function snapshot(on: Stage, seconds: number): Promise<unknown> {
  const contender = await baton(on, CALLERS, 'Snapshot');
  await sql.query(`create table plain_queue (id bigint generated always as identity primary key, state smallint not null default 0, content json);
    create index on plain_queue (id) where state = 0`);
  const plain = new pg.Pool({ connectionString: on.database.url, max: CALLERS });
  const cycle = cycleOf(contender);
  const plainCycle = async (): Promise<undefined> => {
    await plain.query({ name: 'add', text: `insert into plain_queue (content) values ('{"n":1}')` });
    const { rows } = await plain.query<{ id: number }>({
      name: 'start',
      text: `update plain_queue set state = 1 where id = (select id from plain_queue where state = 0 order by id
               for update skip locked limit 1) returning id`,
    });
    if (rows[0])
      await plain.query({
        name: 'end',
        text: 'update plain_queue set state = 2 where id = $1',
        values: [rows[0].id],
      });
  };
  const slice = 5000;
  const rateAt = async (call: (caller: number) => Promise<undefined>): Promise<number> =>
    (await rateOf({ callers: CALLERS, ms: slice / 2 }, call)).perSecond;
  const slices = async (count: number, done: (at: number, found: Slice) => void): Promise<void> => {
    for (let n = 1; n <= count; n++) {
      const found = { baton: await rateAt(cycle), plain: await rateAt(plainCycle) };
      done((n * slice) / 1000, { ...found, megabytes: memoryOf(on.server.pid) / 2 ** 20 });
    }
  };
  const rows: string[][] = [
    ['seconds with an old snapshot', 'Baton, cycles a second', 'plain SKIP LOCKED', 'server, MB'],
  ];
  let untold: Slice[] = [];
  const tell = (at: string): void => {
    const middle = (of: keyof Slice): string => rounded(median(untold.map((one) => one[of])));
    rows.push([at, middle('baton'), middle('plain'), middle('megabytes')]);
    untold = [];
  };
  await rateAt(cycle);
  await slices(60_000 / slice, (_, found) => untold.push(found));
  const before = [...untold];
  tell('none');
  const holder = await sql.connect();
  // A transaction at read committed keeps no snapshot between its statements.
  await holder.query(`begin isolation level ${flags.control ? 'read committed' : 'repeatable read'}`);
  await holder.query('select count(*) from queue_definitions');
  const curve: object[] = [];
  await slices((seconds * 1000) / slice, (at, found) => {
    untold.push(found);
    curve.push({ at, ...found });
    if (at % 60 === 0) console.error(`${at} s: ${rounded(found.baton)}`);
    if (isTold(at)) tell(String(at));
  });
  await holder.query('commit');
  holder.release();
  await plain.end();
  await contender.stop();
  console.log(`\n${table(rows)}`);
  return { control: flags.control, before, curve };
}

/** Whole cycles at half the top rate, and the memory of the server's process: the median of each minute. */
async function memory(on: Stage, seconds: number): Promise<unknown> {
  const contender = await baton(on, CALLERS, 'Memory');
  const cycle = cycleOf(contender);
  await rateOf({ callers: CALLERS, ms: 5000 }, cycle);
  const top = (await rateOf({ callers: CALLERS, ms: 10_000 }, cycle)).perSecond;
  const every = (1000 * CALLERS) / (top / 2);
  const rows: string[][] = [['minute', 'cycles a second', 'MB, median', 'MB, most']];
  const curve: object[] = [];
  for (let minute = 1; minute <= Math.ceil(seconds / 60); minute++) {
    const held: number[] = [];
    const looking = setInterval(() => held.push(memoryOf(on.server.pid) / 2 ** 20), 1000);
    const { perSecond } = await rateOf({ callers: CALLERS, ms: 60_000 }, async (caller) => {
      const begun = performance.now();
      await cycle(caller);
      await delay(Math.max(0, every - (performance.now() - begun)));
      return undefined;
    });
    clearInterval(looking);
    curve.push({ minute, perSecond, median: median(held), most: Math.max(...held) });
    rows.push([String(minute), rounded(perSecond), rounded(median(held)), rounded(Math.max(...held))]);
  }
  await contender.stop();
  console.log(`\ntop rate ${rounded(top)} cycles a second\n${table(rows)}`);
  return { top, curve };
}

async function manyQueues(on: Stage, queues: number): Promise<unknown> {
  await sql.query(
    `with made as (
       insert into queue_definitions (tenant_id, folder_id, name)
       select f.tenant_id, f.id, 'Many ' || n from folders f, generate_series(1, $1::int) n where f.id = $2
       returning id, folder_id, name)
     insert into queue_folders (queue_id, folder_id, name) select id, folder_id, name from made`,
    [queues, on.server.ready.folderId],
  );
  const one = await baton(on, CALLERS, 'One');
  const lines = Array.from(
    { length: Math.min(queues, 1000) },
    (_, n) => `Many ${1 + Math.floor((n * queues) / 1000)}`,
  );
  const others = await Promise.all(lines.map((name) => baton(on, 1, name)));
  const cycles = others.map(cycleOf);
  let next = 0;
  const busy = new Set<number>();
  const rates = {
    one: (await rateOf({ callers: CALLERS, ms: 4000 }, cycleOf(one))).perSecond,
    many: (
      await rateOf({ callers: CALLERS, ms: 4000 }, async () => {
        while (busy.has((next = (next + 1) % others.length)));
        const mine = next;
        busy.add(mine);
        await cycles[mine]!(0);
        busy.delete(mine);
        return undefined;
      })
    ).perSecond,
  };
  for (const contender of [one, ...others]) await contender.stop();
  console.log(
    `\n${table([
      ['queues', 'cycles a second'],
      ['1', rounded(rates.one)],
      [`${others.length} of ${queues.toLocaleString('en')}`, rounded(rates.many)],
    ])}`,
  );
  return rates;
}
