import sql from 'sql-template-tag';
import type { InputFor } from '../../kernel/contract/operation.ts';
import { notFound } from '../../kernel/errors.ts';
import { withNewKey } from '../../kernel/files/unused-files.ts';
import type { FileAnswer, Reply } from '../../kernel/http/answer.ts';
import type { Context } from '../../kernel/http/context.ts';
import type { RawBody } from '../../kernel/http/raw-body.ts';
import { sendStored, UNKNOWN_TYPE } from '../../kernel/http/send-stored.ts';
import { writeContent } from '../buckets/store-file.ts';
import { openLink } from './content-links.ts';
import { Attachment, type downloadAttachment, type uploadAttachment } from './contract.ts';
import { CONTENT_FOLDER, storeContent } from './store-content.ts';

export async function download(
  ctx: Context,
  { token }: InputFor<typeof downloadAttachment>,
): Promise<FileAnswer | Reply> {
  const { attachmentId } = openLink(ctx, token, 'GET');
  return sendAttachment(ctx, attachmentId);
}

/** The content of an attachment, for a caller who may have it. */
export async function sendAttachment(ctx: Context, id: string): Promise<FileAnswer | Reply> {
  const row = await ctx.db.first<{ name: string; contentType: string; key: string; size: number }>(sql`
    select name, content_type as "contentType", file_key as key, size from attachments
     where id = ${id}::uuid and file_key is not null`);
  if (!row) throw notFound(Attachment.label);
  const fileName = row.name.slice(row.name.lastIndexOf('/') + 1);
  return sendStored(ctx, { ...row, fileName, label: Attachment.label });
}

/** The content streams to the disk. Until all of it is there, the attachment stays as it was. */
export async function upload(
  ctx: Context,
  { token, content }: InputFor<typeof uploadAttachment> & Partial<RawBody>,
): Promise<void> {
  const { attachmentId, actor, userId } = openLink(ctx, token, 'PUT');
  const found = await ctx.db.first<{ tenantId: number }>(sql`
    select tenant_id as "tenantId" from attachments where id = ${attachmentId}::uuid`);
  if (!found) throw notFound(Attachment.label);
  const who = { principal: undefined, tenant: { id: found.tenantId }, actor, userId };
  await withNewKey(ctx.outside, ctx.files, CONTENT_FOLDER, async (key) => {
    const size = await writeContent(ctx.files, key, content!.bytes);
    const type = content!.type ?? UNKNOWN_TYPE;
    await ctx.transaction((tx) => storeContent(tx, who, attachmentId, { key, size, type }));
  });
}
