import type { Plan } from './plan.ts';
import type { Random } from './random.ts';
import type { Known } from './valid-values.ts';

// What is called beside the declared operations: SCIM, and the forms of OpenID Connect
// and of the sign-in pages.

export function scimPlan(random: Random, { guids, texts }: Known): Plan {
  const of = random.of(['Users', 'Groups']);
  const one = `/identity/scim/v2/${of}/${random.of(guids)}`;
  const name = random.of(texts);
  const resource =
    of === 'Users'
      ? {
          schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
          userName: name,
          externalId: name,
          active: true,
          name: { givenName: name, familyName: name },
          emails: [{ value: `${random.below(99)}@example.com`, type: 'work', primary: true }],
        }
      : {
          schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
          displayName: name,
          members: [{ value: random.of(guids) }],
        };
  const patch = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [
      {
        op: random.of(['add', 'Replace', 'remove']),
        path: random.of([
          'active',
          'members',
          `members[value eq "${random.of(guids)}"]`,
          `members[display co "${name}"].${random.of(['value', 'display'])}`,
          'name.givenName',
          'emails',
          `emails[type eq "work" and value ne "${name}"].value`,
          `urn:${name}[`,
          'meta.created',
        ]),
        value: random.of<unknown>([true, name, [{ value: random.of(guids) }], { givenName: name }]),
      },
    ],
  };
  const query = random.chance(0.6)
    ? {
        filter: random.of([
          `userName eq "${name}"`,
          `displayName ${random.of(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'pr'])} "${name}"`,
          'active eq true and not (externalId pr)',
          'emails[type eq "work"].value co "a"',
          `meta.lastModified ${random.of(['gt', 'eq', 'co'])} "${random.of(['2020-01-01T00:00:00Z', name])}"`,
          `emails[type eq "work" and value co "${name}"] or members[value eq "${random.of(guids)}"]`,
        ]),
        attributes: random.of(['userName', 'members.value,displayName', name, '']),
        excludedAttributes: random.of(['members', 'name.givenName', name, '']),
        startIndex: String(random.of([1, 0, -1, 2 ** 31])),
        count: String(random.of([0, 1, 1000])),
      }
    : {};
  const [method, path, body] = random.of<readonly [string, string, unknown]>([
    ['GET', `/identity/scim/v2/${of}`, undefined],
    ['GET', one, undefined],
    ['GET', `/identity/scim/v2/${random.of(['', 'Me'])}`, undefined],
    ['POST', `/identity/scim/v2${random.of(['', `/${of}`])}/.search`, query],
    ['POST', `/identity/scim/v2/${of}`, resource],
    ['PUT', one, resource],
    ['PATCH', one, patch],
    ['DELETE', one, undefined],
    [
      'GET',
      `/identity/scim/v2/${random.of(['Schemas', 'ResourceTypes', 'ServiceProviderConfig'])}`,
      undefined,
    ],
  ]);
  return plan(`SCIM ${method} ${of}`, { method, path, query: method === 'GET' ? query : {}, body });
}

const FORMS: readonly (readonly [path: string, names: readonly string[]])[] = [
  [
    '/identity/connect/token',
    ['grant_type', 'client_id', 'client_secret', 'scope', 'code', 'refresh_token', 'device_code'],
  ],
  ['/identity/connect/revocation', ['token', 'token_type_hint', 'client_id', 'client_secret']],
  ['/identity/connect/introspect', ['token', 'client_id', 'client_secret']],
  ['/identity/connect/deviceauthorization', ['client_id', 'scope']],
  [
    '/identity/connect/authorize',
    ['client_id', 'redirect_uri', 'response_type', 'scope', 'state', 'code_challenge'],
  ],
  ['/identity/connect/endsession', ['id_token_hint', 'post_logout_redirect_uri', 'state']],
  ['/identity/device', ['user_code']],
  ['/identity/sign-in/forgotten', ['email', 'name', 'organization']],
  ['/identity/sign-in/reset', ['token', 'password', 'again']],
  ['/identity/sign-in/nothing', ['name', 'password', 'step', 'code']],
  ['/identity/account', ['action', 'password', 'code']],
];

export function formPlan(random: Random, { guids, texts }: Known): Plan {
  const [path, names] = random.of(FORMS);
  const values = Object.fromEntries(
    names.map((name) => [
      name,
      name === 'grant_type'
        ? random.of(['client_credentials', 'password', 'refresh_token', 'authorization_code'])
        : random.of([random.of(guids), random.of(texts), 'OR.Jobs', 'code', 'https://example.com/cb']),
    ]),
  );
  return random.chance(0.3)
    ? plan(`GET ${path}`, { method: 'GET', path, query: values })
    : plan(`POST ${path}`, { method: 'POST', path, form: values });
}

/** What describes the API, and addresses that are none. */
export function elsewherePlan(random: Random): Plan {
  const path = random.of([
    '/',
    '/swagger',
    '/swagger/v20.0/swagger.json',
    '/odata/$metadata',
    '/odata',
    '/api/Status/Get',
    '/identity/.well-known/openid-configuration',
    '/identity/swagger/identity/swagger.json',
    '/odata/Jobs(%',
    `/odata/Jobs(${'1'.repeat(5000)})`,
    `/${'x'.repeat(17_000)}`,
    '/odata/Nothing',
    '/api/Files',
  ]);
  return plan(`GET ${path.slice(0, 60)}`, { method: 'GET', path });
}

const plan = (name: string, more: Partial<Plan> & Pick<Plan, 'method' | 'path'>): Plan => ({
  name,
  params: {},
  query: {},
  headers: {},
  isStream: false,
  ...more,
});
