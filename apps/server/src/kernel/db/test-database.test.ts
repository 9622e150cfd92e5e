import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stopsOf } from './test-database.ts';

test('what a test has started goes in the reverse order, and each though another one fails', async () => {
  let end: () => Promise<void> = async () => undefined;
  const atEnd = stopsOf({ after: (work) => (end = work) });
  const gone: string[] = [];
  atEnd(async () => gone.push('database'));
  atEnd(async () => {
    throw new Error('no folder');
  });
  atEnd(async () => gone.push('server'));
  await assert.rejects(end(), ({ errors }: AggregateError) => errors[0].message === 'no folder');
  assert.deepEqual(gone, ['server', 'database']);
});
