import { type ListQuery, listAnswer, MOST_RESOURCES } from './call.ts';
import { GROUP_SCHEMA } from './groups.ts';
import { noResource, ScimError } from './scim-error.ts';
import { USER_SCHEMA } from './users.ts';

/** RFC 7643, 5. */
export const serviceProviderConfig = (base: string) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: MOST_RESOURCES },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: false },
  authenticationSchemes: [
    {
      type: 'oauthbearertoken',
      name: 'Bearer token',
      description: 'A secret that an administrator of the organization makes.',
      primary: true,
    },
  ],
  meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
});

const resourceTypes = (base: string) =>
  [
    ['User', '/Users', USER_SCHEMA],
    ['Group', '/Groups', GROUP_SCHEMA],
  ].map(([name, endpoint, schema]) => ({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id: name,
    name,
    endpoint,
    schema,
    meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${name}` },
  }));

interface Described {
  readonly name: string;
  readonly type?: 'string' | 'boolean' | 'complex' | 'reference';
  readonly required?: boolean;
  readonly multiValued?: boolean;
  readonly mutability?: 'readWrite' | 'readOnly' | 'immutable';
  readonly uniqueness?: 'none' | 'server';
  readonly subAttributes?: readonly Described[];
}

const attribute = ({ subAttributes, ...of }: Described): Record<string, unknown> => ({
  type: 'string',
  multiValued: false,
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
  ...of,
  ...(subAttributes ? { subAttributes: subAttributes.map(attribute) } : {}),
});

const VALUE: Described = { name: 'value' };
const DISPLAY: Described = { name: 'display', mutability: 'readOnly' };
const ADDRESS: Described = { name: '$ref', type: 'reference' };
const ATTRIBUTES: Readonly<Record<string, readonly Described[]>> = {
  User: [
    { name: 'userName', required: true, uniqueness: 'server' },
    {
      name: 'name',
      type: 'complex',
      subAttributes: [{ name: 'formatted' }, { name: 'givenName' }, { name: 'familyName' }],
    },
    { name: 'displayName' },
    {
      name: 'emails',
      type: 'complex',
      multiValued: true,
      subAttributes: [VALUE, { name: 'type' }, { name: 'primary', type: 'boolean' }],
    },
    { name: 'active', type: 'boolean' },
    {
      name: 'groups',
      type: 'complex',
      multiValued: true,
      mutability: 'readOnly',
      subAttributes: [VALUE, DISPLAY, ADDRESS].map((part) => ({ ...part, mutability: 'readOnly' })),
    },
  ],
  Group: [
    { name: 'displayName', required: true, uniqueness: 'server' },
    {
      name: 'members',
      type: 'complex',
      multiValued: true,
      subAttributes: [
        ...[VALUE, { name: 'type' }, ADDRESS].map((part) => ({ ...part, mutability: 'immutable' as const })),
        DISPLAY,
      ],
    },
  ],
};

const schemas = (base: string) =>
  Object.entries(ATTRIBUTES).map(([name, attributes]) => {
    const id = name === 'User' ? USER_SCHEMA : GROUP_SCHEMA;
    return {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
      id,
      name,
      attributes: attributes.map(attribute),
      meta: { resourceType: 'Schema', location: `${base}/Schemas/${id}` },
    };
  });

/** All of them, or the one that is asked for. */
export function describe(
  kind: 'ResourceTypes' | 'Schemas',
  base: string,
  id: string | undefined,
  { filter }: ListQuery,
): unknown {
  // RFC 7644, 4.
  if (filter !== undefined) throw new ScimError(403, 'What the service says of itself is not filtered.');
  const all: readonly { readonly id?: string }[] = kind === 'Schemas' ? schemas(base) : resourceTypes(base);
  if (id === undefined) return listAnswer(all.length, 1, all);
  const one = all.find((each) => each.id?.toLowerCase() === id.toLowerCase());
  if (!one) throw noResource(id);
  return one;
}
