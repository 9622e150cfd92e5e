import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiError } from '../errors.ts';
import { enumeration } from './enumeration.ts';
import {
  Bool,
  Complex,
  DateTime,
  Double,
  dto,
  Enum,
  Guid,
  Int32,
  Int64,
  Json,
  List,
  MapOf,
  Text,
} from './fields.ts';
import { readBody, readParameter } from './read-input.ts';
import { formatInstant, JsonText, objectText } from './write-answer.ts';

const State = enumeration('State', { Pending: 0, Running: 1, Soft: 5 });
const Inner = dto('Inner', { Name: Text({ required: true, maxLength: 5 }) });
const Body = dto('Body', {
  Id: Int64(),
  Count: Int32({ min: 0, max: 10 }),
  Ratio: Double(),
  Label: Text({ maxLength: 3 }),
  Key: Guid(),
  On: Bool(),
  At: DateTime(),
  State: Enum(State),
  Inner: Complex(Inner),
  Items: List(Complex(Inner)),
  Ids: List(Int64(), { max: 2 }),
  Map: MapOf(Int32()),
  Any: Json(),
  Shown: Text({ readOnly: true }),
  Hidden: Text({ writeOnly: true }),
});

describe('a body', () => {
  const accepted: readonly [what: string, given: unknown, read: unknown][] = [
    [
      'names in any case',
      { label: 'x', KEY: 'AAAAAAAA-0000-0000-0000-00000000000A' },
      { Label: 'x', Key: 'aaaaaaaa-0000-0000-0000-00000000000a' },
    ],
    ['unknown and annotated members', { '@odata.type': 'x', Nope: 1, 'Label@odata.type': '#String' }, {}],
    ['null', { Label: null, State: null }, { Label: null, State: null }],
    ['an enumeration by name', { State: 'Running' }, { State: 1 }],
    ['an enumeration in another case', { State: 'rUNNING' }, { State: 1 }],
    ['an enumeration by number', { State: 5 }, { State: 5 }],
    ['an enumeration by quoted number', { State: '5' }, { State: 5 }],
    ['a number as text', { Id: '12' }, { Id: 12 }],
    ['text given as a number', { Label: 12 }, { Label: '12' }],
    ['a time without a zone', { At: '2026-01-02T03:04:05' }, { At: '2026-01-02T03:04:05Z' }],
    ['a date', { At: '2026-01-02' }, { At: '2026-01-02T00:00:00Z' }],
    ['read-only members', { Shown: 'x' }, {}],
    [
      'nested bodies',
      { inner: { name: 'a' }, items: [{ NAME: 'b' }] },
      { Inner: { Name: 'a' }, Items: [{ Name: 'b' }] },
    ],
    ['any JSON, as it is', { Any: { b: 1, a: [null] } }, { Any: { b: 1, a: [null] } }],
  ];
  for (const [what, given, read] of accepted) {
    it(`takes ${what}`, () => assert.deepEqual(readBody(Body, given, 'body'), read));
  }

  const refused: readonly [given: unknown, path: string][] = [
    [{ Count: 11 }, 'Count'],
    [{ Count: 1.5 }, 'Count'],
    [{ Id: 'x' }, 'Id'],
    [{ Id: 2 ** 60 }, 'Id'],
    [{ Label: 'long' }, 'Label'],
    [{ Label: {} }, 'Label'],
    [{ Label: '\0' }, 'Label'],
    [{ Label: '\ud800' }, 'Label'],
    [{ Any: { a: '\0' } }, 'Any'],
    [{ Key: 'x' }, 'Key'],
    [{ On: 'yes' }, 'On'],
    [{ At: 'tomorrow' }, 'At'],
    [{ At: '2026-13-45T00:00:00Z' }, 'At'],
    [{ State: 'Gone' }, 'State'],
    [{ State: 3 }, 'State'],
    [{ Inner: {} }, 'Inner.Name'],
    [{ Inner: { Name: 'too long' } }, 'Inner.Name'],
    [{ Items: [{ Name: 'a' }, { Name: null }] }, 'Items[1].Name'],
    [{ Items: [null] }, 'Items[0]'],
    [{ Ids: [1, 2, 3] }, 'Ids'],
    [{ Map: { a: 'x' } }, 'Map.a'],
  ];
  for (const [given, path] of refused) {
    it(`refuses ${JSON.stringify(given)}, naming ${path}`, () => {
      assert.throws(
        () => readBody(Body, given, 'body'),
        (error) => error instanceof ApiError && error.status === 400 && error.message.startsWith(`${path}: `),
      );
    });
  }

  for (const nothing of [undefined, null, [], 'text', 5]) {
    it(`refuses ${JSON.stringify(nothing)} for the whole`, () => {
      assert.throws(() => readBody(Body, nothing, 'assetDto'), /^Error: assetDto must not be null$/);
    });
  }
});

it('parameters arrive as text', () => {
  assert.equal(readParameter(Int64(), '5', 'key'), 5);
  assert.equal(readParameter(Bool(), 'TRUE', 'flag'), true);
  assert.deepEqual(readParameter(List(Int64()), '1,2', 'ids'), [1, 2]);
  assert.throws(() => readParameter(Int64(), 'x', 'key'), /key: 'x' is not a number/);
  assert.throws(() => readParameter(Int64({ required: true }), undefined, 'key'), /key: is required/);
});

it('an answer has every declared member, and none besides', () => {
  const answer = JSON.parse(objectText(Body, { Id: 1, State: 1, Hidden: 'secret', Other: 2 }));
  assert.equal(answer.State, 'Running');
  assert.equal(answer.Label, null);
  assert.ok(!('Hidden' in answer) && !('Other' in answer));
  assert.deepEqual(JSON.parse(objectText(Body, { Id: 1 }, true)), { Id: 1 });
});

it('what is JSON already goes into an answer letter by letter', () => {
  assert.equal(objectText(Body, { Label: new JsonText('{"a":1.50}') }, true), '{"Label":{"a":1.50}}');
});

it('times from JSON of the database take the form of the API', () => {
  assert.equal(formatInstant('2026-01-02T03:04:05.600000+00:00'), '2026-01-02T03:04:05.6Z');
  assert.equal(formatInstant('2026-01-02T03:04:05+00:00'), '2026-01-02T03:04:05Z');
  assert.equal(formatInstant('2026-01-02T03:04:05.6Z'), '2026-01-02T03:04:05.6Z');
});
