import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parts } from '../../texts/en/parts.ts';
import { check } from './check.ts';
import { firstValue, kindOf, readValue, type Schema, valueAt, withValue } from './schema.ts';

const SCHEMA: Schema = {
  type: 'object',
  required: ['customer', 'lines'],
  additionalProperties: false,
  properties: {
    customer: { type: 'string', minLength: 2, maxLength: 5, pattern: '^[A-Z]+$' },
    copies: { type: 'integer', minimum: 1, maximum: 9, default: 1 },
    due: { type: 'string', format: 'date' },
    at: { type: ['string', 'null'], format: 'date-time' },
    speed: { enum: ['slow', 'fast', 3] },
    lines: {
      type: 'array',
      minItems: 1,
      items: { type: 'object', required: ['total'], properties: { total: { type: 'number' } } },
    },
    extra: { type: ['string', 'number'] },
    rate: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1, multipleOf: 0.1 },
    tags: { type: 'array', uniqueItems: true },
  },
};

it('asks for each member in its way', () => {
  const kinds = Object.entries(SCHEMA.properties!).map(([name, each]) => `${name} ${kindOf(each)}`);
  assert.deepEqual(kinds, [
    'customer text',
    'copies integer',
    'due date',
    'at date-time',
    'speed choice',
    'lines list',
    'extra json',
    'rate number',
    'tags json',
  ]);
  assert.equal(kindOf({}), 'json');
  assert.equal(kindOf({ properties: {} }), 'object');
});

it('begins with the defaults', () => {
  assert.deepEqual(firstValue(SCHEMA), { copies: 1 });
  assert.equal(firstValue({ type: 'object', properties: { a: { type: 'string' } } }), undefined);
});

it('says at each member what is wrong with it', () => {
  const faults = (value: unknown): Readonly<Record<string, string>> =>
    Object.fromEntries(check(SCHEMA, value, parts.form));
  assert.deepEqual(
    faults({ customer: 'ACME', lines: [{ total: 1.5 }], at: null, speed: 3, due: '2028-02-29' }),
    {},
  );
  assert.deepEqual(faults({}), { '/customer': 'Needed.', '/lines': 'Needed.' });
  assert.deepEqual(
    faults({
      customer: 'a',
      copies: 1.5,
      due: '2026-02-30',
      at: 'now',
      speed: 'mid',
      lines: [{ total: 'x' }, {}],
      stray: 1,
    }),
    {
      '/customer': 'At least 2 characters.',
      '/copies': 'Write a whole number.',
      '/due': 'Write a date as 2026-11-28.',
      '/at': 'Write a time as 2026-11-28T09:00:00Z.',
      '/speed': 'Choose one of the values.',
      '/lines/0/total': 'Write a number.',
      '/lines/1/total': 'Needed.',
      '/stray': 'There is no such member.',
    },
  );
  assert.deepEqual(faults({ customer: 'ACME', lines: [], copies: 10 }), {
    '/lines': 'At least 1 entry.',
    '/copies': 'At most 9.',
  });
  const rest = { customer: 'ACME', lines: [{ total: 1 }] };
  assert.deepEqual(faults({ ...rest, rate: 0.3, tags: ['a', 'b'] }), {});
  assert.deepEqual(faults({ ...rest, rate: 0.35, tags: ['a', 'a'] }), {
    '/rate': 'A multiple of 0.1.',
    '/tags': 'Each entry may stand here once.',
  });
  assert.equal(faults({ ...rest, rate: 0 })['/rate'], 'More than 0.');
  assert.equal(faults({ ...rest, rate: 1 })['/rate'], 'Less than 1.');
});

it('puts what was typed in its place', () => {
  assert.equal(readValue('12', 'integer'), 12);
  assert.equal(readValue('1x', 'number'), '1x');
  assert.equal(readValue('', 'text'), undefined);
  const value = withValue(undefined, ['lines', 1, 'total'], 3) as object;
  assert.deepEqual(JSON.stringify(value), '{"lines":[null,{"total":3}]}');
  assert.deepEqual(withValue({ a: 1, b: 2 }, ['a'], undefined), { b: 2 });
  assert.deepEqual(Object.keys(withValue({ a: 1, b: 2 }, ['a'], 3) as object), ['a', 'b']);
  assert.equal(valueAt({ a: [{ b: 7 }] }, ['a', 0, 'b']), 7);
  assert.equal(valueAt({}, ['constructor', 'name']), undefined);
});
