import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { playRounds, startWorld } from './races.fixture.ts';
import { RACES } from './races-all.fixture.ts';

// How a race is written stands at the top of races.fixture.ts. As many rounds as wanted: npm run races.
const ROUNDS = 12;

const world = await startWorld({ after });

for (const race of RACES)
  test(`two servers: ${race.name}`, async () => {
    assert.deepEqual((await playRounds(race, world, ROUNDS)).slice(0, 5), []);
  });
