import { ApiError, CODE } from '../../kernel/errors.ts';

/**
 * Refusals that have a name in the API but no published number. They get the nearest general number, and
 * their name is in the message.
 */
export class BucketError extends ApiError {
  constructor(status: 400 | 409, errorName: BucketErrorName, message: string) {
    super(status, NUMBERS[status], `${message} (${errorName})`);
  }
}

const NUMBERS = { 400: CODE.InvalidArgument, 409: CODE.ForbiddenOperation } as const;

type BucketErrorName =
  | 'InvalidStorageProvider'
  | 'UnavailableStorageProvider'
  | 'BucketIsReadOnly'
  | 'InvalidBlobFilePath';

export const bucketIsReadOnly = (name: string): BucketError =>
  new BucketError(409, 'BucketIsReadOnly', `The bucket ${name} is read-only.`);
