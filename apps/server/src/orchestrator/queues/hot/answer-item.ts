import { type Context, folderOf } from '../../../kernel/http/context.ts';
import type { ItemAnswer } from '../items/item-answer.ts';
import { showItem } from '../items/read-items.ts';
import { openItem } from '../items/sealed-data.ts';
import type { QueueRow } from '../rows.ts';
import type { Hot } from './hot.ts';
import type { StoredItem } from './item-row.ts';

/**
 * The item in the form that the call asked for: made from the row at hand, or read again for
 * `$select` or `$expand`.
 */
export function answerItem(
  ctx: Context,
  hot: Hot,
  queue: QueueRow,
  item: StoredItem,
): ItemAnswer | Promise<ItemAnswer> {
  const { select, expand } = ctx.options;
  const isPlain = select === undefined && expand.size === 0;
  if (!isPlain || !hot.readItem || item.folder_id !== folderOf(ctx).id) {
    return showItem(ctx, item.id as number);
  }
  const { name: queueName, encrypted } = queue;
  return openItem(ctx, hot.readItem(item, { queueName, encrypted, folderPath: folderOf(ctx).path }));
}
