import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { arrayOf } from './arrays.ts';
import { testDatabase } from './test-database.ts';

test('PostgreSQL reads what was written', async (t) => {
  const { db } = await testDatabase(t);
  // NUL and halves of surrogate pairs are refused before (read-input.ts).
  const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0'));
  const awkward = fc.constantFrom(
    '',
    'NULL',
    'null',
    '"',
    '\\',
    '\\"',
    '{',
    '}',
    ',',
    ' a ',
    'a\nb\t"\r\\',
    '\u2028',
    '\u007f',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(fc.oneof(text, awkward)), { minLength: 1 }), async (values) => {
      const row = await db.first<{ read: string[] | null }>({
        text: 'select $1::text[] as read',
        values: [arrayOf(values)],
      });
      assert.deepEqual(row!.read, values.every((value) => value === null) ? null : values);
    }),
  );
  const row = await db.first({
    text: 'select $1::bigint[] as numbers, $2::boolean[] as truths',
    values: [arrayOf([1, null, -(2 ** 53) + 1]), arrayOf([true, false, null])],
  });
  assert.deepEqual(row, { numbers: [1, null, -(2 ** 53) + 1], truths: [true, false, null] });
});
