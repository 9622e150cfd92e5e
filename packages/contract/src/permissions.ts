// Made from the server's declarations by `npm run contract`.
import type { Many, NoInput, Operation } from './operation.ts';
import type { PermissionDto } from './roles.ts';

/** Every permission that there is, and whether the caller holds it. */
export const getPermissions: Operation<NoInput, Many<PermissionDto>> = {
  id: 'Permissions_Get',
  method: 'GET',
  path: '/odata/Permissions',
  answer: 'many',
};
