import { dto, Guid, List } from '../../kernel/contract/fields.ts';

/**
 * What all operations of Identity have in common: they belong to the organization, and robots have no
 * business with them.
 */
const ofOrganization = { folder: 'none', callers: ['user', 'app'] } as const;

/** Held by the organization's administrators, and by applications whose scopes cover the operation. */
export const ADMINISTER = 'Organization.Administer';

export const byAdministrators = { ...ofOrganization, permission: ADMINISTER } as const;
/** For everybody; the handler keeps to what is the caller's own. */
export const byEverybody = { ...ofOrganization, permission: null } as const;

/** The organization's id as it stands in paths; the edge has compared it with the caller's. */
export const inOrganization = { partitionGlobalId: Guid() };

/** Ids stand in bodies of DELETE, under a name that differs from section to section. */
export const idsNamed = <const N extends string>(dtoName: string, name: N) =>
  dto(dtoName, { [name]: List(Guid(), { required: true, max: 1000 }) } as {
    readonly [K in N]: ReturnType<typeof ids>;
  });

const ids = () => List(Guid(), { required: true, max: 1000 });
