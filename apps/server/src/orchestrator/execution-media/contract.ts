import { entity } from '../../kernel/contract/entity.ts';
import { dto, Int64, NameText, Text } from '../../kernel/contract/fields.ts';
import { file, many, nothing, one, operation } from '../../kernel/contract/operation.ts';
import { attachmentDeleted } from '../attachments/events.ts';
import { IS_MEDIA } from '../attachments/media.ts';

/** Recordings are attachments of jobs under another name. This is how older clients look at them. */
export const ExecutionMedia = entity({
  name: 'ExecutionMediaDto',
  set: 'ExecutionMedia',
  label: 'ExecutionMedia',
  table: `(select l.number as id, l.job_id, a.tenant_id, a.folder_id, a.id as attachment_id, a.name, j.release_name
             from job_attachments l join attachments a on a.id = l.attachment_id join jobs j on j.id = l.job_id
            where ${IS_MEDIA})`,
  inFolder: '$.folder_id in ?',
  properties: {
    StorageLocation: Text({
      from: '$.attachment_id::text',
      maxLength: 255,
      description: 'The id of the attachment that holds it.',
    }),
    Name: NameText({ maxLength: 255 }),
    JobId: Int64(),
    ReleaseName: NameText(),
    Id: Int64(),
  },
});

const common = { tag: 'ExecutionMedia', scope: 'OR.Monitoring', folder: 'required' } as const;

export const getExecutionMedia = operation({
  ...common,
  id: 'ExecutionMedia_Get',
  method: 'GET',
  path: '/odata/ExecutionMedia',
  summary: 'Screenshots and other recordings of the jobs of a folder.',
  permission: 'ExecutionMedia.View',
  odata: { entity: ExecutionMedia, options: 'efsotkc' },
  answer: many(ExecutionMedia),
});
export const getExecutionMediaById = operation({
  ...common,
  id: 'ExecutionMedia_GetById',
  method: 'GET',
  path: '/odata/ExecutionMedia({key})',
  summary: 'What is known of a recording, without its content.',
  permission: 'ExecutionMedia.View',
  params: { key: Int64() },
  odata: { entity: ExecutionMedia, options: 'es' },
  answer: one(ExecutionMedia),
});
export const downloadMediaByJobId = operation({
  ...common,
  id: 'ExecutionMedia_DownloadMediaByJobId',
  method: 'GET',
  path: '/odata/ExecutionMedia/~.DownloadMediaByJobId(jobId={jobId})',
  summary: 'The recording of a job; where it has several, a zip file of them.',
  permission: 'ExecutionMedia.View',
  params: { jobId: Int64({ description: 'Id of the job.' }) },
  answer: file('*/*', {
    also: {
      206: { text: 'The range that was asked for.', body: 'same' },
      416: { text: 'The content has no such range.', body: 'none' },
    },
  }),
});
export const deleteMediaByJobId = operation({
  ...common,
  id: 'ExecutionMedia_DeleteMediaByJobId',
  method: 'POST',
  path: '/odata/ExecutionMedia/~.DeleteMediaByJobId',
  summary: 'Deletes all recordings of a job.',
  permission: 'ExecutionMedia.Delete',
  body: dto('ExecutionMediaDeleteMediaByJobIdRequest', { jobId: Int64({ required: true }) }),
  example: { jobId: 12 },
  tells: [attachmentDeleted],
  answer: nothing(204),
});
