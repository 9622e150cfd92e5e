import sql from 'sql-template-tag';
import { find, findByKey, list } from '../../kernel/contract/read-rows.ts';
import { handle, type Route } from '../../kernel/http/mount.ts';
import * as contract from './contract.ts';
import { create, remove, update } from './define-bucket.ts';
import { removeFile } from './delete-file.ts';
import { readLink, writeLink } from './file-links.ts';
import * as files from './files-contract.ts';
import { listDirectories, listInDirectory, listPage, showFile } from './list-files.ts';
import { sharedBuckets } from './share-buckets.ts';
import { download, upload } from './transfer-file.ts';

const { Bucket } = contract;

export const bucketsRoutes: readonly Route[] = [
  handle(contract.getBuckets, (ctx) => list(ctx, Bucket)),
  handle(contract.createBucket, create),
  handle(contract.getBucket, (ctx, { key }) => findByKey(ctx, Bucket, key)),
  handle(contract.getBucketByKey, (ctx, { identifier }) =>
    find(ctx, Bucket, { where: (row) => sql`${row}.identifier = ${identifier}::uuid` }),
  ),
  handle(contract.putBucket, update),
  handle(contract.deleteBucket, remove),
  handle(contract.getBucketsAcrossFolders, (ctx, { excludeFolderId }) =>
    list(ctx, Bucket, sharedBuckets.across(ctx, excludeFolderId)),
  ),
  handle(contract.getFoldersForBucket, (ctx, { id }) => sharedBuckets.foldersOf(ctx, id)),
  handle(contract.shareBuckets, (ctx, { body }) => sharedBuckets.share(ctx, body.BucketIds, body)),

  handle(files.getFiles, listInDirectory),
  handle(files.getDirectories, listDirectories),
  handle(files.getFile, showFile),
  handle(files.deleteFile, removeFile),
  handle(files.getReadUri, readLink),
  handle(files.getWriteUri, writeLink),
  handle(files.listFiles, listPage),
  handle(files.downloadContent, download),
  handle(files.uploadContent, upload),
];
