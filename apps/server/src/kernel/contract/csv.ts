import type { Entity } from './entity.ts';

/**
 * One column of a file. `names` maps stored numbers to their names. Stored as JSON until the file is written.
 */
export interface CsvColumn {
  readonly name: string;
  readonly names?: Readonly<Record<string, string>>;
}

export const csvColumns = (entity: Entity, names: Iterable<string>): readonly CsvColumn[] =>
  [...names].map((name) => {
    const members = entity.fields[name]?.enumeration?.members;
    if (!members) return { name };
    // Several members may share a number: the first one is its name.
    const pairs = Object.entries(members).map(([member, value]) => [String(value), member] as const);
    return { name, names: Object.fromEntries(pairs.toReversed()) };
  });

/** UTF-8 with a byte order mark. Without the mark, spreadsheets assume another encoding. */
export async function* csvText(
  columns: readonly CsvColumn[],
  pages: AsyncIterable<readonly Readonly<Record<string, unknown>>[]>,
): AsyncGenerator<string> {
  yield `\ufeff${columns.map(({ name }) => name).join(',')}\r\n`;
  for await (const rows of pages) {
    yield rows
      .map((row) => `${columns.map((column) => cell(column, row[column.name])).join(',')}\r\n`)
      .join('');
  }
}

function cell({ names }: CsvColumn, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (names) return names[String(value)] ?? String(value);
  if (typeof value !== 'string')
    return quoted(typeof value === 'object' ? JSON.stringify(value) : String(value));
  // Spreadsheets run text that begins like this as a formula. What a process logs must not become one.
  return quoted(/^[=+\-@\t\r]/.test(value) ? `'${value}` : value);
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
