import { Guid, Text } from '../../kernel/contract/fields.ts';
import { event, subject } from '../../kernel/events/event.ts';
import { ofShared } from '../folders/events.ts';

const BUCKET = subject({
  entity: 'Bucket',
  key: 'key',
  reading: { scope: 'OR.Buckets', inFolder: 'Buckets.View' },
});
const BLOB_FILE = subject({
  entity: 'BlobFile',
  key: 'id',
  reading: { scope: 'OR.Buckets', inFolder: { all: ['Buckets.View', 'BlobFiles.View'] } },
});

const ofBucket = { ...ofShared, key: Guid({ required: true }) };
const ofFile = { bucketName: Text({ required: true }), fullPath: Text({ required: true }) };

export const bucketCreated = event({ type: 'bucket.created', of: BUCKET, payload: ofBucket });
export const bucketUpdated = event({ type: 'bucket.updated', of: BUCKET, payload: ofBucket });
export const bucketDeleted = event({ type: 'bucket.deleted', of: BUCKET, payload: ofBucket });
export const fileUploaded = event({ type: 'blobfile.uploaded', of: BLOB_FILE, payload: ofFile });
export const fileDeleted = event({ type: 'blobfile.deleted', of: BLOB_FILE, payload: ofFile });
/**
 * A caller was given an address to read the file from. Only buckets whose reading is audited have this event.
 */
export const fileAccessed = event({ type: 'blobfile.accessed', of: BLOB_FILE, payload: ofFile });

export const bucketEvents = [
  bucketCreated,
  bucketUpdated,
  bucketDeleted,
  fileUploaded,
  fileDeleted,
  fileAccessed,
] as const;
