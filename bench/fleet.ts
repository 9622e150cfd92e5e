import { parseArgs } from 'node:util';
import { giveUpAfter } from './at-end.ts';
import { startStage } from './baton.ts';
import { CALLS } from './fleet/load-model.ts';
import { type Played, play } from './fleet/play.ts';
import { openRobot, prepare, type Robot } from './fleet/robots.ts';
import { keep } from './history.ts';
import { rounded, table } from './measure.ts';

// npm run bench:fleet -- --robots 1000 [--seconds 60] [--search] [--most 8000] [--quick] [--minutes 20]
// [--record]
//
// A fleet after the published load model on a server and a database of its own, all on this machine.
// `--search`: the largest fleet whose p99 of all calls stays under 100 ms without errors, within a tenth.
// It fails if that does not hold (with `--search`: for no fleet), or if it is not done in time.

const { values: flags } = parseArgs({
  options: {
    robots: { type: 'string', default: '1000' },
    seconds: { type: 'string' },
    search: { type: 'boolean', default: false },
    most: { type: 'string', default: '8000' },
    quick: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '20' },
    record: { type: 'boolean', default: false },
  },
});
const LIMIT_MS = 100;
const ms = Number(flags.seconds ?? (flags.quick ? 10 : flags.search ? 20 : 60)) * 1000;
const warmUpMs = flags.quick ? 3000 : 8000;

const done = giveUpAfter(Number(flags.minutes));
const stage = await startStage();
const robots: Robot[] = [];
const runs: Played[] = [];
let isPassed: boolean;
try {
  const ground = await prepare(stage);
  const playWith = async (count: number): Promise<boolean> => {
    while (robots.length < count) {
      const more = Math.min(50, count - robots.length);
      robots.push(
        ...(await Promise.all(
          Array.from({ length: more }, (_, n) => openRobot(stage, ground, robots.length + n)),
        )),
      );
    }
    const played = await play(stage, robots.slice(0, count), { warmUpMs, ms });
    runs.push(played);
    print(played);
    return played.all.errors === 0 && played.all.p99 < LIMIT_MS;
  };
  isPassed = flags.search
    ? (await search(playWith, Number(flags.robots), Number(flags.most))) > 0
    : await playWith(Number(flags.robots));
} finally {
  done();
  for (const robot of robots) robot.close();
  await stage.stop();
}
if (flags.record) console.log(`Kept in ${await keep('fleet', { ms, runs, isPassed })}`);
console.log(isPassed ? 'Passed.' : `Failed: errors, or a p99 of ${LIMIT_MS} ms or more.`);
process.exit(isPassed ? 0 : 1);

/** Doubles the size until it is too much, then bisects until the interval is a tenth. */
async function search(
  fits: (count: number) => Promise<boolean>,
  first: number,
  most: number,
): Promise<number> {
  let good = 0;
  let bad = most + 1;
  for (let count = first; good < most && bad - good > Math.max(50, good / 10); ) {
    if (await fits(count)) good = count;
    else bad = count;
    count = bad > most ? Math.min(most, good * 2) : Math.round((good + bad) / 2);
  }
  console.log(`The largest fleet with p99 under ${LIMIT_MS} ms: ${rounded(good)} robots.\n`);
  return good;
}

function share(value: number): string {
  return `${Math.round(value * 100)} %`;
}

function print({ robots: count, byCall, all, processor, memory }: Played): void {
  const line = (name: string, { calls, errors, p50, p95, p99 }: Played['all']): string[] => [
    name,
    rounded((calls * 1000) / ms),
    p50.toFixed(1),
    p95.toFixed(1),
    p99.toFixed(1),
    String(errors),
  ];
  console.log(`${rounded(count)} robots`);
  console.log(
    table([
      ['call', 'a second', 'p50 ms', 'p95 ms', 'p99 ms', 'errors'],
      ...CALLS.map((call) => line(call, byCall[call])),
      line('all', all),
    ]),
  );
  console.log(
    `of one core: server ${share(processor.server)}, database ${share(processor.database)}, load ${share(processor.load)}; ` +
      `server holds ${Math.round(memory.server / 2 ** 20)} MB\n`,
  );
}
