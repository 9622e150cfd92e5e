import { entity } from '../../kernel/contract/entity.ts';
import { Bool, Complex, DateTime, dto, Int32, Int64, List, Text } from '../../kernel/contract/fields.ts';
import { allOf, file, many, nothing, one, operation, plain } from '../../kernel/contract/operation.ts';
import { MEDIA_TYPE } from '../../kernel/http/raw-body.ts';
import { BlobFileAccess } from '../exports/contract.ts';
import { common } from './contract.ts';
import { fileAccessed, fileDeleted, fileUploaded } from './events.ts';

/**
 * A file or a directory. A directory exists only while it has files. Operations supply their own
 * rows (list-files.ts).
 */
export const BlobFile = entity({
  name: 'BlobFileDto',
  label: 'BlobFile',
  table: 'bucket_files',
  inTenant: false,
  properties: {
    FullPath: Text(),
    ContentType: Text(),
    Size: Int64({ default: 0 }),
    IsDirectory: Bool(),
    Id: Text({ from: 'full_path' }),
  },
});

export const VIEW = allOf('Buckets.View', 'BlobFiles.View');
export const CREATE = allOf('Buckets.View', 'BlobFiles.Create');

/** In minutes. The limit of S3. */
export const LONGEST_LINK = 7 * 24 * 60;

const path = Text({ required: true, description: 'With or without a slash before it.' });
const expiryInMinutes = Int32({
  min: 0,
  max: LONGEST_LINK,
  description: 'How long the address is good. 0: 30 minutes.',
});
const fileNameGlob = Text({
  maxLength: 256,
  description: '* for any characters, ? for one.',
  example: '*.pdf',
});
const ofBucket = { ...common, params: { key: Int64() } } as const;
const listed = { odata: { entity: BlobFile, options: 'efsotkc' }, answer: many(BlobFile) } as const;

export const getFiles = operation({
  ...ofBucket,
  ...listed,
  id: 'Buckets_GetFilesByKey',
  method: 'GET',
  path: '/odata/Buckets({key})/~.GetFiles',
  summary: 'The files in a directory of a bucket, or in all directories below it too.',
  permission: VIEW,
  query: { directory: Text(), recursive: Bool(), fileNameGlob },
});
export const getDirectories = operation({
  ...ofBucket,
  ...listed,
  id: 'Buckets_GetDirectoriesByKey',
  method: 'GET',
  path: '/odata/Buckets({key})/~.GetDirectories',
  summary: 'The directories in a directory of a bucket.',
  permission: VIEW,
  query: { directory: Text(), fileNameGlob },
});
export const getFile = operation({
  ...ofBucket,
  id: 'Buckets_GetFileByKey',
  method: 'GET',
  path: '/odata/Buckets({key})/~.GetFile',
  summary: 'What is known of a file, without its content.',
  permission: VIEW,
  query: { path },
  odata: { entity: BlobFile, options: 'es' },
  answer: one(BlobFile),
});
export const deleteFile = operation({
  ...ofBucket,
  id: 'Buckets_DeleteFileByKey',
  method: 'DELETE',
  path: '/odata/Buckets({key})/~.DeleteFile',
  summary: 'Deletes a file.',
  permission: allOf('Buckets.View', 'BlobFiles.Delete'),
  query: { path },
  tells: [fileDeleted],
  answer: nothing(204),
});
export const getReadUri = operation({
  ...ofBucket,
  id: 'Buckets_GetReadUriByKey',
  tells: [fileAccessed],
  method: 'GET',
  path: '/odata/Buckets({key})/~.GetReadUri',
  summary:
    'Where a file can be downloaded from, for a while: with Verb, Headers, and a token if RequiresAuth.',
  permission: VIEW,
  query: { path, expiryInMinutes },
  answer: one(BlobFileAccess),
});
export const getWriteUri = operation({
  ...ofBucket,
  id: 'Buckets_GetWriteUriByKey',
  method: 'GET',
  path: '/odata/Buckets({key})/~.GetWriteUri',
  summary: 'Where a file can be uploaded to, for a while: with Verb, Headers, and a token if RequiresAuth.',
  permission: CREATE,
  query: {
    path,
    expiryInMinutes,
    contentType: Text({
      maxLength: 255,
      pattern: MEDIA_TYPE,
      description: 'Type of the file; without it the one that the upload names.',
      example: 'application/pdf',
    }),
  },
  answer: one(BlobFileAccess),
});

const BlobItem = dto('BlobItemDto', {
  fullPath: Text(),
  contentType: Text(),
  size: Int64(),
  lastModified: DateTime(),
  accessInfo: Complex(BlobFileAccess),
});

export const listFiles = operation({
  ...common,
  id: 'Buckets_ListFilesById',
  tells: [fileAccessed],
  method: 'GET',
  path: '/api/Buckets/{id}/ListFiles',
  summary: 'All files whose path begins with a prefix, page by page.',
  permission: VIEW,
  params: { id: Int64() },
  query: {
    prefix: Text(),
    takeHint: Int32({ min: 0, max: 1000, description: 'Files in a page. 0: 500.' }),
    continuationToken: Text({ maxLength: 4000, description: 'Of the page before.', example: '' }),
    expiryInMinutes: Int32({
      min: 0,
      max: LONGEST_LINK,
      description: 'With it each file comes with an address to download it from.',
    }),
  },
  answer: plain(
    dto('ListBlobItemsResponseDto', { items: List(Complex(BlobItem)), continuationToken: Text() }),
  ),
});

const content = {
  tag: 'Buckets',
  path: '/api/Buckets/Content',
  scope: null,
  permission: null,
  folder: 'none',
  callers: ['anonymous'],
  query: { token: Text({ required: true, maxLength: 8000 }) },
} as const;

/** Baton's own operation. The addresses of GetReadUri and GetWriteUri lead here. */
export const downloadContent = operation({
  ...content,
  id: 'Buckets_DownloadContent',
  method: 'GET',
  summary: 'A file of a bucket, for whoever holds an address to read it.',
  answer: file('*/*', {
    also: {
      206: { text: 'The range that was asked for.', body: 'same' },
      416: { text: 'The file has no such range.', body: 'none' },
    },
  }),
});
export const uploadContent = operation({
  ...content,
  id: 'Buckets_UploadContent',
  method: 'PUT',
  summary: 'Writes a file of a bucket, for whoever holds an address to write it.',
  rawBody: true,
  tells: [fileUploaded],
  answer: nothing(201),
});
