import sql, { type Sql } from 'sql-template-tag';
import type { Transaction } from '../../kernel/db/sql.ts';
import { forbidden } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';
import { administeredTenants, lockAdministrators } from '../../people/tenant-administrators.ts';
import { ADMINISTER } from './declaration.ts';
import { refused } from './identity-result.ts';

/** People manage their own things. Administrators manage everybody's. */
export function requireSelfOrAdministrator({ access, principal }: Context, userId: string): void {
  const isSelf = principal.kind === 'user' && principal.subject === userId;
  if (!isSelf && !access.can(ADMINISTER)) throw forbidden();
}

/**
 * Runs a change after which the organization, and each of its tenants, must have an active administrator. The
 * administrators are locked first: if two remove each other at once, one is refused.
 */
export async function keepingAnAdministrator<T>(
  tx: Transaction,
  organizationId: string,
  change: () => Promise<T>,
): Promise<T> {
  const before = await lockAdministration(tx, organizationId);
  const result = await change();
  const lost = await lostSince(tx, organizationId, before);
  if (lost !== undefined) throw refused('LastAdministrator', `${lost} must keep an active administrator.`);
  return result;
}

export interface Administration {
  readonly organization: boolean;
  /** Ids of the tenants that have an administrator. */
  readonly tenants: ReadonlySet<number>;
}

/** Call it before any person's row is locked. */
export async function lockAdministration(tx: Transaction, organizationId: string): Promise<Administration> {
  await tx.execute(sql`
    select from identity_groups where organization_id = ${organizationId} and built_in = 'Administrators'
       for no key update`);
  await lockAdministrators(tx, tenantsOf(organizationId));
  return administrationOf(tx, organizationId);
}

/** The organization or tenant that would lose its last administrator, for people to read. */
export async function lostSince(
  tx: Transaction,
  organizationId: string,
  before: Administration,
): Promise<string | undefined> {
  const after = await administrationOf(tx, organizationId);
  if (before.organization && !after.organization) return 'The organization';
  const lost = [...before.tenants].find((id) => !after.tenants.has(id));
  if (lost === undefined) return undefined;
  const tenant = await tx.first<{ name: string }>(sql`select name from tenants where id = ${lost}`);
  return `The tenant ${tenant?.name}`;
}

const tenantsOf = (organizationId: string): Sql =>
  sql`r.tenant_id in (select id from tenants where organization_id = ${organizationId})`;

async function administrationOf(tx: Transaction, organizationId: string): Promise<Administration> {
  const person = await tx.first(sql`
    select from identity_users
     where organization_id = ${organizationId} and is_active and is_organization_admin limit 1`);
  const tenants = await administeredTenants(tx, tenantsOf(organizationId));
  return { organization: person !== undefined, tenants };
}
