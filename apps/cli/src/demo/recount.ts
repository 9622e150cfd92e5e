import { readCsv } from './csv.ts';
import type { Figures } from './figures.ts';

const HEADER = 'number,supplier,date,due,currency,net,tax,gross';
const FLAKY_SUPPLIER = 'Flaky Ltd';
const ACCEPTED = new Set(['EUR', 'USD', 'GBP']);

/**
 * The results that the dispatcher and the performers should get from a CSV. They are computed independently:
 * no code here is shared with the sample.
 */
export function recount(csv: string): Figures {
  const records = readCsv(csv).filter((fields) => fields.join() !== HEADER);
  const seen = new Set<string>();
  const counts = { malformed: 0, duplicates: 0, added: 0, successful: 0, refused: 0, retried: 0 };
  const totals: Record<string, number> = {};
  for (const fields of records) {
    const kind = judge(fields.map((field) => field.trim()));
    if (kind === 'malformed') {
      counts.malformed += 1;
    } else if (seen.has(fields[0]!)) {
      counts.duplicates += 1;
    } else {
      seen.add(fields[0]!);
      counts.added += 1;
      counts[kind] += 1;
      if (kind === 'refused') continue;
      if (fields[1] === FLAKY_SUPPLIER) counts.retried += 1;
      totals[fields[4]!] = (totals[fields[4]!] ?? 0) + centsOf(fields[7]!);
    }
  }
  return { rows: records.length, ...counts, totals };
}

function judge(fields: readonly string[]): 'malformed' | 'refused' | 'successful' {
  const [number, , date, due, currency, ...amounts] = fields;
  const isWhole = fields.length === 8 && number !== '' && isDate(date!) && isDate(due!);
  if (!isWhole || !amounts.every((amount) => /^-?\d{1,9}\.\d\d$/.test(amount))) return 'malformed';
  const [net, tax, gross] = amounts.map(centsOf) as [number, number, number];
  const isGood =
    ACCEPTED.has(currency!) && gross > 0 && net + tax === gross && Date.parse(due!) >= Date.parse(date!);
  return isGood ? 'successful' : 'refused';
}

const isDate = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true;

const centsOf = (amount: string): number => Number(amount.replace('.', ''));
