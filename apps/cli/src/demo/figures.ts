/**
 * The figures that are compared at the end: counted in the CSV, reported by the jobs, and found in the queue.
 */
export interface Figures {
  /** Absent if the source cannot know it. */
  readonly rows?: number;
  readonly malformed?: number;
  readonly duplicates?: number;
  readonly added: number;
  readonly successful: number;
  readonly refused: number;
  readonly retried: number;
  /** The totals of what was successful, in cents, by currency. */
  readonly totals: Readonly<Record<string, number>>;
}

export interface Comparison {
  readonly name: string;
  /** By source; undefined if the source cannot know it. */
  readonly values: readonly (number | undefined)[];
  readonly isMoney: boolean;
  readonly agrees: boolean;
}

const COUNTS = ['rows', 'malformed', 'duplicates', 'added', 'successful', 'refused', 'retried'] as const;

export function compare(sources: readonly Figures[]): Comparison[] {
  const currencies = [...new Set(sources.flatMap(({ totals }) => Object.keys(totals)))].sort();
  return [
    ...COUNTS.map((name) =>
      comparison(
        name,
        sources.map((source) => source[name]),
        false,
      ),
    ),
    ...currencies.map((name) =>
      comparison(
        name,
        sources.map(({ totals }) => totals[name] ?? 0),
        true,
      ),
    ),
  ];
}

function comparison(name: string, values: readonly (number | undefined)[], isMoney: boolean): Comparison {
  const known = values.filter((value) => value !== undefined);
  return { name, values, isMoney, agrees: known.every((value) => value === known[0]) };
}

/** Writes cents as `-1234.05`. Totals are kept in cents because sums of floats are not exact. */
export function money(cents: number): string {
  const digits = String(Math.abs(cents)).padStart(3, '0');
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

export function addTotals(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const totals of all) {
    for (const [currency, cents] of Object.entries(totals)) sum[currency] = (sum[currency] ?? 0) + cents;
  }
  return sum;
}
