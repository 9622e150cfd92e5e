// Made from the server's declarations by `npm run contract`.
import type { Operation } from '../operation.ts';

export interface GroupDto {
  readonly id: string | null;
  readonly name: string | null;
  readonly displayName: string | null;
  readonly type: 0 | 1 | null;
  readonly creationTime: string | null;
  readonly lastModificationTime: string | null;
  readonly members: readonly unknown[] | null;
}

export interface CreateGroupCommand {
  readonly partitionGlobalId: string;
  readonly id?: string | null;
  readonly name: string;
  readonly directoryUserMemberIDs?: readonly string[] | null;
}

export interface UpdateGroupCommand {
  readonly partitionGlobalId: string;
  readonly name?: string | null;
  readonly directoryUserIDsToAdd?: readonly string[] | null;
  readonly directoryUserIDsToRemove?: readonly string[] | null;
}

export interface BulkGroupDeleteCommand {
  readonly groupIDs: readonly string[];
}

/** The groups of the organization, without their members. */
export const getGroups: Operation<{ readonly partitionGlobalId: string }, readonly GroupDto[]> = {
  id: 'Group_GetGroups',
  method: 'GET',
  path: '/identity/api/Group/{partitionGlobalId}',
  answer: 'plain',
};

/** One group, with its members. */
export const getGroup: Operation<{ readonly partitionGlobalId: string; readonly groupId: string }, GroupDto> =
  {
    id: 'Group_GetGroup',
    method: 'GET',
    path: '/identity/api/Group/{partitionGlobalId}/{groupId}',
    answer: 'plain',
  };

/** Makes a group. */
export const createGroup: Operation<{ readonly body: CreateGroupCommand }, GroupDto> = {
  id: 'Group_CreateGroup',
  method: 'POST',
  path: '/identity/api/Group',
  answer: 'plain',
};

/** Renames a group, adds members and takes others out. */
export const updateGroup: Operation<
  { readonly groupId: string; readonly body: UpdateGroupCommand },
  GroupDto
> = {
  id: 'Group_UpdateGroup',
  method: 'PUT',
  path: '/identity/api/Group/{groupId}',
  answer: 'plain',
};

/** Removes a group; the built-in ones stay. */
export const deleteGroup: Operation<
  { readonly partitionGlobalId: string; readonly groupId: string },
  undefined
> = {
  id: 'Group_Delete',
  method: 'DELETE',
  path: '/identity/api/Group/{partitionGlobalId}/{groupId}',
  answer: 'nothing',
};

/** Removes groups; those that are not there are no error. */
export const deleteGroups: Operation<
  { readonly partitionGlobalId: string; readonly body: BulkGroupDeleteCommand },
  undefined
> = {
  id: 'Group_BulkDelete',
  method: 'DELETE',
  path: '/identity/api/Group/{partitionGlobalId}',
  answer: 'nothing',
};
