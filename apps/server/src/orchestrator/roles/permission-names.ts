import { ALL_PERMISSIONS, PERMISSION_GROUPS } from '../../kernel/auth/permissions.ts';
import type { InputOf } from '../../kernel/contract/fields.ts';
import { badRequest, CODE, invalid } from '../../kernel/errors.ts';
import type { Role } from './contract.ts';
import { RoleType } from './enumerations.ts';

const SPELLING = new Map(ALL_PERMISSIONS.map((name) => [name.toLowerCase(), name]));
const GROUPS = new Set(Object.keys(PERMISSION_GROUPS).map((group) => group.toLowerCase()));

/** Robots once belonged to folders. Roles that clients carry over may grant them in either kind. */
const IN_EITHER_KIND: ReadonlySet<string> = new Set(['Robots']);

/**
 * The permissions that a body grants, in their canonical spelling. Role editors send the whole list back. It
 * has `IsGranted: false` for what is not granted, and rows of the groups themselves. Both are ignored.
 */
export function grantedPermissions(
  type: number,
  rows: NonNullable<InputOf<typeof Role>['Permissions']>,
): readonly string[] {
  const names = new Set<string>();
  for (const [i, { Name, IsGranted }] of rows.entries()) {
    const given = (Name ?? '').trim().toLowerCase();
    if (IsGranted === false || GROUPS.has(given)) continue;
    const name = SPELLING.get(given);
    if (!name) throw invalid(`Permissions[${i}].Name`, `'${Name ?? ''}' is no permission`);
    checkKind(type, name);
    names.add(name);
  }
  return [...names];
}

function checkKind(type: number, name: string): void {
  const group = name.split('.')[0] as keyof typeof PERMISSION_GROUPS;
  if (type === RoleType.Mixed || IN_EITHER_KIND.has(group)) return;
  const scope = PERMISSION_GROUPS[group];
  if (type === RoleType.Tenant && scope !== 'Global') {
    throw badRequest(CODE.InvalidTenantRole, `${name} holds in folders; a role for tenants cannot grant it.`);
  }
  if (type === RoleType.Folder && scope !== 'Folder') {
    throw badRequest(
      CODE.InvalidFolderRole,
      `${name} holds in the tenant; a role for folders cannot grant it.`,
    );
  }
}
