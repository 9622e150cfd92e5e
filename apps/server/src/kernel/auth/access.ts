import sql from 'sql-template-tag';
import type { Permission } from '../contract/operation.ts';
import type { Queryable } from '../db/sql.ts';
import { BY_ROLES, FULL_ACCESS, IDENTITY_ACCESS, namesOfScope, type Principal } from './principal.ts';

/** The row of `users` that represents the caller in a tenant. */
export interface TenantUser {
  readonly id: number;
  readonly key: string;
  readonly userName: string;
  readonly type: number;
}

export type FoundUser = TenantUser & { readonly isActive: boolean };

/** Makes a caller a user of a tenant that lets them in by a group. Undefined where no group does. */
export type Admit = (principal: Principal, tenantId: number) => Promise<FoundUser | undefined>;

/** What a caller may do in one tenant. */
export interface Access extends Rights {
  /**
   * What the same caller may do by an operation of this scope; null: an operation that asks for none. It
   * differs only for applications with OR.Default and other scopes: roles add to what a scope opens, and
   * never narrow it.
   */
  under(scope: string | null, kind: 'Read' | 'Write'): Access;
}

interface Rights {
  /** Absent for applications without roles and for machines. */
  readonly user: TenantUser | undefined;
  /**
   * Without a folder: by roles in the tenant. With a folder: by roles in it and above it, and by mixed roles
   * of the tenant.
   */
  can(permission: string, folderId?: number): boolean;
  allows(permission: Permission, folderId?: number): boolean;
  /** The folders in which a permission is held. `all` if it is held everywhere. */
  folders(permission: Permission): 'all' | readonly number[];
  /** Whether any role is held in the folder, or one that reaches everywhere. */
  seesFolder(folderId: number): boolean;
  /** The folders for which `seesFolder` is true. */
  seenFolders(): 'all' | readonly number[];
}

/**
 * Applications with explicit scopes reach every folder of every tenant: the scope alone
 * decides (auth.md, 5.2).
 */
const EVERYTHING: Omit<Rights, 'user'> = {
  can: () => true,
  allows: () => true,
  folders: () => 'all',
  seesFolder: () => true,
  seenFolders: () => 'all',
};

/** A robot's agent has no roles. The few operations that machines may call require no permission. */
const NOTHING: Omit<Rights, 'user'> = {
  can: () => false,
  allows: () => false,
  folders: () => [],
  seesFolder: () => false,
  seenFolders: () => [],
};

function sameForAll(rights: Rights): Access {
  const access: Access = { ...rights, under: () => access };
  return access;
}

const nothing = (): Access => sameForAll({ ...NOTHING, user: undefined });

/** A token only for other services (`PM.User`) opens nothing here. */
function accessOfApplication(principal: Principal, user: TenantUser | undefined, byRoles: Rights): Access {
  const isByRoles = principal.scopes.has(BY_ROLES);
  const isByScopes = [...principal.scopes].some((scope) => scope.startsWith('OR.') && scope !== BY_ROLES);
  if (!isByRoles) return sameForAll({ ...(isByScopes ? EVERYTHING : NOTHING), user });
  if (!isByScopes) return sameForAll(byRoles);
  const under: Access['under'] = (scope, kind) =>
    scope === null || isNamed(principal, scope, kind) ? open : narrow;
  const open: Access = { ...EVERYTHING, user, under };
  const narrow: Access = { ...byRoles, under };
  return narrow;
}

interface GrantRow {
  readonly folder_id: number | null;
  readonly is_mixed: boolean;
  readonly permissions: string[];
}

/**
 * Reads the caller's roles: their own, and those of their groups that the tenant has admitted. A person whom
 * only a group admits becomes a user of the tenant with their first call. Robots (running jobs) act as the
 * account that they run as.
 */
export async function loadAccess(
  db: Queryable,
  principal: Principal,
  tenantId: number,
  admit: Admit,
): Promise<Access> {
  if (principal.kind === 'machine') return nothing();
  const user =
    (await db.first<FoundUser>(sql`
      select id, key, user_name as "userName", type, is_active as "isActive" from users
       where tenant_id = ${tenantId} and ${
         principal.job
           ? sql`id = ${principal.job.userId}`
           : sql`directory_identifier = ${principal.subject}::uuid`
       }`)) ?? (principal.kind === 'user' ? await admit(principal, tenantId) : undefined);
  const active = user?.isActive ? user : undefined;
  const needsRoles = active && (principal.kind !== 'app' || principal.scopes.has(BY_ROLES));
  const byRoles = needsRoles
    ? rightsOf(active, await readGrants(db, active, tenantId))
    : { ...NOTHING, user: undefined };
  return principal.kind === 'app' ? accessOfApplication(principal, active, byRoles) : sameForAll(byRoles);
}

function readGrants(db: Queryable, user: TenantUser, tenantId: number): Promise<GrantRow[]> {
  const holders = sql`
    select ${user.id}::bigint
    union all
    select g.id from users me
      join identity_group_members m on m.member_id = me.directory_identifier
      join users g on g.directory_identifier = m.group_id and g.tenant_id = me.tenant_id and g.type = 3
        and g.is_active
     where me.id = ${user.id}`;
  return db.query<GrantRow>(sql`
    select null::bigint as folder_id, r.type = 0 as is_mixed, array_agg(p.permission) as permissions
      from user_roles u join roles r on r.id = u.role_id join role_permissions p on p.role_id = r.id
     where u.user_id in (${holders}) group by 2
    union all
    select f.id, false, array_agg(p.permission)
      from folder_users u join roles r on r.id = u.role_id
      join folders f on f.tenant_id = ${tenantId} and (f.id = u.folder_id or u.folder_id = any(f.ancestors))
      left join role_permissions p on p.role_id = r.id
     where u.user_id in (${holders}) group by f.id`);
}

function rightsOf(user: TenantUser, grants: readonly GrantRow[]): Rights {
  const inTenant = new Set<string>();
  const everywhere = new Set<string>();
  const inFolder = new Map<number, Set<string>>();
  for (const { folder_id: folderId, is_mixed: isMixed, permissions } of grants) {
    if (folderId !== null) inFolder.set(folderId, new Set(permissions));
    else {
      for (const permission of permissions) {
        inTenant.add(permission);
        if (isMixed) everywhere.add(permission);
      }
    }
  }
  const can = (permission: string, folderId?: number): boolean =>
    folderId === undefined
      ? inTenant.has(permission)
      : everywhere.has(permission) || inFolder.get(folderId)?.has(permission) === true;
  const allows = (permission: Permission, folderId?: number): boolean =>
    typeof permission === 'string'
      ? can(permission, folderId)
      : 'any' in permission
        ? permission.any.some((p) => can(p, folderId))
        : permission.all.every((p) => can(p, folderId));
  const holdsEverywhere = (permission: Permission): boolean =>
    typeof permission === 'string'
      ? everywhere.has(permission)
      : 'any' in permission
        ? permission.any.some((p) => everywhere.has(p))
        : permission.all.every((p) => everywhere.has(p));
  return {
    user,
    can,
    allows,
    folders: (permission) =>
      holdsEverywhere(permission) ? 'all' : [...inFolder.keys()].filter((id) => allows(permission, id)),
    seesFolder: (folderId) => everywhere.size > 0 || inFolder.has(folderId),
    seenFolders: () => (everywhere.size > 0 ? 'all' : [...inFolder.keys()]),
  };
}

/**
 * What a caller may do in the organization: administrators everything, applications what their scopes say,
 * everybody else only what concerns themselves. Such calls are few, so it is read anew for each of them, and
 * a former administrator is none at once.
 */
export async function loadOrganizationAccess(db: Queryable, principal: Principal): Promise<Access> {
  if (principal.kind === 'app') return sameForAll({ ...EVERYTHING, user: undefined });
  if (principal.kind !== 'user') return nothing();
  const admin = await db.first(sql`
    select from identity_users where id = ${principal.subject}::uuid and is_active
      and is_organization_admin`);
  return sameForAll({ ...(admin ? EVERYTHING : NOTHING), user: undefined });
}

/** Whether the token's scopes cover an operation. `OR.Jobs` covers its `.Read` and `.Write`. */
export function hasScope(principal: Principal, scope: string, kind: 'Read' | 'Write'): boolean {
  const { scopes } = principal;
  if (scopes.has(FULL_ACCESS) || isNamed(principal, scope, kind)) return true;
  return scope.startsWith('OR.') ? scopes.has(BY_ROLES) : scopes.has(IDENTITY_ACCESS);
}

/** Whether the token has the scope itself, and not only a wildcard. */
const isNamed = ({ scopes }: Principal, scope: string, kind: 'Read' | 'Write'): boolean =>
  namesOfScope(scope, kind).some((name) => scopes.has(name));
