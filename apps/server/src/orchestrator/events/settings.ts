import type { EventTable } from '../../kernel/events/event.ts';
import { type Setting, wholeNumber } from '../../kernel/settings.ts';

/** Ten years. */
const MOST_DAYS = 3660;

/** The shortest time that events are kept. They are removed a whole month at a time. */
export const keptDays = {
  other_events: wholeNumber('BATON_EVENT_DAYS', {
    help: 'days for which events can be read (GET /api/Events); they go a month at a time, so some stay 31 days longer',
    default: 180,
    min: 1,
    max: MOST_DAYS,
  }),
  item_events: wholeNumber('BATON_QUEUE_ITEM_EVENT_DAYS', {
    help: 'the same for events of queue items, of which their history is made; 0 keeps them as long as the item',
    default: 0,
    min: 0,
    max: MOST_DAYS,
  }),
} satisfies Readonly<Record<EventTable, Setting<number>>>;

export const eventSettings = {
  readers: wholeNumber('BATON_EVENT_READERS', {
    help: 'most streams of events (GET /api/Events) at once, in a process',
    default: 1000,
    min: 1,
    max: 100_000,
  }),
  ...keptDays,
};
