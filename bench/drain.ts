import { parseArgs } from 'node:util';
import { startTestServer, TEST_SERVER_VARIABLE } from '../apps/server/src/kernel/db/test-database.ts';
import { testServer } from '../apps/server/src/server.fixture.ts';
import { drainInTurns } from '../tests/drain-fleet.fixture.ts';
import { keep } from './history.ts';

// npm run bench:drain -- [--robots 20 --jobs 1000 --seconds 0.2]
//
// A fleet of real robots, one slot each, runs jobs while each robot is drained in its turn and replaced. It
// fails if a job was lost or ran twice, and tells how long a robot that took jobs was without one while jobs
// waited.

const { values: flags } = parseArgs({
  options: {
    robots: { type: 'string', default: '20' },
    jobs: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '0.2' },
  },
});
const database = await startTestServer();
process.env[TEST_SERVER_VARIABLE] = database.url;
const ends: (() => unknown)[] = [() => database.stop()];
try {
  const server = await testServer({ after: (work: () => unknown) => void ends.push(work) });
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
  if (lost > 0 || twice > 0 || states[5] !== jobs) process.exitCode = 1;
  console.log(`kept in ${await keep('drain', found)}`);
} finally {
  for (const end of ends.reverse()) await end();
}
