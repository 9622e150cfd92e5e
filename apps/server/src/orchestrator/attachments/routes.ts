import { handle, type Route } from '../../kernel/http/mount.ts';
import * as contract from './contract.ts';
import { create, link, listAttachments, listOfJob, remove, show } from './define-attachment.ts';
import { download, upload } from './transfer-content.ts';

export const attachmentRoutes: readonly Route[] = [
  handle(contract.getAttachments, listAttachments),
  handle(contract.createAttachment, create),
  handle(contract.getAttachment, show),
  handle(contract.deleteAttachment, remove),
  handle(contract.getJobAttachments, listOfJob),
  handle(contract.linkAttachment, link),
  handle(contract.downloadAttachment, download),
  handle(contract.uploadAttachment, upload),
];
