import { InvalidPackage } from './invalid-package.ts';

/**
 * A version as NuGet reads it: three or four numbers and the labels of a prerelease; build metadata is
 * dropped.
 */
export type Version = {
  readonly numbers: readonly [number, number, number, number];
  readonly labels: readonly string[];
};

const SHAPE =
  /^(\d{1,10}(?:\.\d{1,10}){0,3})(?:-([0-9a-z-]+(?:\.[0-9a-z-]+)*))?(?:\+[0-9a-z-]+(?:\.[0-9a-z-]+)*)?$/i;
/** NuGet keeps the numbers in 32 bits. */
const MAX_NUMBER = 2 ** 31 - 1;
/** Longest version that NuGet's servers take. */
const MAX_LENGTH = 64;

/** @returns null for a text that is no version */
export function parseVersion(text: string): Version | null {
  const trimmed = text.trim();
  const match = trimmed.length > MAX_LENGTH ? null : SHAPE.exec(trimmed);
  if (!match) return null;
  const numbers = (match[1] ?? '').split('.').map(Number);
  if (numbers.some((number) => number > MAX_NUMBER)) return null;
  const [major = 0, minor = 0, patch = 0, revision = 0] = numbers;
  return { numbers: [major, minor, patch, revision], labels: match[2]?.split('.') ?? [] };
}

/**
 * NuGet's normal form: `1` is `1.0.0`, `01.2.3.0` is `1.2.3`, `1.2.3.4-Beta+5` is `1.2.3.4-Beta`. Versions
 * that differ in case only are equal, so keep `normalizeVersion(v).toLowerCase()` where they have to be
 * unique.
 * @throws InvalidPackage (`InvalidPackageVersion`) for a text that is no version
 */
export function normalizeVersion(text: string): string {
  const version = parseVersion(text);
  if (!version)
    throw new InvalidPackage('InvalidPackageVersion', 'version', `'${text}' is not a NuGet version`);
  const [major, minor, patch, revision] = version.numbers;
  const release = revision === 0 ? `${major}.${minor}.${patch}` : version.numbers.join('.');
  return version.labels.length === 0 ? release : `${release}-${version.labels.join('.')}`;
}

/**
 * Negative where `a` is older than `b`, 0 where they are the same version. A text that is no version is older
 * than every version, so that one bad row cannot break a sorted list.
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

export function isPrerelease(text: string): boolean {
  return (parseVersion(text)?.labels.length ?? 0) > 0;
}

/**
 * The newest of the versions as it was written, or null for none. A release is preferred to a newer
 * prerelease only if the caller filters: Orchestrator's feeds do not.
 */
export function latest(versions: Iterable<string>): string | null {
  let newest: string | null = null;
  for (const version of versions) {
    if (newest === null || compareVersions(version, newest) > 0) newest = version;
  }
  return newest;
}

/**
 * Semantic versioning, but case does not count: numbers before words, fewer labels before more, no label
 * last.
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
  return number > MAX_NUMBER ? null : number;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
