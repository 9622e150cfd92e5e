import { type SharedRow, sharing } from '../folders/sharing.ts';
import { Bucket } from './contract.ts';
import { bucketDeleted, bucketUpdated } from './events.ts';
import { type FoundBucket, toldOf } from './find-bucket.ts';

/** A bucket cannot leave its last folder, because its files would be lost with it. */
export const sharedBuckets = sharing<FoundBucket & SharedRow>({
  entity: Bucket,
  group: 'Buckets',
  table: 'buckets',
  links: { table: 'bucket_folders', column: 'bucket_id', unique: 'bucket_folders_name' },
  columns: 's.identifier, s.options',
  events: { updated: bucketUpdated, deleted: bucketDeleted },
  toldOf,
  inNoFolder: 'is refused',
});
