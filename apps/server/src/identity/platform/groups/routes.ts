import { handle, type Route } from '../../../kernel/http/mount.ts';
import { changeGroup, makeGroup, removeGroups } from './change-group.ts';
import { createGroup, deleteGroup, deleteGroups, getGroup, getGroups, updateGroup } from './contract.ts';
import { findGroup, listGroups } from './sql.ts';

export const groupsRoutes: readonly Route[] = [
  handle(getGroups, (ctx) => listGroups(ctx.db, ctx.organization.id)),
  handle(getGroup, (ctx, { groupId }) => findGroup(ctx.db, ctx.organization.id, groupId)),
  handle(createGroup, makeGroup),
  handle(updateGroup, changeGroup),
  handle(deleteGroup, (ctx, { groupId }) => removeGroups(ctx, [groupId], true)),
  handle(deleteGroups, (ctx, { body }) => removeGroups(ctx, body.groupIDs, false)),
];
