import sql, { type Sql } from 'sql-template-tag';
import { constant } from '../../../kernel/db/constant.ts';
import type { Database, Queryable, Transaction } from '../../../kernel/db/sql.ts';
import { forgetAnswers } from '../../../kernel/http/idempotency.ts';
import { RetentionAction, RetentionType } from '../../processes/contract.ts';
import { QueueItemStatus } from '../items/contract.ts';
import { heldItem } from '../items/read-items.ts';
import { FINAL, STARTABLE } from '../transactions/transitions.ts';

const BATCH = 1000;

export interface Policy {
  readonly queue_id: number;
  readonly type: number;
  readonly period: number;
}

/**
 * Deletes items that are older than their queue keeps them, with their comments and history. Their unique
 * references become free. The work is done in batches, each in a short transaction, so that a queue with
 * years of items to delete does not hold up others. Answers the number of items deleted. Safe on several
 * nodes at once.
 */
export async function expireItems(db: Database): Promise<number> {
  const policies = await db.query<Policy>(sql`
    select queue_id, type, period from queue_retention where action = ${RetentionAction.Delete} order by 1,
      2`);
  let all = 0;
  for (const policy of policies) {
    let gone: number;
    do {
      gone = await db.transaction(async (tx) => {
        const ids = await lockExpired(tx, policy, BATCH);
        await deleteItems(tx, ids);
        return ids.length;
      });
      all += gone;
    } while (gone === BATCH);
  }
  return all;
}

/**
 * Ids of items that are old enough, at most `most`. Items that somebody is changing are left for
 * the next run.
 */
export async function lockExpired(tx: Transaction, policy: Policy, most: number): Promise<readonly number[]> {
  const ids: number[] = [];
  for (const which of policy.type === RetentionType.Final ? ENDED : STALE) {
    if (ids.length >= most) break;
    const rows = await tx.query<{ id: number }>(
      sql`${which(policy, most - ids.length)} for update skip locked`,
    );
    for (const { id } of rows) ids.push(id);
  }
  return ids;
}

/** Whether there are any, locked or not. */
export async function hasExpired(db: Queryable, policy: Policy): Promise<boolean> {
  for (const which of policy.type === RetentionType.Final ? ENDED : STALE)
    if (await db.first(which(policy, 1))) return true;
  return false;
}

const old = (policy: Policy): Sql => sql`now() - make_interval(days => ${policy.period})`;

/**
 * Ended items, oldest first, along queue_items_by_end. Only items that the statistics have counted are taken.
 * An item that was deleted before it was ever started has no end and goes by its age.
 */
const ENDED: readonly ((policy: Policy, most: number) => Sql)[] = [
  (policy, most) => sql`
    select i.id from queue_items i
     where i.queue_id = ${policy.queue_id} and i.status in ${FINAL}
       and i.end_processing < ${old(policy)}
       and i.end_processing < (select t.counted_until from queue_totals t
         where t.queue_id = ${policy.queue_id})
     order by i.end_processing limit ${most}`,
  (policy, most) => sql`
    select i.id from queue_items i
     where i.queue_id = ${policy.queue_id} and i.status = ${constant(QueueItemStatus.Deleted)} and i.end_processing is null
       and i.created_at < ${old(policy)}
     order by i.id limit ${most}`,
];

/**
 * Items that nobody ever started, however far they are deferred. A running item is left until it ends or is
 * abandoned. Ids grow with age, so reading stops at the first young item and a long queue is not read whole.
 */
const STALE: readonly ((policy: Policy, most: number) => Sql)[] = [
  (policy, most) => sql`
    select i.id from queue_items i
     where i.queue_id = ${policy.queue_id} and i.status in ${STARTABLE} and i.created_at < ${old(policy)}
       and i.id < coalesce((select j.id from queue_items j
                             where j.queue_id = ${policy.queue_id} and j.status in ${STARTABLE}
                               and j.created_at >= ${old(policy)}
                             order by j.id limit 1), ${Number.MAX_SAFE_INTEGER})
     order by i.id limit ${most}`,
];

/** Deletes comments, history and remembered answers of the items as well. */
export async function deleteItems(tx: Transaction, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.execute(sql`delete from queue_item_comments where item_id = any(${ids}::bigint[])`);
  await tx.execute(sql`
    delete from events where entity = 'QueueItem' and entity_key::bigint = any(${ids}::bigint[])`);
  await forgetAnswers(tx, ids.map(heldItem));
  await tx.execute(sql`delete from queue_items where id = any(${ids}::bigint[])`);
}
