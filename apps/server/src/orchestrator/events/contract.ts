import {
  Bool,
  Complex,
  DateTime,
  dto,
  Int32,
  Int64,
  Json,
  List,
  Text,
} from '../../kernel/contract/fields.ts';
import { operation, plain } from '../../kernel/contract/operation.ts';
import { keptDays } from './settings.ts';

export const Event = dto('EventDto', {
  id: Text({ notNull: true, description: 'Its place in the order of all events: read on after it.' }),
  type: Text({ notNull: true }),
  time: DateTime({ notNull: true }),
  entity: Text({ notNull: true, description: 'What it tells of, as in `Job`.' }),
  key: Text({
    notNull: true,
    description: 'Which one: its key where it has one of its own, else its id; `Name:1.0.0` of a package.',
  }),
  folderId: Int64(),
  actor: Text({ description: 'Who: `user:`, `app:`, `robot:` or `machine:` and the id; null: the server.' }),
  data: Json({ description: 'What is told beside that, by type.' }),
});

/** The settings that say how long events are kept. */
export const KEPT = `${keptDays.other_events.name}, and of queue items ${keptDays.item_events.name}`;

export const EventPage = dto('EventPageDto', {
  events: List(Complex(Event), { notNull: true }),
  next: Text({ notNull: true, description: 'What `after` reads on with, also where nothing was found.' }),
  isEnd: Bool({ notNull: true, description: 'Whether this was all that there is so far.' }),
  isCut: Bool({
    notNull: true,
    description: `Whether some of what came behind \`after\` is not kept any more (${KEPT}).`,
  }),
});

export const STREAM = 'text/event-stream';
/** Name of the message that tells a reader of a gap. It is not an event. */
export const CUT = 'cut';

/** Each kind of event has its own scope and permission. A caller with none of them reads nothing. */
export const getEvents = operation({
  id: 'Events_Get',
  tag: 'Events',
  method: 'GET',
  path: '/api/Events',
  summary:
    'What happened, of what the caller may see: a page, or with `Accept: text/event-stream` as it happens.',
  scope: null,
  permission: null,
  folder: 'optional',
  query: {
    after: Text({
      description:
        'Id of an event, or `now`. Default: a page begins with the oldest there is; a stream with `Last-Event-ID` or now.',
      example: 'now',
    }),
    types: Text({
      description: 'Types, separated by commas; `job.*` for all that begin so. Default: all.',
      example: 'job.*,queue.created',
    }),
    take: Int32({ min: 1, max: 1000, description: 'Most events of a page, default 100.' }),
  },
  answer: plain(EventPage, 200, { streamed: STREAM }),
});
