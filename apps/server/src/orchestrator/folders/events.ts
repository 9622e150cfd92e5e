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

/** What events of assets, buckets and queues say, which can be in several folders (sharing.ts). */
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
/** Machines are inherited from another place now, so what waits for one is looked at again. */
export const folderMoved = event({
  type: 'folder.moved',
  of: FOLDER,
  payload: { id, path },
  wakes: ['folders', 'jobs'],
});
/** With all below it: `folderIds` are theirs and its own. */
export const folderDeleted = event({
  type: 'folder.deleted',
  of: FOLDER,
  payload: { id, path, folderIds: ids },
  wakes: ['folders'],
});
/** What the users hold in the folder now; no roles at all: they are out of it. */
export const usersAssigned = event({
  type: 'folder.usersAssigned',
  of: FOLDER,
  payload: { userIds: ids, roleIds: ids },
  wakes: ['access', 'jobs'],
});
/** Machines that came and went, or one whose inheritance was changed. */
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
