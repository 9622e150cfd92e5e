import sql, { type Sql } from 'sql-template-tag';
import type { Database, Transaction } from '../../kernel/db/sql.ts';
import { brokenConstraint, onceMoreIfTaken } from '../../kernel/db/violations.ts';
import { followPerson } from '../../people/follow-identity.ts';
import { type Administration, lockAdministration, lostSince } from '../platform/administrators.ts';
import { audited, recordMade } from '../platform/audit/audited.ts';
import { people } from '../platform/audit/kinds.ts';
import type { Actor } from '../platform/audit/record-audit.ts';
import { DIRECTORY_USER, findUser, type IdentityUser } from '../users/users.ts';
import type { OutsidePerson, OutsideProvider } from './outside-person.ts';
import { recordAttempt } from './record-attempt.ts';
import { type ProviderRefusal, REFUSALS } from './refusals.ts';

export type Admission =
  | { readonly user: IdentityUser; readonly reason?: undefined }
  | { readonly user: undefined; readonly reason: ProviderRefusal };

const TAKEN: Readonly<Record<string, ProviderRefusal>> = {
  identity_users_email: 'emailTaken',
  identity_users_name: 'userNameTaken',
  users_name: 'userNameTaken',
};

/**
 * Finds the user for somebody from an outside provider. Only the provider's subject identifies them: an
 * e-mail address that a provider reports must not take over an existing account. If the provider is set up
 * for it, the user is created at the first sign-in. Name, address and groups are taken over from the provider
 * each time. A refusal is recorded as an attempt here; a success is recorded when the sign-in is finished.
 */
export async function admitPerson(
  db: Database,
  provider: OutsideProvider,
  person: OutsidePerson,
  source: string,
): Promise<Admission> {
  const who: { id?: string } = {};
  // If somebody comes twice at once for the first time, one of the two creates the user and the
  // other finds it.
  const admitted = await onceMoreIfTaken(() =>
    db.transaction((tx) => admit(tx, provider, person, source, who)),
  ).catch((error: unknown): ProviderRefusal => {
    const taken = TAKEN[brokenConstraint(error) ?? ''];
    if (!taken) throw error;
    return taken;
  });
  if (typeof admitted !== 'string') return { user: admitted };
  await recordAttempt(db, {
    organizationId: provider.organizationId,
    login: person.userName,
    isTyped: false,
    userId: who.id,
    source,
    client: provider.name,
    result: REFUSALS[admitted].result,
    reason: admitted,
  });
  return { user: undefined, reason: admitted };
}

async function admit(
  tx: Transaction,
  provider: OutsideProvider,
  person: OutsidePerson,
  source: string,
  who: { id?: string },
): Promise<IdentityUser | ProviderRefusal> {
  // Locked before the person is. Everybody who changes people waits in the same order.
  const decidesGroups = Object.keys(provider.groups).length > 0;
  const administration = decidesGroups ? await lockAdministration(tx, provider.organizationId) : undefined;
  // Whoever switches the provider off waits for this, and then ends what it has opened.
  const isOn = await tx.first(
    sql`select from sign_in_providers where id = ${provider.id} and is_active for share`,
  );
  if (!isOn) return 'providerOff';
  const actor: Actor = {
    organizationId: provider.organizationId,
    by: { kind: 'provider', subject: provider.id, name: provider.name },
    ip: source,
    source: 'SignIn',
  };
  const known = await tx.first<Found>(sql`
    select user_id as id from sign_in_provider_users
     where provider_id = ${provider.id} and subject = ${person.subject} for update`);
  const found =
    known ?? (await findDeclared(tx, provider, person)) ?? (await findUnlinked(tx, provider, person));
  const follow = async (id: string): Promise<void> => {
    await tx.execute(sql`
      insert into sign_in_provider_users (provider_id, subject, user_id)
      values (${provider.id}, ${person.subject}, ${id}) on conflict do nothing`);
    await followPerson(tx, undefined, id);
    if (administration) await followGroups(tx, provider, id, person.groups, administration);
  };
  if (!found) {
    if (!provider.provisions) return 'noAccount';
    const id = await make(tx, provider, person);
    await follow(id);
    await recordMade(tx, actor, people, [id]);
    who.id = id;
    return (await findUser(tx, id)) ?? 'notLetIn';
  }
  const { id } = found;
  who.id = id;
  const user = await tx.first<{ isActive: boolean }>(sql`
    select is_active as "isActive" from identity_users where id = ${id} for no key update`);
  if (!user?.isActive) return 'disabled';
  await audited(tx, actor, { kind: people, ids: [id], action: 'FollowProvider' }, async () => {
    await tx.execute(sql`
      delete from identity_user_logins l where l.user_id = ${id} and ${declaredFor(provider, person)}`);
    await tx.execute(sql`
      update identity_users
         set email = coalesce(${person.email}, email),
             is_email_confirmed = ${person.isEmailConfirmed}
               or (is_email_confirmed and email is not distinct from coalesce(${person.email}, email)),
             name = ${person.name}, surname = ${person.surname},
             display_name = ${person.displayName}, modified_at = now()
       where id = ${id}`);
    await follow(id);
  });
  return (await findUser(tx, id)) ?? 'notLetIn';
}

interface Found {
  readonly id: string;
}

const declaredFor = (provider: OutsideProvider, person: OutsidePerson): Sql => sql`
  l.organization_id = ${provider.organizationId} and l.subject = ${person.subject}
  and folded(l.provider) in (folded(${provider.name}), ${provider.id}::text,
                             (select folded(type) from authentication_settings where id = ${provider.id}))`;

/** The user that Create User has linked to this identity, before the provider existed. */
const findDeclared = (
  tx: Transaction,
  provider: OutsideProvider,
  person: OutsidePerson,
): Promise<Found | undefined> =>
  tx.first<Found>(sql`
    select l.user_id as id from identity_user_logins l where ${declaredFor(provider, person)} for update`);

/**
 * A user of the same name that the company's directory has created here by SCIM. Such a user has no password,
 * so nobody else's account is taken over.
 */
const findUnlinked = (
  tx: Transaction,
  provider: OutsideProvider,
  person: OutsidePerson,
): Promise<Found | undefined> =>
  tx.first<Found>(sql`
    select u.id
      from identity_users u
      left join scim_resources r on r.kind = 'User' and r.id = u.id
     where u.organization_id = ${provider.organizationId} and u.type = ${DIRECTORY_USER} and u.password_hash is null
       and not exists (select from sign_in_provider_users l where l.user_id = u.id)
       and (r.external_id = ${person.subject} or folded(u.user_name) = folded(${person.userName}))
     order by r.external_id = ${person.subject} desc nulls last limit 1`);

async function make(tx: Transaction, provider: OutsideProvider, person: OutsidePerson): Promise<string> {
  const row = await tx.first<{ id: string }>(sql`
    insert into identity_users (organization_id, user_name, email, is_email_confirmed, name, surname, display_name, type)
    values (${provider.organizationId}, ${person.userName}, ${person.email}, ${person.isEmailConfirmed}, ${person.name},
            ${person.surname}, ${person.displayName}, ${DIRECTORY_USER})
    returning id`);
  return row!.id;
}

/**
 * Sets exactly the groups that the provider reports, among those that it decides about. Other groups stay.
 */
async function followGroups(
  tx: Transaction,
  provider: OutsideProvider,
  userId: string,
  told: readonly string[],
  administration: Administration,
): Promise<void> {
  const decided = Object.values(provider.groups);
  // A company may call a group `constructor`.
  const belongs = told
    .filter((value) => Object.hasOwn(provider.groups, value))
    .map((value) => provider.groups[value]!);
  const left = await tx.query<{ id: string }>(sql`
    select g.id from identity_group_members m join identity_groups g on g.id = m.group_id
     where g.organization_id = ${provider.organizationId} and m.user_id = ${userId}
       and g.id = any(${decided}::uuid[]) and not g.id = any(${belongs}::uuid[])`);
  for (const { id } of left) {
    await tx.execute(sql`savepoint leave_group`);
    await tx.execute(sql`delete from identity_group_members where group_id = ${id} and user_id = ${userId}`);
    // The last administrator stays one, and is not kept out because of it.
    if (await lostSince(tx, provider.organizationId, administration))
      await tx.execute(sql`rollback to savepoint leave_group`);
  }
  await tx.execute(sql`
    insert into identity_group_members (group_id, user_id)
    select id, ${userId} from identity_groups
     where organization_id = ${provider.organizationId} and id = any(${belongs}::uuid[])
    on conflict do nothing`);
}
