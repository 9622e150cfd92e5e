/**
 * JSON whose numbers keep all their digits. JSON.parse makes doubles of them: `9007199254740993` becomes
 * `…992`, thirty digits become `1.23e+29`, `1.50` becomes `1.5`. A number that a double does not tell as
 * it was written stands here as what JSON.rawJSON makes, which JSON.stringify writes letter by letter; all
 * others are plain numbers.
 */
export interface ExactNumber {
  readonly rawJSON: string;
}

/** Not in TypeScript's own library yet. */
interface RawJson {
  rawJSON(text: string): ExactNumber;
  isRawJSON(value: unknown): boolean;
}
const { rawJSON, isRawJSON } = JSON as unknown as RawJson;
const parse = JSON.parse as (
  text: string,
  reviver: (this: unknown, name: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown;

/**
 * Sixteen characters or more, a zero at a fraction's end, an exponent, minus zero, or less than a millionth
 * (a double tells `0.0000001` as `1e-7`), where a value may stand. Others are told by a double as they are
 * written. A reviver takes 6 to 10 times the time of a parse without one, so only these texts get it.
 */
const MAY_LOSE_DIGITS =
  /(?:^|[\s:,[])-?(?:\d[\d.]{15}|\d+\.\d*0(?!\d)|\d+(?:\.\d+)?[eE]|(?<=-)0(?![.\d])|0\.0{6})/;

/** @throws SyntaxError, as JSON.parse does */
export const parseExactly = (text: string): unknown =>
  MAY_LOSE_DIGITS.test(text) ? parse(text, keepDigits) : JSON.parse(text);

function keepDigits(this: unknown, _name: string, value: unknown, { source }: { source?: string }): unknown {
  return typeof value === 'number' && source !== undefined && source !== String(value)
    ? rawJSON(source)
    : value;
}

export const isExactNumber = (value: unknown): value is ExactNumber => isRawJSON(value);

/** The nearest double of a number that was kept exactly; any other value as it is. */
export const toDouble = (value: unknown): unknown => (isExactNumber(value) ? Number(value.rawJSON) : value);
