// Made from the server's declarations by `npm run contract`.
import type { BlobFileAccessDto } from './exports.ts';
import type { Many, NoInput, One, Operation } from './operation.ts';
import type { AccessibleFoldersDto, TagDto, TagDtoInput } from './shared.ts';

export interface BucketDto {
  readonly Name: string;
  readonly Description: string | null;
  /** Made by the client; never changes. */
  readonly Identifier: string;
  /** Null: the files are kept by Orchestrator. Others are not available. */
  readonly StorageProvider: string | null;
  /** For other storage providers, which are not available: leave it null. */
  readonly StorageParameters: string | null;
  /** For other storage providers, which are not available: leave it null. */
  readonly StorageContainer: string | null;
  /** None, or ReadOnly, AuditReadAccess, AccessDataThroughOrchestrator with commas. */
  readonly Options: string | null;
  /** For other storage providers, which are not available: leave it null. */
  readonly CredentialStoreId: number | null;
  /** For other storage providers, which are not available: leave it null. */
  readonly ExternalName: string | null;
  /** For other storage providers, which are not available: leave it null. */
  readonly Password: string | null;
  readonly FoldersCount: number | null;
  readonly Tags: readonly TagDto[] | null;
  readonly Id: number;
}

export interface BucketDtoInput {
  readonly Name: string;
  readonly Description?: string | null;
  /** Made by the client; never changes. */
  readonly Identifier: string;
  /** Null: the files are kept by Orchestrator. Others are not available. */
  readonly StorageProvider?: string | null;
  /** For other storage providers, which are not available: leave it null. */
  readonly StorageParameters?: string | null;
  /** For other storage providers, which are not available: leave it null. */
  readonly StorageContainer?: string | null;
  /** None, or ReadOnly, AuditReadAccess, AccessDataThroughOrchestrator with commas. */
  readonly Options?: string | null;
  /** For other storage providers, which are not available: leave it null. */
  readonly CredentialStoreId?: number | null;
  /** For other storage providers, which are not available: leave it null. */
  readonly ExternalName?: string | null;
  /** For other storage providers, which are not available: leave it null. */
  readonly Password?: string | null;
  readonly Tags?: readonly TagDtoInput[] | null;
}

export interface BucketFoldersShareDto {
  readonly BucketIds: readonly number[];
  readonly ToAddFolderIds?: readonly number[] | null;
  readonly ToRemoveFolderIds?: readonly number[] | null;
}

export interface BlobFileDto {
  readonly FullPath: string | null;
  readonly ContentType: string | null;
  readonly Size: number;
  readonly IsDirectory: boolean | null;
  readonly Id: string;
}

export interface ListBlobItemsResponseDto {
  readonly items: readonly BlobItemDto[] | null;
  readonly continuationToken: string | null;
}

export interface BlobItemDto {
  readonly fullPath: string | null;
  readonly contentType: string | null;
  readonly size: number | null;
  readonly lastModified: string | null;
  readonly accessInfo: BlobFileAccessDto | null;
}

/** The buckets of the folder, its own and those shared with it. */
export const getBuckets: Operation<NoInput, Many<BucketDto>> = {
  id: 'Buckets_Get',
  method: 'GET',
  path: '/odata/Buckets',
  answer: 'many',
};

/** Creates a bucket, whose files Orchestrator keeps. */
export const createBucket: Operation<{ readonly body: BucketDtoInput }, One<BucketDto>> = {
  id: 'Buckets_Post',
  method: 'POST',
  path: '/odata/Buckets',
  answer: 'one',
};

/** A bucket. */
export const getBucket: Operation<{ readonly key: number }, One<BucketDto>> = {
  id: 'Buckets_GetById',
  method: 'GET',
  path: '/odata/Buckets({key})',
  answer: 'one',
};

/** A bucket by its identifier. */
export const getBucketByKey: Operation<{ readonly identifier: string }, One<BucketDto>> = {
  id: 'Buckets_GetByKeyByIdentifier',
  method: 'GET',
  path: '/odata/Buckets/UiPath.Server.Configuration.OData.GetByKey(identifier={identifier})',
  answer: 'one',
};

/** Replaces what can be changed of a bucket. */
export const putBucket: Operation<{ readonly key: number; readonly body: BucketDtoInput }, One<BucketDto>> = {
  id: 'Buckets_PutById',
  method: 'PUT',
  path: '/odata/Buckets({key})',
  answer: 'one',
};

/** Deletes a bucket with its files, in all folders where it is. */
export const deleteBucket: Operation<{ readonly key: number }, undefined> = {
  id: 'Buckets_DeleteById',
  method: 'DELETE',
  path: '/odata/Buckets({key})',
  answer: 'nothing',
};

/** The buckets of all folders where the caller may see them, but for those that one folder has. */
export const getBucketsAcrossFolders: Operation<
  { readonly excludeFolderId?: number | null },
  Many<BucketDto>
> = {
  id: 'Buckets_GetBucketsAcrossFolders',
  method: 'GET',
  path: '/odata/Buckets/UiPath.Server.Configuration.OData.GetBucketsAcrossFolders',
  query: ['excludeFolderId'],
  answer: 'many',
};

/** The folders where a bucket is, as far as the caller may see them, and how many there are in all. */
export const getFoldersForBucket: Operation<{ readonly id: number }, One<AccessibleFoldersDto>> = {
  id: 'Buckets_GetFoldersForBucketById',
  method: 'GET',
  path: '/odata/Buckets/UiPath.Server.Configuration.OData.GetFoldersForBucket(id={id})',
  answer: 'one',
};

/**
 * Adds buckets to folders and takes them from others; all or nothing. A bucket stays in one folder at least.
 */
export const shareBuckets: Operation<{ readonly body: BucketFoldersShareDto }, undefined> = {
  id: 'Buckets_ShareToFolders',
  method: 'POST',
  path: '/odata/Buckets/UiPath.Server.Configuration.OData.ShareToFolders',
  answer: 'nothing',
};

/** The files in a directory of a bucket, or in all directories below it too. */
export const getFiles: Operation<
  {
    readonly key: number;
    readonly directory?: string | null;
    readonly recursive?: boolean | null;
    readonly fileNameGlob?: string | null;
  },
  Many<BlobFileDto>
> = {
  id: 'Buckets_GetFilesByKey',
  method: 'GET',
  path: '/odata/Buckets({key})/UiPath.Server.Configuration.OData.GetFiles',
  query: ['directory', 'recursive', 'fileNameGlob'],
  answer: 'many',
};

/** The directories in a directory of a bucket. */
export const getDirectories: Operation<
  { readonly key: number; readonly directory?: string | null; readonly fileNameGlob?: string | null },
  Many<BlobFileDto>
> = {
  id: 'Buckets_GetDirectoriesByKey',
  method: 'GET',
  path: '/odata/Buckets({key})/UiPath.Server.Configuration.OData.GetDirectories',
  query: ['directory', 'fileNameGlob'],
  answer: 'many',
};

/** What is known of a file, without its content. */
export const getFile: Operation<{ readonly key: number; readonly path: string }, One<BlobFileDto>> = {
  id: 'Buckets_GetFileByKey',
  method: 'GET',
  path: '/odata/Buckets({key})/UiPath.Server.Configuration.OData.GetFile',
  query: ['path'],
  answer: 'one',
};

/** Deletes a file. */
export const deleteFile: Operation<{ readonly key: number; readonly path: string }, undefined> = {
  id: 'Buckets_DeleteFileByKey',
  method: 'DELETE',
  path: '/odata/Buckets({key})/UiPath.Server.Configuration.OData.DeleteFile',
  query: ['path'],
  answer: 'nothing',
};

/** Where a file can be downloaded from, for a while: with Verb, Headers, and a token if RequiresAuth. */
export const getReadUri: Operation<
  { readonly key: number; readonly path: string; readonly expiryInMinutes?: number | null },
  One<BlobFileAccessDto>
> = {
  id: 'Buckets_GetReadUriByKey',
  method: 'GET',
  path: '/odata/Buckets({key})/UiPath.Server.Configuration.OData.GetReadUri',
  query: ['path', 'expiryInMinutes'],
  answer: 'one',
};

/** Where a file can be uploaded to, for a while: with Verb, Headers, and a token if RequiresAuth. */
export const getWriteUri: Operation<
  {
    readonly key: number;
    readonly path: string;
    readonly expiryInMinutes?: number | null;
    readonly contentType?: string | null;
  },
  One<BlobFileAccessDto>
> = {
  id: 'Buckets_GetWriteUriByKey',
  method: 'GET',
  path: '/odata/Buckets({key})/UiPath.Server.Configuration.OData.GetWriteUri',
  query: ['path', 'expiryInMinutes', 'contentType'],
  answer: 'one',
};

/** All files whose path begins with a prefix, page by page. */
export const listFiles: Operation<
  {
    readonly id: number;
    readonly prefix?: string | null;
    readonly takeHint?: number | null;
    readonly continuationToken?: string | null;
    readonly expiryInMinutes?: number | null;
  },
  ListBlobItemsResponseDto
> = {
  id: 'Buckets_ListFilesById',
  method: 'GET',
  path: '/api/Buckets/{id}/ListFiles',
  query: ['prefix', 'takeHint', 'continuationToken', 'expiryInMinutes'],
  answer: 'plain',
};

/** A file of a bucket, for whoever holds an address to read it. */
export const downloadContent: Operation<{ readonly token: string }, Response> = {
  id: 'Buckets_DownloadContent',
  method: 'GET',
  path: '/api/Buckets/Content',
  query: ['token'],
  answer: 'file',
};

/** Writes a file of a bucket, for whoever holds an address to write it. */
export const uploadContent: Operation<{ readonly token: string }, undefined> = {
  id: 'Buckets_UploadContent',
  method: 'PUT',
  path: '/api/Buckets/Content',
  query: ['token'],
  takes: 'bytes',
  answer: 'nothing',
};
