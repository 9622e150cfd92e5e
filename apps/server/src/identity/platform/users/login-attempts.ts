import sql from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../../kernel/contract/operation.ts';
import type { Queryable } from '../../../kernel/db/sql.ts';
import { notFound } from '../../../kernel/errors.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { requireSelfOrAdministrator } from '../administrators.ts';
import { page } from '../paging.ts';
import { type getLoginAttempts, LoginAttempt } from './contract.ts';

export async function listLoginAttempts(
  ctx: Context,
  { userId, since, ...query }: InputFor<typeof getLoginAttempts>,
): Promise<AnswerFor<typeof getLoginAttempts>> {
  requireSelfOrAdministrator(ctx, userId);
  const user = await ctx.db.first(sql`
    select from identity_users where organization_id = ${ctx.organization.id} and id = ${userId}`);
  if (!user) throw notFound('User');
  return page(ctx.db, query, {
    of: LoginAttempt,
    columns: { creationTime: 'r.id', result: 'r.result', clientIpAddress: 'r."clientIpAddress"' },
    defaultOrder: 'desc',
    rows: sql`
      select a.id, o.name as "partitionName", a.user_id as "userId", a.login as "userNameOrEmailAddress",
             a.client_ip as "clientIpAddress", a.client_name as "clientName", a.browser as "browserInfo", a.result,
             a.reason, a.created_at as "creationTime", a.organization_id as "partitionGlobalId"
        from login_attempts a join organizations o on o.id = a.organization_id
       where a.organization_id = ${ctx.organization.id} and a.user_id = ${userId}
         and (${since ?? null}::timestamptz is null or a.created_at >= ${since ?? null}::timestamptz)`,
  });
}

/** Rows of one statement: floods of attempts leave millions, which others wait for if they go at once. */
const MOST_REMOVED = 10_000;
const DAY = 86_400_000;

/** What nobody needs to see any longer; answers how many went. Safe on several nodes at once. */
export async function removeOldAttempts(db: Queryable, now: number, days: number): Promise<number> {
  const oldest = new Date(now - days * DAY).toISOString();
  let all = 0;
  for (let removed = MOST_REMOVED; removed === MOST_REMOVED; all += removed)
    removed = await db.execute(sql`
      delete from login_attempts where id in (
        select id from login_attempts where created_at < ${oldest}::timestamptz
         order by created_at limit ${MOST_REMOVED} for update skip locked)`);
  return all;
}
