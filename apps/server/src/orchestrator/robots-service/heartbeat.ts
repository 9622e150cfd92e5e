import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { wake } from '../../kernel/events/live.ts';
import type { Context } from '../../kernel/http/context.ts';
import { claimJobs, handBack, noteEnded, renewLeases } from '../jobs/dispatch.ts';
import { explainWaitingFor } from '../jobs/waits-for.ts';
import { MaintenanceMode } from '../sessions/contract.ts';
import { noteHostUse } from '../sessions/host-use.ts';
import {
  type CommandRow,
  commandOf,
  commandsOf,
  type ForeignJob,
  foreignJobs,
  killCommand,
} from './commands.ts';
import type { heartbeatV2, stopService } from './contract.ts';
import { giveTurn } from './give-turn.ts';
import { closeSession, recordStatus, type TouchedSession, touchSession } from './session-row.ts';

/**
 * A session reports in one call that it is alive and which jobs it has, and gets its commands. The call also
 * fills free slots (jobs/dispatch.ts). The robot is told to kill the jobs that are no longer its own, because
 * it was lost and its jobs were given up, or because a job was stopped before it began.
 */
export async function heartbeat(
  ctx: Context,
  { body }: InputFor<typeof heartbeatV2>,
): Promise<AnswerFor<typeof heartbeatV2>> {
  const held = body.heartbeats ?? [];
  const { rows, foreign, wanted, isTurn } = await ctx.transaction<Found>(async (tx) => {
    const session = await touchSession(tx, ctx, body.sessionKey, body.trouble ?? null);
    await renewLeases(
      tx,
      session.id,
      held.flatMap(({ executionId }) => executionId ?? []),
    );
    await noteEnded(
      tx,
      session.id,
      held.flatMap(({ executionId, processEnded }) => (processEnded && executionId) || []),
    );
    if (!body.trouble && session.maintenanceMode !== MaintenanceMode.Enabled) await claimJobs(tx, session);
    if (body.use) await noteHostUse(tx, session.id, body.use);
    const wanted = session.wantedVersion;
    const isTurn = wanted !== null && (await isItsTurn(tx, ctx, session, wanted));
    const heldKeys = [...new Set(held.flatMap(({ jobKey }) => jobKey ?? []))];
    return {
      rows: await commandsOf(tx, session.id),
      foreign: await foreignJobs(tx, session, heldKeys),
      wanted,
      isTurn,
    };
  });
  const commands = await Promise.all(rows.map((row) => commandOf(ctx, row)));
  return {
    commands: [...commands, ...foreign.map(killCommand)],
    serviceSettingsStamp: '1',
    wantedVersion: wanted,
    isTurn,
  };
}

interface Found {
  readonly rows: CommandRow[];
  readonly foreign: ForeignJob[];
  readonly wanted: string | null;
  readonly isTurn: boolean;
}

async function isItsTurn(
  tx: Transaction,
  ctx: Context,
  session: TouchedSession,
  wanted: string,
): Promise<boolean> {
  const { version, updates, isUpdating } = session;
  if (!updates || version === wanted) return false;
  const turn = await giveTurn(tx, session, wanted, isUpdating);
  if (turn === 'given')
    await recordStatus(tx, ctx, session, session.key, 'Available', { wantedVersion: wanted });
  return turn !== 'waits';
}

export async function disconnect(ctx: Context, { body }: InputFor<typeof stopService>): Promise<void> {
  await ctx.transaction(async (tx) => {
    const session = await closeSession(tx, ctx, body.sessionKey);
    const returned = await handBack(tx, session.id);
    await explainWaitingFor(tx, session.machineId);
    if (returned > 0) wake(tx, ctx, 'jobs');
  });
}
