import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startStage } from './baton.ts';
import { keep } from './history.ts';
import { fill } from './lists/fill.ts';
import { table } from './measure.ts';

// node bench/console-api.ts [--lines 100000] [--jobs 30000] [--items 100000] [--logs 300000] [--full]
//                           [--rounds 9] [--keep FOLDER]
//
// Measures what a console asks beside lists, over HTTP with one caller: windows of the log of one long job,
// its overview and searches of all of it, jobs counted over time, what jobs wait for, and how queues are
// doing. The first call has nothing remembered; of the others the best and the median are shown, in
// milliseconds. `--full` uses a job of 1,000,000 lines among 10,000,000, 300,000 jobs and 1,000,000 items.

const { values: flags } = parseArgs({
  options: {
    lines: { type: 'string' },
    jobs: { type: 'string' },
    items: { type: 'string' },
    logs: { type: 'string' },
    full: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '9' },
    keep: { type: 'string' },
  },
});
const usual = flags.full
  ? { lines: 1_000_000, jobs: 300_000, items: 1_000_000, logs: 9_000_000 }
  : { lines: 100_000, jobs: 30_000, items: 100_000, logs: 300_000 };
const sizes = {
  lines: Number(flags.lines ?? usual.lines),
  jobs: Number(flags.jobs ?? usual.jobs),
  items: Number(flags.items ?? usual.items),
  logs: Number(flags.logs ?? usual.logs),
};

const JOB = '7d3c0c3a-4f5b-4d55-9a55-6a1f0c2b1e11';
/** Two lines in a second and some at one time; one in a thousand is an error. */
const LINES = `
  insert into robot_logs (tenant_id, folder_id, job_key, level, time_stamp, message, raw_message, fingerprint)
  select $1, $2, $3::uuid, case when n % 1000 = 0 then 4 when n % 3 = 0 then 1 else 2 end,
         now() - interval '1 hour' + n * interval '3 milliseconds',
         'Invoice ' || n || ' was read and booked in a moment',
         '{"message":"Invoice ' || n || ' was read and booked in a moment","level":"Information","fileName":"Main"}', n::text
    from generate_series(1, $4::int) n`;

const stage = await startStage([], flags.keep && resolve(flags.keep));
const pool = new pg.Pool({ connectionString: stage.database.url });
pool.on('connect', (client) => client.on('error', () => {}));
try {
  const { tenantId, folderId } = stage.server.ready;
  const filled = await pool.query('select from jobs limit 1');
  if (filled.rowCount === 0) {
    await fill(pool, { tenantId, folderId }, sizes);
    await pool.query(LINES, [tenantId, folderId, JOB, sizes.lines]);
    await pool.query('vacuum analyze robot_logs');
  }
  const log = `/api/JobLogs/${JOB}`;
  const year = `from=${new Date(Date.now() - 400 * 86_400_000).toISOString()}`;
  const calls: Readonly<Record<string, string>> = {
    'log: its end, not counted': `${log}/Lines`,
    'log: overview': `${log}/Overview`,
    'log: its end, counted': `${log}/Lines`,
    'log: a window in the middle': `${log}/Lines?line=${Math.floor(sizes.lines / 2)}`,
    'log: next error': `${log}/Lines?levels=Error,Fatal&line=${Math.floor(sizes.lines / 2)}&take=1`,
    'log: search, few hits': `${log}/Search?text=invoice 77777`,
    'log: search, all lines': `${log}/Search?text=booked`,
    'log: search, no hit': `${log}/Search?text=nowhere to be found`,
    'jobs over time: a day': '/api/Jobs/CountsOverTime',
    'jobs over time: all': `/api/Jobs/CountsOverTime?${year}`,
    'jobs over time: all, by end': `/api/Jobs/CountsOverTime?${year}&clock=Ended`,
    'jobs over time: all faulted': `/api/Jobs/CountsOverTime?${year}&$filter=State eq 'Faulted'`,
    '25 pending jobs and their reasons': "/odata/Jobs?$filter=State eq 'Pending'&$top=25&$count=false",
    'pending jobs by reason':
      "/odata/Jobs?$filter=State eq 'Pending' and PendingReason eq 'NoMachine'&$top=25",
    'queues: how they are doing': '/api/QueueDefinitions/Pulse',
  };
  const found: Record<string, unknown> = {};
  const rows = [['milliseconds', 'first', 'best', 'median']];
  for (const [name, path] of Object.entries(calls)) {
    const times: number[] = [];
    for (let n = 0; n <= Number(flags.rounds); n++) times.push(await timeOf(path));
    const [first, ...rest] = times;
    const sorted = rest.sort((a, b) => a - b);
    const shown = [first!, sorted[0]!, sorted[Math.floor(sorted.length / 2)]!];
    found[name] = { first: shown[0], best: shown[1], median: shown[2] };
    rows.push([name, ...shown.map((ms) => ms.toFixed(1))]);
  }
  console.log(`\n${table(rows)}\n`);
  console.log(`kept in ${await keep('console-api', { sizes, times: found })}`);
} finally {
  await pool.end();
  await stage.stop();
}

async function timeOf(path: string): Promise<number> {
  const begun = performance.now();
  const answer = await fetch(stage.server.ready.url + path, { headers: stage.headers });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${text}`);
  return performance.now() - begun;
}
