import sql from 'sql-template-tag';
import type { Database, Transaction } from '../kernel/db/sql.ts';
import { UNNAMED } from './names-of-organizations.ts';
import { hashPassword } from './passwords/passwords.ts';
import { audited, recordMade } from './platform/audit/audited.ts';
import { people } from './platform/audit/kinds.ts';
import type { Actor } from './platform/audit/record-audit.ts';

export interface NewTenant {
  readonly organizationId: string;
  readonly tenantId: number;
  readonly tenantKey: string;
  /** identity_users.id of the first administrator. */
  readonly adminSubject: string;
  readonly adminUserName: string;
}

export interface FirstStartOptions {
  readonly random: (bytes: number) => Buffer;
  /** Makes what a tenant begins with (roles, folders, the administrator's row), in the same transaction. */
  readonly onTenantCreated?: (tx: Transaction, tenant: NewTenant) => Promise<void>;
  /**
   * Is told everything that was committed, including the password. If it throws, the next start
   * makes another password.
   */
  readonly tell?: (first: FirstStart) => void;
}

export interface FirstStart {
  readonly organization: { readonly id: string; readonly name: string };
  readonly tenant: { readonly id: number; readonly key: string; readonly name: string };
  readonly adminUserName: string;
  /** Shown once, by one start. */
  readonly adminPassword?: string;
}

const ADMIN = 'admin';

/**
 * Gives an empty database its first organization, tenant and administrator. Later starts find them, whatever
 * their names are by then. If several nodes start at once, one makes them and shows the password after the
 * commit; the others wait until it has. If a start ended in between, nobody has seen the password, so the
 * next start makes another one.
 */
export function firstStart(db: Database, options: FirstStartOptions): Promise<FirstStart> {
  return db.transaction(async (guard) => {
    await guard.execute(sql`select pg_advisory_xact_lock(hashtextextended('baton first start', 0))`);
    const first = await db.transaction(
      async (tx) => (await findFirst(tx, options)) ?? makeFirst(tx, options),
    );
    options.tell?.(first);
    if (first.adminPassword !== undefined) await guard.execute(sql`delete from untold_administrators`);
    return first;
  });
}

interface FirstRow {
  readonly organization_id: string;
  readonly organization: string;
  readonly tenant_id: number;
  readonly tenant_key: string;
  readonly tenant: string;
}

async function findFirst(tx: Transaction, options: FirstStartOptions): Promise<FirstStart | undefined> {
  const row = await tx.first<FirstRow>(sql`
    select o.id as organization_id, o.name as organization,
           t.id as tenant_id, t.key as tenant_key, t.name as tenant
      from organizations o join tenants t on t.organization_id = o.id
     order by o.created_at, t.id limit 1`);
  if (!row) return undefined;
  return {
    organization: { id: row.organization_id, name: row.organization },
    tenant: { id: row.tenant_id, key: row.tenant_key, name: row.tenant },
    adminUserName: ADMIN,
    adminPassword: await replaceUntold(tx, options),
  };
}

/** Another password for an administrator whose first one was never shown. */
async function replaceUntold(tx: Transaction, { random }: FirstStartOptions): Promise<string | undefined> {
  const untold = await tx.first<{ id: string; organizationId: string }>(sql`
    select u.id, u.organization_id as "organizationId" from untold_administrators a
      join identity_users u on u.id = a.user_id and u.password_hash = a.password_hash for update of u`);
  if (!untold) return undefined;
  const password = makePassword(random);
  const passwordHash = await hashPassword(password);
  const { id, organizationId } = untold;
  await audited(tx, byStart(organizationId), { kind: people, ids: [id], action: 'ResetPassword' }, () =>
    tx.execute(sql`update identity_users set password_hash = ${passwordHash} where id = ${id}`),
  );
  await tx.execute(sql`update untold_administrators set password_hash = ${passwordHash}`);
  return password;
}

async function makeFirst(
  tx: Transaction,
  { random, onTenantCreated }: FirstStartOptions,
): Promise<FirstStart> {
  const adminPassword = makePassword(random);
  const passwordHash = await hashPassword(adminPassword);
  const organization = (await tx.first<{ id: string; name: string }>(sql`
    insert into organizations (name, display_name) values (${UNNAMED}, ${UNNAMED})
    returning id, name`))!;
  const tenant = (await tx.first<{ id: number; key: string; name: string }>(sql`
    insert into tenants (organization_id, name, display_name)
    values (${organization.id}, ${UNNAMED}, ${UNNAMED}) returning id, key, name`))!;
  const admin = (await tx.first<{ id: string }>(sql`
    insert into identity_users (organization_id, user_name, name, display_name,
                                password_hash, has_given_password, is_organization_admin)
    values (${organization.id}, ${ADMIN}, 'Administrator', 'Administrator', ${passwordHash}, true, true)
    returning id`))!;
  await tx.execute(sql`insert into untold_administrators values (${admin.id}, ${passwordHash})`);
  await onTenantCreated?.(tx, {
    organizationId: organization.id,
    tenantId: tenant.id,
    tenantKey: tenant.key,
    adminSubject: admin.id,
    adminUserName: ADMIN,
  });
  await recordMade(tx, byStart(organization.id), people, [admin.id]);
  return { organization, tenant, adminUserName: ADMIN, adminPassword };
}

/** The server itself, started by `baton server` or `baton start`. */
const byStart = (organizationId: string): Actor => ({
  organizationId,
  by: undefined,
  ip: undefined,
  source: 'Command',
});

/** Nothing that looks like something else, and 32 letters, so that each takes five bits of a byte. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';

/** 125 random bits, for people to copy: `k7xm2-…`, five groups of five. */
export function makePassword(random: (bytes: number) => Buffer): string {
  const letters = [...random(25)].map((byte) => LETTERS[byte & 31]).join('');
  return letters.replace(/.{5}(?=.)/g, '$&-');
}
