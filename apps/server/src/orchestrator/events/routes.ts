import { names } from '../../kernel/http/accepts.ts';
import { handle, type Route } from '../../kernel/http/mount.ts';
import { getEvents, STREAM } from './contract.ts';
import { readPage } from './read-page.ts';
import { streamEvents } from './stream-events.ts';

export const eventsRoutes: readonly Route[] = [
  handle(getEvents, (ctx, input) =>
    names(ctx.headers.accept, STREAM) ? streamEvents(ctx, input) : readPage(ctx, input),
  ),
];
