import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { sampleFolder } from '../folders.ts';
import { readCsv } from './csv.ts';
import { addTotals, compare, money } from './figures.ts';
import { recount } from './recount.ts';
import { tableOf } from './table.ts';

const plain = (_: unknown, text: string): string => text;

test('CSV with quotes, commas and ends of lines in fields', () => {
  const text = 'a,"b, ""c""",\r\n\n"two\nlines",x\n';
  assert.deepEqual(readCsv(text), [
    ['a', 'b, "c"', ''],
    ['two\nlines', 'x'],
  ]);
  assert.deepEqual(readCsv('a,b'), [['a', 'b']]);
  assert.throws(() => readCsv('"a"b,c'), /out of place/);
});

const good = 'A-1,Acme,2026-01-01,2026-02-01,EUR,10.00,1.90,11.90';
const ROWS: readonly (readonly [row: string, kind: string])[] = [
  ['A-2,Acme,2026-01-01,2026-02-01,USD,0.10,0.00,0.10', 'successful'],
  ['A-3,Flaky Ltd,2026-01-01,2026-01-01,EUR,1.00,0.00,1.00', 'retried'],
  ['A-1,Acme,2026-01-01,2026-02-01,EUR,99.00,0.00,99.00', 'duplicates'],
  ['A-4,Acme,2026-01-01,2025-12-31,EUR,1.00,0.00,1.00', 'refused'],
  ['A-5,Acme,2026-01-01,2026-02-01,XTS,1.00,0.00,1.00', 'refused'],
  ['A-6,Acme,2026-01-01,2026-02-01,EUR,1.00,0.00,1.01', 'refused'],
  ['A-7,Acme,2026-01-01,2026-02-01,EUR,0.00,0.00,0.00', 'refused'],
  ['A-8,Acme,2026-02-30,2026-03-01,EUR,1.00,0.00,1.00', 'malformed'],
  ['A-9,Acme,2026-01-01,2026-02-01,EUR,1.0,0.00,1.00', 'malformed'],
  [',Acme,2026-01-01,2026-02-01,EUR,1.00,0.00,1.00', 'malformed'],
  ['A-9,Acme,2026-01-01', 'malformed'],
];
for (const [row, kind] of ROWS) {
  test(`one more row, ${row}, is ${kind}`, () => {
    const before = recount(`number,supplier,date,due,currency,net,tax,gross\n${good}\n`);
    assert.deepEqual(
      { rows: before.rows, added: before.added, totals: before.totals },
      { rows: 1, added: 1, totals: { EUR: 1190 } },
    );
    const after = recount(`${good}\n${row}\n`);
    assert.equal(after.rows, 2);
    assert.equal(after[kind as 'refused']! - before[kind as 'refused']!, 1);
  });
}

test('the sample has something of everything', async () => {
  const figures = recount(await readFile(join(sampleFolder(), 'dispatcher', 'invoices.csv'), 'utf8'));
  assert.deepEqual(figures, {
    rows: 60,
    malformed: 5,
    duplicates: 6,
    added: 49,
    successful: 44,
    refused: 5,
    retried: 4,
    totals: { EUR: 4_807_085, GBP: 4_645_135, USD: 2_968_050 },
  });
});

test('sources are compared where they know, and what differs stands out', () => {
  const counts = { added: 1, successful: 1, refused: 0, retried: 0 };
  const comparisons = compare([
    { ...counts, rows: 2, totals: { EUR: 5 } },
    { ...counts, totals: { EUR: 5, USD: 7 } },
  ]);
  const wrong = comparisons.filter(({ agrees }) => !agrees);
  assert.deepEqual(wrong, [{ name: 'USD', values: [0, 7], isMoney: true, agrees: false }]);
  const lines = tableOf(comparisons, ['here', 'there'], plain);
  assert.ok(lines.includes('rows in the CSV          2       –'), lines.join('\n'));
  assert.ok(lines.includes('total USD             0.00    0.07   differs'), lines.join('\n'));
});

test('money is cents', () => {
  assert.deepEqual([0, 5, -5, 123_456].map(money), ['0.00', '0.05', '-0.05', '1234.56']);
  assert.deepEqual(addTotals([{ EUR: 1 }, { EUR: 2, USD: 3 }]), { EUR: 3, USD: 3 });
});
