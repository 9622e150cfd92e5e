import { PassThrough } from 'node:stream';
import sql from 'sql-template-tag';
import type { InputFor } from '../../kernel/contract/operation.ts';
import { notFound } from '../../kernel/errors.ts';
import type { FileAnswer } from '../../kernel/http/answer.ts';
import type { Context } from '../../kernel/http/context.ts';
import { eventStreams } from '../../kernel/http/event-streams.ts';
import { part } from '../../kernel/http/part.ts';
import type { streamEvents } from './contract.ts';
import { machineOf } from './robots-of-machine.ts';
import { robotsServiceSettings } from './settings.ts';

const streams = part(({ setting }) => {
  const most = robotsServiceSettings.eventStreams;
  return eventStreams({ inAll: setting(most), ofOne: 2, setting: most.name });
});

const PING_MS = 15_000;
const WAKE = 'event: commands\ndata:\n\n';

/**
 * Wakes a host when there may be something for it: a start, a stop or a free slot. The event says no more;
 * the heartbeat that follows fetches the commands. Notices for other machines are skipped. A notice without a
 * machine is for all.
 */
export async function openEvents(
  ctx: Context,
  { sessionKey }: InputFor<typeof streamEvents>,
): Promise<FileAnswer> {
  const machineId = machineOf(ctx);
  const session = await ctx.db.first(sql`
    select from sessions where key = ${sessionKey ?? null}::uuid and tenant_id = ${ctx.tenant.id} and machine_id = ${machineId}`);
  if (!session) throw notFound('Session');
  const body = new PassThrough();
  ctx.part(streams).admit(`${ctx.tenant.id} ${sessionKey}`, body);
  const unlisten = ctx.live.on('jobs', (key) => {
    // A client that stopped reading gets one wake-up when it reads again, not thousands.
    if ((key === '' || key === String(machineId)) && body.readableLength === 0) body.write(WAKE);
  });
  const timer = setInterval(() => body.write(': ping\n\n'), PING_MS);
  timer.unref();
  body.once('close', () => {
    clearInterval(timer);
    unlisten();
  });
  body.write(': connected\n\n');
  // Turns off the buffer of nginx: it collects kilobytes before it sends, so no wake-up would get through.
  return { body, headers: { 'x-accel-buffering': 'no' } };
}
