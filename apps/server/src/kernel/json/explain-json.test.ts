import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { enumeration } from '../contract/enumeration.ts';
import { Bool, dto, Enum, Guid, Int32, List, Text } from '../contract/fields.ts';
import { explainJson, placesOf } from './explain-json.ts';

const B = '\\';
const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
const messages = (text: string, shape?: Parameters<typeof explainJson>[1]): string[] =>
  explainJson(text, shape).map(({ message }) => message);

describe('explainJson', () => {
  const cases: readonly [string, string][] = [
    ['hello', "Unexpected character encountered while parsing value: h. Path '', line 0, position 0."],
    [' h', "Unexpected character encountered while parsing value: h. Path '', line 1, position 1."],
    ['}', "Unexpected character encountered while parsing value: }. Path '', line 0, position 0."],
    ['[}', "Unexpected character encountered while parsing value: }. Path '', line 1, position 1."],
    ['[+1]', "Unexpected character encountered while parsing value: +. Path '', line 1, position 1."],
    [
      '{\r\n"a":\r\n  x}',
      "Unexpected character encountered while parsing value: x. Path 'a', line 3, position 2.",
    ],
    [
      '[1,\n2,\nx]',
      "Unexpected character encountered while parsing value: x. Path '[1]', line 3, position 0.",
    ],
    ['[tr', "Unexpected end when reading JSON. Path '', line 1, position 3."],
    ['[1,tru]', "Error parsing boolean value. Path '[0]', line 1, position 6."],
    ['{"a":\n  nul}', "Error parsing null value. Path 'a', line 2, position 5."],
    [
      '[1 2]',
      "After parsing a value an unexpected character was encountered: 2. Path '[0]', line 1, position 3.",
    ],
    [
      '{"a":1 "b":2}',
      `After parsing a value an unexpected character was encountered: ". Path 'a', line 1, position 7.`,
    ],
    ['{"a":1,,"b":2}', "Invalid property identifier character: ,. Path 'a', line 1, position 7."],
    ['{]', "Invalid property identifier character: ]. Path '', line 1, position 1."],
    [
      '{"a" 1}',
      "Invalid character after parsing property name. Expected ':' but got: 1. Path '', line 1, position 5.",
    ],
    ['"abc', `Unterminated string. Expected delimiter: ". Path '', line 1, position 4.`],
    ['{"a', `Unterminated string. Expected delimiter: ". Path '', line 1, position 3.`],
    ['{"a":"x', `Unterminated string. Expected delimiter: ". Path 'a', line 1, position 7.`],
    [`"${B}q"`, `Bad JSON escape sequence: ${B}q. Path '', line 1, position 3.`],
    [`["a${B}u0041${B}x41"]`, `Bad JSON escape sequence: ${B}x. Path '', line 1, position 11.`],
    [`"${B}u12G4"`, `Invalid Unicode escape sequence: ${B}u12G4. Path '', line 1, position 3.`],
    ['[1.2.3]', "Input string '1.2.3' is not a valid number. Path '[0]', line 1, position 6."],
    ['[1,08]', "Input string '08' is not a valid number. Path '[1]', line 1, position 5."],
    [
      '{"a":Infinityx}',
      "Unexpected character encountered while parsing value: I. Path 'a', line 1, position 5.",
    ],
    ['[1,-N]', "Unexpected character encountered while parsing number: N. Path '[0]', line 1, position 4."],
    [
      '{"a":1}}',
      "Additional text encountered after finished reading JSON content: }. Path '', line 1, position 7.",
    ],
    [
      '{"a b":{"x.y":[{"c":?',
      "Unexpected character encountered while parsing value: ?. Path '['a b']['x.y'][0].c', line 1, position 20.",
    ],
    ['{"a":', "Unexpected end when setting a's value. Path 'a', line 1, position 5."],
    ['{"a":1,', "Unexpected end when deserializing object. Path 'a', line 1, position 7."],
    ['{', "Unexpected end when deserializing object. Path '', line 1, position 1."],
    ['[1,', "Unexpected end when deserializing array. Path '[0]', line 1, position 3."],
    ["{'a':1}", "Invalid property identifier character: '. Path '', line 1, position 1."],
    ['[1,]', "Unexpected character encountered while parsing value: ]. Path '[0]', line 1, position 3."],
    ['', 'A non-empty request body is required.'],
  ];
  for (const [text, message] of cases) {
    it(`says of ${JSON.stringify(text)} what Newtonsoft.Json says`, () => {
      assert.deepEqual(messages(text), [message]);
      assert.equal(parses(text), false);
    });
  }

  const shape = dto('Update', {
    name: Text(),
    bypassBasicAuthRestriction: Bool(),
    count: Int32(),
    id: Guid(),
    type: Enum(enumeration('T', { a: 0 })),
    tags: List(Text()),
  });

  it("answers the guide's example", () => {
    const lines = [
      '{',
      ...Array.from({ length: 15 }, (_, i) => `    "m${i}": ${i},`),
      '    "bypassBasicAuthRestriction": happy',
      '}',
    ];
    assert.deepEqual(explainJson(lines.join('\n'), shape), [
      {
        path: 'bypassBasicAuthRestriction',
        message:
          "Unexpected character encountered while parsing value: h. Path 'bypassBasicAuthRestriction', line 17, position 35.",
      },
      {
        path: 'bypassBasicAuthRestriction',
        message:
          "Unexpected character encountered while parsing value: a. Path 'bypassBasicAuthRestriction', line 17, position 35.",
      },
    ]);
  });

  it('reports by the declared type where the reader stands', () => {
    const at = (text: string): string[] =>
      messages(text, shape).map((message) => /: (.)\. .*position (\d+)/.exec(message)!.slice(1).join(' '));
    assert.deepEqual(at('{"name":x"'), ['x 9']);
    assert.deepEqual(at('{"NAME":xy'), ['x 9', 'y 9']);
    assert.deepEqual(at('{"count":x1}'), ['x 10']);
    assert.deepEqual(at('{"count":true}'), ['t 10', 'r 10']);
    assert.deepEqual(at('{"id":x1}'), ['x 6']);
    assert.deepEqual(at('{"type":x1}'), ['x 8']);
    assert.deepEqual(at('{"tags":[x1]}'), ['x 10']);
    assert.deepEqual(at('{"name":trX}'), ['X 10']);
    assert.deepEqual(at('{"unknown":x1}'), ['x 11']);
  });

  it('finds a fault exactly where JSON.parse does, and tells where', () => {
    const mutated = fc.tuple(
      fc.json(),
      fc.array(
        fc.tuple(
          fc.nat(),
          fc.nat(2),
          fc.constantFrom(...'{}[]",:0159.-+eEtfnu\\ \n\t\u0000\u00a0x\'/é'.split('')),
        ),
      ),
    );
    fc.assert(
      fc.property(mutated, ([json, changes]) => {
        let text = json;
        for (const [place, kind, character] of changes.slice(0, 4)) {
          const index = text.length === 0 ? 0 : place % text.length;
          text =
            text.slice(0, index) + (kind === 1 ? '' : character) + text.slice(kind === 0 ? index : index + 1);
        }
        const faults = explainJson(text, shape);
        assert.equal(faults.length === 0, parses(text), JSON.stringify(text));
        for (const { message } of faults) {
          const [, line, position] = /line (\d+), position (\d+)\.$/.exec(message) ?? [];
          if (line === undefined) assert.match(message, /non-empty/);
          else
            assert.ok(
              Number(position) <= (text.split(/\r\n|\r|\n/)[Math.max(0, Number(line) - 1)] ?? '').length + 1,
              message,
            );
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('knows where each value of a valid text stands', () => {
    assert.deepEqual(
      placesOf('{"a":[1,\n {"b":"x"}]}').map(({ path, start, end }) => [
        path,
        start.line,
        start.position,
        end.line,
        end.position,
      ]),
      [
        ['a[0]', 1, 6, 1, 7],
        ['a[1].b', 2, 6, 2, 9],
        ['a[1]', 2, 1, 2, 10],
        ['a', 1, 5, 2, 11],
        ['', 1, 0, 2, 12],
      ],
    );
  });
});
