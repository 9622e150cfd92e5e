import sql from 'sql-template-tag';
import { repeat } from '../../kernel/background/repeat.ts';
import type { Database } from '../../kernel/db/sql.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Services } from '../../kernel/http/context.ts';
import { attachmentDeleted } from './events.ts';
import { attachmentSettings } from './settings.ts';

/** An upload that has not come by then never will: its address was good for half an hour. */
const UPLOAD_HOURS = 24;
const BATCH = 500;

type Needs = Pick<Services, 'setting' | 'log' | 'clock'>;

export const startSweep = (services: Needs, db: Database): (() => Promise<void>) =>
  repeat(
    {
      name: 'remove attachments that nobody wants',
      everySeconds: 3600,
      run: () => sweepAttachments(services, db),
    },
    services,
  );

/**
 * Removes attachments whose content never came, and those that no job has been given for a while. Safe on
 * several nodes at once. Answers how many went.
 */
export async function sweepAttachments({ setting }: Pick<Needs, 'setting'>, db: Database): Promise<number> {
  const days = setting(attachmentSettings.unlinkedDays);
  let all = 0;
  for (let gone = BATCH; gone === BATCH; all += gone) {
    gone = await db.transaction(async (tx) => {
      const rows = await tx.query<Gone>(sql`
        delete from attachments where id in (
          select a.id from attachments a
           where a.created_at < now() - make_interval(hours => ${UPLOAD_HOURS})
             and (a.file_key is null
                  or a.created_at < now() - make_interval(days => ${days})
                     and not exists (select from job_attachments l where l.attachment_id = a.id))
           order by a.created_at limit ${BATCH} for update skip locked)
        returning id, tenant_id as "tenantId", folder_id as "folderId", name, file_key is not null as "wasSeen"`);
      const seen = rows.filter(({ wasSeen }) => wasSeen);
      for (const [id, ofTenant] of Map.groupBy(seen, ({ tenantId }) => tenantId))
        await tell(
          tx,
          { principal: undefined, tenant: { id } },
          attachmentDeleted,
          ofTenant.map(({ id: key, folderId, name }) => ({ key, folderId, payload: { name } })),
        );
      return rows.length;
    });
  }
  return all;
}

interface Gone {
  readonly id: string;
  readonly tenantId: number;
  readonly folderId: number;
  readonly name: string;
  readonly wasSeen: boolean;
}
