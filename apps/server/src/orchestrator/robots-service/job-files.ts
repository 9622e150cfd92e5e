import { createReadStream } from 'node:fs';
import { readGuid } from '@baton/odata/guid';
import sql from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import type { Queryable } from '../../kernel/db/sql.ts';
import { invalid, notFound } from '../../kernel/errors.ts';
import { withNewKey } from '../../kernel/files/unused-files.ts';
import type { FileAnswer, Reply } from '../../kernel/http/answer.ts';
import type { Context } from '../../kernel/http/context.ts';
import type { Upload } from '../../kernel/http/multipart.ts';
import { UNKNOWN_TYPE } from '../../kernel/http/send-stored.ts';
import { linkTo } from '../attachments/content-links.ts';
import { linkAttachments } from '../attachments/link-attachments.ts';
import { SCREENSHOT } from '../attachments/media.ts';
import { CONTENT_FOLDER, storeContent } from '../attachments/store-content.ts';
import { sendAttachment } from '../attachments/transfer-content.ts';
import { writeContent } from '../buckets/store-file.ts';
import type { addJobFile, getJobInput, uploadScreenshot } from './contract.ts';
import { machineOf, robotOfMachine } from './robots-of-machine.ts';

interface OwnJob {
  readonly id: number;
  readonly key: string;
  readonly folderId: number;
  readonly inputFile: string | null;
}

/** A job that the caller's machine was given; with an execution, by that one. */
async function requireOwnJob(
  db: Queryable,
  ctx: Context,
  jobKey: string,
  executionId?: string,
): Promise<OwnJob> {
  const job = await db.first<OwnJob>(sql`
    select id, key, folder_id as "folderId", input_file as "inputFile" from jobs
     where key = ${jobKey}::uuid and tenant_id = ${ctx.tenant.id} and machine_id = ${machineOf(ctx)}
       and execution_id = coalesce(${executionId ?? null}::uuid, execution_id)`);
  if (!job) throw notFound('Job');
  return job;
}

const whoOf = (ctx: Context, { folderId }: OwnJob) => ({
  principal: ctx.principal,
  tenant: ctx.tenant,
  folderId,
  userId: null,
});

/**
 * Makes a place for a file of a job. The robot chooses the id, so that it can ask again: a file whose content
 * is there already has no address.
 */
export async function addFile(
  ctx: Context,
  { body }: InputFor<typeof addJobFile>,
): Promise<AnswerFor<typeof addJobFile>> {
  const { jobKey, executionId, id, name, category } = body;
  const isThere = await ctx.transaction(async (tx) => {
    const job = await requireOwnJob(tx, ctx, jobKey, executionId);
    await tx.execute(sql`
      insert into attachments (id, tenant_id, folder_id, name)
      values (${id}::uuid, ${ctx.tenant.id}, ${job.folderId}, ${name}) on conflict (id) do nothing`);
    const links = await tx.query<{ jobId: number }>(sql`
      select job_id as "jobId" from job_attachments where attachment_id = ${id}::uuid`);
    const isNew = links.length === 0;
    const isOwn = links.every(({ jobId }) => jobId === job.id);
    if (!isOwn) throw invalid('id', 'is the id of another attachment');
    if (isNew) await linkAttachments(tx, whoOf(ctx, job), [{ job, attachmentId: id, category }]);
    const row = await tx.first<{ isThere: boolean }>(sql`
      select file_key is not null as "isThere" from attachments where id = ${id}::uuid`);
    if (isNew && row?.isThere) throw invalid('id', 'is the id of another attachment');
    return row?.isThere === true;
  });
  return { attachmentId: id, isThere, access: isThere ? null : linkTo(ctx, 'PUT', id) };
}

/** The arguments of a job, where they are a file. */
export async function jobInput(
  ctx: Context,
  { jobKey, executionId }: InputFor<typeof getJobInput>,
): Promise<FileAnswer | Reply> {
  const { inputFile } = await requireOwnJob(ctx.db, ctx, jobKey!, executionId!);
  if (!inputFile) throw notFound('The input file');
  return sendAttachment(ctx, inputFile);
}

const TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  bmp: 'image/bmp',
};

/** Makes a picture of the host's screen one of the recordings of a job. */
export async function takeScreenshot(
  ctx: Context,
  input: InputFor<typeof uploadScreenshot> & Partial<Upload>,
): Promise<void> {
  const { robotKey, jobKey: given } = input.fields!;
  const [file, ...others] = input.files!;
  if (!file || others.length > 0) throw invalid('file', 'must be one file');
  const jobKey = readGuid(given ?? '');
  if (!jobKey) throw invalid('jobKey', 'must be the key of a job');
  if (!robotKey) throw invalid('robotKey', 'is required');
  await robotOfMachine(ctx.db, machineOf(ctx), { robotKey });
  const job = await requireOwnJob(ctx.db, ctx, jobKey);
  const name = plainName(file.name);
  const type = TYPES[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? UNKNOWN_TYPE;
  await withNewKey(ctx.outside, ctx.files, CONTENT_FOLDER, async (key) => {
    const size = await writeContent(ctx.files, key, createReadStream(file.path));
    await ctx.transaction(async (tx) => {
      const who = whoOf(ctx, job);
      const made = await tx.first<{ id: string }>(sql`
        insert into attachments (tenant_id, folder_id, name)
        values (${ctx.tenant.id}, ${job.folderId}, ${name}) returning id`);
      const attachmentId = made!.id;
      await linkAttachments(tx, who, [{ job, attachmentId, category: SCREENSHOT }]);
      await storeContent(tx, who, attachmentId, { key, size, type });
    });
  });
}

/** The last part of a path, without what cannot be stored. */
function plainName(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  return name.replace(/[\u0000-\u001f\u007f]/g, '_').slice(0, 255) || 'screenshot.png';
}
