/** Something cannot be stored. HTTP answers 507 if there is no room left, and 503 otherwise. Both say so. */
export class StorageFailure extends Error {
  override readonly name = 'StorageFailure';
  readonly isFull: boolean;

  constructor(isFull: boolean, cause: unknown) {
    super(`${isFull ? 'The storage is full' : 'The storage cannot be used'}: ${messageOf(cause)}`, { cause });
    this.isFull = isFull;
  }
}

const FULL = new Set(['ENOSPC', 'EDQUOT']);
/**
 * Errors that an operator has to fix. ENOENT is not among them, because it also means that a file
 * is not there.
 */
const UNUSABLE = new Set([
  'EROFS',
  'EACCES',
  'EPERM',
  'EIO',
  'ENOTDIR',
  'EFBIG',
  'EMFILE',
  'ENFILE',
  'ESTALE',
]);

/** An error of the file system in the form that callers see. Any other error stays as it is. */
export function fileError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (FULL.has(code)) return new StorageFailure(true, error);
  return UNUSABLE.has(code) ? new StorageFailure(false, error) : error;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
