import { parseVersion } from '@baton/nupkg/version';

const LARGEST = 2 ** 31 - 1;

/**
 * A text that sorts, byte by byte, as NuGet's versions do, and is equal for equal ones: the database finds
 * the newest version by an index, without knowing semantic versioning. `1.2.0-Beta.10` ->
 * `0000000001.0000000002.0000000000.0000000000-1beta 00000000010`.
 *
 * A release comes after its prereleases (`~` after `-`); a number before a word (`0…`, `1…`); fewer labels
 * before more (a blank comes before every character of a label).
 */
export function versionOrder(version: string): string {
  const parsed = parseVersion(version);
  if (!parsed) throw new Error(`'${version}' is no version`);
  const numbers = parsed.numbers.map((number) => String(number).padStart(10, '0')).join('.');
  if (parsed.labels.length === 0) return `${numbers}~`;
  return `${numbers}-${parsed.labels.map(labelOrder).join(' ')}`;
}

function labelOrder(label: string): string {
  const number = /^\d+$/.test(label) ? Number(label) : Number.NaN;
  return number <= LARGEST ? `0${String(number).padStart(10, '0')}` : `1${label.toLowerCase()}`;
}
