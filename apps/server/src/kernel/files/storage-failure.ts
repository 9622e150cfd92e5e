/** Something cannot be stored. HTTP answers 507 where there is no room left, else 503; both say so. */
export class StorageFailure extends Error {
  override readonly name = 'StorageFailure';
  readonly isFull: boolean;

  constructor(isFull: boolean, cause: unknown) {
    super(`${isFull ? 'The storage is full' : 'The storage cannot be used'}: ${messageOf(cause)}`, { cause });
    this.isFull = isFull;
  }
}

const FULL = new Set(['ENOSPC', 'EDQUOT']);
/** What an operator has to mend. ENOENT is not among them: it also means that a file is not there. */
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

/** An error of the file system as callers shall see it; any other error as it is. */
export function fileError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (FULL.has(code)) return new StorageFailure(true, error);
  return UNUSABLE.has(code) ? new StorageFailure(false, error) : error;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
