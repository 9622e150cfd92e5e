import sql from 'sql-template-tag';
import type { Database } from '../../../kernel/db/sql.ts';
import { withNewKey } from '../../../kernel/files/unused-files.ts';
import type { Services } from '../../../kernel/http/context.ts';
import { hasOption } from '../../buckets/bucket-options.ts';
import { contentFolder, recordFile, writeContent } from '../../buckets/store-file.ts';
import { RetentionAction } from '../../processes/contract.ts';
import { type Archived, archiveFile, archiveName } from './archive-file.ts';
import { deleteItems, hasExpired, lockExpired, type Policy } from './expire-items.ts';

/** The number of items in one file, and in one transaction. */
const MOST = 10_000;

type Worker = Pick<Services, 'files' | 'log' | 'now'> & { readonly db: Database };

interface ArchivePolicy extends Policy {
  readonly key: string;
  readonly name: string;
  readonly tenant_id: number;
  readonly folder_id: number;
  readonly bucket_id: number;
  /** Null if the bucket is gone, or is in none of the queue's folders any more. */
  readonly bucket_options: number | null;
}

/**
 * Moves items that are older than the queue keeps them into files of its bucket, once a day. The content is
 * stored first. Then one transaction makes the file visible and deletes its items. If something fails in
 * between, the items are still there and no file is. Without a bucket to write to, the items stay and the log
 * says so. Answers the number of items moved. Safe on several nodes at once.
 */
export async function archiveItems(worker: Worker): Promise<number> {
  const { db, log } = worker;
  const policies = await db.query<ArchivePolicy>(sql`
    select r.queue_id, r.type, r.period, r.bucket_id, d.key, d.name, d.tenant_id, d.folder_id,
           (select b.options from buckets b
             where b.id = r.bucket_id and b.tenant_id = d.tenant_id
               and exists (select from bucket_folders l join queue_folders q on q.folder_id = l.folder_id
                            where l.bucket_id = b.id and q.queue_id = d.id)) as bucket_options
      from queue_retention r join queue_definitions d on d.id = r.queue_id
     where r.action = ${RetentionAction.Archive}
       and (r.archived_at is null or r.archived_at < now() - interval '23 hours')
     order by r.queue_id, r.type`);
  let all = 0;
  for (const policy of policies) {
    const about = { queue: policy.queue_id, bucket: policy.bucket_id };
    if (policy.bucket_options === null || hasOption(policy.bucket_options, 'ReadOnly')) {
      log.warn(about, `items of the queue ${policy.name} are kept: its bucket is gone or read-only`);
      continue;
    }
    try {
      all += await archiveQueue(worker, policy);
    } catch (error) {
      log.error({ ...about, err: error }, `items of the queue ${policy.name} are kept: archiving failed`);
    }
  }
  return all;
}

async function archiveQueue(worker: Worker, policy: ArchivePolicy): Promise<number> {
  const expired = await worker.db.transaction((tx) => lockExpired(tx, policy, 1));
  if (expired.length === 0) return 0;
  let all = 0;
  for (let gone = MOST; gone === MOST; all += gone) gone = await archiveBatch(worker, policy);
  // Items that others have locked are not done: another node may be archiving them, and may fail.
  if (await hasExpired(worker.db, policy)) return all;
  await worker.db.execute(sql`
    update queue_retention set archived_at = now()
     where queue_id = ${policy.queue_id} and type = ${policy.type}`);
  return all;
}

const archiveBatch = ({ db, files, now }: Worker, policy: ArchivePolicy): Promise<number> =>
  withNewKey(db, files, contentFolder(policy.bucket_id), (key) =>
    db.transaction(async (tx) => {
      const ids = await lockExpired(tx, policy, MOST);
      if (ids.length === 0) return 0;
      const { key: queueKey, name: queueName, type, period } = policy;
      const archived: Archived = { queueKey, queueName, type, period, ids, at: now() };
      const zip = archiveFile(tx, archived);
      const size = await writeContent(files, key, zip).finally(() => zip.destroy());
      const { folder, name } = archiveName(archived);
      await recordFile(
        tx,
        { principal: undefined, tenant: { id: policy.tenant_id }, folderId: policy.folder_id },
        {
          bucketId: policy.bucket_id,
          path: `${folder}/${name}.zip`,
          contentType: 'application/zip',
          key,
          size,
          replaces: false,
        },
      );
      await deleteItems(tx, ids);
      return ids.length;
    }),
  );
