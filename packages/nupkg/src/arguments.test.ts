import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { argumentMetadata, validateArguments } from './arguments.ts';
import { parseExactly } from './exact-json.ts';
import { schemaOfXamlArguments } from './xaml-arguments.ts';

const schema = {
  type: 'object',
  properties: {
    invoice: { $ref: '#/$defs/Invoice' },
    count: { type: 'integer', default: 3 },
    mode: { enum: ['fast', 'safe'] },
    note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    rate: { type: ['number', 'null'] },
    any: {},
  },
  required: ['invoice'],
  additionalProperties: false,
  $defs: {
    Invoice: {
      type: 'object',
      properties: { lines: { type: 'array', items: { $ref: '#/$defs/Line' } }, paid: { type: 'boolean' } },
      required: ['lines'],
    },
    Line: { type: 'object', properties: { amount: { type: 'number' } }, required: ['amount'] },
  },
};

test('argument metadata has the shape of the API', () => {
  const { Input, Output } = argumentMetadata(schema, null);
  assert.equal(Output, null);
  const [first, ...others] = JSON.parse(Input ?? '');
  assert.deepEqual(first, { name: 'invoice', type: 'System.Object', required: true, hasDefault: false });
  assert.deepEqual(
    others.map((argument: { name: string; type: string; hasDefault: boolean }) => [
      argument.name,
      argument.type,
      argument.hasDefault,
    ]),
    [
      ['count', 'System.Int32', true],
      ['mode', 'System.Object', false],
      ['note', 'System.String', false],
      ['rate', 'System.Double', false],
      ['any', 'System.Object', false],
    ],
  );
  assert.deepEqual(argumentMetadata({ type: 'object', properties: {} }, {}), { Input: null, Output: null });
  const arrays = { properties: { a: { type: 'array', items: { type: 'string' } }, b: { type: 'array' } } };
  assert.match(argumentMetadata(arrays, null).Input ?? '', /"System.String\[\]".*"System.Object\[\]"/);
});

test('arguments of a Studio project keep their .NET types, without assemblies', () => {
  const table = 'System.Data.DataTable, System.Data, Version=4.0.0.0, Culture=neutral';
  const list = 'System.Collections.Generic.List`1[[System.String, mscorlib, Version=4.0.0.0]], mscorlib';
  const input = schemaOfXamlArguments(
    [
      { name: 'a', type: 'System.String, mscorlib', required: true, hasDefault: false },
      { name: 'b', type: table },
      { name: 'c', type: list, hasDefault: true },
      { name: 'd', type: 'System.Int64[], mscorlib' },
    ],
    'x',
  );
  assert.deepEqual(JSON.parse(argumentMetadata(input, null).Input ?? ''), [
    { name: 'a', type: 'System.String', required: true, hasDefault: false },
    { name: 'b', type: 'System.Data.DataTable', required: false, hasDefault: false },
    {
      name: 'c',
      type: 'System.Collections.Generic.List`1[[System.String, mscorlib, Version=4.0.0.0]]',
      required: false,
      hasDefault: true,
    },
    { name: 'd', type: 'System.Int64[]', required: false, hasDefault: false },
  ]);
  assert.deepEqual(
    validateArguments(input, { a: 'x', d: [1, 'y'] }).map(({ field }) => field),
    ['d[1]'],
  );
});

const errors = (value: unknown) =>
  validateArguments(schema, value).map(({ field, message }) => `${field}: ${message}`);

test('arguments that do not fit are told by field', () => {
  assert.deepEqual(errors({ invoice: { lines: [{ amount: 1.5 }] }, count: 2, mode: 'fast', note: null }), []);
  assert.deepEqual(errors({ invoice: { lines: [] }, count: null, any: [{}], rate: null }), []);
  assert.deepEqual(errors(null), [': has to be an object, but is null']);
  assert.deepEqual(errors({}), ['invoice: is missing']);
  assert.deepEqual(errors({ invoice: { lines: [{ amount: 1 }, { amount: '2' }, {}] } }), [
    'invoice.lines[1].amount: has to be a number, but is a string',
    'invoice.lines[2].amount: is missing',
  ]);
  assert.deepEqual(errors({ invoice: { lines: [] }, count: 2.5, mode: 'slow', typo: 1 }), [
    'count: has to be an integer, but is a number',
    'mode: has to be one of "fast", "safe"',
    'typo: is not known',
  ]);
  assert.deepEqual(errors({ invoice: null }), ['invoice: has to be an object, but is null']);
  assert.deepEqual(validateArguments(null, 5), []);
});

test('no schema and no value makes the checks throw or run on', () => {
  const circle = {
    $ref: '#',
    properties: { a: { $ref: '#/properties/a' }, b: { items: { $ref: '#/properties/b' } } },
  };
  assert.deepEqual(validateArguments(circle, { a: 1 }), []);
  argumentMetadata(circle, circle);
  argumentMetadata({ properties: { b: { type: 'array', items: { $ref: '#/properties/b' } } } }, null);
  const list = { properties: { b: { type: 'array', items: { $ref: '#/properties/b' } } } };
  assert.deepEqual(validateArguments(list, { b: JSON.parse('['.repeat(4000) + ']'.repeat(4000)) }), []);
  const many = { items: { type: 'string' } };
  assert.equal(
    validateArguments(
      many,
      Array.from({ length: 1000 }, () => 1),
    ).length,
    20,
  );
  fc.assert(
    fc.property(fc.object({ maxDepth: 4 }), fc.jsonValue(), (anySchema, value) => {
      validateArguments(anySchema as { [name: string]: unknown }, value);
      argumentMetadata(anySchema as { [name: string]: unknown }, null);
    }),
  );
});

test('numbers are what they say, however many digits they have', () => {
  const numbers = {
    properties: { id: { type: 'integer' }, rate: { type: 'number' }, one: { enum: [1, { a: 1, b: 2 }] } },
  };
  const given = (json: string) => validateArguments(numbers, parseExactly(json)).map(({ field }) => field);
  assert.deepEqual(given('{"id":9007199254740993,"rate":1.50,"one":1.0}'), []);
  assert.deepEqual(given('{"id":3.0,"rate":1e400,"one":{"b":2.0,"a":1}}'), []);
  assert.deepEqual(given('{"id":1.50,"rate":"1.50","one":1.01}'), ['id', 'rate', 'one']);
});

test('long lists of choices and of values take no longer together than each alone', () => {
  const choices = Array.from({ length: 50_000 }, (_, i) => ({ name: `n${i}`, at: [i] }));
  const long = { items: { enum: choices, required: ['name'] } };
  const start = process.cpuUsage();
  assert.deepEqual(validateArguments(long, choices.toReversed()), []);
  assert.equal(validateArguments(long, [...choices, { at: [1], name: 'n0' }]).length, 1);
  assert.ok(process.cpuUsage(start).user < 20_000_000, 'microseconds of the processor');
});
