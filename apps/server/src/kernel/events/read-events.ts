import sql, { empty, raw, type Sql } from 'sql-template-tag';
import type { Queryable } from '../db/sql.ts';
import { type Event, tablesOf } from './event.ts';

/**
 * A place between two events, in the order in which they can be followed: by transaction, then by id. Only
 * events of transactions older than every one under way are shown, so no event can appear later before a
 * place that was read. A long transaction that writes therefore holds up all events after it.
 */
export interface EventPlace {
  /** A text, because it has 64 bits. */
  readonly xid: string;
  readonly id: number;
}

export interface FollowedEvent extends EventPlace {
  readonly tenantId: number | null;
  readonly folderId: number | null;
  readonly type: string;
  readonly entity: string;
  readonly key: string;
  readonly actor: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly time: string;
}

export interface EventsRead {
  readonly events: readonly FollowedEvent[];
  /** Where to read on. At the end of the events, it is before everything that is still under way. */
  readonly next: EventPlace;
  /** How many rows were looked at, including those that were not wanted. */
  readonly lookedAt: number;
  /** Whether there was nothing more to read. */
  readonly isEnd: boolean;
  /** Events after the place are no longer kept, so those that were read come after a gap. */
  readonly isCut: boolean;
}

export interface Wanted {
  /** The kinds of events; default: all. It chooses the tables, and `where` leaves out other kinds in them. */
  readonly of?: readonly Event[];
  /** A condition on `e`, a row of events. */
  readonly where?: Sql;
  readonly most: number;
}

/** Before all events: a reader that begins here misses nothing that is kept. */
export const BEGINNING: EventPlace = { xid: '0', id: 0 };
const isBeginning = ({ xid, id }: EventPlace): boolean => xid === BEGINNING.xid && id === BEGINNING.id;

/**
 * The most rows that one reading looks at. A reader that wants few of many soon gets an answer, and reads on.
 */
const MOST_LOOKED_AT = 5000;

/** The place before everything that is still under way, and after all events that can be seen. */
export async function presentPlace(db: Queryable): Promise<EventPlace> {
  const row = await db.first<{ xid: string }>(sql`
    select pg_snapshot_xmin(pg_current_snapshot())::text as xid`);
  return { xid: row!.xid, id: 0 };
}

export async function readEvents(
  db: Queryable,
  after: EventPlace,
  { of, where = empty, most }: Wanted,
): Promise<EventsRead> {
  const tables = tablesOf(of);
  const from = raw(tables.length === 1 ? tables[0]! : 'events');
  const rows = await db.query<FollowedEvent & Looked>(sql`
    with looked_at as materialized (
      select * from ${from}
       where (xid, id) > (${after.xid}::xid8, ${after.id}::bigint)
         and xid < pg_snapshot_xmin(pg_current_snapshot())
       order by xid, id limit ${MOST_LOOKED_AT}),
    last as (select xid, id from looked_at order by xid desc, id desc limit 1)
    select (select count(*) from looked_at)::int as "lookedAt", (select xid::text from last) as "lastXid",
           (select id from last) as "lastId", now.horizon::text as horizon,
           exists (select from dropped_events d where d.events_of = any(${tables}::text[])
                     and (d.xid, d.id) > (${after.xid}::xid8, ${after.id}::bigint)) as "isCut", wanted.*
      from (select pg_snapshot_xmin(pg_current_snapshot()) as horizon) now left join (
        select e.xid::text as xid, e.id, e.tenant_id as "tenantId", e.folder_id as "folderId", e.type, e.entity,
               e.entity_key as key, e.actor, e.payload, e.created_at as time
          from looked_at e ${where === empty ? empty : sql`where ${where}`}
         order by e.xid, e.id limit ${most}) wanted on true
     order by wanted.xid::xid8, wanted.id`);
  const { lookedAt, lastXid, lastId, horizon, isCut: isBehind } = rows[0]!;
  const isCut = isBehind && !isBeginning(after);
  const events = rows.filter(({ id }) => id !== null).map(eventOf);
  const last = events.at(-1);
  if (last && events.length === most) return { events, next: last, lookedAt, isEnd: false, isCut };
  const isEnd = lookedAt < MOST_LOOKED_AT;
  const next = isEnd ? { xid: horizon, id: 0 } : { xid: lastXid, id: lastId };
  return { events, next, lookedAt, isEnd, isCut };
}

interface Looked {
  readonly lookedAt: number;
  readonly lastXid: string;
  readonly lastId: number;
  readonly horizon: string;
  readonly isCut: boolean;
}

/** The event without the other columns of its row. */
const eventOf = ({
  lookedAt: _lookedAt,
  lastXid: _xid,
  lastId: _id,
  horizon: _horizon,
  isCut: _isCut,
  ...event
}: FollowedEvent & Looked): FollowedEvent => event;

/** The form in which clients get a place. */
export const placeText = ({ xid, id }: EventPlace): string => `${xid}-${id}`;

export function readPlace(text: string): EventPlace | undefined {
  const [, xid, id] = /^(\d{1,19})-(\d{1,15})$/.exec(text) ?? [];
  return xid === undefined ? undefined : { xid, id: Number(id) };
}

/** Whether the first place is after the second. */
export const isAfter = (one: EventPlace, other: EventPlace): boolean =>
  one.xid === other.xid ? one.id > other.id : BigInt(one.xid) > BigInt(other.xid);
