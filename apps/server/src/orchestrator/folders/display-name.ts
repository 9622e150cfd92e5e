import { badRequest, CODE } from '../../kernel/errors.ts';

/**
 * `/` separates the names in a path. `.` and `..` have a meaning in paths that jobs give relative to their
 * own folder.
 */
export function checkDisplayName(name: string): string {
  if (name === '' || name.includes('/') || name === '.' || name === '..') {
    throw badRequest(
      CODE.InvalidFolderDisplayName,
      "DisplayName: needs letters, must not hold '/', nor be '.' or '..'.",
    );
  }
  return name;
}
