import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import { wake } from '../../kernel/events/live.ts';
import type { Context } from '../../kernel/http/context.ts';
import { claimJobs, handBack, renewLeases } from '../jobs/dispatch.ts';
import { MaintenanceMode } from '../sessions/contract.ts';
import {
  type CommandRow,
  commandOf,
  commandsOf,
  type ForeignJob,
  foreignJobs,
  killCommand,
} from './commands.ts';
import type { heartbeatV2, stopService } from './contract.ts';
import { closeSession, touchSession } from './session-row.ts';

/**
 * Alive, what I have, what may I do: all in one call. Free slots are filled here (jobs/dispatch.ts). What a
 * robot has that is not its own any more (it was lost and the job was given up, or stopped before it began)
 * is to be killed.
 */
export async function heartbeat(
  ctx: Context,
  { body }: InputFor<typeof heartbeatV2>,
): Promise<AnswerFor<typeof heartbeatV2>> {
  const held = body.heartbeats ?? [];
  const { rows, foreign } = await ctx.transaction<{ rows: CommandRow[]; foreign: ForeignJob[] }>(
    async (tx) => {
      const session = await touchSession(tx, ctx, body.sessionKey, body.trouble ?? null);
      await renewLeases(
        tx,
        session.id,
        held.flatMap(({ executionId }) => executionId ?? []),
      );
      if (!body.trouble && session.maintenanceMode !== MaintenanceMode.Enabled) await claimJobs(tx, session);
      const heldKeys = [...new Set(held.flatMap(({ jobKey }) => jobKey ?? []))];
      return { rows: await commandsOf(tx, session.id), foreign: await foreignJobs(tx, session, heldKeys) };
    },
  );
  const commands = await Promise.all(rows.map((row) => commandOf(ctx, row)));
  return { commands: [...commands, ...foreign.map(killCommand)], serviceSettingsStamp: '1' };
}

export async function disconnect(ctx: Context, { body }: InputFor<typeof stopService>): Promise<void> {
  await ctx.transaction(async (tx) => {
    const session = await closeSession(tx, ctx, body.sessionKey);
    const returned = await handBack(tx, session.id);
    if (returned > 0) wake(tx, ctx, 'jobs');
  });
}
