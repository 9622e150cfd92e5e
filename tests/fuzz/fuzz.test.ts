import assert from 'node:assert/strict';
import { test } from 'node:test';
import { play } from './play.ts';

// A short run of `npm run fuzz`, always the same; how long answers take is measured there only.
test('odd calls of every operation are refused or done, never a fault', async (t) => {
  const { faults, answers, operations } = await play(t, {
    seed: 1,
    requests: 2000,
    slowMs: Number.POSITIVE_INFINITY,
  });
  assert.deepEqual(
    faults.map(({ what, curl, log }) => `${what}\n${curl}\n${log}`),
    [],
  );
  assert.ok(operations > 200, `${operations} kinds of call`);
  assert.ok(
    // Around 300 of 2000; what a call finds depends a little on what runs beside it.
    answers['2xx']! > 200,
    `${JSON.stringify(answers)}: too few get through for the others to mean much`,
  );
});
