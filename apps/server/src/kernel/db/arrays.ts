/**
 * Makes one PostgreSQL array literal for a column of a batch. Null if the column has no value at all, because
 * `unnest` makes the same of it. The driver's own conversion costs more than everything else in a batch,
 * because it looks at each value's type, level and quoting.
 *
 * Text must be well formed and without NUL, which reading of input ensures. Half a surrogate pair would be
 * stored as its escape.
 */
export function arrayOf(values: readonly (string | number | boolean | null)[]): string | null {
  if (values.every((value) => value === null)) return null;
  let text = '{';
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (i > 0) text += ',';
    if (value === null) text += 'NULL';
    else if (typeof value === 'string') text += quoted(value);
    else text += value;
  }
  return `${text}}`;
}

/** JSON quotes like PostgreSQL, except for control characters. */
const quoted = (value: string): string =>
  CONTROL.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : JSON.stringify(value);
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u001f]/;
