/**
 * Series on top of each other: each value becomes the sum of itself and all before it. A gap counts as
 * nothing, but stays a gap where all have one.
 */
export function stack(series: readonly (readonly (number | null)[])[]): (number | null)[][] {
  const sums: number[] = [];
  const seen: boolean[] = [];
  const stacked = series.map((values) =>
    values.map((value, at) => {
      sums[at] = (sums[at] ?? 0) + (value ?? 0);
      seen[at] = (seen[at] ?? false) || value !== null;
      return sums[at];
    }),
  );
  return stacked.map((values) => values.map((value, at) => (seen[at] ? value : null)));
}

/** A line of small bars, as SVG has a path: in a box of `width` by `height`. */
export function sparkPath(values: readonly number[], width: number, height: number): string {
  const most = Math.max(...values, 1);
  const step = width / Math.max(1, values.length);
  return values
    .map((value, at) => {
      // What is not nothing can be seen.
      const tall = value === 0 ? 0 : Math.max(1, (value / most) * height);
      return tall === 0
        ? ''
        : `M${round(at * step)} ${round(height)}v${round(-tall)}h${round(step * 0.75)}v${round(tall)}z`;
    })
    .join('');
}

const round = (value: number): number => Math.round(value * 100) / 100;
