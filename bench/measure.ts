/** Shared by several benchmarks: rates of concurrent callers, medians, and tables. */
export interface Rate {
  /** Calls per second. */
  readonly perSecond: number;
  readonly calls: number;
}

export interface Effort {
  /** How many callers run at the same time. */
  readonly callers: number;
  readonly ms: number;
  /** Ends early after this many calls. */
  readonly most?: number;
}

/**
 * Each caller calls again as soon as it has its answer, until time or work is over. `call` answers false
 * when no work is left.
 */
export async function rateOf(
  { callers, ms, most = Number.POSITIVE_INFINITY }: Effort,
  call: (caller: number) => Promise<boolean | undefined>,
): Promise<Rate> {
  const begun = performance.now();
  const until = begun + ms;
  let started = 0;
  let calls = 0;
  let isOver = false;
  let last = begun;
  const loop = async (caller: number): Promise<void> => {
    while (!isOver && started < most && performance.now() < until) {
      started++;
      if ((await call(caller)) === false) {
        isOver = true;
        return;
      }
      calls++;
      last = performance.now();
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, i) => loop(i)));
  return { perSecond: calls === 0 ? 0 : calls / ((last - begun) / 1000), calls };
}

export function percentile(sorted: readonly number[], share: number): number {
  return sorted.length === 0
    ? Number.NaN
    : sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

export const median = (values: readonly number[]): number =>
  percentile(
    values.toSorted((a, b) => a - b),
    0.5,
  );

/**
 * The results of all contenders. The caller shuffles their rounds, so that a noisy minute affects all alike.
 */
export class Samples {
  readonly #values = new Map<string, number[]>();
  add(name: string, value: number): void {
    const known = this.#values.get(name);
    if (known) known.push(value);
    else this.#values.set(name, [value]);
  }
  median(name: string): number | undefined {
    const values = this.#values.get(name);
    return values && median(values);
  }
  entries(): Record<string, readonly number[]> {
    return Object.fromEntries(this.#values);
  }
}

/**
 * Pads columns to their widest cell. All but the first hold numbers or short words and are
 * aligned to the right.
 */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export const rounded = (value: number | undefined): string =>
  value === undefined || Number.isNaN(value) ? '-' : Math.round(value).toLocaleString('en');
