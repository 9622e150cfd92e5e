// Made from the server's declarations by `npm run contract`.
import type { Operation } from './operation.ts';

export interface EventPageDto {
  readonly events: readonly EventDto[];
  /** What `after` reads on with, also where nothing was found. */
  readonly next: string;
  /** Whether this was all that there is so far. */
  readonly isEnd: boolean;
  /**
   * Whether some of what came behind `after` is not kept any more (BATON_EVENT_DAYS, and of queue items
   * BATON_QUEUE_ITEM_EVENT_DAYS).
   */
  readonly isCut: boolean;
}

export interface EventDto {
  /** Its place in the order of all events: read on after it. */
  readonly id: string;
  readonly type: string;
  readonly time: string;
  /** What it tells of, as in `Job`. */
  readonly entity: string;
  /** Which one: its key where it has one of its own, else its id; `Name:1.0.0` of a package. */
  readonly key: string;
  readonly folderId: number | null;
  /** Who: `user:`, `app:`, `robot:` or `machine:` and the id; null: the server. */
  readonly actor: string | null;
  /** What is told beside that, by type. */
  readonly data: unknown;
}

/** What happened, of what the caller may see: a page, or with `Accept: text/event-stream` as it happens. */
export const getEvents: Operation<
  { readonly after?: string | null; readonly types?: string | null; readonly take?: number | null },
  EventPageDto
> = {
  id: 'Events_Get',
  method: 'GET',
  path: '/api/Events',
  query: ['after', 'types', 'take'],
  answer: 'plain',
};
