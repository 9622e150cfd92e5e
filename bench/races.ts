import { parseArgs } from 'node:util';
import { startTestServer, TEST_SERVER_VARIABLE } from '../apps/server/src/kernel/db/test-database.ts';
import { playRounds, startWorld } from '../tests/races.fixture.ts';
import { RACES } from '../tests/races-all.fixture.ts';

// npm run races [-- --rounds 500 --only WORD]: the races of tests/races.test.ts, played longer.

const { values: flags } = parseArgs({
  options: { rounds: { type: 'string', default: '200' }, only: { type: 'string', default: '' } },
});
const rounds = Number(flags.rounds);
const database = await startTestServer();
process.env[TEST_SERVER_VARIABLE] = database.url;
const ends: (() => Promise<void>)[] = [() => database.stop()];
let isWrong = false;
try {
  const world = await startWorld({ after: (work) => void ends.push(work) });
  for (const race of RACES.filter(({ name }) => name.includes(flags.only))) {
    const begun = performance.now();
    const wrong = await playRounds(race, world, rounds);
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    console.log(`${wrong.length === 0 ? 'holds' : `${wrong.length} WRONG`}  ${race.name}, ${seconds} s`);
    for (const words of wrong.slice(0, 10)) console.error(`  ${words}`);
    isWrong ||= wrong.length > 0;
  }
} finally {
  for (const end of ends.reverse()) await end();
}
process.exitCode = isWrong ? 1 : 0;
