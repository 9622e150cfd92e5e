import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isExactNumber, parseExactly, toDouble } from './exact-json.ts';

describe('parseExactly', () => {
  const digits = (maxLength: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${maxLength}}$`));
  const optional = (text: fc.Arbitrary<string>) => fc.option(text, { nil: '' });
  const number = fc
    .tuple(
      fc.constantFrom('', '-'),
      digits(20).map((text) => text.replace(/^0+(?=\d)/, '')),
      optional(digits(20).map((text) => `.${text}`)),
      optional(fc.tuple(fc.constantFrom('e', 'E', 'e+', 'E-'), digits(3)).map((parts) => parts.join(''))),
    )
    .map((parts) => parts.join(''));
  const text = fc.oneof(
    fc.string().map((value) => JSON.stringify(value)),
    number,
    fc.constantFrom('null', 'true', 'false'),
  );
  const json = fc.array(text).map((values) => ({
    list: `[${values.join(',')}]`,
    object: `{${values.map((value, i) => `"m${i}":${value}`).join(',')}}`,
    nested: values.reduceRight((inner, value) => `[${value}, {"n" : ${inner}}]`, 'null'),
  }));

  it('gives back every number as it was written', () => {
    fc.assert(
      fc.property(json, ({ list, object, nested }) => {
        for (const given of [list, object, nested])
          assert.equal(JSON.stringify(parseExactly(given)), JSON.stringify(JSON.parse(given, raw)));
        const [one] = list.slice(1, -1).split(',');
        if (one !== undefined && /^-?\d[\d.eE+-]*$/.test(one))
          assert.equal(JSON.stringify(parseExactly(`[ ${one} ]`)), `[${one}]`);
      }),
      { numRuns: 2000 },
    );
  });

  it('gives back the smallest and the largest that are short', () => {
    for (const one of ['0.0000001', '-0.00000012', '0.000001', '0.0000005e1', '999999999999999', '-0', '0'])
      assert.equal(JSON.stringify(parseExactly(`[${one}]`)), `[${one}]`);
  });

  it('keeps plain numbers plain', () => {
    const value = parseExactly('[0,1,-1,0.5,12.25,9007199254740991,1e5,1.50]') as unknown[];
    assert.deepEqual(value.slice(0, 6), [0, 1, -1, 0.5, 12.25, 9007199254740991]);
    assert.deepEqual(value.slice(6).map(isExactNumber), [true, true]);
    assert.deepEqual(value.slice(6).map(toDouble), [100_000, 1.5]);
  });

  it('reads megabytes of digits that are no JSON without stalling', () => {
    for (const part of ['9', ' ', '1.', ',1', '-', '1 ', '10', ':0.0']) {
      const start = process.cpuUsage();
      assert.throws(() => parseExactly(`[${part.repeat(1e6)}x`), SyntaxError);
      assert.ok(process.cpuUsage(start).user < 5_000_000, `microseconds of the processor for ${part}`);
    }
  });
});

/** Keeps every number as its text, the slow way. */
const raw = ((_: string, value: unknown, { source }: { source: string }) =>
  typeof value === 'number'
    ? (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(source)
    : value) as unknown as Parameters<typeof JSON.parse>[1];
