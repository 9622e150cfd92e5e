import { entity } from '../../kernel/contract/entity.ts';
import { Complex, dto, Guid, Int32, Int64, List, NameText, Text } from '../../kernel/contract/fields.ts';
import { many, nothing, one, operation } from '../../kernel/contract/operation.ts';
import { AccessibleFolders } from '../folders/accessible-folders.ts';
import { Tag } from '../tag.ts';
import { OPTIONS_SQL } from './bucket-options.ts';
import { bucketCreated, bucketDeleted, bucketUpdated } from './events.ts';

const OTHER_PROVIDERS = 'For other storage providers, which are not available: leave it null.';

export const Bucket = entity({
  name: 'BucketDto',
  set: 'Buckets',
  label: 'Bucket',
  table: 'buckets',
  inFolder: 'exists (select from bucket_folders l where l.bucket_id = $.id and l.folder_id in ?)',
  properties: {
    Name: NameText({ required: true, maxLength: 128 }),
    Description: Text({ maxLength: 512 }),
    Identifier: Guid({ required: true, description: 'Made by the client; never changes.' }),
    StorageProvider: Text({
      constant: null,
      maxLength: 128,
      description: 'Null: the files are kept by Orchestrator. Others are not available.',
    }),
    StorageParameters: Text({ constant: null, description: OTHER_PROVIDERS }),
    StorageContainer: Text({ constant: null, description: OTHER_PROVIDERS }),
    Options: Text({
      from: OPTIONS_SQL,
      maxLength: 100,
      description: 'None, or ReadOnly, AuditReadAccess, AccessDataThroughOrchestrator with commas.',
    }),
    CredentialStoreId: Int64({ constant: null, description: OTHER_PROVIDERS }),
    ExternalName: Text({ constant: null, maxLength: 450, description: OTHER_PROVIDERS }),
    Password: Text({ constant: null, description: OTHER_PROVIDERS }),
    FoldersCount: Int32({
      from: '(select count(*)::int from bucket_folders l where l.bucket_id = $.id)',
      readOnly: true,
    }),
    Tags: List(Complex(Tag)),
    Id: Int64({ readOnly: true }),
  },
});

const BucketInput = dto('BucketDto', Bucket.fields);

export const common = { tag: 'Buckets', scope: 'OR.Buckets', folder: 'required' } as const;
const listed = { odata: { entity: Bucket, options: 'efsotkc' }, answer: many(Bucket) } as const;
const example = { Name: 'Invoices', Identifier: '4b4f0b1e-3f60-4b52-9f6c-0a8c3f1f7d11' };

export const getBuckets = operation({
  ...common,
  ...listed,
  id: 'Buckets_Get',
  method: 'GET',
  path: '/odata/Buckets',
  summary: 'The buckets of the folder, its own and those shared with it.',
  permission: 'Buckets.View',
});
export const createBucket = operation({
  ...common,
  id: 'Buckets_Post',
  method: 'POST',
  path: '/odata/Buckets',
  summary: 'Creates a bucket, whose files Orchestrator keeps.',
  permission: 'Buckets.Create',
  body: BucketInput,
  example,
  tells: [bucketCreated],
  answer: one(Bucket, 201),
});
export const getBucket = operation({
  ...common,
  id: 'Buckets_GetById',
  method: 'GET',
  path: '/odata/Buckets({key})',
  summary: 'A bucket.',
  permission: 'Buckets.View',
  params: { key: Int64() },
  odata: { entity: Bucket, options: 'es' },
  answer: one(Bucket),
});
/** The public description leaves this out, but the official Python SDK calls it. */
export const getBucketByKey = operation({
  ...common,
  id: 'Buckets_GetByKeyByIdentifier',
  method: 'GET',
  path: '/odata/Buckets/~.GetByKey(identifier={identifier})',
  summary: 'A bucket by its identifier.',
  permission: 'Buckets.View',
  params: { identifier: Guid() },
  odata: { entity: Bucket, options: 'es' },
  answer: one(Bucket),
});
export const putBucket = operation({
  ...common,
  id: 'Buckets_PutById',
  method: 'PUT',
  path: '/odata/Buckets({key})',
  summary: 'Replaces what can be changed of a bucket.',
  permission: 'Buckets.Edit',
  params: { key: Int64() },
  body: BucketInput,
  example,
  tells: [bucketUpdated],
  answer: one(Bucket),
});
export const deleteBucket = operation({
  ...common,
  id: 'Buckets_DeleteById',
  method: 'DELETE',
  path: '/odata/Buckets({key})',
  summary: 'Deletes a bucket with its files, in all folders where it is.',
  permission: 'Buckets.Delete',
  params: { key: Int64() },
  tells: [bucketDeleted],
  answer: nothing(204),
});

const acrossFolders = { ...common, permission: null, folder: 'optional' } as const;

export const getBucketsAcrossFolders = operation({
  ...acrossFolders,
  ...listed,
  id: 'Buckets_GetBucketsAcrossFolders',
  method: 'GET',
  path: '/odata/Buckets/~.GetBucketsAcrossFolders',
  summary: 'The buckets of all folders where the caller may see them, but for those that one folder has.',
  query: { excludeFolderId: Int64() },
});
export const getFoldersForBucket = operation({
  ...acrossFolders,
  id: 'Buckets_GetFoldersForBucketById',
  method: 'GET',
  path: '/odata/Buckets/~.GetFoldersForBucket(id={id})',
  summary: 'The folders where a bucket is, as far as the caller may see them, and how many there are in all.',
  params: { id: Int64() },
  answer: one(AccessibleFolders),
});
export const shareBuckets = operation({
  ...acrossFolders,
  id: 'Buckets_ShareToFolders',
  method: 'POST',
  path: '/odata/Buckets/~.ShareToFolders',
  summary:
    'Adds buckets to folders and takes them from others; all or nothing. A bucket stays in one folder at least.',
  body: dto('BucketFoldersShareDto', {
    BucketIds: List(Int64(), { required: true, min: 1, max: 1000 }),
    ToAddFolderIds: List(Int64(), { max: 1000 }),
    ToRemoveFolderIds: List(Int64(), { max: 1000 }),
  }),
  example: { BucketIds: [1], ToAddFolderIds: [1], ToRemoveFolderIds: [] },
  tells: [bucketUpdated],
  answer: nothing(204),
});
