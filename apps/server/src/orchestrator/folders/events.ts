import { Bool, Int64, List, Text } from '../../kernel/contract/fields.ts';
import { event, subject } from '../../kernel/events/event.ts';

const FOLDER = subject({
  entity: 'Folder',
  key: 'key',
  reading: { scope: 'OR.Folders', inTenant: 'Units.View', inFolder: 'any role' },
});

const id = Int64({ required: true });
const path = Text({ required: true });
const ids = List(Int64());

/**
 * The members that events of assets, buckets and queues share. Such things can be in several
 * folders (sharing.ts).
 */
export const ofShared = {
  id,
  name: Text({ required: true }),
  toAddFolderIds: ids,
  toRemoveFolderIds: ids,
};

export const folderCreated = event({
  type: 'folder.created',
  of: FOLDER,
  payload: { id, path },
  wakes: ['folders'],
});
export const folderUpdated = event({
  type: 'folder.updated',
  of: FOLDER,
  payload: { id },
  wakes: ['folders'],
});
/** The folder may inherit other machines now, so jobs that wait for a machine are looked at again. */
export const folderMoved = event({
  type: 'folder.moved',
  of: FOLDER,
  payload: { id, path },
  wakes: ['folders', 'jobs'],
});
/** A folder is deleted with all below it. `folderIds` are the ids of all of them. */
export const folderDeleted = event({
  type: 'folder.deleted',
  of: FOLDER,
  payload: { id, path, folderIds: ids },
  wakes: ['folders'],
});
/** The roles that the users now hold in the folder. An empty list means that they are out of it. */
export const usersAssigned = event({
  type: 'folder.usersAssigned',
  of: FOLDER,
  payload: { userIds: ids, roleIds: ids },
  wakes: ['access', 'jobs'],
});
/** Machines that were added and removed, or one whose inheritance was changed. */
export const machinesAssigned = event({
  type: 'folder.machinesAssigned',
  of: FOLDER,
  payload: { added: ids, removed: ids, machineId: Int64(), isInherited: Bool() },
  wakes: ['jobs'],
});

export const folderEvents = [
  folderCreated,
  folderUpdated,
  folderMoved,
  folderDeleted,
  usersAssigned,
  machinesAssigned,
] as const;
