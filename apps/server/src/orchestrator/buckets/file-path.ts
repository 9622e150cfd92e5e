import { BucketError } from './bucket-error.ts';

/** In bytes. The limit of S3. */
const LONGEST = 1024;

/**
 * The canonical form of a file's path, without a leading slash. Clients write `a/b`, `/a/b` and `a\b`
 * (activities on Windows) and mean the same file. A path is refused if it could lead outside of the bucket,
 * or outside of the target directory after a download.
 */
export function filePath(text: string | null | undefined, parameter = 'path'): string {
  const path = plain(text ?? '');
  check(path, parameter);
  return path;
}

/** The canonical form of a directory's path: '' for the root, otherwise with a slash at the end. */
export function directoryPath(text: string | null | undefined, parameter = 'directory'): string {
  const path = plain(text ?? '').replace(/\/$/, '');
  if (path === '') return '';
  check(path, parameter);
  return `${path}/`;
}

/** A prefix of paths. It may end in the middle of a name. */
export const pathPrefix = (text: string | null | undefined): string => plain(text ?? '');

/**
 * Normalizes to composed letters. Some systems write the names of files with decomposed letters and later ask
 * for composed ones.
 */
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
