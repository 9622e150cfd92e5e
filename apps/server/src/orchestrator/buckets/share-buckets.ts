import { type SharedRow, sharing } from '../folders/sharing.ts';
import { Bucket } from './contract.ts';
import { type FoundBucket, payloadOf } from './find-bucket.ts';

/** A bucket that is in no folder would be gone with its files. */
export const sharedBuckets = sharing<FoundBucket & SharedRow>({
  entity: Bucket,
  group: 'Buckets',
  table: 'buckets',
  links: { table: 'bucket_folders', column: 'bucket_id' },
  columns: 's.identifier, s.options',
  event: 'bucket',
  eventEntity: 'Bucket',
  payload: payloadOf,
  inNoFolder: 'is refused',
});
