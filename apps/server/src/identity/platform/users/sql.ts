import sql, { type Sql } from 'sql-template-tag';
import type { Transaction } from '../../../kernel/db/sql.ts';
import { notFound } from '../../../kernel/errors.ts';
import { SHOWN_AS } from '../../users/users.ts';

/** In the form that the API shows. */
export const selectUsers = (where: (row: Sql) => Sql): Sql => sql`
  select u.id, u.user_name as "userName", u.email, u.is_email_confirmed as "emailConfirmed", u.name, u.surname,
         ${SHOWN_AS} as "displayName",
         u.created_at as "creationTime", nullif(u.modified_at, u.created_at) as "lastModificationTime",
         u.last_login_at as "lastLoginTime",
         array(select m.group_id from identity_group_members m
                where m.user_id = u.id order by 1) as "groupIDs",
         u.legacy_id as "legacyId", u.is_active as "isActive", u.type,
         u.bypasses_basic_auth_restriction as "bypassBasicAuthRestriction",
         u.has_accepted_invitation as "invitationAccepted"
    from identity_users u where ${where(sql`u`)}`;

export interface UserRow {
  readonly id: string;
  readonly userName: string;
  readonly email: string | null;
  readonly name: string;
  readonly surname: string;
  readonly displayName: string;
  readonly isActive: boolean;
  readonly bypassBasicAuthRestriction: boolean;
  readonly invitationAccepted: boolean;
  readonly attributes: Readonly<Record<string, string>>;
  readonly passwordHash: string | null;
}

/** Locks the row, so that copies of it in tenants are made in the order of the changes. */
export async function lockUser(tx: Transaction, organizationId: string, id: string): Promise<UserRow> {
  const user = await tx.first<UserRow>(sql`
    select id, user_name as "userName", email, name, surname, display_name as "displayName", is_active as "isActive",
           bypasses_basic_auth_restriction as "bypassBasicAuthRestriction",
           has_accepted_invitation as "invitationAccepted", attributes, password_hash as "passwordHash"
      from identity_users where organization_id = ${organizationId} and id = ${id} for no key update`);
  if (!user) throw notFound('User');
  return user;
}
