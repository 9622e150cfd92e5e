import sql from 'sql-template-tag';
import type { Transaction } from '../../kernel/db/sql.ts';
import { notFound } from '../../kernel/errors.ts';
import { type Teller, tell } from '../../kernel/events/tell.ts';
import { adopt } from '../../kernel/files/unused-files.ts';
import { Attachment } from './contract.ts';
import { attachmentLinked, attachmentUploaded } from './events.ts';

/** Where contents of attachments are in the file store. */
export const CONTENT_FOLDER = 'attachments';

export interface Content {
  /** In the file store, written and not adopted yet. */
  readonly key: string;
  /** In bytes. */
  readonly size: number;
  readonly type: string;
}

interface Found {
  readonly name: string;
  readonly folderId: number;
  readonly wasSeen: boolean;
}

/** Gives an attachment its content. From the commit on, it is seen: by itself and as a file of its jobs. */
export async function storeContent(
  tx: Transaction,
  who: Teller & { readonly userId: number | null },
  attachmentId: string,
  { key, size, type }: Content,
): Promise<void> {
  const found = await tx.first<Found>(sql`
    select name, folder_id as "folderId", file_key is not null as "wasSeen" from attachments
     where id = ${attachmentId}::uuid and tenant_id = ${who.tenant.id} for update`);
  if (!found) throw notFound(Attachment.label);
  const { name, folderId, wasSeen } = found;
  await adopt(tx, key);
  await tx.execute(sql`
    update attachments
       set file_key = ${key}, size = ${size}, content_type = ${type}, modified_at = now(), modifier_user_id = ${who.userId}
     where id = ${attachmentId}::uuid`);
  await tell(tx, who, attachmentUploaded, [{ key: attachmentId, folderId, payload: { name, size } }]);
  if (wasSeen) return;
  const links = await tx.query<{ jobKey: string; category: string | null }>(sql`
    select j.key as "jobKey", l.category from job_attachments l join jobs j on j.id = l.job_id
     where l.attachment_id = ${attachmentId}::uuid order by l.number`);
  await tell(
    tx,
    who,
    attachmentLinked,
    links.map((link) => ({ key: attachmentId, folderId, payload: { name, ...link } })),
  );
}
