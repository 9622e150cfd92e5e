import { parseVersion } from './version.ts';

// A second implementation of the order of versions. Tests compare it with the one in the database.

/**
 * Negative if `a` is older than `b`, 0 if they are the same version. A text that is no version is older than
 * every version, so that one bad row cannot break a sorted list.
 */
export function compareVersions(a: string, b: string): number {
  const left = parseVersion(a);
  const right = parseVersion(b);
  if (!left || !right) return left ? 1 : right ? -1 : compareText(a, b);
  for (const [index, number] of left.numbers.entries()) {
    const other = right.numbers[index] ?? 0;
    if (number !== other) return number - other;
  }
  return compareLabels(left.labels, right.labels);
}

/**
 * Semantic versioning without regard to case: numbers come before words, fewer labels before
 * more, and no label last.
 */
function compareLabels(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  for (const [index, label] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const difference = compareLabel(label, other);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function compareLabel(a: string, b: string): number {
  const left = asNumber(a);
  const right = asNumber(b);
  if (left !== null && right !== null) return left - right;
  if (left !== null) return -1;
  if (right !== null) return 1;
  return compareText(a.toLowerCase(), b.toLowerCase());
}

function asNumber(label: string): number | null {
  if (!/^\d+$/.test(label)) return null;
  const number = Number(label);
  return number > 2 ** 31 - 1 ? null : number;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
