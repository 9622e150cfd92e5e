// Made from the server's declarations by `npm run contract`.
import type { BlobFileAccessDto } from './exports.ts';
import type { Many, NoInput, One, Operation } from './operation.ts';

export interface JobAttachmentDtoInput {
  readonly attachmentId: string;
  readonly jobKey?: string | null;
  /** Input, Output, Artifact, Evidence, Screenshot, or any word. */
  readonly category?: string | null;
}

export interface AttachmentDto {
  readonly Name: string;
  readonly ContentType: string | null;
  /** In bytes. */
  readonly Size: number | null;
  readonly LastModificationTime: string | null;
  readonly LastModifierUserId: number | null;
  readonly CreationTime: string | null;
  readonly CreatorUserId: number | null;
  readonly Id: string;
  /** Where to upload or download the content, for half an hour. */
  readonly BlobFileAccess: BlobFileAccessDto | null;
}

export interface AttachmentDtoInput {
  readonly Name: string;
  /** A job to link it to at once. */
  readonly JobKey?: string | null;
  readonly AttachmentCategory?: string | null;
}

export interface JobAttachmentDto {
  readonly attachmentId: string;
  readonly jobKey: string | null;
  /** Input, Output, Artifact, Evidence, Screenshot, or any word. */
  readonly category: string | null;
  readonly attachmentName: string | null;
  readonly contentType: string | null;
  /** In bytes. */
  readonly size: number | null;
  readonly lastModificationTime: string | null;
  readonly lastModifierUserId: number | null;
  readonly creationTime: string | null;
  readonly creatorUserId: number | null;
  readonly id: string | null;
}

/** The attachments of a folder; without one, of all folders where the caller may see them. */
export const getAttachments: Operation<NoInput, Many<AttachmentDto>> = {
  id: 'Attachments_Get',
  method: 'GET',
  path: '/odata/Attachments',
  answer: 'many',
};

/** Makes a place for a file, and says where its content is to be uploaded. It is seen from then on. */
export const createAttachment: Operation<{ readonly body: AttachmentDtoInput }, One<AttachmentDto>> = {
  id: 'Attachments_Post',
  method: 'POST',
  path: '/odata/Attachments',
  answer: 'one',
};

/** An attachment, and where its content can be downloaded from. */
export const getAttachment: Operation<{ readonly key: string }, One<AttachmentDto>> = {
  id: 'Attachments_GetById',
  method: 'GET',
  path: '/odata/Attachments({key})',
  answer: 'one',
};

/** Deletes an attachment. The input of a job that has not ended stays. */
export const deleteAttachment: Operation<{ readonly key: string }, undefined> = {
  id: 'Attachments_DeleteById',
  method: 'DELETE',
  path: '/odata/Attachments({key})',
  answer: 'nothing',
};

/** The files of a job. */
export const getJobAttachments: Operation<{ readonly jobKey: string }, readonly JobAttachmentDto[]> = {
  id: 'JobAttachments_GetByJobKey',
  method: 'GET',
  path: '/api/JobAttachments/GetByJobKey',
  query: ['jobKey'],
  answer: 'plain',
};

/** Makes an attachment one of the files of a job; without jobKey, of the job that calls. */
export const linkAttachment: Operation<{ readonly body: JobAttachmentDtoInput }, JobAttachmentDto> = {
  id: 'JobAttachments_Post',
  method: 'POST',
  path: '/api/JobAttachments/Post',
  answer: 'plain',
};

/** The content of an attachment, for whoever holds an address to read it. */
export const downloadAttachment: Operation<{ readonly token: string }, Response> = {
  id: 'Attachments_DownloadContent',
  method: 'GET',
  path: '/api/Attachments/Content',
  query: ['token'],
  answer: 'file',
};

/** Writes the content of an attachment, for whoever holds an address to write it. */
export const uploadAttachment: Operation<{ readonly token: string }, undefined> = {
  id: 'Attachments_UploadContent',
  method: 'PUT',
  path: '/api/Attachments/Content',
  query: ['token'],
  takes: 'bytes',
  answer: 'nothing',
};
