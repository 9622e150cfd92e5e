import sql from 'sql-template-tag';
import type { Input, OutputOf } from '../../../kernel/contract/fields.ts';
import type { AnswerFor, InputFor } from '../../../kernel/contract/operation.ts';
import { naming, type Refusals } from '../../../kernel/db/changing.ts';
import type { Transaction } from '../../../kernel/db/sql.ts';
import { wake } from '../../../kernel/events/live.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { isLoginName } from '../../users/names-of-people.ts';
import { recordMade } from '../audit/audited.ts';
import { people } from '../audit/kinds.ts';
import { actorOfCall } from '../audit/record-audit.ts';
import { changeGroupsOf } from '../groups/members.ts';
import { type Fault, Refused, refused, resultOf, resultWith } from '../identity-result.ts';
import { invite } from '../invitations/invite.ts';
import { createUser, createUsers, inviteUsers, type newUser, type User, UserType } from './contract.ts';
import { linkLogins } from './link-logins.ts';
import { hashOfAllowed } from './password-rules.ts';
import { selectUsers } from './sql.ts';

type Login = NonNullable<InputFor<typeof createUser>['body']['userLogins']>[number];

type NewUser = Input<typeof newUser> & {
  readonly password?: string | null;
  readonly userLogins?: readonly Login[] | null;
};

export const createOne = (
  ctx: Context,
  { body }: InputFor<typeof createUser>,
): Promise<AnswerFor<typeof createUser>> =>
  resultOf(createUser, ctx, () => create(ctx, [body], body.groupIDs ?? []));

/** Makes all of them, or none where one cannot be made. */
export const createMany = (
  ctx: Context,
  { body }: InputFor<typeof createUsers>,
): Promise<AnswerFor<typeof createUsers>> => makeUsers(createUsers, ctx, body.users, body.groupIDs ?? []);

/** People are called by their addresses unless they have a name. */
export const createInvited = (
  ctx: Context,
  { body }: InputFor<typeof inviteUsers>,
): Promise<AnswerFor<typeof inviteUsers>> =>
  makeUsers(
    inviteUsers,
    ctx,
    body.emails.map((email) => ({ email, invitationAccepted: false })),
    body.groupIDs ?? [],
  );

const makeUsers = (
  operation: typeof createUsers | typeof inviteUsers,
  ctx: Context,
  users: readonly NewUser[],
  groupIds: readonly string[],
): Promise<AnswerFor<typeof createUsers>> =>
  resultWith(
    operation,
    ctx,
    async () => {
      const ids = await create(ctx, users, groupIds);
      return ctx.db.query<OutputOf<typeof User>>(
        selectUsers((row) => sql`${row}.id = any(${ids}::uuid[]) order by ${row}.legacy_id`),
      );
    },
    (result, made) => ({ ...result, result, users: made ?? [] }),
  );

async function create(
  ctx: Context,
  users: readonly NewUser[],
  groupIds: readonly string[],
): Promise<readonly string[]> {
  const hashes = await Promise.all(users.map((user) => passwordHashOf(ctx, user)));
  const ids = await ctx.transaction(async (tx) => {
    const made: string[] = [];
    for (const [i, user] of users.entries())
      made.push(await insert(tx, ctx, user, hashes[i] ?? null, groupIds));
    await recordMade(tx, actorOfCall(ctx), people, made);
    wake(tx, ctx, 'access');
    return made;
  });
  return ids;
}

async function passwordHashOf(ctx: Context, user: NewUser): Promise<string | null> {
  if (!user.password) return null;
  const isOfDirectory = user.type === UserType.directoryUser;
  const about = { ...namesOf(user), name: user.name ?? '', surname: user.surname ?? '', isOfDirectory };
  return hashOfAllowed(ctx.db, ctx.organization.id, about, user.password);
}

/** People without a user name are called by their address. */
function namesOf({ userName, email }: NewUser): { readonly userName: string; readonly email: string | null } {
  const address = email?.trim() || null;
  return { userName: userName?.trim() || address || '', email: address };
}

async function insert(
  tx: Transaction,
  ctx: Context,
  user: NewUser,
  passwordHash: string | null,
  groupIds: readonly string[],
): Promise<string> {
  const { userName, email } = namesOf(user);
  const type = user.type ?? UserType.user;
  const faults = faultsOf(userName, type);
  if (faults.length > 0) throw new Refused(faults);
  const isInvited = email !== null && isToBeInvited(user, type);
  const inserted = await naming(taken(userName, email), () =>
    tx.first<{ id: string }>(sql`
      insert into identity_users (id, organization_id, user_name, email, name, surname, display_name,
                                  password_hash, has_given_password, type,
                                  bypasses_basic_auth_restriction, has_accepted_invitation)
      values (coalesce(${user.id ?? null}::uuid, gen_random_uuid()), ${ctx.organization.id}, ${userName}, ${email},
              ${user.name ?? ''}, ${user.surname ?? ''}, ${user.displayName ?? ''}, ${passwordHash},
              ${passwordHash !== null}, ${type},
              ${user.bypassBasicAuthRestriction ?? false}, ${user.invitationAccepted ?? !isInvited})
      returning id`),
  );
  const id = inserted!.id;
  await changeGroupsOf(tx, ctx.organization.id, { kind: 'user_id', id }, { add: groupIds });
  await linkLogins(tx, ctx.organization.id, id, user.userLogins ?? []);
  if (isInvited) await invite(tx, { organizationId: ctx.organization.id, userId: id });
  return id;
}

/** Where the call does not say it, people are invited who have no other way in. */
const isToBeInvited = ({ invitationAccepted, password, userLogins }: NewUser, type: number): boolean =>
  type === UserType.user &&
  (invitationAccepted === undefined || invitationAccepted === null
    ? !password && !userLogins?.length
    : !invitationAccepted);

function faultsOf(userName: string, type: number): readonly Fault[] {
  const faults: Fault[] = [];
  if (userName === '' || !isLoginName(userName))
    faults.push({ code: 'InvalidUserName', description: `Username '${userName.slice(0, 60)}' is invalid.` });
  // Robot accounts, groups and applications are made by operations of their own.
  if (type !== UserType.user && type !== UserType.directoryUser)
    faults.push({
      code: 'InvalidUserType',
      description: `Users of type '${UserType.nameOf(type)}' cannot be made here.`,
    });
  return faults;
}

/** By the name or the address that is taken, or the id. */
export const taken = (userName: string, email: string | null): Refusals => ({
  identity_users_name: () => refused('DuplicateUserName', `Username '${userName}' is already taken.`),
  identity_users_email: () => refused('DuplicateEmail', `Email '${email}' is already taken.`),
  identity_users_pkey: () => refused('DuplicateId', 'The id is already taken.'),
});
