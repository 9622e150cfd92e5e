import sql from 'sql-template-tag';
import type { InputFor } from '../../kernel/contract/operation.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { ApiError, CODE, notFound } from '../../kernel/errors.ts';
import type { Told } from '../../kernel/events/event.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import type {
  assignMachines,
  removeMachinesFromFolder,
  toggleFolderMachineInherit,
  updateMachinesToFolderAssociations,
} from './contract.ts';
import { machinesAssigned } from './events.ts';
import { requireFolder, rightTo } from './reach.ts';

export async function assignMachinesToFolders(
  ctx: Context,
  { body: { assignments } }: InputFor<typeof assignMachines>,
): Promise<void> {
  await ctx.transaction(async (tx) => {
    for (const folderId of new Set(assignments.FolderIds)) {
      await changeMachines(tx, ctx, { folderId, added: assignments.MachineIds, removed: [] });
    }
  });
}

export async function updateAssociations(
  ctx: Context,
  { body: { associations } }: InputFor<typeof updateMachinesToFolderAssociations>,
): Promise<void> {
  const { FolderId: folderId, AddedMachineIds: added, RemovedMachineIds: removed } = associations;
  await ctx.transaction((tx) =>
    changeMachines(tx, ctx, { folderId, added: added ?? [], removed: removed ?? [] }),
  );
}

export async function removeMachines(
  ctx: Context,
  { key: folderId, body }: InputFor<typeof removeMachinesFromFolder>,
): Promise<void> {
  await ctx.transaction((tx) => changeMachines(tx, ctx, { folderId, added: [], removed: body.machineIds }));
}

interface Change {
  readonly folderId: number;
  readonly added: readonly number[];
  readonly removed: readonly number[];
}

/**
 * Adding a machine that is there already, or removing one that is not there, is no error. An unknown
 * machine is.
 */
async function changeMachines(
  tx: Transaction,
  ctx: Context,
  { folderId, added, removed }: Change,
): Promise<void> {
  const { key } = await requireFolder(tx, ctx, { id: folderId }, rightTo('Edit'));
  const machineIds = [...new Set([...added, ...removed])];
  const known = await tx.query(sql`
    select from machines where tenant_id = ${ctx.tenant.id} and id = any(${machineIds}::bigint[])`);
  if (known.length < machineIds.length) {
    throw new ApiError(404, CODE.EntitiesRequiredForAssignmentNotFound, 'Machine does not exist.');
  }
  await tx.execute(sql`
    delete from folder_machines where folder_id = ${folderId} and machine_id = any(${removed}::bigint[])`);
  await tx.execute(sql`
    insert into folder_machines (folder_id, machine_id) select ${folderId}, unnest(${added}::bigint[])
    on conflict do nothing`);
  await tellOfMachines(tx, ctx, { id: folderId, key }, { added, removed });
}

const tellOfMachines = (
  tx: Transaction,
  ctx: Context,
  { id, key }: { readonly id: number; readonly key: string },
  payload: Told<typeof machinesAssigned>['payload'],
): Promise<void> => tell(tx, ctx, machinesAssigned, [{ key, folderId: id, payload }]);

export async function toggleInherit(
  ctx: Context,
  { body }: InputFor<typeof toggleFolderMachineInherit>,
): Promise<void> {
  await ctx.transaction(async (tx) => {
    const folder = await requireFolder(tx, ctx, { id: body.FolderId }, rightTo('Edit'));
    const changed = await tx.execute(sql`
      update folder_machines set propagate_to_sub_folders = ${body.InheritEnabled}
       where folder_id = ${folder.id} and machine_id = ${body.MachineId}`);
    if (changed === 0) throw notFound('Machine');
    await tellOfMachines(tx, ctx, folder, { machineId: body.MachineId, isInherited: body.InheritEnabled });
  });
}
