import type { Reading } from '../contract/entity.ts';
import type { Fields, Input } from '../contract/fields.ts';
import type { Topic } from './live.ts';

/**
 * What identifies a row in its events: its key, if that is a GUID that no other row has, and otherwise its
 * id. A package is named as the API names it, `Name:1.0.0`.
 */
export type KeyKind = 'key' | 'id' | 'name and version';

/** The tables that hold events. Each keeps them for its own time (keep-events.ts). */
export type EventTable = 'item_events' | 'other_events';

/** The kind of row that events are about. */
export interface Subject<K extends KeyKind = KeyKind> {
  /** `Job`, as the API calls it. */
  readonly entity: string;
  readonly key: K;
  /** Who may read its events. `inFolder` applies to the folder of the event. */
  readonly reading: Reading;
  /** Whether a right in the tenant covers only what lies in no folder. */
  readonly isApart?: boolean;
  /**
   * SQL with `$.` for the event and `?` for a list of folder ids, if the event is seen in more folders than
   * its own. Default: `$.folder_id in ?`.
   */
  readonly seenIn?: string;
  /** The table of its events. The database decides it (migration 0220). Default: `other_events`. */
  readonly keptIn?: EventTable;
}

/** A kind of change that can be seen, declared once in its area's events.ts. */
export interface Event<
  P extends Fields = Fields,
  K extends KeyKind = KeyKind,
  W extends readonly Topic[] = readonly Topic[],
  T extends string = string,
> {
  /** `job.created`: the name of the public webhook, if there is one. */
  readonly type: T;
  readonly of: Subject<K>;
  /** What a reader needs besides the row itself. Never a secret. */
  readonly payload: P;
  /** The topics whose listeners look into the database after the commit. */
  readonly wakes: W;
  /** Whether the API has a webhook of this name. */
  readonly isPublic: boolean;
}

/** Hot SQL may contain the type literally, between quotes. */
const TYPE = /^[a-z][A-Za-z]*\.[a-z][A-Za-z]*$/;

export function event<
  const T extends string,
  const P extends Fields,
  K extends KeyKind,
  const W extends readonly Topic[] = readonly [],
>(declaration: {
  readonly type: T;
  readonly of: Subject<K>;
  readonly payload: P;
  readonly wakes?: W;
  readonly isPublic?: boolean;
}): Event<P, K, W, T> {
  const { type, of, payload, wakes = [] as unknown as W, isPublic = false } = declaration;
  if (!TYPE.test(type)) throw new Error(`${type} is no name of an event`);
  return Object.freeze({ type, of, payload, wakes, isPublic });
}

export const subject = <const K extends KeyKind>(declaration: Subject<K>): Subject<K> =>
  Object.freeze(declaration);

type Shown<T> = { readonly [K in keyof T]: ReadonlyList<T[K]> };
type ReadonlyList<T> = T extends readonly (infer U)[] ? readonly U[] : T;

/** One row that an event is about. */
export interface Told<E extends Event> {
  readonly key: E['of']['key'] extends 'id' ? number : string;
  readonly folderId?: number | null;
  readonly payload: Shown<Input<E['payload']>>;
  /** Narrows who is woken, e.g. to machines by their ids. An empty list wakes nobody. */
  readonly wakes?: readonly (number | string)[];
}

/** The tables that hold events of these kinds. Default: all tables. */
export const tablesOf = (events?: readonly Event[]): readonly EventTable[] =>
  events
    ? [...new Set(events.map(({ of }) => of.keptIn ?? 'other_events'))]
    : ['item_events', 'other_events'];
