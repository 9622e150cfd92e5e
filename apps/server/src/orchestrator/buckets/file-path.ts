import { BucketError } from './bucket-error.ts';

/** Bytes; what S3 takes. */
const LONGEST = 1024;

/**
 * The one spelling of a file's path, without a slash before it: clients write `a/b`, `/a/b` and `a\b`
 * (activities on Windows) and mean the same file. What could mean a place outside of the bucket, there or on
 * somebody's disk after a download, is refused.
 */
export function filePath(text: string | null | undefined, parameter = 'path'): string {
  const path = plain(text ?? '');
  check(path, parameter);
  return path;
}

/** Of a directory: '' for the root, else with a slash behind it. */
export function directoryPath(text: string | null | undefined, parameter = 'directory'): string {
  const path = plain(text ?? '').replace(/\/$/, '');
  if (path === '') return '';
  check(path, parameter);
  return `${path}/`;
}

/** What paths begin with; need not end where a name does. */
export const pathPrefix = (text: string | null | undefined): string => plain(text ?? '');

/** Composed letters: some systems give the names of files decomposed, and ask for them composed. */
const plain = (text: string): string => text.normalize('NFC').replaceAll('\\', '/').replace(/^\//, '');

function check(path: string, parameter: string): void {
  const refuse = (reason: string): never => {
    throw new BucketError(400, 'InvalidBlobFilePath', `${parameter}: ${reason}.`);
  };
  if (path === '') refuse('is required');
  if (Buffer.byteLength(path) > LONGEST) refuse(`is longer than ${LONGEST} bytes`);
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(path)) refuse('holds a control character');
  if (/^[a-z]:/i.test(path)) refuse('must not begin with a drive');
  const names = path.split('/');
  if (names.includes('')) refuse('has an empty name between two slashes, or ends with a slash');
  if (names.some((name) => name === '.' || name === '..')) refuse("must not hold the names '.' and '..'");
}
