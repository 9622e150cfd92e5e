import type { Client } from '@baton/client/client';
import { quoted } from '@baton/client/request';
import { getQueueItems } from '@baton/contract/queue-items';
import type { QueueItemDto } from '@baton/contract/queues-shared';

const SHOWN = ['Id', 'Reference', 'Status', 'RetryNumber', 'Output'] as const;

export type QueueItem = Pick<QueueItemDto, (typeof SHOWN)[number]>;

const PAGE = 1000;

/** The items whose references begin with the prefix, in the order in which they were created. */
export async function itemsBelow(client: Client, prefix: string, signal?: AbortSignal): Promise<QueueItem[]> {
  const items: QueueItem[] = [];
  for (;;) {
    const options = {
      $filter: `startswith(Reference, ${quoted(prefix)}) and Id gt ${items.at(-1)?.Id ?? 0}`,
      $orderby: 'Id',
      $top: PAGE,
      $select: SHOWN,
      $count: false,
    };
    const { value } = await client.call(getQueueItems, {}, { options, signal });
    items.push(...value);
    if (value.length < PAGE) return items;
  }
}
