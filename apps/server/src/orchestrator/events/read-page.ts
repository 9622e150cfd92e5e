import type { OutputOf } from '../../kernel/contract/fields.ts';
import type { InputFor } from '../../kernel/contract/operation.ts';
import { invalid } from '../../kernel/errors.ts';
import type { Event } from '../../kernel/events/event.ts';
import {
  BEGINNING,
  type EventPlace,
  type FollowedEvent,
  isAfter,
  placeText,
  presentPlace,
  readEvents,
  readPlace,
} from '../../kernel/events/read-events.ts';
import type { Context } from '../../kernel/http/context.ts';
import type { EventPage, getEvents } from './contract.ts';
import { seenBy } from './seen-by.ts';

const PAGE = 100;

export async function readPage(
  ctx: Context,
  { after, types, take }: InputFor<typeof getEvents>,
): Promise<OutputOf<typeof EventPage>> {
  const place = after ? await placeOf(ctx, after, 'after') : BEGINNING;
  const of = wantedEvents(ctx.events, types);
  const where = seenBy(ctx, ctx.tenant.id, of, ctx.folder?.id);
  const { events, next, isEnd, isCut } = await readEvents(ctx.db, place, { of, where, most: take ?? PAGE });
  return { events: events.map(shown), next: placeText(next), isEnd, isCut };
}

export const shown = ({ type, time, entity, key, folderId, actor, payload, ...place }: FollowedEvent) => ({
  id: placeText(place),
  type,
  time,
  entity,
  key,
  folderId,
  actor,
  data: payload,
});

/**
 * Refuses a place that lies ahead of the database. Another database gave it, or this one gave it before it
 * was restored from a dump. A reader who went on from there would miss what happens until that place.
 */
export async function placeOf({ db }: Pick<Context, 'db'>, text: string, field: string): Promise<EventPlace> {
  const present = await presentPlace(db);
  if (text === 'now') return present;
  const place = readPlace(text) ?? refuse(field, 'is neither the id of an event nor now');
  return isAfter(place, present) ? refuse(field, 'is no place among the events of this server') : place;
}

function refuse(field: string, why: string): never {
  throw invalid(field, why);
}

/** Refuses a word that matches no event. A caller who misspells one would wait for it for ever. */
export function wantedEvents(events: readonly Event[], types: string | null | undefined): readonly Event[] {
  if (!types) return events;
  const wanted = new Set<Event>();
  for (const word of types.split(',').map((one) => one.trim())) {
    const meant = events.filter(({ type }) =>
      word.endsWith('.*') ? type.startsWith(word.slice(0, -1)) : type === word,
    );
    if (meant.length === 0) refuse('types', `'${word}' is no type of event`);
    for (const event of meant) wanted.add(event);
  }
  return [...wanted];
}
