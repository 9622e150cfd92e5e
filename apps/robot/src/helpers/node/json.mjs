/**
 * Whole numbers beyond 2^53, which a number cannot hold, are BigInt in both directions. Fractions become the
 * nearest number, as everywhere in JavaScript. Keep a fraction as text if all its digits matter.
 */
export function parseJson(text) {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_name, value, context) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
      ? BigInt(context.source)
      : value,
  );
}

export function toJson(value, indent) {
  return JSON.stringify(
    value,
    (_name, member) => (typeof member === 'bigint' ? rawNumber(member) : member),
    indent,
  );
}

/** Node 20 and 21 have no JSON.rawJSON. There a plain number is written, which may be rounded. */
const rawNumber = (value) => (JSON.rawJSON ? JSON.rawJSON(String(value)) : Number(value));
