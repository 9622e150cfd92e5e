import { dto, Guid, List } from '../../kernel/contract/fields.ts';

/** Common to all operations of Identity: they belong to the organization and are not for robots. */
const ofOrganization = { folder: 'none', callers: ['user', 'app'] } as const;

/** For the organization's administrators, and for applications whose scopes cover the operation. */
export const ADMINISTER = 'Organization.Administer';

export const byAdministrators = { ...ofOrganization, permission: ADMINISTER } as const;
/** For everybody. The handler is limited to the caller's own things. */
export const byEverybody = { ...ofOrganization, permission: null } as const;

/** The organization's id in the path. The edge has compared it with the caller's. */
export const inOrganization = { partitionGlobalId: Guid() };

/** Bodies of DELETE contain ids, under a name that differs from section to section. */
export const idsNamed = <const N extends string>(dtoName: string, name: N) =>
  dto(dtoName, { [name]: List(Guid(), { required: true, max: 1000 }) } as {
    readonly [K in N]: ReturnType<typeof ids>;
  });

const ids = () => List(Guid(), { required: true, max: 1000 });
