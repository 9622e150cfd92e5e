import { parseVersion } from '@baton/nupkg/version';

const LARGEST = 2 ** 31 - 1;

/**
 * A text that sorts byte by byte in the order of NuGet's versions. Equal versions give equal texts. So the
 * database finds the newest version by an index, and need not know semantic versioning. For example,
 * `1.2.0-Beta.10` becomes `0000000001.0000000002.0000000000.0000000000-1beta 00000000010`.
 *
 * A release comes after its prereleases, because `~` sorts after `-`. A number comes before a word, because
 * it begins with `0` and a word with `1`. Fewer labels come before more, because a blank sorts before every
 * character of a label.
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
