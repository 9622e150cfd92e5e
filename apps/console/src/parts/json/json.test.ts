import assert from 'node:assert/strict';
import { it } from 'node:test';
import { difference, pathOf, readJson } from './json-difference.ts';

it('finds what was added, removed and changed', () => {
  const { change, inside } = difference(
    { a: 1, b: [1, 2], c: { d: 'x' }, e: null },
    { a: 1, b: [1, 3, 4], c: { d: 'x' }, f: true },
  );
  assert.equal(change, 'changed');
  assert.deepEqual(
    inside?.map(({ name, change }) => `${name} ${change}`),
    ['a same', 'b changed', 'c same', 'e removed', 'f added'],
  );
  assert.deepEqual(
    inside?.[1]?.inside?.map(({ change }) => change),
    ['same', 'changed', 'added'],
  );
});

it('does not look into values of two kinds', () => {
  assert.deepEqual(difference([1], { 0: 1 }), {
    name: undefined,
    change: 'changed',
    before: [1],
    after: { 0: 1 },
  });
  assert.equal(difference(undefined, undefined).change, 'same');
  assert.equal(difference({ constructor: 1 }, {}).inside?.[0]?.change, 'removed');
});

it('names a place, and reads JSON that may be none', () => {
  assert.equal(pathOf(['lines', '2', 'net total']), '$.lines[2]["net total"]');
  assert.deepEqual(readJson('{"a":1}'), { a: 1 });
  assert.equal(readJson('{a'), '{a');
});
