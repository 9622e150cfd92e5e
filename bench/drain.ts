import { parseArgs } from 'node:util';
import { startTestServer, TEST_SERVER_VARIABLE } from '../apps/server/src/kernel/db/test-database.ts';
import { testServer } from '../apps/server/src/server.fixture.ts';
import { drainInTurns } from '../tests/drain-fleet.fixture.ts';
import { atEnd, giveUpAfter } from './at-end.ts';
import { keep } from './history.ts';

// npm run bench:drain -- [--robots 20 --jobs 1000 --seconds 0.2 --idle-seconds 10 --minutes 20 --record]
//
// A fleet of real robots, one slot each, runs jobs while each robot is drained in its turn and replaced. It
// fails if a job was lost, ran twice or did not succeed, if a robot that took jobs was without one for too
// long while jobs waited, or if it is not done in time.

const { values: flags } = parseArgs({
  options: {
    robots: { type: 'string', default: '20' },
    jobs: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '0.2' },
    // Whoever waits for the next heartbeat, because nobody woke it, waits for up to 30 seconds.
    'idle-seconds': { type: 'string', default: '10' },
    minutes: { type: 'string', default: '20' },
    record: { type: 'boolean', default: false },
  },
});
const done = giveUpAfter(Number(flags.minutes));
const database = await startTestServer();
process.env[TEST_SERVER_VARIABLE] = database.url;
const ends = [atEnd(async () => database.stop())];
const faults: string[] = [];
try {
  const server = await testServer({
    after: (work: () => unknown) => void ends.push(atEnd(async () => work())),
  });
  const found = await drainInTurns(server, {
    robots: Number(flags.robots),
    jobs: Number(flags.jobs),
    seconds: Number(flags.seconds),
  });
  const { jobs, robots, states, lost, twice, worstIdleMs, medianIdleMs, seconds } = found;
  console.log(`${jobs} jobs on ${robots} robots, each drained once, in ${seconds.toFixed(0)} s`);
  console.log(`states ${JSON.stringify(states)} (5: Successful), lost ${lost}, run twice ${twice}`);
  console.log(
    `a free robot without a job while jobs waited: median ${medianIdleMs.toFixed(0)} ms, worst ${worstIdleMs.toFixed(0)} ms`,
  );
  if (lost > 0) faults.push(`${lost} jobs were lost`);
  if (twice > 0) faults.push(`${twice} jobs ran twice`);
  if (states[5] !== jobs) faults.push(`${jobs - (states[5] ?? 0)} jobs did not succeed`);
  if (worstIdleMs > Number(flags['idle-seconds']) * 1000)
    faults.push(`a free robot waited for ${(worstIdleMs / 1000).toFixed(1)} s while jobs waited`);
  if (flags.record) console.log(`Kept in ${await keep('drain', { ...found, faults })}`);
} finally {
  done();
  for (const stop of ends.reverse()) await stop();
}
console.log(faults.length === 0 ? 'Passed.' : `Failed: ${faults.join('; ')}.`);
process.exit(faults.length === 0 ? 0 : 1);
