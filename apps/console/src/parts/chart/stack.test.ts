import assert from 'node:assert/strict';
import { it } from 'node:test';
import { sparkPath, stack } from './stack.ts';

it('stacks series, and leaves gaps that all have', () => {
  assert.deepEqual(
    stack([
      [1, 2, null],
      [10, null, null],
    ]),
    [
      [1, 2, null],
      [11, 2, null],
    ],
  );
  assert.deepEqual(stack([[null], [3]]), [[0], [3]]);
});

it('draws a bar for each value that is not nothing', () => {
  assert.equal(sparkPath([0, 1, 2], 30, 10), 'M10 10v-5h7.5v5zM20 10v-10h7.5v10z');
  assert.equal(sparkPath([1000, 1], 20, 10).includes('v-1h'), true);
  assert.equal(sparkPath([], 20, 10), '');
});
