import assert from 'node:assert/strict';
import { test } from 'node:test';
import { routes } from '../apps/server/src/areas.ts';
import type { Answer } from '../apps/server/src/server.fixture.ts';
import { follow, requireUntold, type Way, watchAudit } from './audit.fixture.ts';
import { API, admin, db, done, here, ids, needles, organizationId, secret } from './audit-kit.fixture.ts';
import { selfSigned } from './self-signed.fixture.ts';

const keep = async (name: string, made: Promise<Answer['body']>): Promise<void> => {
  ids[name] = (await made).id;
};

const way = (operation: string, action: string, name: string | null, run: () => Promise<unknown>): Way => ({
  way: `${operation} ${name ?? ''}`,
  operation,
  entries: [[operation.split('_')[0]!, action, name]],
  by: ['user', 'admin'],
  run,
});

const provider = {
  ...here,
  displayName: 'Company',
  authority: 'https://company.example',
  clientId: 'x',
  clientSecret: secret('what only both know'),
};
const ofPerson = (operation: string, action: string): Way => ({
  ...way(operation, action, 'eve@x.example', async () => {
    const call = action === 'Invite' ? admin.post : admin.delete;
    await done(call(`${API}/UserInvite/${organizationId}`, { userIds: [ids['eve']] }));
  }),
  entries: [['User', action, 'eve@x.example']],
});
const certificates = `${API}/SamlCertificate`;
const certified = (operation: string, action: string, run: () => Promise<unknown>): Way =>
  way(`SamlCertificate_${operation}`, action, null, run);
const settings = (value: string | null, key: string): object => ({ ...here, settings: [{ key, value }] });
const authentication = (displayName: string): object => {
  const { authority, clientId } = provider;
  const clientSecret = secret('what only these two know');
  return {
    ...here,
    authenticationSettingType: 'aad',
    externalIdentityProviderDto: { displayName, authority, clientId, clientSecret, isActive: true },
  };
};

const ways: readonly Way[] = [
  ofPerson('UserInvite_SendInvitations', 'Invite'),
  ofPerson('UserInvite_WithdrawInvitations', 'WithdrawInvitation'),
  way('PasswordPolicy_Update', 'Update', null, () =>
    done(admin.put(`${API}/PasswordPolicy/${organizationId}`, { passwordExpirationDays: 90 })),
  ),
  way('Partition_Update', 'Update', null, () =>
    done(admin.put(`${API}/Partition/${organizationId}`, { displayName: 'Example', language: 'ja' })),
  ),
  way('PartitionAccessPolicy_Update', 'Update', null, () =>
    done(admin.put(`${API}/PartitionAccessPolicy/${organizationId}`, { entitiesToAdd: [ids['eve']] })),
  ),
  way('MessageTemplate_UpdateTemplate', 'Update', 'ResetPassword', async () => {
    const { id } = await done(admin.get(`${API}/MessageTemplate?name=ResetPassword`));
    await done(admin.put(`${API}/MessageTemplate/${id}`, { id, value: 'Here: {{link}}' }));
  }),
  way('Setting_UpdateSettings', 'Update', null, () =>
    done(admin.put(`${API}/Setting`, settings('blue', 'Colour'))),
  ),
  way('Setting_UpdateSettings', 'Update', null, () =>
    done(admin.put(`${API}/Setting`, settings(secret('a secret of settings'), 'Proxy.Password'))),
  ),
  way('Setting_UpdateSettings', 'Update', null, () =>
    done(admin.put(`${API}/Setting`, settings(secret('another secret of settings'), 'Proxy.Password'))),
  ),
  way('Setting_Delete', 'Delete', null, async () => {
    const [{ id }] = await done(admin.get(`${API}/Setting?key=Colour&partitionGlobalId=${organizationId}`));
    await done(admin.delete(`${API}/Setting/${id}`));
  }),
  way('ExternalIdentityProvider_Create', 'Create', 'Company', () =>
    keep('provider', done(admin.post(`${API}/ExternalIdentityProvider`, provider))),
  ),
  way('ExternalIdentityProvider_Update', 'Update', 'Company', () =>
    done(admin.put(`${API}/ExternalIdentityProvider`, { ...provider, id: ids['provider'], isActive: false })),
  ),
  way('ExternalIdentityProvider_Update', 'Update', 'Company', () =>
    done(
      admin.put(`${API}/ExternalIdentityProvider`, {
        ...provider,
        clientSecret: secret('what both have changed'),
        id: ids['provider'],
        isActive: false,
      }),
    ),
  ),
  way('ExternalIdentityProvider_Delete', 'Delete', 'Company', () =>
    done(admin.delete(`${API}/ExternalIdentityProvider/${organizationId}/${ids['provider']}`)),
  ),
  way('AuthenticationSetting_Create', 'Create', 'aad', () =>
    keep('setting', done(admin.post(`${API}/AuthenticationSetting`, authentication('Azure')))),
  ),
  way('AuthenticationSetting_Update', 'Update', 'aad', () =>
    done(admin.put(`${API}/AuthenticationSetting`, { ...authentication('Entra'), id: ids['setting'] })),
  ),
  way('AuthenticationSetting_Update', 'Update', 'aad', () =>
    done(admin.put(`${API}/AuthenticationSetting`, { ...authentication('Entra'), id: ids['setting'] })),
  ),
  way('AuthenticationSetting_Delete', 'Delete', 'aad', () =>
    done(admin.delete(`${API}/AuthenticationSetting/${ids['setting']}`)),
  ),
  certified('UpdatePrimaryCertificate', 'Update', () =>
    done(admin.put(`${certificates}/primary`, { ...here, certificate: selfSigned().cert })),
  ),
  certified('UpdateSecondaryCertificate', 'Update', () =>
    done(admin.put(`${certificates}/secondary`, { ...here, certificate: selfSigned().cert })),
  ),
  certified('SwitchToPrimary', 'Switch', async () => {
    const pair = await done(admin.post(`${certificates}/${organizationId}/switch`));
    ids['certificate'] = String(pair.secondaryCertificateId);
  }),
  certified('DeleteCertificate', 'Delete', () =>
    done(admin.delete(`${certificates}/${organizationId}/${ids['certificate']}`)),
  ),
  way('ScimToken_Create', 'Create', 'Entra', async () => {
    const made = await done(admin.post(`${API}/ScimToken`, { ...here, description: 'Entra' }));
    ids['scim'] = String(made.id);
    secret(made.token);
  }),
  way('ScimToken_Delete', 'Delete', 'Entra', () =>
    done(admin.delete(`${API}/ScimToken/${organizationId}/${ids['scim']}`)),
  ),
];

test('each change of how people get in is one entry: who, before, after, and no secret', async (t) => {
  const body = { ...here, emails: ['eve@x.example'] };
  const { users } = await done(admin.post(`${API}/User/InviteUsers`, body));
  ids['eve'] = users[0].id;
  await watchAudit(db);
  for (const each of ways) await t.test(each.way, () => follow(db, each));
  await requireUntold(db, needles);
});

/** Told by tests/audit.test.ts. */
const ELSEWHERE = 'User Group RobotAccount ExternalClient ReferenceToken'.split(' ');
/** They only read. */
const READING = ['Directory'];

test('every operation of Identity that changes something is a way here, or one of people and rights', () => {
  const covered = new Set(ways.map(({ operation }) => operation));
  const missing = routes
    .map(({ operation }) => operation)
    .filter(({ method, path }) => method !== 'GET' && path.startsWith(API))
    .filter(({ id, tag }) => ![...ELSEWHERE, ...READING].includes(tag) && !covered.has(id))
    .map(({ id }) => id);
  assert.deepEqual(missing, []);
});
