import { enumeration } from '../../kernel/contract/enumeration.ts';

/** A mixed role that is held in the tenant holds in every folder as well. New ones cannot be created. */
export const RoleType = enumeration('RoleType', { Mixed: 0, Tenant: 1, Folder: 2 });
export const PermissionScope = enumeration('PermissionScope', { Global: 0, Folder: 1, GlobalOrFolder: 2 });
