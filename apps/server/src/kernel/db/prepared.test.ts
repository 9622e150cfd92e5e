import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prepared } from './prepared.ts';

const times = (n: number, text: string): (string | undefined)[] =>
  Array.from({ length: n }, () => prepared({ text, values: [n] }).name);

test('a text that comes again and again gets a name of its own, others none', () => {
  const names = times(6, 'select 1');
  assert.deepEqual(names.slice(0, 4), [undefined, undefined, undefined, undefined]);
  assert.match(names[4]!, /^list-[\w-]{22}$/);
  assert.equal(names[5], names[4]);
  assert.deepEqual(prepared({ text: 'select 1', values: ['x'] }).values, ['x']);
  const other = times(5, 'select 2')[4];
  assert.ok(other && other !== names[4]);
});

test('names are few, however many texts come', () => {
  const named = new Set(Array.from({ length: 200 }, (_, n) => times(6, `select ${n}`)[5]));
  assert.equal(named.size, 33, 'thirty-two names, and those that have none');
  for (let n = 0; n < 5000; n++) prepared({ text: `once ${n}`, values: [] });
});
