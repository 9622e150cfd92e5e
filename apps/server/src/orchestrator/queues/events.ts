import { Bool, Int32, Int64, List, Text } from '../../kernel/contract/fields.ts';
import { type Event, event, subject } from '../../kernel/events/event.ts';
import { ofShared } from '../folders/events.ts';

const QUEUE = subject({
  entity: 'QueueDefinition',
  key: 'key',
  reading: { scope: 'OR.Queues', inFolder: 'Queues.View' },
});
const VIEW = { all: ['Queues.View', 'Transactions.View'] } as const;
/** An item is visible where its queue is: in every folder that the queue is shared with. */
const QUEUE_ITEM = subject({
  entity: 'QueueItem',
  key: 'id',
  reading: { scope: 'OR.Queues', inFolder: VIEW },
  seenIn: `exists (select from queue_folders l
    where l.queue_id = ($.payload ->> 'queueId')::bigint and l.folder_id in ?)`,
  keptIn: 'item_events',
});
const COMMENT = subject({
  entity: 'QueueItemComment',
  key: 'id',
  reading: { scope: 'OR.Queues', inFolder: VIEW },
});

const ofQueue = {
  of: QUEUE,
  payload: {
    ...ofShared,
    /** What was changed besides the queue itself. */
    changed: List(Text()),
  },
  wakes: ['queues'],
  isPublic: true,
} as const;

export const queueCreated = event({ type: 'queue.created', ...ofQueue });
export const queueUpdated = event({ type: 'queue.updated', ...ofQueue });
export const queueDeleted = event({ type: 'queue.deleted', ...ofQueue });

/**
 * All events of items share one shape, because the history of an item is read
 * from them (history/contract.ts).
 */
const item = {
  queueId: Int64({ required: true }),
  /** The status after the event, where the type alone does not tell it. */
  status: Int32(),
  reviewStatus: Int32(),
  reviewerUserId: Int64(),
  reference: Text(),
  /** Whether the item was started in the same call that added it. */
  isNew: Bool(),
  progress: Text(),
  /** The members that changed. */
  changed: List(Text()),
  /** Id of the item that replaces this one. */
  retriedAs: Int64(),
  /** Whether it was retried because no result came in time. */
  isAbandoned: Bool(),
  /** Id of the item that a person retried. */
  manualAncestorId: Int64(),
};
const ofItem = { of: QUEUE_ITEM, payload: item, isPublic: true } as const;

export const itemAdded = event({ type: 'queueItem.added', ...ofItem });
export const itemUpdated = event({ type: 'queueItem.updated', ...ofItem });
export const itemDeleted = event({ type: 'queueItem.deleted', ...ofItem });
export const itemDeferred = event({ type: 'queueItem.deferred', ...ofItem });
export const itemRetried = event({ type: 'queueItem.retried', ...ofItem });
export const reviewStatusChanged = event({ type: 'queueItem.reviewStatusChanged', ...ofItem });
export const transactionStarted = event({ type: 'queueItem.transactionStarted', ...ofItem });
export const transactionCompleted = event({ type: 'queueItem.transactionCompleted', ...ofItem });
export const transactionFailed = event({ type: 'queueItem.transactionFailed', ...ofItem });
export const transactionAbandoned = event({ type: 'queueItem.transactionAbandoned', ...ofItem });

export type ItemEventType = Event<typeof item, 'id', readonly []>;

const ofComment = { of: COMMENT, payload: { queueItemId: Int64({ required: true }) } } as const;

export const commentCreated = event({ type: 'queueItemComment.created', ...ofComment });
export const commentUpdated = event({ type: 'queueItemComment.updated', ...ofComment });
export const commentDeleted = event({ type: 'queueItemComment.deleted', ...ofComment });

export const queueEvents = [
  queueCreated,
  queueUpdated,
  queueDeleted,
  itemAdded,
  itemUpdated,
  itemDeleted,
  itemDeferred,
  itemRetried,
  reviewStatusChanged,
  transactionStarted,
  transactionCompleted,
  transactionFailed,
  transactionAbandoned,
  commentCreated,
  commentUpdated,
  commentDeleted,
] as const;
