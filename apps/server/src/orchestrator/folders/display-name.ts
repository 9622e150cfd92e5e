import { badRequest, CODE } from '../../kernel/errors.ts';

/**
 * `/` parts the names of a path; `.` and `..` mean something in paths that jobs name relative to their own
 * folder.
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
