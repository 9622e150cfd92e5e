import { Guid, Int64, Text } from '../../kernel/contract/fields.ts';
import { event, subject } from '../../kernel/events/event.ts';

const ATTACHMENT = subject({
  entity: 'Attachment',
  key: 'key',
  reading: { scope: 'OR.Folders', inFolder: 'BlobFiles.View' },
});

const name = Text({ required: true });

/** The content is there. Nobody sees an attachment before. */
export const attachmentUploaded = event({
  type: 'attachment.uploaded',
  of: ATTACHMENT,
  payload: { name, size: Int64({ required: true }) },
});
/** It is one of a job's files from now on. */
export const attachmentLinked = event({
  type: 'attachment.linked',
  of: ATTACHMENT,
  payload: { name, jobKey: Guid({ required: true }), category: Text() },
});
export const attachmentDeleted = event({ type: 'attachment.deleted', of: ATTACHMENT, payload: { name } });

export const attachmentEvents = [attachmentUploaded, attachmentLinked, attachmentDeleted] as const;
