import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { InputFor } from '../../kernel/contract/operation.ts';
import type { Event } from '../../kernel/events/event.ts';
import { type EventPlace, placeText, readEvents } from '../../kernel/events/read-events.ts';
import { eventTail } from '../../kernel/events/tail.ts';
import { Reply } from '../../kernel/http/answer.ts';
import type { Context } from '../../kernel/http/context.ts';
import { eventStreams } from '../../kernel/http/event-streams.ts';
import { part } from '../../kernel/http/part.ts';
import { rememberAccess } from '../../kernel/http/remember-access.ts';
import { CUT, type getEvents, KEPT, STREAM } from './contract.ts';
import { placeOf, shown, wantedEvents } from './read-page.ts';
import { seenBy } from './seen-by.ts';
import { eventSettings } from './settings.ts';

const streams = part(({ setting }) => {
  const most = eventSettings.readers;
  return eventStreams({ inAll: setting(most), ofOne: 10, setting: most.name });
});
const tail = part((_, db) => eventTail(db));
/**
 * Rights are looked up again while a stream is open, because they may change. The caller was admitted when
 * the stream was opened, so that is not checked again.
 */
const rights = part((services, db) => rememberAccess(db, services, async () => undefined));

const PING_MS = 15_000;
/** The longest time that a stream is open. Then the client connects again, and its token is checked again. */
const LONGEST_MS = 5 * 60_000;
const MOST = 200;
/**
 * Says that some events after the reader's place are not kept any more. The stream begins with this message
 * and goes on with the oldest event that is kept.
 */
const IS_CUT = `Some of what came since is not kept any more (${KEPT}).`;

/** Sends each event once, as it happens. Continues after `Last-Event-ID`. */
export async function streamEvents(
  ctx: Context,
  { after, types }: InputFor<typeof getEvents>,
): Promise<Reply> {
  const last = ctx.headers['last-event-id'];
  const place =
    typeof last === 'string' && last !== ''
      ? await placeOf(ctx, last, 'Last-Event-ID')
      : await placeOf(ctx, after || 'now', 'after');
  const wanted = wantedEvents(ctx.events, types);
  const body = new PassThrough();
  const caller = ctx.principal.job?.key ?? ctx.principal.subject;
  ctx.part(streams).admit(`${ctx.tenant.id} ${caller}`, body);
  void pump(ctx, body, wanted, place).catch((error: unknown) => {
    if (!body.closed) ctx.log.warn({ err: error }, 'a stream of events ended');
    body.destroy();
  });
  // By default, nginx buffers some kilobytes of an answer, so an event would not reach the client.
  return new Reply(200, body, {
    'content-type': STREAM,
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
  });
}

async function pump(ctx: Context, body: PassThrough, of: readonly Event[], from: EventPlace): Promise<void> {
  const { principal, tenant, organization, folder } = ctx;
  const closing = new AbortController();
  body.once('close', () => closing.abort());
  const ping = setInterval(() => body.readableLength === 0 && body.write(': ping\n'), PING_MS).unref();
  const end = setTimeout(() => body.end(), lifeOf(ctx)).unref();
  try {
    // No empty line follows, because some clients take everything before an empty line for an event.
    body.write(': connected\nretry: 1000\n');
    for (let place = from; !closing.signal.aborted; ) {
      const access = await ctx.part(rights)(principal, { tenant, organization });
      const where = seenBy({ principal, access }, tenant.id, of, folder?.id);
      const { events, next, isEnd, isCut } = await readEvents(ctx.db, place, { of, where, most: MOST });
      if (isCut && place === from)
        body.write(`event: ${CUT}\ndata: ${JSON.stringify({ message: IS_CUT })}\n\n`);
      for (const event of events)
        if (
          !body.write(
            `id: ${placeText(event)}\nevent: ${event.type}\ndata: ${JSON.stringify(shown(event))}\n\n`,
          )
        )
          await once(body, 'drain', { signal: closing.signal });
      place = next;
      if (isEnd) await ctx.part(tail).wait(tenant.id, place, closing.signal);
    }
  } finally {
    clearInterval(ping);
    clearTimeout(end);
  }
}

/** A stream lives until the token expires, but not longer than the limit. */
const lifeOf = ({ principal, now }: Context): number =>
  Math.max(0, Math.min(LONGEST_MS, principal.expiresAt * 1000 - now()));
