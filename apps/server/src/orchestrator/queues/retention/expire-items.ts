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
 * Deletes the items that are older than their queue keeps them, with their comments and history; their unique
 * references are free again. In batches, each a short transaction of its own: a queue with years of items to
 * lose does not hold others up. Answers how many items went. Safe on several nodes at once.
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

/** Ids of items that are old enough, at most so many; what somebody is at this moment changing waits for the next time. */
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
 * What has ended, oldest first, by queue_items_by_end; only what the statistics have counted. What was
 * deleted before it was ever started has no end, and goes by its age.
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
 * What nobody ever started, however it is deferred; what runs is left to end, or to be abandoned. Ids grow
 * with age: up to the first item that is young, so that a long queue is not read whole.
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

/** With their comments and history, and with what was answered of them. */
export async function deleteItems(tx: Transaction, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.execute(sql`delete from queue_item_comments where item_id = any(${ids}::bigint[])`);
  await tx.execute(sql`
    delete from events where entity = 'QueueItem' and entity_key::bigint = any(${ids}::bigint[])`);
  await forgetAnswers(tx, ids.map(heldItem));
  await tx.execute(sql`delete from queue_items where id = any(${ids}::bigint[])`);
}
