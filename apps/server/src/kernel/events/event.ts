import type { Reading } from '../contract/entity.ts';
import type { Fields, Input } from '../contract/fields.ts';
import type { Topic } from './live.ts';

/**
 * What names a row in its events: its key where it has one of its own (a GUID that no other row has), else
 * its id. A package is named as the API names it, `Name:1.0.0`.
 */
export type KeyKind = 'key' | 'id' | 'name and version';

/** Where events are kept, each for a time of its own (keep-events.ts). */
export type EventTable = 'item_events' | 'other_events';

/** What events tell of. */
export interface Subject<K extends KeyKind = KeyKind> {
  /** `Job`, as the API calls it. */
  readonly entity: string;
  readonly key: K;
  /** Who may read its events. `inFolder` counts in the folder that an event tells of. */
  readonly reading: Reading;
  /** Whether a right in the tenant reaches only what lies in no folder. */
  readonly isApart?: boolean;
  /**
   * SQL with `$.` for the event and `?` for a list of folder ids, where the event is seen in more folders
   * than the one it names. Default: `$.folder_id in ?`.
   */
  readonly seenIn?: string;
  /** Where its events are, which is for the database to say (migration 0220); default: `other_events`. */
  readonly keptIn?: EventTable;
}

/** A kind of change that can be seen, declared once in its area's events.ts. */
export interface Event<
  P extends Fields = Fields,
  K extends KeyKind = KeyKind,
  W extends readonly Topic[] = readonly Topic[],
  T extends string = string,
> {
  /** `job.created`: the name of the public webhook where there is one. */
  readonly type: T;
  readonly of: Subject<K>;
  /** What a reader needs beside the row itself. Never a secret. */
  readonly payload: P;
  /** Who looks into the database after the commit. */
  readonly wakes: W;
  /** Whether the API has a webhook of this name. */
  readonly isPublic: boolean;
}

/** The type may stand in hot SQL as it is, between quotes. */
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

/** One row that an event tells of. */
export interface Told<E extends Event> {
  readonly key: E['of']['key'] extends 'id' ? number : string;
  readonly folderId?: number | null;
  readonly payload: Shown<Input<E['payload']>>;
  /** Narrows who is woken, e.g. to machines by their ids; an empty list wakes nobody. */
  readonly wakes?: readonly (number | string)[];
}

/** All tables that hold events of these kinds; default: of any. */
export const tablesOf = (events?: readonly Event[]): readonly EventTable[] =>
  events
    ? [...new Set(events.map(({ of }) => of.keptIn ?? 'other_events'))]
    : ['item_events', 'other_events'];
