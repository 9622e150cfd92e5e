import sql from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { alreadyExists, invalid, notFound } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import { explainWaitingFor } from '../jobs/waits-for.ts';
import { storedLabels } from '../labels.ts';
import { RobotType } from '../robots/enumerations.ts';
import { isConnected, SessionState } from '../sessions/enumerations.ts';
import { robotStatus } from '../sessions/events.ts';
import { MISSED_HEARTBEATS, sessionSettings } from '../sessions/settings.ts';
import type { startService } from './contract.ts';
import { machineOf, robotsOfMachine } from './robots-of-machine.ts';

type Payload = InputFor<typeof startService>['body'];

/** An installation that connects again keeps its session and the jobs of that session. */
export async function connect(
  ctx: Context,
  { body }: InputFor<typeof startService>,
): Promise<AnswerFor<typeof startService>> {
  const machineId = machineOf(ctx);
  const slots = readSlots(body.runtimes);
  const heartbeatSeconds = ctx.setting(sessionSettings.heartbeatSeconds);
  const sessionKey = await ctx.transaction(async (tx) => {
    // One host at a time connects for a machine. Otherwise two installations could both find the place free.
    const machine = await tx.first(
      sql`select from machines where id = ${machineId} and tenant_id = ${ctx.tenant.id} for no key update`,
    );
    if (!machine) throw notFound('Machine');
    await refuseSecondInstallation(tx, machineId, body);
    const session = await tx.first<{ id: number; key: string }>(sql`
      insert into sessions (tenant_id, machine_id, host_machine_name, service_user_name, installation_id, version, platform, slots,
                            capabilities, labels, interpreters, updates, reporting_at, responsive_until)
      values (${ctx.tenant.id}, ${machineId}, ${body.hostMachineName}, ${body.serviceUserName ?? null}, ${body.installationId},
              ${body.version ?? null}, ${body.platform ?? 0}, ${slots}::jsonb, ${body.capabilities ?? []}::text[], ${storedLabels(body.labels ?? [])}::text[], ${storedInterpreters(body.interpreters)}::jsonb, ${body.updates ?? false}, now(),
              now() + make_interval(secs => ${heartbeatSeconds * MISSED_HEARTBEATS}))
      on conflict (machine_id, installation_id) do update set
        host_machine_name = excluded.host_machine_name, service_user_name = excluded.service_user_name, version = excluded.version,
        platform = excluded.platform, slots = excluded.slots, capabilities = excluded.capabilities, labels = excluded.labels, interpreters = excluded.interpreters, state = ${SessionState.Available}, info = null,
        reporting_at = excluded.reporting_at, responsive_until = excluded.responsive_until, updates = excluded.updates,
        -- Back from a change. If it is not the version that it should be, the change has failed; a later start tries again.
        update_version = case when sessions.update_since is not null and excluded.version is distinct from sessions.update_version
                              then sessions.update_version end,
        update_since = null, update_missing = false
      returning id, key`);
    // Jobs that waited for a host like this one now wait for their turn, so their reason for waiting changes.
    await explainWaitingFor(tx, machineId);
    await tell(tx, ctx, robotStatus, [
      {
        key: session!.key,
        payload: { id: session!.id, machineId, hostMachineName: body.hostMachineName, state: 'Available' },
      },
    ]);
    return session!.key;
  });
  return {
    robots: await robotsOfMachine(ctx.db, machineId),
    sessionKey,
    heartbeatSeconds,
  };
}

function storedInterpreters(given: Payload['interpreters']): string | null {
  if (!given) return null;
  const { python, node, robotFramework } = given;
  return JSON.stringify({ python, node, robotFramework });
}

/** Slots by the names of the API. Classic robots name none: their sessions have all slots of the machine. */
function readSlots(runtimes: Payload['runtimes']): string | null {
  if (!runtimes) return null;
  const slots: Record<string, number> = {};
  for (const [name, count] of Object.entries(runtimes)) {
    const type = RobotType.parse(name);
    if (type === undefined) throw invalid(`runtimes.${name}`, 'is not a kind of runtime');
    slots[RobotType.nameOf(type)!] = count;
  }
  return JSON.stringify(slots);
}

async function refuseSecondInstallation(tx: Transaction, machineId: number, body: Payload): Promise<void> {
  const other = await tx.first(sql`
    select from sessions s where machine_id = ${machineId} and folded(host_machine_name) = folded(${body.hostMachineName})
       and installation_id <> ${body.installationId}::uuid and ${isConnected('s')}`);
  if (other)
    throw alreadyExists(
      `Another installation is connected for this machine on the host ${body.hostMachineName}.`,
    );
}
