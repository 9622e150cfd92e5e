import { containing, oneIsLike } from '@baton/odata/like';
import sql from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../../kernel/contract/operation.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { handle, type Route } from '../../../kernel/http/mount.ts';
import { inWords, page } from '../paging.ts';
import { changeRobotAccount, makeRobotAccount, removeRobotAccounts } from './change-robot-account.ts';
import {
  createRobotAccount,
  deleteRobotAccount,
  deleteRobotAccounts,
  getRobotAccount,
  getRobotAccounts,
  RobotAccount,
  updateRobotAccount,
} from './contract.ts';
import { findRobotAccount, selectRobotAccounts } from './sql.ts';

export const robotAccountsRoutes: readonly Route[] = [
  handle(getRobotAccounts, listAccounts),
  handle(getRobotAccount, (ctx, { robotAccountId }) =>
    findRobotAccount(ctx.db, ctx.organization.id, robotAccountId),
  ),
  handle(createRobotAccount, makeRobotAccount),
  handle(updateRobotAccount, changeRobotAccount),
  handle(deleteRobotAccount, (ctx, { robotAccountId }) => removeRobotAccounts(ctx, [robotAccountId], true)),
  handle(deleteRobotAccounts, (ctx, { body }) => removeRobotAccounts(ctx, body.robotAccountIDs, false)),
];

function listAccounts(
  ctx: Context,
  { searchTerm, ...query }: InputFor<typeof getRobotAccounts>,
): Promise<AnswerFor<typeof getRobotAccounts>> {
  return page(ctx.db, query, {
    of: RobotAccount,
    columns: {
      name: inWords('r.name'),
      displayName: inWords('r."displayName"'),
      creationTime: 'r."creationTime"',
      lastLoginTime: 'r."lastLoginTime"',
      id: 'r.id',
    },
    rows: selectRobotAccounts(
      ctx.organization.id,
      oneIsLike([sql`r.name`, sql`r.display_name`], containing(searchTerm ?? '')),
    ),
  });
}
