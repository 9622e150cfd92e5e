import type { Terminal } from '../terminal.ts';
import { type Comparison, money } from './figures.ts';

const LABELS: Readonly<Record<string, string>> = {
  rows: 'rows in the CSV',
  malformed: 'malformed, left out',
  duplicates: 'duplicates, refused',
  added: 'added to the queue',
  successful: 'successful',
  refused: 'business exceptions',
  retried: 'tried again',
};

/** The figures side by side, as lines. Figures that differ are highlighted. */
export function tableOf(
  comparisons: readonly Comparison[],
  sources: readonly string[],
  paint: Terminal['paint'],
): string[] {
  const rows = comparisons.map(({ name, values, isMoney, agrees }) => {
    const cells = values.map((value) => (value === undefined ? '–' : isMoney ? money(value) : String(value)));
    return { label: LABELS[name] ?? `total ${name}`, cells, agrees };
  });
  const first = Math.max(...rows.map(({ label }) => label.length));
  const widths = sources.map((source, i) =>
    Math.max(source.length, ...rows.map(({ cells }) => cells[i]!.length)),
  );
  const line = (label: string, cells: readonly string[]): string =>
    [label.padEnd(first), ...cells.map((cell, i) => cell.padStart(widths[i]!))].join('   ');
  return [
    paint('bold', line('', sources)),
    ...rows.map(({ label, cells, agrees }) => {
      const text = line(label, cells);
      return agrees ? text : paint('red', `${text}   differs`);
    }),
  ];
}
