import { many, operation } from '../../kernel/contract/operation.ts';
import { Permission } from '../roles/contract.ts';

export const getPermissions = operation({
  id: 'Permissions_Get',
  tag: 'Permissions',
  method: 'GET',
  path: '/odata/Permissions',
  summary: 'Every permission that there is, and whether the caller holds it.',
  scope: null,
  permission: null,
  folder: 'none',
  odata: { entity: Permission, options: 'efsotkc' },
  answer: many(Permission),
});
