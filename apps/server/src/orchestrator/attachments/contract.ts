import { entity } from '../../kernel/contract/entity.ts';
import { Complex, DateTime, dto, Guid, Int64, List, NameText, Text } from '../../kernel/contract/fields.ts';
import { anyOf, file, many, nothing, one, operation, plain } from '../../kernel/contract/operation.ts';
import { BlobFileAccess } from '../exports/contract.ts';
import { attachmentDeleted, attachmentLinked, attachmentUploaded } from './events.ts';
import { attachmentSettings } from './settings.ts';

/** Characters of a name, as in the public description. */
export const LONGEST_NAME = 256;
const LONGEST_CATEGORY = 128;

const category = Text({
  maxLength: LONGEST_CATEGORY,
  description: 'Input, Output, Artifact, Evidence, Screenshot, or any word.',
});

export const Attachment = entity({
  name: 'AttachmentDto',
  set: 'Attachments',
  label: 'Attachment',
  table: 'attachments',
  inFolder: '$.folder_id in ?',
  properties: {
    Name: NameText({ required: true, minLength: 1, maxLength: LONGEST_NAME }),
    /** For clients that create an attachment for a job. */
    JobKey: Guid({ writeOnly: true, description: 'A job to link it to at once.' }),
    AttachmentCategory: Text({ writeOnly: true, maxLength: LONGEST_CATEGORY }),
    ContentType: Text({ readOnly: true }),
    Size: Int64({ readOnly: true, description: 'In bytes.' }),
    LastModificationTime: DateTime({ from: 'modified_at', readOnly: true }),
    LastModifierUserId: Int64({ from: 'modifier_user_id', readOnly: true }),
    CreationTime: DateTime({ from: 'created_at', readOnly: true }),
    CreatorUserId: Int64({ readOnly: true }),
    Id: Guid({ readOnly: true }),
    /** Filled by the operations (content-links.ts), which need the id for it whatever is selected. */
    BlobFileAccess: Complex(BlobFileAccess, {
      from: `jsonb_build_object('Uri', $.id)`,
      filterable: false,
      readOnly: true,
      description: 'Where to upload or download the content, for half an hour.',
    }),
  },
});

export const JobAttachment = dto('JobAttachmentDto', {
  attachmentId: Guid({ required: true }),
  jobKey: Guid(),
  category,
  attachmentName: NameText({ readOnly: true }),
  contentType: Text({ readOnly: true }),
  size: Int64({ readOnly: true, description: 'In bytes.' }),
  lastModificationTime: DateTime({ readOnly: true }),
  lastModifierUserId: Int64({ readOnly: true }),
  creationTime: DateTime({ readOnly: true }),
  creatorUserId: Int64({ readOnly: true }),
  id: Guid({ readOnly: true }),
});

const common = { tag: 'Attachments', scope: 'OR.Folders' } as const;
/** Of a caller who makes an attachment one of a job's files. */
export const LINK = anyOf('BlobFiles.Create', 'Jobs.Create', 'Jobs.Edit');
export const VIEW = 'BlobFiles.View';

export const getAttachments = operation({
  ...common,
  id: 'Attachments_Get',
  method: 'GET',
  path: '/odata/Attachments',
  summary: 'The attachments of a folder; without one, of all folders where the caller may see them.',
  permission: VIEW,
  folder: 'optional',
  odata: { entity: Attachment, options: 'efsotkc' },
  answer: many(Attachment),
});
export const createAttachment = operation({
  ...common,
  id: 'Attachments_Post',
  method: 'POST',
  path: '/odata/Attachments',
  summary: 'Makes a place for a file, and says where its content is to be uploaded. It is seen from then on.',
  permission: anyOf('BlobFiles.Create', 'Jobs.Create'),
  heldByJob: true,
  folder: 'required',
  body: dto('AttachmentDto', Attachment.fields),
  example: { Name: 'report.pdf' },
  tells: { nothing: 'Nobody sees it before its content is there.' },
  answer: one(Attachment, 201),
});
export const getAttachment = operation({
  ...common,
  id: 'Attachments_GetById',
  method: 'GET',
  path: '/odata/Attachments({key})',
  summary: 'An attachment, and where its content can be downloaded from.',
  permission: VIEW,
  heldByJob: true,
  folder: 'optional',
  params: { key: Guid() },
  odata: { entity: Attachment, options: 'es' },
  answer: one(Attachment),
});
export const deleteAttachment = operation({
  ...common,
  id: 'Attachments_DeleteById',
  method: 'DELETE',
  path: '/odata/Attachments({key})',
  summary: 'Deletes an attachment. The input of a job that has not ended stays.',
  permission: 'BlobFiles.Delete',
  folder: 'required',
  params: { key: Guid() },
  tells: [attachmentDeleted],
  answer: nothing(204),
});

const ofJob = { tag: 'Attachments', scope: 'OR.Jobs', heldByJob: true } as const;

/** The public description leaves these two out, but the official SDKs call them. */
export const getJobAttachments = operation({
  ...ofJob,
  id: 'JobAttachments_GetByJobKey',
  method: 'GET',
  path: '/api/JobAttachments/GetByJobKey',
  summary: 'The files of a job.',
  permission: 'Jobs.View',
  folder: 'optional',
  query: { jobKey: Guid({ required: true, description: 'Key of the job.' }) },
  answer: plain(List(Complex(JobAttachment))),
});
export const linkAttachment = operation({
  ...ofJob,
  id: 'JobAttachments_Post',
  method: 'POST',
  path: '/api/JobAttachments/Post',
  summary: 'Makes an attachment one of the files of a job; without jobKey, of the job that calls.',
  permission: LINK,
  folder: 'required',
  body: JobAttachment,
  example: {
    attachmentId: '4b4f0b1e-3f60-4b52-9f6c-0a8c3f1f7d11',
    jobKey: '1f8a1a5e-6a5b-4a0e-9c39-0e0f0a7c3d11',
    category: 'Report',
  },
  tells: [attachmentLinked],
  answer: plain(JobAttachment),
});

const content = {
  tag: 'Attachments',
  path: '/api/Attachments/Content',
  scope: null,
  permission: null,
  folder: 'none',
  callers: ['anonymous'],
  query: { token: Text({ required: true, maxLength: 8000 }) },
} as const;

/** Baton's own operations. The addresses of attachments lead here. */
export const downloadAttachment = operation({
  ...content,
  id: 'Attachments_DownloadContent',
  method: 'GET',
  summary: 'The content of an attachment, for whoever holds an address to read it.',
  answer: file('*/*', {
    also: {
      206: { text: 'The range that was asked for.', body: 'same' },
      416: { text: 'The content has no such range.', body: 'none' },
    },
  }),
});
export const uploadAttachment = operation({
  ...content,
  id: 'Attachments_UploadContent',
  method: 'PUT',
  summary: 'Writes the content of an attachment, for whoever holds an address to write it.',
  rawBody: attachmentSettings.largest,
  tells: [attachmentUploaded, attachmentLinked],
  answer: nothing(201),
});
