import { enumeration } from '../../kernel/contract/enumeration.ts';

/** Mixed roles hold in the tenant and, held there, in every folder; new ones are not made any more. */
export const RoleType = enumeration('RoleType', { Mixed: 0, Tenant: 1, Folder: 2 });
export const PermissionScope = enumeration('PermissionScope', { Global: 0, Folder: 1, GlobalOrFolder: 2 });
