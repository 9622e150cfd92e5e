import { parseArgs } from 'node:util';
import { type Stage, startStage } from './baton.ts';
import { keep } from './history.ts';
import { type Effort, type Rate, rateOf, rounded, Samples, table } from './measure.ts';
import { bareSql } from './rivals/bare-sql.ts';
import { baton } from './rivals/baton.ts';
import { bullMq } from './rivals/bullmq.ts';
import type { Contender } from './rivals/contender.ts';
import { echo } from './rivals/echo.ts';
import { graphileWorker } from './rivals/graphile-worker.ts';
import { pgBoss } from './rivals/pg-boss.ts';

// npm run bench:queues [-- --quick] [--rounds 5] [--ms 1000] [--only baton,echo] [--callers 1,16,64]
//
// Prints one table: items added, started and ended one by one, and items added in bulk. It compares Baton,
// over HTTP with a token, with other queues, on one machine and one PostgreSQL with fsync on. Rounds of all
// contenders take turns, and the median of each is shown.

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    ms: { type: 'string' },
    only: { type: 'string' },
    callers: { type: 'string' },
    profile: { type: 'string' },
  },
});
const rounds = Number(flags.rounds ?? (flags.quick ? 3 : 5));
const ms = Number(flags.ms ?? (flags.quick ? 300 : 1000));
const callerCounts = (flags.callers ?? '1,16,64').split(',').map(Number);
const most = Math.max(...callerCounts);
const BULK_ITEMS = 1000;
/** The connections of contenders that talk to PostgreSQL themselves: as many as the server's own pool. */
const CONNECTIONS = 20;

/**
 * One round of one contender with a number of callers. The stock is deep enough that no
 * caller runs out of work.
 */
async function round(contender: Contender, callers: number, samples: Samples): Promise<void> {
  const effort: Effort = { callers, ms };
  const note = (what: string, rate: Rate) =>
    samples.add(`${contender.name}|${what}|${callers}`, rate.perSecond);
  if (contender.add) note('add', await rateOf(effort, async (caller) => void (await contender.add!(caller))));
  if (contender.stock) await contender.stock(Math.ceil(callers === 1 ? 3 * ms : 20 * ms));
  if (contender.start) {
    const started: unknown[] = [];
    note(
      'start',
      await rateOf(effort, async (caller) => {
        const one = await contender.start!(caller);
        if (one === undefined) return false;
        started.push(one);
        return undefined;
      }),
    );
    if (contender.result) {
      const rate = await rateOf({ ...effort, most: started.length }, async (caller) => {
        const one = started.pop();
        await contender.result!(caller, one);
      });
      note('result', rate);
    }
  }
  if (contender.start && contender.result) {
    const rate = await rateOf(effort, async (caller) => {
      const one = await contender.start!(caller);
      if (one === undefined) return false;
      await contender.result!(caller, one);
      return undefined;
    });
    note('start + result', rate);
  } else if (contender.work) {
    note('start + result', await contender.work(effort));
  }
}

async function bulkRound(contender: Contender, samples: Samples): Promise<void> {
  if (!contender.bulk) return;
  const rate = await rateOf({ callers: 1, ms }, async () => void (await contender.bulk!(BULK_ITEMS)));
  samples.add(`${contender.name}|bulk|1`, rate.perSecond * BULK_ITEMS);
}

async function contendersFor(stage: Stage): Promise<Contender[]> {
  const wanted = flags.only?.split(',');
  const all: readonly [string, () => Promise<Contender | undefined>][] = [
    ['baton', () => baton(stage, most)],
    ['echo', () => echo(most, stage.headers)],
    ['sql', () => bareSql(stage.database.url, CONNECTIONS)],
    ['pgboss', () => pgBoss(stage.database.url, CONNECTIONS)],
    ['graphile', () => graphileWorker(stage.database.url, CONNECTIONS)],
    ['bullmq', () => bullMq()],
  ];
  const contenders: Contender[] = [];
  for (const [name, make] of all) {
    if (wanted && !wanted.includes(name)) continue;
    const contender = await make();
    if (contender) contenders.push(contender);
    else console.error(`${name}: not measured, it is not on this machine`);
  }
  return contenders;
}

const stage = await startStage(
  flags.profile ? ['--cpu-prof', `--cpu-prof-dir=${flags.profile}`, '--cpu-prof-interval=200'] : [],
);
const contenders = await contendersFor(stage);
const samples = new Samples();
try {
  for (const contender of contenders) await round(contender, most, new Samples()); // warms up compilers and caches
  for (let n = 0; n < rounds; n++) {
    for (const callers of callerCounts) {
      for (const contender of contenders) await round(contender, callers, samples);
    }
    for (const contender of contenders) await bulkRound(contender, samples);
  }
} finally {
  for (const contender of contenders) await contender.stop();
  await stage.stop();
}

const lines: string[][] = [['calls a second, medians', 'callers', ...contenders.map((c) => c.name)]];
for (const what of ['add', 'start', 'result', 'start + result']) {
  for (const callers of callerCounts) {
    lines.push([
      what,
      String(callers),
      ...contenders.map((c) => rounded(samples.median(`${c.name}|${what}|${callers}`))),
    ]);
  }
}
lines.push([
  `bulk add, ${BULK_ITEMS} each: items a second`,
  '1',
  ...contenders.map((c) => rounded(samples.median(`${c.name}|bulk|1`))),
]);
console.log(table(lines));
if (!flags.quick && !flags.only)
  console.log(`\nkept in ${await keep('queues', { rounds, ms, samples: samples.entries() })}`);
