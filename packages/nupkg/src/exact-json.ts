/**
 * JSON whose numbers keep all their digits. JSON.parse turns numbers into doubles: `9007199254740993`
 * becomes `…992`, thirty digits become `1.23e+29`, `1.50` becomes `1.5`. A number that a double does not
 * reproduce as written is kept as an object of JSON.rawJSON, which JSON.stringify writes unchanged. All
 * others are plain numbers.
 */
export interface ExactNumber {
  readonly rawJSON: string;
}

/** TypeScript's own library does not declare it yet. */
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
 * Matches sixteen characters or more, a zero at the end of a fraction, an exponent, minus zero, or less than
 * a millionth (a double writes `0.0000001` as `1e-7`), where a value may stand. A double reproduces all other
 * numbers as written. A parse with a reviver takes 6 to 10 times as long, so only texts that match get one.
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

/** The nearest double of a number that was kept exactly. Any other value stays as it is. */
export const toDouble = (value: unknown): unknown => (isExactNumber(value) ? Number(value.rawJSON) : value);
