import sql from 'sql-template-tag';
import type { InputFor } from '../../../kernel/contract/operation.ts';
import type { Queryable } from '../../../kernel/db/sql.ts';
import { notFound } from '../../../kernel/errors.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { findLock, freeLock, type Lock } from '../../sign-in/throttle.ts';
import { actorOfCall, recordAudit } from '../audit/record-audit.ts';
import type { deleteLock, getLock } from './contract.ts';

interface Person {
  readonly id: string;
  readonly organizationId: string;
  readonly userName: string;
  readonly email: string | null;
}

export async function tellLock(ctx: Context, { userId }: InputFor<typeof getLock>): Promise<Lock> {
  return findLock(ctx.db, new Date(ctx.now()), await findPerson(ctx.db, ctx, userId));
}

/**
 * Unlocking somebody who is not locked changes nothing and is no error, because the lock may just have ended.
 */
export const removeLock = (ctx: Context, { userId }: InputFor<typeof deleteLock>): Promise<void> =>
  ctx.transaction(async (tx) => {
    const person = await findPerson(tx, ctx, userId);
    const before = await findLock(tx, new Date(ctx.now()), person);
    if ((await freeLock(tx, person)) === 0) return;
    await recordAudit(tx, actorOfCall(ctx), {
      category: 'User',
      action: 'Unlock',
      target: userId,
      name: person.userName,
      before: { ...before },
      after: { isLocked: false, lockedUntil: null, failures: 0 },
    });
  });

async function findPerson(db: Queryable, { organization }: Context, id: string): Promise<Person> {
  const person = await db.first<Person>(sql`
    select id, organization_id as "organizationId", user_name as "userName", email
      from identity_users where organization_id = ${organization.id} and id = ${id}`);
  if (!person) throw notFound('User');
  return person;
}
