import type { Readable } from 'node:stream';
import sql, { raw } from 'sql-template-tag';
import { ZipFile } from 'yazl';
import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import type { Queryable } from '../../kernel/db/sql.ts';
import { notFound } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { FileStore } from '../../kernel/files/store.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { HARMLESS } from '../../kernel/http/send-stored.ts';
import { attachmentDeleted } from '../attachments/events.ts';
import { IS_MEDIA } from '../attachments/media.ts';
import { sendAttachment } from '../attachments/transfer-content.ts';
import { type deleteMediaByJobId, type downloadMediaByJobId, ExecutionMedia } from './contract.ts';

interface Media {
  readonly attachmentId: string;
  readonly name: string;
  readonly key: string;
  readonly at: string;
}

async function mediaOf(db: Queryable, ctx: Context, jobId: number): Promise<Media[]> {
  const folderId = folderOf(ctx).id;
  const job = await db.first(sql`select from jobs where id = ${jobId} and folder_id = ${folderId}`);
  if (!job) throw notFound('Job');
  return db.query<Media>(sql`
    select a.id as "attachmentId", a.name, a.file_key as key, a.modified_at as at
      from job_attachments l join attachments a on a.id = l.attachment_id
     where l.job_id = ${jobId} and ${raw(IS_MEDIA)} order by l.number`);
}

export async function download(
  ctx: Context,
  { jobId }: InputFor<typeof downloadMediaByJobId>,
): Promise<AnswerFor<typeof downloadMediaByJobId>> {
  const media = await mediaOf(ctx.db, ctx, jobId);
  const [first, ...others] = media;
  if (!first) throw notFound(ExecutionMedia.label);
  if (others.length === 0) return sendAttachment(ctx, first.attachmentId);
  return {
    body: zipOf(ctx.files, media),
    contentType: 'application/zip',
    fileName: `job-${jobId}.zip`,
    headers: HARMLESS,
  };
}

/** Each file is opened after the one before it has been sent. */
function zipOf(files: FileStore, media: readonly Media[]): Readable {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  for (const [i, { name, key, at }] of media.entries()) {
    const plain = name.slice(name.lastIndexOf('/') + 1).replaceAll('\\', '_');
    const open = async (add: (error: null, stream: Readable) => void) => {
      const stored = await files.read(key);
      if (!stored) throw new Error('The file has been deleted meanwhile.');
      stored.stream.once('error', (error) => output.destroy(error));
      output.once('close', () => stored.stream.destroy());
      add(null, stored.stream);
    };
    zip.addReadStreamLazy(`${i + 1}-${plain}`, { mtime: new Date(at), compress: false }, (add) => {
      open(add).catch((error: unknown) => output.destroy(error as Error));
    });
  }
  zip.end();
  return output;
}

export async function remove(ctx: Context, { body }: InputFor<typeof deleteMediaByJobId>): Promise<void> {
  await ctx.transaction(async (tx) => {
    const media = await mediaOf(tx, ctx, body.jobId);
    const gone = await tx.query<{ id: string; name: string }>(sql`
      delete from attachments where id = any(${media.map(({ attachmentId }) => attachmentId)}::uuid[])
      returning id, name`);
    const folderId = folderOf(ctx).id;
    await tell(
      tx,
      ctx,
      attachmentDeleted,
      gone.map(({ id: key, name }) => ({ key, folderId, payload: { name } })),
    );
  });
}
