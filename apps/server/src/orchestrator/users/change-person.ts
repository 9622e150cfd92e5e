import sql from 'sql-template-tag';
import { audited } from '../../identity/platform/audit/audited.ts';
import { people } from '../../identity/platform/audit/kinds.ts';
import { actorInTenant } from '../../identity/platform/audit/record-audit.ts';
import { loadOrganizationAccess } from '../../kernel/auth/access.ts';
import type { InputOf } from '../../kernel/contract/fields.ts';
import { naming } from '../../kernel/db/changing.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { forbidden } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';
import { followPerson } from '../../people/follow-identity.ts';
import { UserType } from '../../people/user-type.ts';
import { type User } from './entities.ts';

type Body = InputOf<typeof User>;

interface Person {
  readonly id: string;
  readonly name: string;
  readonly surname: string;
  readonly email: string | null;
}

/**
 * Locks the person that a user of the tenant stands for. Undefined if the body does not change a person. Call
 * it before the user's own row is locked: changes that come from Identity lock in that order.
 */
export async function lockPerson(
  tx: Transaction,
  ctx: Context,
  userId: number,
  body: Body,
): Promise<Person | undefined> {
  if (body.Name == null && body.Surname == null && body.EmailAddress == null) return undefined;
  return tx.first<Person>(sql`
    select i.id, i.name, i.surname, i.email
      from users u join identity_users i on i.id = u.directory_identifier
     where u.tenant_id = ${ctx.tenant.id} and u.id = ${userId}
       and u.type in (${UserType.User}, ${UserType.DirectoryUser})
       for no key update of i`);
}

/**
 * Changes a person in Identity, and so in all tenants. Only administrators of the organization may change the
 * address: whoever receives a person's mail can reset their password, and administering a tenant gives no
 * right to that.
 */
export async function changePerson(tx: Transaction, ctx: Context, person: Person, body: Body): Promise<void> {
  const { id, ...before } = person;
  const after = {
    name: body.Name ?? before.name,
    surname: body.Surname ?? before.surname,
    email: body.EmailAddress || before.email,
  };
  if (
    after.email !== before.email &&
    !(await loadOrganizationAccess(tx, ctx.principal)).can('Organization.Administer')
  )
    throw forbidden('The e-mail address of a person is changed by administrators of the organization.');
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  await audited(tx, actorInTenant(ctx), { kind: people, ids: [id] }, async () => {
    await naming({ identity_users_email: after.email ?? '' }, () =>
      tx.execute(sql`
        update identity_users set name = ${after.name}, surname = ${after.surname}, email = ${after.email},
               is_email_confirmed = is_email_confirmed and email is not distinct
                 from ${after.email}, modified_at = now()
         where id = ${id}`),
    );
    await followPerson(tx, ctx.principal, id);
  });
}
