import { isExactNumber } from './exact-json.ts';
import { InvalidPackage } from './invalid-package.ts';

const DEEPEST = 200;

/**
 * Values from a package's files are stored and shown. So texts must not contain NUL or half a surrogate pair,
 * and the nesting must not be too deep for recursion.
 * @throws InvalidPackage that names the place
 */
export function requireStorable(value: unknown, file: string, path = '', depth = 0): void {
  const refuse = (problem: string): InvalidPackage =>
    new InvalidPackage('PackageMetadataValidation', `${file}: ${path.slice(0, 100) || 'content'}`, problem);
  if (typeof value === 'string' && !isStorable(value))
    throw refuse('holds a character that cannot be stored');
  if (typeof value !== 'object' || value === null || isExactNumber(value)) return;
  if (depth === DEEPEST) throw refuse(`is nested deeper than ${DEEPEST} levels`);
  for (const [name, item] of Object.entries(value)) {
    if (!isStorable(name)) throw refuse('has a name with a character that cannot be stored');
    const step = Array.isArray(value) ? `[${name}]` : path === '' ? name : `.${name}`;
    requireStorable(item, file, path + step, depth + 1);
  }
}

const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();
