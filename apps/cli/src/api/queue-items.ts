import type { Client } from '@baton/client/client';
import { quoted } from '@baton/client/request';
import { getQueueItems } from '@baton/server/orchestrator/queues/contract';

export interface QueueItem {
  readonly Id: number;
  readonly Reference: string;
  /** New, InProgress, Successful, Failed, Retried, Abandoned or Deleted. */
  readonly Status: string;
  readonly RetryNumber: number;
  readonly Output: Readonly<Record<string, unknown>> | null;
}

const PAGE = 1000;

/** The items whose references begin so, in the order in which they were made. */
export async function itemsBelow(client: Client, prefix: string, signal?: AbortSignal): Promise<QueueItem[]> {
  const items: QueueItem[] = [];
  for (;;) {
    const options = {
      $filter: `startswith(Reference, ${quoted(prefix)}) and Id gt ${items.at(-1)?.Id ?? 0}`,
      $orderby: 'Id',
      $top: PAGE,
      $select: 'Id,Reference,Status,RetryNumber,Output',
      $count: false,
    };
    const { value } = (await client.call(getQueueItems, {}, { options, signal })) as { value: QueueItem[] };
    items.push(...value);
    if (value.length < PAGE) return items;
  }
}
