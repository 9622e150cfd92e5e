import { InvalidPackage } from './invalid-package.ts';

/**
 * A version as NuGet reads it: three or four numbers, and the labels of a prerelease. Build
 * metadata is dropped.
 */
export type Version = {
  readonly numbers: readonly [number, number, number, number];
  readonly labels: readonly string[];
};

const SHAPE =
  /^(\d{1,10}(?:\.\d{1,10}){0,3})(?:-([0-9a-z-]+(?:\.[0-9a-z-]+)*))?(?:\+[0-9a-z-]+(?:\.[0-9a-z-]+)*)?$/i;
/** NuGet keeps the numbers in 32 bits. */
const MAX_NUMBER = 2 ** 31 - 1;
/** The longest version that NuGet's servers accept. */
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
 * NuGet's normal form: `1` is `1.0.0`, `01.2.3.0` is `1.2.3`, `1.2.3.4-Beta+5` is
 * `1.2.3.4-Beta`. Versions that differ only in case are equal. Where versions must be unique,
 * compare `normalizeVersion(v).toLowerCase()`.
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

export function isPrerelease(text: string): boolean {
  return (parseVersion(text)?.labels.length ?? 0) > 0;
}
