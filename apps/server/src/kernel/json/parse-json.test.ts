import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEEPEST, parseJson, TooDeep } from './parse-json.ts';

const nested = (levels: number, innermost = '0'): string =>
  '[{"a":'.repeat(levels / 2) + innermost + '}]'.repeat(levels / 2);

describe('JSON from outside', () => {
  it('may be as deep as the limit, however much stands beside and behind each other', () => {
    for (const text of [
      nested(DEEPEST),
      `[${'[[]],'.repeat(DEEPEST)}{}]`,
      JSON.stringify('[{'.repeat(DEEPEST)),
      JSON.stringify({ 'a"[': `\\"${'['.repeat(DEEPEST)}\\`, '\\': '{'.repeat(DEEPEST) }),
      nested(DEEPEST, JSON.stringify(`[["\\${'['.repeat(DEEPEST)}`)),
    ])
      assert.deepEqual(parseJson(text), JSON.parse(text));
  });

  it('is refused one level deeper, whatever stands before it', () => {
    for (const text of [
      `[${nested(DEEPEST)}]`,
      `["\\"]]]]", "\\\\", ${nested(DEEPEST)}]`,
      nested(100_000),
      '['.repeat(1_000_000),
    ])
      assert.throws(() => parseJson(text), TooDeep);
  });

  it('says what is no JSON as JSON.parse does', () => {
    for (const text of ['', '{', '"', `"\\${'x'.repeat(300)}`, ']'.repeat(300), '{"a":1}x'])
      assert.throws(() => parseJson(text), { name: 'SyntaxError' });
  });
});
