import { randomBytes } from 'node:crypto';
import sql from 'sql-template-tag';
import type { Database, Queryable, Transaction } from '../../kernel/db/sql.ts';
import { audited } from '../platform/audit/audited.ts';
import { people } from '../platform/audit/kinds.ts';
import type { Actor } from '../platform/audit/record-audit.ts';
import { makePassword } from '../seed.ts';
import { hasSecondFactor, removeSecondFactor } from '../sign-in/second-factor.ts';
import { setPassword } from '../sign-in/set-password.ts';

export interface ResetOrder {
  /** User name or e-mail address. */
  readonly login: string;
  /** Name or id. Required if people of that name are in several organizations. */
  readonly organization: string | undefined;
  readonly removesSecondFactor: boolean;
  /** The person who resets, as the machine knows them: `root@cellar`. */
  readonly operator: string;
}

export interface Reset {
  readonly userName: string;
  readonly organization: string;
  /** It has to be changed at the first sign-in. It is shown here and never again. */
  readonly password: string;
  readonly hasSecondFactor: boolean;
  /**
   * Why the password alone does not let the person in: `disabled`, or `policy` for the organization's
   * policy of access.
   */
  readonly keptOut: 'disabled' | 'policy' | undefined;
}

/** Something that the order names does not exist. The message is a sentence. */
export class CannotReset extends Error {
  override readonly name = 'CannotReset';
}

interface Found {
  readonly id: string;
  readonly userName: string;
  readonly organizationId: string;
  readonly organization: string;
  readonly isActive: boolean;
  readonly mayEnter: boolean;
}

/**
 * Gives somebody who has lost their password another one, on the order of whoever holds the database. The
 * person's sessions and tokens end, and failed attempts under their name are forgotten. Throws CannotReset.
 */
export function resetByOperator(db: Database, order: ResetOrder): Promise<Reset> {
  return db.transaction(async (tx) => {
    const person = await findPerson(tx, order);
    const { id, userName, organizationId, organization, isActive, mayEnter } = person;
    await tx.execute(sql`select from identity_users where id = ${id} for update`);
    const { operator } = order;
    const by = { kind: 'operator', subject: operator, name: operator } as const;
    const actor: Actor = { organizationId, by, ip: undefined, source: 'Command' };
    if (order.removesSecondFactor && (await hasSecondFactor(tx, id)))
      await audited(tx, actor, { kind: people, ids: [id], action: 'DisableSecondFactor' }, () =>
        removeSecondFactor(tx, id),
      );
    const password = makePassword(randomBytes);
    await audited(tx, actor, { kind: people, ids: [id], action: 'ResetPassword' }, () =>
      setOrThrow(tx, id, password),
    );
    return {
      userName,
      organization,
      password,
      hasSecondFactor: await hasSecondFactor(tx, id),
      keptOut: !isActive ? 'disabled' : mayEnter ? undefined : 'policy',
    };
  });
}

async function setOrThrow(tx: Transaction, id: string, password: string): Promise<void> {
  const problem = await setPassword(tx, id, password, { mustChange: true });
  if (problem) throw new CannotReset(problem.description);
}

async function findPerson(db: Queryable, { login, organization }: ResetOrder): Promise<Found> {
  const rows = await db.query<Found>(sql`
    select u.id, u.user_name as "userName", u.organization_id as "organizationId", o.name as organization,
           u.is_active as "isActive", may_enter(u) as "mayEnter"
      from identity_users u join organizations o on o.id = u.organization_id
     where (folded(u.user_name) = folded(${login}) or folded(u.email) = folded(${login}))
       and (${organization}::text is null or folded(o.name) = folded(${organization})
            or o.id::text = folded(${organization}))
     order by folded(u.user_name) = folded(${login}) desc, o.name`);
  const [first, ...others] = rows;
  if (!first) throw new CannotReset(`There is nobody named '${login}'${await whoElse(db)}`);
  const also = others.filter((other) => other.organizationId !== first.organizationId);
  if (also.length > 0) {
    const names = [first, ...also].map((each) => each.organization).join(', ');
    throw new CannotReset(`'${login}' is in several organizations: name one with --organization (${names})`);
  }
  return first;
}

/** Names of administrators are no secret from somebody who can read the database. */
async function whoElse(db: Queryable): Promise<string> {
  const rows = await db.query<{ name: string }>(sql`
    select user_name as name from identity_users where is_organization_admin and is_active
     order by folded(user_name) limit 10`);
  return rows.length === 0 ? '' : `; administrators are ${rows.map(({ name }) => `'${name}'`).join(', ')}`;
}
