/**
 * The records of a CSV text (RFC 4180). Quoted fields may hold commas, quotes and line ends. Empty
 * lines are not records.
 */
export function readCsv(text: string): string[][] {
  const records: string[][] = [];
  let fields: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  while (field.lastIndex < text.length) {
    const found = field.exec(text);
    if (!found) throw new Error(`No CSV after record ${records.length}: a quote is out of place`);
    fields.push(found[1]?.replaceAll('""', '"') ?? found[2]!);
    if (found[3] === ',' && field.lastIndex < text.length) continue;
    if (fields.length > 1 || fields[0] !== '') records.push(fields);
    fields = [];
  }
  return records;
}
