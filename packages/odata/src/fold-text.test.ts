import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import sql, { type Sql } from 'sql-template-tag';
import { folded, foldText, sortable } from './fold-text.ts';
import { type Database, openDatabase } from './jobs.fixture.ts';

let database: Database;
before(async () => {
  database = await openDatabase();
});
after(() => database?.close());

const asked = async (texts: readonly string[], what: Sql): Promise<string[]> =>
  (await database.rows(sql`SELECT v FROM unnest(${texts}::text[]) AS v ${what}`)).map((row) => String(row.v));

const ASSIGNED = /\p{L}|\p{M}|\p{N}|\p{P}|\p{S}|\p{Z}/u;

test('memory and the database fold every character alike, alone and under an accent', async () => {
  const all = Array.from({ length: 0x11_0000 }, (_, code) => String.fromCodePoint(code));
  const texts = all.flatMap((c) => (c.isWellFormed() && ASSIGNED.test(c) ? [c, `${c}\u0301`] : []));
  assert.ok(texts.length > 250_000, `${texts.length}`);
  // Unicode grows. A character that only one of the two knows yet is not compared.
  const known = new Set(await asked(texts, sql`WHERE unicode_assigned(v)`));
  assert.ok(known.size > 0.95 * texts.length, `${known.size} of ${texts.length}`);
  const rows = await database.rows(
    sql`SELECT v, ${folded(sql`v`)} AS one FROM unnest(${[...known]}::text[]) AS v`,
  );
  const other = rows.filter(({ v, one }) => one !== foldText(String(v)));
  assert.deepEqual(other, []);
});

test('a text and its decomposed form are the same, in any case', () => {
  for (const text of [
    'Éclair',
    'Ångström',
    'İstanbul',
    'ΟΔΥΣΣΕΎΣ',
    '한글',
    'Việt Nam',
    '\u212A',
    'J\u030C',
  ]) {
    for (const form of ['NFC', 'NFD'] as const) {
      assert.equal(foldText(text.normalize(form)), foldText(text), text);
      assert.equal(foldText(text.normalize(form).toLowerCase()), foldText(text), text);
    }
  }
});

const IN_ORDER = [
  '_a -a !a 10 2 a a_2 a-2 a2 ab Eclair éclair Eclairs Łódź m Ødegård Oder strasse Straße strassf zeta',
  'Ärger Arm Ast Öl Ort über Ulm',
  'Ёлка Игра Яма',
  'Αθήνα Ζάκυνθος ωμέγα',
];

for (const words of IN_ORDER) {
  test(`order: ${words}`, async () => {
    const sorted = words.split(' ');
    const found = await asked(sorted.toReversed(), sql`ORDER BY ${sortable(sql`v`)}`);
    assert.deepEqual(found, sorted);
  });
}
