import sql from 'sql-template-tag';
import type { Transaction } from '../../kernel/db/sql.ts';
import { ApiError, CODE, invalid } from '../../kernel/errors.ts';
import { type Teller, tell } from '../../kernel/events/tell.ts';
import { attachmentLinked } from './events.ts';

/** The most files that a job has. */
const MOST_OF_JOB = 1000;

export interface NewLink {
  readonly job: { readonly id: number; readonly key: string };
  readonly attachmentId: string;
  readonly category: string | null;
  /** The job is started with it, and so are its further attempts. */
  readonly isGiven?: boolean;
}

interface Who extends Teller {
  readonly folderId: number;
  readonly userId: number | null;
}

interface Linked {
  readonly attachmentId: string;
  readonly jobId: number;
  readonly name: string;
  readonly category: string | null;
  readonly isSeen: boolean;
}

/** The message is a name: it is what clients look for. */
export const attachmentNotFound = (): ApiError => new ApiError(404, CODE.ItemNotFound, 'AttachmentNotFound');

/**
 * Makes attachments of the folder files of jobs. One whose content is not there yet is seen with it, and the
 * event is told then (store-content.ts). Linking again changes the category, if one is given.
 */
export async function linkAttachments(tx: Transaction, who: Who, links: readonly NewLink[]): Promise<void> {
  if (links.length === 0) return;
  const ids = [...new Set(links.map(({ attachmentId }) => attachmentId))];
  const found = await tx.query(sql`
    select from attachments where id = any(${ids}::uuid[]) and folder_id = ${who.folderId} for key share`);
  if (found.length < ids.length) throw attachmentNotFound();
  const linked = await tx.query<Linked>(sql`
    with made as (
      insert into job_attachments (job_id, attachment_id, category, is_given, creator_user_id)
      select l.job_id, l.attachment_id, l.category, l.is_given, ${who.userId}
        from unnest(${links.map(({ job }) => job.id)}::bigint[], ${links.map(({ attachmentId }) => attachmentId)}::uuid[],
                    ${links.map(({ category }) => category)}::text[], ${links.map(({ isGiven }) => isGiven === true)}::boolean[])
             with ordinality as l (job_id, attachment_id, category, is_given, position)
       order by l.position
      on conflict on constraint job_attachments_once do update
        set category = coalesce(excluded.category, job_attachments.category), modified_at = now(),
            modifier_user_id = excluded.creator_user_id
      returning job_id, attachment_id, category, number)
    select m.attachment_id as "attachmentId", m.job_id as "jobId", a.name, m.category, a.file_key is not null as "isSeen"
      from made m join attachments a on a.id = m.attachment_id order by m.number`);
  await checkCount(tx, [...new Set(links.map(({ job }) => job.id))]);
  const keys = new Map(links.map(({ job }) => [job.id, job.key]));
  await tell(
    tx,
    who,
    attachmentLinked,
    linked
      .filter(({ isSeen }) => isSeen)
      .map(({ attachmentId, jobId, name, category }) => ({
        key: attachmentId,
        folderId: who.folderId,
        payload: { name, jobKey: keys.get(jobId)!, category },
      })),
  );
}

async function checkCount(tx: Transaction, jobIds: readonly number[]): Promise<void> {
  const tooMany = await tx.first(sql`
    select from job_attachments where job_id = any(${jobIds}::bigint[])
     group by job_id having count(*) > ${MOST_OF_JOB} limit 1`);
  if (tooMany) throw invalid('attachmentId', `a job has at most ${MOST_OF_JOB} files`);
}
