import sql from 'sql-template-tag';
import type { Transaction } from '../../../kernel/db/sql.ts';
import type { Told } from '../../../kernel/events/event.ts';
import { tell } from '../../../kernel/events/tell.ts';
import { type Context, folderOf } from '../../../kernel/http/context.ts';
import type { ItemEventType } from '../events.ts';

/** An item of the call's folder, locked. */
export interface LockedItem {
  readonly id: number;
  readonly unique_key: string;
  readonly queue_id: number;
  readonly folder_id: number;
  readonly status: number;
  readonly review_status: number;
  readonly reviewer_user_id: number | null;
  /** In the form that the API shows. */
  readonly row_version: string;
}

export interface ItemEvent {
  readonly event: ItemEventType;
  readonly item: Pick<LockedItem, 'id' | 'queue_id' | 'folder_id'>;
  /**
   * The state after the change: `status`, `reviewStatus` and `reviewerUserId`, where the type does not
   * tell it (history/contract.ts).
   */
  readonly payload?: Omit<Told<ItemEventType>['payload'], 'queueId'>;
}

export interface Change {
  /** The reason why an item is left as it is. Undefined if it may be changed. */
  readonly refuse: (item: LockedItem) => string | undefined;
  /**
   * Changes the accepted items, with one or two statements for any number of them, and says what happened.
   */
  readonly apply: (tx: Transaction, items: readonly LockedItem[]) => Promise<readonly ItemEvent[]>;
}

interface Given {
  readonly Id: number;
  readonly RowVersion?: string | null;
}

interface BulkAnswer {
  readonly Success: boolean;
  readonly Message: string | null;
  readonly FailedItems: readonly number[];
}

/**
 * Always answers 200. The answer names the items that do not exist, have changed since they were read, or
 * may not change.
 */
export async function changeItems(
  ctx: Context,
  given: readonly Given[],
  change: Change,
): Promise<BulkAnswer> {
  const refused = await changeThose(ctx, given, change);
  return {
    Success: refused.size === 0,
    Message: refused.size === 0 ? null : messageOf(refused, new Set(given.map(({ Id }) => Id)).size),
    FailedItems: [...refused.keys()],
  };
}

/** Answers which items were left as they are, and why. */
export async function changeThose(
  ctx: Context,
  given: readonly Given[],
  change: Change,
): Promise<ReadonlyMap<number, string>> {
  const refused = new Map<number, string>();
  await ctx.transaction(async (tx) => {
    refused.clear();
    const locked = new Map((await lock(tx, ctx, given)).map((item) => [item.id, item]));
    for (const one of given) {
      const item = locked.get(one.Id);
      const reason = item ? (stale(one, item) ?? change.refuse(item)) : 'does not exist';
      if (reason !== undefined) refused.set(one.Id, reason);
    }
    const items = [...locked.values()].filter(({ id }) => !refused.has(id));
    if (items.length > 0) await tellOfItems(tx, ctx, await change.apply(tx, items));
  });
  return refused;
}

/** Locks in the order of ids, so that two calls at once wait for each other and cannot deadlock. */
const lock = (tx: Transaction, ctx: Context, given: readonly Given[]): Promise<LockedItem[]> =>
  tx.query<LockedItem>(sql`
    select i.id, i.unique_key, i.queue_id, i.folder_id, i.status, i.review_status, i.reviewer_user_id,
           encode(int8send(i.row_version), 'base64') as row_version
      from queue_items i
     where i.id = any(${given.map(({ Id }) => Id)}::bigint[]) and i.tenant_id = ${ctx.tenant.id}
       and exists (select from queue_folders l where l.queue_id = i.queue_id
         and l.folder_id = ${folderOf(ctx).id})
     order by i.id for update of i`);

const stale = ({ RowVersion }: Given, item: LockedItem): string | undefined =>
  RowVersion && RowVersion !== item.row_version ? 'has changed since it was read' : undefined;

function messageOf(refused: ReadonlyMap<number, string>, of: number): string {
  const [[id, reason] = []] = refused;
  const more = refused.size > 1 ? ` and ${refused.size - 1} more` : '';
  return `${refused.size} of ${of} items were left as they are: item ${id} ${reason}${more}.`;
}

export async function tellOfItems(
  tx: Transaction,
  ctx: Context,
  events: readonly ItemEvent[],
): Promise<void> {
  for (const [event, of] of Map.groupBy(events, (one) => one.event))
    await tell(
      tx,
      ctx,
      event,
      of.map(({ item, payload }) => ({
        key: item.id,
        folderId: item.folder_id,
        payload: { queueId: item.queue_id, ...payload },
      })),
    );
}
