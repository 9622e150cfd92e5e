import sql, { type Sql } from 'sql-template-tag';
import type { OutputOf } from '../../../kernel/contract/fields.ts';
import type { Queryable } from '../../../kernel/db/sql.ts';
import { notFound } from '../../../kernel/errors.ts';
import type { RobotAccount } from './contract.ts';

export const selectRobotAccounts = (organizationId: string, where: Sql): Sql => sql`
  select r.id, r.name, coalesce(nullif(r.display_name, ''), r.name) as "displayName",
    r.created_at as "creationTime",
         r.last_login_at as "lastLoginTime",
         array(select m.group_id from identity_group_members m where m.robot_account_id = r.id
           order by 1) as "groupIds"
    from robot_accounts r where r.organization_id = ${organizationId} and ${where}`;

export async function findRobotAccount(
  db: Queryable,
  organizationId: string,
  id: string,
): Promise<OutputOf<typeof RobotAccount>> {
  const account = await db.first<OutputOf<typeof RobotAccount>>(
    selectRobotAccounts(organizationId, sql`r.id = ${id}`),
  );
  if (!account) throw notFound('Robot account');
  return account;
}
