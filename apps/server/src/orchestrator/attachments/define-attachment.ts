import sql, { type Sql } from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import { find, findByKey, list, type Page } from '../../kernel/contract/read-rows.ts';
import type { Queryable } from '../../kernel/db/sql.ts';
import { CODE, conflict, forbidden, invalid, notFound } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { FINAL } from '../jobs/transitions.ts';
import { withLink } from './content-links.ts';
import {
  Attachment,
  type createAttachment,
  type deleteAttachment,
  type getAttachment,
  type getJobAttachments,
  LINK,
  type linkAttachment,
  VIEW,
} from './contract.ts';
import { attachmentDeleted } from './events.ts';
import { linkAttachments } from './link-attachments.ts';

/** Nobody sees an attachment before its content is there. */
const hasContent = (row: Sql): Sql => sql`${row}.file_key is not null`;

const whoOf = (ctx: Context) => ({
  principal: ctx.principal,
  tenant: ctx.tenant,
  folderId: folderOf(ctx).id,
  userId: ctx.access.user?.id ?? null,
});

export async function listAttachments(ctx: Context): Promise<Page> {
  const folder = ctx.folder?.id ?? ctx.access.folders(VIEW);
  const page = await list(ctx, Attachment, { folder, where: hasContent });
  return page.map((row) => withLink(ctx, 'GET', row));
}

export async function create(
  ctx: Context,
  { body }: InputFor<typeof createAttachment>,
): Promise<AnswerFor<typeof createAttachment>> {
  const folder = folderOf(ctx).id;
  const id = await ctx.transaction(async (tx) => {
    const made = await tx.first<{ id: string }>(sql`
      insert into attachments (tenant_id, folder_id, name, creator_user_id)
      values (${ctx.tenant.id}, ${folder}, ${body.Name}, ${ctx.access.user?.id ?? null}) returning id`);
    if (body.JobKey) {
      const job = await requireJob(tx, ctx, body.JobKey);
      const category = body.AttachmentCategory ?? null;
      await linkAttachments(tx, whoOf(ctx), [{ job, attachmentId: made!.id, category }]);
    }
    return made!.id;
  });
  return withLink(ctx, 'PUT', await findByKey(ctx, Attachment, id, { folder }));
}

/** A job that may not see all attachments of its folder still sees its own. */
export async function show(
  ctx: Context,
  { key }: InputFor<typeof getAttachment>,
): Promise<AnswerFor<typeof getAttachment>> {
  const { job } = ctx.principal;
  const folder = ctx.folder?.id ?? job?.folderId ?? ctx.access.folders(VIEW);
  const isOnlyOwn = job !== undefined && !ctx.access.allows(VIEW, job.folderId);
  const row = await find(ctx, Attachment, {
    folder,
    where: (a) => {
      const isIt = sql`${a}.id = ${key}::uuid and ${hasContent(a)}`;
      if (!isOnlyOwn) return isIt;
      return sql`${isIt} and exists (
        select from job_attachments l join jobs j on j.id = l.job_id
         where l.attachment_id = ${a}.id and j.key = ${job.key}::uuid)`;
    },
  });
  return withLink(ctx, 'GET', row);
}

export async function remove(ctx: Context, { key }: InputFor<typeof deleteAttachment>): Promise<void> {
  const folderId = folderOf(ctx).id;
  await ctx.transaction(async (tx) => {
    const row = await tx.first<{ name: string }>(sql`
      select name from attachments where id = ${key}::uuid and folder_id = ${folderId} and file_key is not null for update`);
    if (!row) throw notFound(Attachment.label);
    const isNeeded = await tx.first(sql`
      select from job_attachments l join jobs j on j.id = l.job_id
       where l.attachment_id = ${key}::uuid and j.input_file = ${key}::uuid and j.state not in ${FINAL} limit 1`);
    if (isNeeded)
      throw conflict(CODE.ForbiddenOperation, 'The attachment is the input of a job that has not ended.');
    await tx.execute(sql`delete from attachments where id = ${key}::uuid`);
    await tell(tx, ctx, attachmentDeleted, [{ key, folderId, payload: { name: row.name } }]);
  });
}

interface FoundJob {
  readonly id: number;
  readonly key: string;
}

/**
 * A job of the call's folder, kept from being deleted. Another one than the caller itself takes the right.
 */
async function requireJob(db: Queryable, ctx: Context, key: string): Promise<FoundJob> {
  const { job } = ctx.principal;
  if (job && job.key !== key && !ctx.access.allows(LINK, folderOf(ctx).id)) throw forbidden();
  const row = await db.first<FoundJob>(sql`
    select id, key from jobs where key = ${key}::uuid and folder_id = ${folderOf(ctx).id} for key share`);
  if (!row) throw notFound('Job');
  return row;
}

export async function link(
  ctx: Context,
  { body }: InputFor<typeof linkAttachment>,
): Promise<AnswerFor<typeof linkAttachment>> {
  const jobKey = body.jobKey ?? ctx.principal.job?.key;
  if (!jobKey) throw invalid('jobKey', 'is required');
  const { attachmentId, category = null } = body;
  return ctx.transaction(async (tx) => {
    const job = await requireJob(tx, ctx, jobKey);
    await linkAttachments(tx, whoOf(ctx), [{ job, attachmentId, category }]);
    const [row] = await filesOf(tx, sql`l.job_id = ${job.id} and l.attachment_id = ${attachmentId}::uuid`);
    return row!;
  });
}

/** The files of a job whose content is there. */
export async function listOfJob(
  ctx: Context,
  { jobKey }: InputFor<typeof getJobAttachments>,
): Promise<AnswerFor<typeof getJobAttachments>> {
  const own = ctx.principal.job;
  const folders = own?.key === jobKey ? own.folderId : (ctx.folder?.id ?? ctx.access.folders('Jobs.View'));
  if (own && own.key !== jobKey && !ctx.access.allows('Jobs.View', own.folderId)) throw forbidden();
  const isThere =
    folders === 'all'
      ? sql`tenant_id = ${ctx.tenant.id}`
      : sql`tenant_id = ${ctx.tenant.id} and folder_id = any(${[folders].flat()}::bigint[])`;
  const job = await ctx.db.first<{ id: number }>(sql`
    select id from jobs where key = ${jobKey}::uuid and ${isThere}`);
  if (!job) throw notFound('Job');
  return filesOf(ctx.db, sql`l.job_id = ${job.id} and a.file_key is not null`);
}

interface JobFile {
  readonly attachmentId: string;
  readonly jobKey: string;
  readonly category: string | null;
  readonly attachmentName: string;
  readonly contentType: string | null;
  readonly size: number | null;
  readonly lastModificationTime: string | null;
  readonly lastModifierUserId: number | null;
  readonly creationTime: string;
  readonly creatorUserId: number | null;
  readonly id: string;
}

const filesOf = (db: Queryable, condition: Sql): Promise<JobFile[]> =>
  db.query<JobFile>(sql`
    select l.attachment_id as "attachmentId", j.key as "jobKey", l.category, a.name as "attachmentName",
           a.content_type as "contentType", a.size, l.modified_at as "lastModificationTime",
           l.modifier_user_id as "lastModifierUserId", l.created_at as "creationTime",
           l.creator_user_id as "creatorUserId", l.id
      from job_attachments l join jobs j on j.id = l.job_id join attachments a on a.id = l.attachment_id
     where ${condition} order by l.number`);
