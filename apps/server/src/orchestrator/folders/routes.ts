import sql from 'sql-template-tag';
import type { Selected } from '../../kernel/contract/read-rows.ts';
import { findByKey, list, type Page } from '../../kernel/contract/read-rows.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';
import { handle, type Route } from '../../kernel/http/mount.ts';
import {
  assignMachinesToFolders,
  removeMachines,
  toggleInherit,
  updateAssociations,
} from './assign-machines.ts';
import { assignDomainUserToFolders, assignUsersToFolders, removeUser } from './assign-users.ts';
import * as contract from './contract.ts';
import { createFolder } from './create-folder.ts';
import { removeFolder } from './delete-folder.ts';
import { Folder, FolderType } from './entities.ts';
import { machineChanges, machinesOfFolder, subfoldersWithMachine } from './machines-of-folder.ts';
import { moveTo } from './move-folder.ts';
import {
  allFoldersForCurrentUser,
  allForCurrentUser,
  navigationContext,
  searchForCurrentUser,
} from './navigation.ts';
import * as navigation from './navigation-contract.ts';
import { reach, requireFolder, rightTo, type Which } from './reach.ts';
import { rolesOfUser } from './roles-of-user.ts';
import { patchFolder, updateFolder } from './update-folder.ts';
import { usersOfFolder } from './users-of-folder.ts';

export const foldersRoutes: readonly Route[] = [
  handle(contract.getFolders, listFolders),
  handle(contract.postFolder, createFolder),
  handle(contract.getFolder, (ctx, { key: id }) => oneFolder(ctx, { id })),
  handle(contract.getFolderByKey, (ctx, { identifier: key }) => oneFolder(ctx, { key })),
  handle(contract.putFolder, updateFolder),
  handle(contract.patchNameDescription, patchFolder),
  handle(contract.deleteFolder, (ctx, { key: id }) => removeFolder(ctx, { id })),
  handle(contract.deleteFolderByKey, (ctx, { key }) => removeFolder(ctx, { key })),
  handle(contract.moveFolder, moveTo),
  handle(contract.getMoveFolderMachinesChanges, machineChanges),
  handle(contract.assignUsers, assignUsersToFolders),
  handle(contract.assignDomainUser, assignDomainUserToFolders),
  handle(contract.assignDirectoryUser, assignDomainUserToFolders),
  handle(contract.removeUserFromFolder, (ctx, { key, body }) => removeUser(ctx, key, { id: body.userId })),
  handle(contract.removeUserFromFolderByKey, (ctx, { key, body }) =>
    removeUser(ctx, key, { key: body.userKey }),
  ),
  handle(contract.getUsersForFolder, usersOfFolder),
  handle(contract.getAllRolesForUser, rolesOfUser),
  handle(contract.assignMachines, assignMachinesToFolders),
  handle(contract.updateMachinesToFolderAssociations, updateAssociations),
  handle(contract.removeMachinesFromFolder, removeMachines),
  handle(contract.toggleFolderMachineInherit, toggleInherit),
  handle(contract.getMachinesForFolder, machinesOfFolder),
  handle(contract.getSubfoldersWithAssignedMachine, subfoldersWithMachine),
  handle(contract.getAllForCurrentUser, allForCurrentUser),
  handle(navigation.getFoldersForCurrentUser, searchForCurrentUser),
  handle(navigation.getAllFoldersForCurrentUser, allFoldersForCurrentUser),
  handle(navigation.getFolderNavigationContext, navigationContext),
  handle(navigation.getAllRolesForUserPage, rolesOfUser),
];

/** Personal workspaces have operations of their own. */
function listFolders(ctx: Context): Promise<Page> {
  const reached = reach(ctx, rightTo('View'));
  return list(ctx, Folder, {
    where: (row) => sql`${row}.folder_type <> ${FolderType.Personal}
      and ${reached === 'all' ? sql`true` : sql`${row}.id = any(${reached}::bigint[])`}`,
  });
}

/**
 * Any role in a folder is enough to see it. A personal workspace is seen only by its owner and by callers who
 * may view all folders.
 */
async function oneFolder(ctx: Context, which: Which): Promise<Selected> {
  const folder = await requireFolder(ctx.db, ctx, which);
  const isOthers = folder.owner_user_id !== null && folder.owner_user_id !== ctx.access.user?.id;
  if (isOthers && !ctx.access.can('Units.View')) throw notFound('Folder');
  return findByKey(ctx, Folder, folder.id);
}
