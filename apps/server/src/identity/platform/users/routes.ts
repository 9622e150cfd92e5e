import { containing, oneIsLike } from '@baton/odata/like';
import sql from 'sql-template-tag';
import type { OutputOf } from '../../../kernel/contract/fields.ts';
import type { AnswerFor, InputFor } from '../../../kernel/contract/operation.ts';
import { notFound } from '../../../kernel/errors.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { handle, type Route } from '../../../kernel/http/mount.ts';
import { requireSelfOrAdministrator } from '../administrators.ts';
import { inWords, page } from '../paging.ts';
import { changeOwnPassword } from './change-password.ts';
import {
  changePassword,
  createUser,
  createUsers,
  deleteLock,
  deleteSecondFactor,
  deleteUser,
  deleteUsers,
  forcePasswordChange,
  getLock,
  getLoginAttempts,
  getSecondFactor,
  getUser,
  getUsers,
  inviteUsers,
  User,
  updateUser,
} from './contract.ts';
import { createInvited, createMany, createOne } from './create-users.ts';
import { removeUsers } from './delete-users.ts';
import { demandPasswordChange } from './demand-password-change.ts';
import { listLoginAttempts } from './login-attempts.ts';
import { removeLock, tellLock } from './manage-lock.ts';
import { takeSecondFactor, tellSecondFactor } from './manage-second-factor.ts';
import { selectUsers } from './sql.ts';
import { changeUser } from './update-user.ts';

export const usersRoutes: readonly Route[] = [
  handle(getUser, oneUser),
  handle(getUsers, listUsers),
  handle(createUser, createOne),
  handle(createUsers, createMany),
  handle(inviteUsers, createInvited),
  handle(updateUser, changeUser),
  handle(deleteUser, (ctx, { userId }) => removeUsers(ctx, [userId], true)),
  handle(deleteUsers, (ctx, { body }) => removeUsers(ctx, body.userIds, false)),
  handle(changePassword, changeOwnPassword),
  handle(getSecondFactor, tellSecondFactor),
  handle(deleteSecondFactor, takeSecondFactor),
  handle(forcePasswordChange, demandPasswordChange),
  handle(getLock, tellLock),
  handle(deleteLock, removeLock),
  handle(getLoginAttempts, listLoginAttempts),
];

async function oneUser(
  ctx: Context,
  { userId }: InputFor<typeof getUser>,
): Promise<AnswerFor<typeof getUser>> {
  requireSelfOrAdministrator(ctx, userId);
  const user = await ctx.db.first<OutputOf<typeof User>>(
    selectUsers((row) => sql`${row}.organization_id = ${ctx.organization.id} and ${row}.id = ${userId}`),
  );
  if (!user) throw notFound('User');
  return user;
}

export function listUsers(
  ctx: Context,
  { searchTerm, ...query }: InputFor<typeof getUsers>,
): Promise<AnswerFor<typeof getUsers>> {
  return page(ctx.db, query, {
    of: User,
    columns: {
      userName: inWords('r."userName"'),
      email: inWords('r.email'),
      name: inWords('r.name'),
      surname: inWords('r.surname'),
      displayName: inWords('r."displayName"'),
      creationTime: 'r."creationTime"',
      lastModificationTime: 'r."lastModificationTime"',
      lastLoginTime: 'r."lastLoginTime"',
      isActive: 'r."isActive"',
      type: 'r.type',
      legacyId: 'r."legacyId"',
      id: 'r.id',
    },
    rows: selectUsers(
      (row) => sql`${row}.organization_id = ${ctx.organization.id}
        and ${oneIsLike(
          [
            sql`${row}.user_name`,
            sql`${row}.email`,
            sql`${row}.display_name`,
            sql`concat(${row}.name, ' ', ${row}.surname)`,
          ],
          containing(searchTerm ?? ''),
        )}`,
    ),
  });
}
