import sql, { type Sql } from 'sql-template-tag';
import type { Principal } from '../kernel/auth/principal.ts';
import type { Transaction } from '../kernel/db/sql.ts';
import { isForeignKeyViolation } from '../kernel/db/violations.ts';
import { CODE, conflict } from '../kernel/errors.ts';
import { tell, type Waker } from '../kernel/events/tell.ts';
import { userDeleted, userUpdated } from './user-events.ts';

/**
 * A person, group or application of Identity has a row in each tenant that admitted it. These functions
 * update the rows to what Identity says, in the transaction that changed Identity. The caller holds the lock
 * of Identity's row, so changes arrive in their order.
 */
interface Followed {
  readonly id: number;
  readonly key: string;
  readonly tenantId: number;
  readonly userName: string;
}

const RETURNED = sql`u.id, u.key, u.tenant_id as "tenantId", u.user_name as "userName"`;

/**
 * A person who is switched off in Identity is off in every tenant. If Identity switches them on again, they
 * are on in each tenant that has not switched them off itself.
 */
export const followPerson = (tx: Transaction, by: Principal | undefined, identityId: string): Promise<void> =>
  follow(
    tx,
    by,
    sql`
      update users u set name = nullif(i.name, ''), surname = nullif(i.surname, ''), email = i.email,
             is_active = i.is_active and not u.is_switched_off, modified_at = now()
        from identity_users i
       where i.id = ${identityId} and u.directory_identifier = i.id
         and (u.name, u.surname, u.email, u.is_active) is distinct from
             (nullif(i.name, ''), nullif(i.surname, ''), i.email, i.is_active and not u.is_switched_off)
      returning ${RETURNED}`,
  );

/**
 * The assignments that switch a user on or off in the tenant. Writing back the value that was read switches
 * nothing: a client that writes back a whole user whom Identity keeps off does not switch them off here, too.
 */
export const activity = (isActive: boolean | null | undefined): Sql => sql`
  is_switched_off = case when coalesce(${isActive ?? null}::boolean, is_active) = is_active
    then is_switched_off
                         else not ${isActive ?? null}::boolean end,
  is_active = coalesce(${isActive ?? null}::boolean, is_active)
          and coalesce((select i.is_active from identity_users i
            where i.id = users.directory_identifier), true)`;

/** Call it after switching a user on: it refuses if Identity keeps the user off. */
export async function requireActive(tx: Transaction, userId: number): Promise<void> {
  const user = await tx.first<{ is_active: boolean }>(sql`select is_active from users where id = ${userId}`);
  if (!user?.is_active)
    throw conflict(
      CODE.ForbiddenOperation,
      'The user is switched off in the organization, and can be switched on there only.',
    );
}

/** Groups and applications have only a name. Throws the unique violation if a tenant uses it already. */
export const followName = (
  tx: Transaction,
  by: Principal | undefined,
  identityId: string,
  name: string,
): Promise<void> =>
  follow(
    tx,
    by,
    sql`
      update users u set user_name = ${name}, modified_at = now()
       where u.directory_identifier = ${identityId}::uuid and u.user_name <> ${name}
      returning ${RETURNED}`,
  );

async function follow(tx: Transaction, by: Principal | undefined, update: Sql): Promise<void> {
  for (const row of await tx.query<Followed>(update)) await record(tx, by, userUpdated, row);
}

/** Whoever changes Identity sends the notices, once for all tenants. */
const NOBODY: Waker = { notify: () => undefined };

const record = (
  tx: Transaction,
  by: Principal | undefined,
  event: typeof userUpdated | typeof userDeleted,
  row: Followed,
): Promise<void> =>
  tell(tx, { principal: by, tenant: { id: row.tenantId }, live: NOBODY }, event, [
    { key: row.key, payload: { id: row.id, userName: row.userName } },
  ]);

/**
 * Removes the users of these identities from all tenants. If other rows refer to a user's row, the row stays,
 * but it loses its rights and its identity, and its name becomes free for others.
 */
export async function forgetIdentities(
  tx: Transaction,
  by: Principal | undefined,
  identityIds: readonly string[],
): Promise<void> {
  const rows = await tx.query<Followed>(sql`
    select ${RETURNED} from users u where u.directory_identifier = any(${identityIds}::uuid[]) order by u.id
      for update`);
  for (const row of rows) {
    if (!(await tryDelete(tx, row.id))) await bury(tx, row.id);
    await record(tx, by, userDeleted, row);
  }
}

async function tryDelete(tx: Transaction, id: number): Promise<boolean> {
  await tx.execute(sql`savepoint forget_user`);
  try {
    await tx.execute(sql`delete from users where id = ${id}`);
    return true;
  } catch (error) {
    if (!isForeignKeyViolation(error)) throw error;
    await tx.execute(sql`rollback to savepoint forget_user`);
    return false;
  }
}

async function bury(tx: Transaction, id: number): Promise<void> {
  await tx.execute(sql`delete from user_roles where user_id = ${id}`);
  await tx.execute(sql`delete from folder_users where user_id = ${id}`);
  await tx.execute(sql`
    update users set is_active = false, is_switched_off = true, directory_identifier = null,
      modified_at = now(),
           user_name = left(user_name, 220) || ' (deleted ' || id || ')'
     where id = ${id}`);
}
