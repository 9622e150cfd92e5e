import sql from 'sql-template-tag';
import type { Transaction } from '../../kernel/db/sql.ts';
import { forbidden } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';
import { ADMINISTER } from './declaration.ts';
import { refused } from './identity-result.ts';

/** A person manages what is their own; administrators, what is anybody's. */
export function requireSelfOrAdministrator({ access, principal }: Context, userId: string): void {
  const isSelf = principal.kind === 'user' && principal.subject === userId;
  if (!isSelf && !access.can(ADMINISTER)) throw forbidden();
}

/**
 * Runs a change that must leave the organization an active administrator. The group's row is locked first: of
 * two administrators who remove each other at once, one is refused.
 */
export async function keepingAnAdministrator<T>(
  tx: Transaction,
  organizationId: string,
  change: () => Promise<T>,
): Promise<T> {
  await tx.execute(sql`
    select from identity_groups where organization_id = ${organizationId} and built_in = 'Administrators'
       for no key update`);
  const before = await hasAdministrator(tx, organizationId);
  const result = await change();
  if (before && !(await hasAdministrator(tx, organizationId)))
    throw refused('LastAdministrator', 'The organization must keep an active administrator.');
  return result;
}

const hasAdministrator = async (tx: Transaction, organizationId: string): Promise<boolean> =>
  (await tx.first(sql`
    select from identity_users
     where organization_id = ${organizationId} and is_active and is_organization_admin limit 1`)) !==
  undefined;
