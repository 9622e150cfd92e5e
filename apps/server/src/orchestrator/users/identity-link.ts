import sql from 'sql-template-tag';
import { hashPassword } from '../../identity/passwords/passwords.ts';
import { recordMade } from '../../identity/platform/audit/audited.ts';
import { people, robotAccounts } from '../../identity/platform/audit/kinds.ts';
import type { Actor } from '../../identity/platform/audit/record-audit.ts';
import { invite } from '../../identity/platform/invitations/invite.ts';
import { checkNewPassword } from '../../identity/sign-in/set-password.ts';
import { isLoginName } from '../../identity/users/names-of-people.ts';
import { naming } from '../../kernel/db/changing.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { ApiError, CODE, invalid, nameUsed } from '../../kernel/errors.ts';
import { UserType } from '../../people/user-type.ts';

/**
 * The identity of a new user. It stays locked until the user exists, so that no change in between is missed.
 */
export interface Identity {
  readonly id: string | null;
  readonly userName: string;
  readonly name: string | null;
  readonly surname: string | null;
  readonly email: string | null;
  readonly isActive: boolean;
}

export interface WantedIdentity {
  readonly organizationId: string;
  readonly type: number;
  readonly userName: string;
  readonly id?: string | null;
  readonly name?: string | null;
  readonly surname?: string | null;
  readonly email?: string | null;
  readonly password?: string | null;
}

/**
 * Finds the identity that a user stands for. A local user without one gets a new one, and an invitation if it
 * has an address and no password. Robot accounts are made too. People of the directory, groups and
 * applications must exist already. The password of an existing identity is never replaced: administering a
 * tenant gives no right to take over an account of the organization.
 */
export async function linkIdentity(tx: Transaction, actor: Actor, wanted: WantedIdentity): Promise<Identity> {
  switch (wanted.type) {
    case UserType.User:
      return localUser(tx, actor, wanted);
    case UserType.DirectoryUser:
      return (await findPerson(tx, wanted)) ?? unknown(wanted);
    case UserType.DirectoryExternalApplication:
      return (await findApplication(tx, wanted)) ?? unknown(wanted);
    case UserType.DirectoryGroup:
      return (await findGroup(tx, wanted)) ?? unknown(wanted);
    default:
      return robotAccount(tx, actor, wanted);
  }
}

function unknown({ userName }: WantedIdentity): never {
  throw new ApiError(404, CODE.UserNotFoundInDomain, `${userName} does not exist in the directory.`);
}

const findPerson = (tx: Transaction, { organizationId, id, userName }: WantedIdentity) =>
  tx.first<Identity>(sql`
    select id, user_name as "userName", nullif(name, '') as name, nullif(surname, '') as surname, email,
           is_active as "isActive"
      from identity_users
     where organization_id = ${organizationId}
       and case when ${id ?? null}::uuid is null
                then folded(user_name) = folded(${userName}) or folded(email) = folded(${userName})
                else id = ${id ?? null}::uuid end
     order by folded(user_name) = folded(${userName}) desc limit 1 for share`);

const findGroup = (tx: Transaction, { organizationId, id, userName }: WantedIdentity) =>
  tx.first<Identity>(sql`
    select id, name as "userName", null as name, null as surname, null as email, true as "isActive"
      from identity_groups
     where organization_id = ${organizationId}
       and case when ${id ?? null}::uuid is null then folded(name) = folded(${userName})
         else id = ${id ?? null}::uuid end
       for share`);

/** Makes the robot account if there is none of that name. It cannot sign in. */
async function robotAccount(tx: Transaction, actor: Actor, wanted: WantedIdentity): Promise<Identity> {
  const { organizationId, id, userName } = wanted;
  const find = () =>
    tx.first<Identity>(sql`
      select id, name as "userName", null as name, null as surname, null as email, true as "isActive"
        from robot_accounts
       where organization_id = ${organizationId}
         and case when ${id ?? null}::uuid is null then folded(name) = folded(${userName})
                  else id = ${id ?? null}::uuid end for share`);
  const known = await find();
  if (!known && id) return unknown(wanted);
  if (known) return known;
  const made = await tx.first<{ id: string }>(sql`
    insert into robot_accounts (organization_id, name) values (${organizationId}, ${userName})
    on conflict do nothing returning id`);
  if (made) await recordMade(tx, actor, robotAccounts, [made.id]);
  return (await find())!;
}

const findApplication = (tx: Transaction, { organizationId, id, userName }: WantedIdentity) =>
  tx.first<Identity>(sql`
    select client_id as id, name as "userName", name, null as surname, null as email, true as "isActive"
      from external_apps
     where organization_id = ${organizationId}
       and case when ${id ?? null}::uuid is null then folded(name) = folded(${userName})
                else client_id = ${id ?? null}::uuid end for share`);

async function localUser(tx: Transaction, actor: Actor, wanted: WantedIdentity): Promise<Identity> {
  const known = await findPerson(tx, wanted);
  if (known && wanted.password) throw nameUsed(wanted.userName);
  if (known) return known;
  if (wanted.id) return unknown(wanted);
  const { organizationId, userName, name, surname, email, password } = wanted;
  if (!isLoginName(userName))
    throw invalid('UserName', 'holds characters that are not seen, or look like others');
  const hash = password ? await hashOfAllowed(tx, wanted, password) : null;
  const isInvited = hash === null && Boolean(email);
  const used = { identity_users_name: userName, identity_users_email: wanted.email ?? '' };
  return naming(used, async () => {
    const row = await tx.first<{ id: string }>(sql`
      insert into identity_users (organization_id, user_name, email, name, surname, display_name,
                                  password_hash, has_given_password, has_accepted_invitation)
      values (${organizationId}, ${userName}, ${email}, ${name ?? ''}, ${surname ?? ''},
              ${[name, surname].filter(Boolean).join(' ') || userName}, ${hash}, ${hash !== null},
              ${!isInvited})
      returning id`);
    await recordMade(tx, actor, people, [row!.id]);
    if (isInvited) await invite(tx, { organizationId, userId: row!.id });
    return {
      id: row!.id,
      userName,
      name: name ?? null,
      surname: surname ?? null,
      email: email ?? null,
      isActive: true,
    };
  });
}

/** Refuses the passwords that the policy of the organization refuses. */
async function hashOfAllowed(
  tx: Transaction,
  { organizationId, userName, email, name, surname }: WantedIdentity,
  password: string,
): Promise<string> {
  const about = {
    userName,
    email: email ?? null,
    name: name ?? '',
    surname: surname ?? '',
    isOfDirectory: false,
  };
  const problem = await checkNewPassword(tx, organizationId, about, password);
  if (problem) throw invalid('Password', problem.description);
  return hashPassword(password);
}
