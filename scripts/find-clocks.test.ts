import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { clocksIn, findClocks } from './find-clocks.ts';

test('the server reads one clock', async () => {
  assert.deepEqual(await findClocks(fileURLToPath(new URL('..', import.meta.url))), []);
});

test('each way to read another clock is found, by its line', () => {
  for (const code of [
    'const now = Date.now();',
    'remember({ clock: Date.now, keyOf })',
    'const at = new Date();',
    'return Date();',
    'tx.execute(sql`update jobs set ended_at = current_timestamp`)',
    'created_at timestamptz not null default CURRENT_TIMESTAMP,',
    "where at > 'now'::timestamptz",
    'select localtimestamp, timeofday()',
    'select pg_catalog.now()',
  ])
    assert.deepEqual(
      clocksIn(`// first\n${code}`).map(({ line }) => line),
      [2],
      code,
    );
  for (const code of [
    'const at = new Date(ctx.now());',
    'set ended_at = now()',
    'performance.now()',
    '// not Date.now(): the time of the machine',
    ' * `current_timestamp` is syntax',
    '  -- current_timestamp would be bound here',
  ])
    assert.deepEqual(clocksIn(code), [], code);
});
