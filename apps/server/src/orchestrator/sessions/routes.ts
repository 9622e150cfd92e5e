import sql from 'sql-template-tag';
import { list } from '../../kernel/contract/read-rows.ts';
import { notFound } from '../../kernel/errors.ts';
import { handle, type Route } from '../../kernel/http/mount.ts';
import { folderInReach } from '../machines/folder-in-reach.ts';
import { changeDebugMode, changeMaintenance, forgetSessions } from './change-sessions.ts';
import * as contract from './contract.ts';
import { readHostUse } from './host-use.ts';

const { MachineSession, MachineSessionRuntime, Session, SessionUser } = contract;

export const sessionRoutes: readonly Route[] = [
  handle(contract.getSessions, (ctx) => list(ctx, Session, { folder: 'all' })),
  handle(contract.getGlobalSessions, (ctx) => list(ctx, Session, { folder: 'all' })),
  handle(contract.getMachineSessions, async (ctx, { key }) => {
    const machine = await ctx.db.first(
      sql`select from machines where id = ${key} and tenant_id = ${ctx.tenant.id}`,
    );
    if (!machine) throw notFound('Machine');
    return list(ctx, MachineSession, { where: (row) => sql`${row}.machine_id = ${key}` });
  }),
  handle(contract.getMachineSessionRuntimes, (ctx, { runtimeType }) =>
    list(ctx, MachineSessionRuntime, {
      folder: 'all',
      where: (row) => sql`${row}.runtime_type = coalesce(${runtimeType ?? null}::int, ${row}.runtime_type)`,
    }),
  ),
  handle(contract.getMachineSessionRuntimesByFolder, async (ctx, { folderId, robotId, runtimeType }) => {
    await folderInReach(ctx, folderId, contract.getMachineSessionRuntimesByFolder.permission!);
    return list(ctx, MachineSessionRuntime, {
      folder: folderId,
      where: (row) => sql`${row}.runtime_type = coalesce(${runtimeType ?? null}::int, ${row}.runtime_type)
        and (${robotId ?? null}::bigint is null
             or not exists (select from machine_robots o where o.machine_id = ${row}.machine_id)
             or exists (select from machine_robots o where o.machine_id = ${row}.machine_id and o.robot_id = ${robotId ?? null}::bigint))`,
    });
  }),
  handle(contract.getSessionUsernames, async (ctx) =>
    (await list(ctx, SessionUser)).map((row) => row.UserName ?? null),
  ),
  handle(contract.getHostUse, readHostUse),
  handle(contract.setMaintenanceMode, changeMaintenance),
  handle(contract.toggleDebugMode, changeDebugMode),
  handle(contract.deleteInactiveSessions, forgetSessions),
];
