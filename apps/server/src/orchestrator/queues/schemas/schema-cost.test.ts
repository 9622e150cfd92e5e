import assert from 'node:assert/strict';
import { test } from 'node:test';
import { costOf, isShort } from './schema-cost.ts';

const schemaOf = (pattern: string): string =>
  JSON.stringify({ properties: { Number: { type: 'string', pattern } } });

test('small values are checked at once; many, large ones, or costly patterns are not', () => {
  const plain = costOf(schemaOf('^INV-[0-9]+$'))!;
  assert.ok(isShort(plain, ['{"Number":"INV-1"}']));
  assert.ok(
    !isShort(
      plain,
      Array.from({ length: 10_000 }, () => '{"Number":"INV-000001"}'),
    ),
  );
  assert.ok(!isShort(plain, [JSON.stringify({ Number: '1'.repeat(1_000_000) })]));
  const repeated = costOf(schemaOf('(a{80}){80}'))!;
  assert.ok(repeated > 70_000);
  assert.ok(!isShort(repeated, [JSON.stringify({ Number: 'a'.repeat(100) })]));
});

test('what meets a value more than once, or takes long to compile, has no cost', () => {
  for (const schema of [{ uniqueItems: true }, { $ref: '#/$defs/a', $defs: { a: {} } }])
    assert.equal(costOf(JSON.stringify(schema)), undefined, JSON.stringify(schema));
  assert.equal(costOf(schemaOf('(a{400}){400}')), undefined);
  assert.equal(costOf(schemaOf('a'.repeat(5000))), undefined);
});
