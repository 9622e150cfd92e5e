import { Bool, Complex, dto, Guid, Json, List, NameText, Text } from '../../../kernel/contract/fields.ts';
import { nothing, operation, plain } from '../../../kernel/contract/operation.ts';
import { byAdministrators, inOrganization } from '../declaration.ts';

const members = {
  /** Shown on the button of the sign-in page. */
  displayName: NameText({ required: true, minLength: 1, maxLength: 128 }),
  authenticationScheme: Text({ maxLength: 64 }),
  clientId: Text({ required: true, minLength: 1, maxLength: 256 }),
  /** Stored sealed and never given back. */
  clientSecret: Text({ maxLength: 4096 }),
  /** The issuer. Its configuration is found below this address. */
  authority: Text({ required: true, minLength: 1, maxLength: 2048 }),
  isActive: Bool(),
};

/** `settings` is JSON text, as clients of the API know it: `scopes`, `claims`, `groups`, `provisions`. */
export const ExternalIdentityProvider = dto('ExternalIdentityProviderDto', {
  id: Guid(),
  partitionGlobalId: Guid(),
  ...members,
  settings: Text(),
});
const given = {
  partitionGlobalId: Guid({ required: true }),
  ...members,
  /** JSON, or JSON as text. */
  settings: Json(),
};
const example = {
  partitionGlobalId: '00000000-0000-0000-0000-000000000000',
  displayName: 'Company',
  clientId: 'baton',
  clientSecret: 'a secret',
  authority: 'https://login.example.com/',
  isActive: true,
  settings: { scopes: 'openid profile email', groups: { operators: 'Automation Users' }, provisions: true },
};

const shared = { ...byAdministrators, tag: 'ExternalIdentityProvider', scope: 'PM.AuthSetting' } as const;
const path = '/identity/api/ExternalIdentityProvider';

export const getIdentityProviders = operation({
  ...shared,
  id: 'ExternalIdentityProvider_GetAll',
  method: 'GET',
  path: `${path}/{partitionGlobalId}`,
  summary: 'The OpenID providers that people may sign in with.',
  params: inOrganization,
  answer: plain(List(Complex(ExternalIdentityProvider))),
});

export const createIdentityProvider = operation({
  ...shared,
  id: 'ExternalIdentityProvider_Create',
  method: 'POST',
  path,
  summary:
    'Lets people sign in with another OpenID provider; its redirect URI is /identity/sign-in/callback.',
  body: dto('CreateExternalIdentityProviderCommand', given),
  tells: 'audit',
  answer: plain(ExternalIdentityProvider, 201),
  example,
});

export const updateIdentityProvider = operation({
  ...shared,
  id: 'ExternalIdentityProvider_Update',
  method: 'PUT',
  path,
  summary:
    'Changes a provider; without a client secret the one it has stays. Switched off, it lets nobody in, and those it has let in are signed out.',
  body: dto('UpdateExternalIdentityProviderCommand', { ...given, id: Guid({ required: true }) }),
  tells: 'audit',
  answer: plain(ExternalIdentityProvider),
  example: { ...example, id: '00000000-0000-0000-0000-000000000001' },
});

export const deleteIdentityProvider = operation({
  ...shared,
  id: 'ExternalIdentityProvider_Delete',
  method: 'DELETE',
  path: `${path}/{partitionGlobalId}/{id}`,
  summary: 'Removes a provider; those who came by it are signed out, and need another way to sign in.',
  params: { ...inOrganization, id: Guid() },
  tells: 'audit',
  answer: nothing(),
});
