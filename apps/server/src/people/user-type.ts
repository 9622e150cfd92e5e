import { enumeration } from '../kernel/contract/enumeration.ts';

/** Who a user of a tenant is. */
export const UserType = enumeration('UserType', {
  User: 0,
  Robot: 1,
  DirectoryUser: 2,
  DirectoryGroup: 3,
  DirectoryRobot: 4,
  DirectoryExternalApplication: 5,
});
