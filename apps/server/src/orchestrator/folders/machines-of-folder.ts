import sql, { type Sql } from 'sql-template-tag';
import type { InputFor } from '../../kernel/contract/operation.ts';
import { list, type Page } from '../../kernel/contract/read-rows.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';
import type {
  getMachinesForFolder,
  getMoveFolderMachinesChanges,
  getSubfoldersWithAssignedMachine,
} from './contract.ts';
import { Folder, MachineFolder, MachineFolderState, MoveFolderMachineChange } from './entities.ts';
import { endsOfMove } from './move-folder.ts';
import { reach, requireFolder, rightTo } from './reach.ts';

/**
 * All machines of the tenant with their state in the folder. Clients filter by that state to pick machines to
 * add. Callers without Machines.View get only the machines of the folder.
 */
export async function machinesOfFolder(
  ctx: Context,
  { key: id }: InputFor<typeof getMachinesForFolder>,
): Promise<Page> {
  const { ancestors } = await requireFolder(ctx.db, ctx, { id }, rightTo('View'));
  const seesAll = ctx.access.can('Machines.View');
  return list(ctx, MachineFolder, {
    from: sql`
      (select m.*, own.machine_id is not null as is_assigned_to_folder,
              coalesce(own.propagate_to_sub_folders, false) as propagate_to_sub_folders,
              own.machine_id is null and inherited.display_name is not null as is_inherited,
              case when own.machine_id is null then inherited.display_name end as inherited_from_folder_name
         from machines m
         left join folder_machines own on own.machine_id = m.id and own.folder_id = ${id}
         left join lateral (
           select f.display_name from folder_machines fm join folders f on f.id = fm.folder_id
            where fm.machine_id = m.id and fm.propagate_to_sub_folders and f.id = any(${ancestors}::bigint[])
            order by cardinality(f.ancestors) desc limit 1) inherited on true)`,
    where: (row) => sql`(${seesAll} or ${row}.is_assigned_to_folder or ${row}.is_inherited)`,
  });
}

/**
 * Machines that a move would change. Direct assignments move with the folder, and inherited ones depend on
 * its place.
 */
export async function machineChanges(
  ctx: Context,
  { folderId, targetParentId }: InputFor<typeof getMoveFolderMachinesChanges>,
): Promise<Page> {
  const { folder, target } = await endsOfMove(ctx.db, ctx, folderId, targetParentId);
  const before = inherits(folder.ancestors);
  const after = inherits(target ? [...target.ancestors, target.id] : []);
  return list(ctx, MoveFolderMachineChange, {
    from: sql`
      (select m.id as machine_id, m.name as machine_name,
              ${stateIf(before)} as old_machine_folder_state, ${stateIf(after)} as new_machine_folder_state
         from machines m
        where m.tenant_id = ${ctx.tenant.id} and ${before} <> ${after}
          and not exists (select from folder_machines own
                           where own.machine_id = m.id and own.folder_id = ${folderId}))`,
  });
}

const stateIf = (inherited: Sql): Sql =>
  sql`case when ${inherited} then ${MachineFolderState.Inherited}::int
       else ${MachineFolderState.NotAssigned}::int end`;

const inherits = (ancestors: readonly number[]): Sql => sql`
  exists (select from folder_machines fm where fm.machine_id = m.id and fm.propagate_to_sub_folders
             and fm.folder_id = any(${ancestors}::bigint[]))`;

export async function subfoldersWithMachine(
  ctx: Context,
  { rootFolderId, machineId }: InputFor<typeof getSubfoldersWithAssignedMachine>,
): Promise<Page> {
  await requireFolder(ctx.db, ctx, { id: rootFolderId }, rightTo('View'));
  const machine = await ctx.db.first(sql`
    select from machines where tenant_id = ${ctx.tenant.id} and id = ${machineId}`);
  if (!machine) throw notFound('Machine');
  const reached = reach(ctx, rightTo('View'));
  return list(ctx, Folder, {
    where: (row) => sql`
      ${row}.ancestors @> array[${rootFolderId}]::bigint[]
      and ${reached === 'all' ? sql`true` : sql`${row}.id = any(${reached}::bigint[])`}
      and exists (select from folder_machines fm
                   where fm.folder_id = ${row}.id and fm.machine_id = ${machineId})`,
  });
}
