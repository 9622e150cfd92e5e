import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { fetchUserInfo } from 'openid-client';
import sql from 'sql-template-tag';
import { testServer } from '../../../server.fixture.ts';
import { freePort, startIdentity } from '../../identity.fixture.ts';
import { admitPerson } from '../../sign-in/admit-person.ts';
import { allowed, flowOf, PASSWORD, person, REDIRECT } from '../../sign-in/flow.fixture.ts';
import type { OutsideProvider } from '../../sign-in/outside-person.ts';
import { PROVIDER_COLUMNS } from '../../sign-in/outside-provider.ts';

// What signs people in stands in addresses: the port has to be known before.
const server = await testServer({ after }, { BATON_PORT: String(await freePort()) });
const { admin, organizationId, db } = server;
const { issuer } = server.parts.identity;
const API = '/identity/api';
const here = { partitionGlobalId: organizationId };

async function provider(displayName: string, more: object): Promise<string> {
  const made = await admin.post(`${API}/ExternalIdentityProvider`, {
    ...here,
    displayName,
    authority: 'https://id.example',
    clientId: 'baton',
    isActive: true,
    ...more,
  });
  assert.equal(made.status, 201, made.text);
  return made.body.id;
}

const create = (userName: string, userLogins: unknown) =>
  admin.post(`${API}/User`, { ...here, userName, userLogins });

describe('userLogins', () => {
  it('name who somebody is elsewhere, and let them in as this user', async (t) => {
    const company = await startIdentity(t);
    const ada = await person(company, { userName: 'ada' });
    const bob = await person(company, { userName: 'bob' });
    await person(company, { userName: 'eve' });
    const early = await create('the-builder', [{ loginProvider: 'COMPANY', providerKey: bob.id }]);
    assert.equal(early.status, 200, early.text);
    const registered = await company.application({
      appScopes: [],
      userScopes: ['openid', 'profile', 'email'],
      redirectUris: [`${issuer}/sign-in/callback`],
    });
    await provider('Company', {
      authority: company.identity.issuer,
      clientId: registered.clientId,
      clientSecret: registered.secret,
      settings: { provisions: false },
    });
    const login = { loginProvider: 'company', providerKey: ada.id, providerDisplayName: 'Company' };
    const made = await create('the-countess', [login]);
    assert.deepEqual([made.status, made.body], [200, { succeeded: true, errors: [] }], made.text);
    const app = await admin.post(`${API}/ExternalClient`, {
      ...here,
      name: 'Somebody’s',
      isConfidential: false,
      redirectUri: REDIRECT,
      scopes: [{ name: 'OR.Jobs', type: 0 }],
    });
    const at = { identity: server.parts.identity, origin: server.url };
    const arrive = async (name: string) => {
      const flow = await flowOf(at, app.body.id, undefined, REDIRECT, [server.url, company.origin]);
      await flow.begin({ scope: 'openid profile email OR.Jobs' });
      await flow.browser.follow('Sign in with Company');
      const there = await flow.browser.submit({ login: name, password: PASSWORD }, 'password');
      return { flow, page: await allowed(flow, there) };
    };
    for (const [name, here] of [
      ['ada', 'the-countess'],
      ['bob', 'the-builder'],
      ['bob', 'the-builder'],
    ] as const) {
      const { flow, page } = await arrive(name);
      const tokens = await flow.tokens(await allowed(flow, page));
      const { sub } = tokens.claims()!;
      const told = await fetchUserInfo(flow.config, tokens.access_token, sub);
      assert.equal(told.preferred_username, here);
    }
    const stranger = await arrive('eve');
    assert.equal(stranger.page.status, 403);
    assert.match(stranger.page.text, /no account here for you/);
    const audit = await db.first<{ details: { after: { userLogins: unknown } } }>(sql`
      select details from identity_audit where target_name = 'the-countess' and action = 'Create'`);
    const { loginProvider: _, ...kept } = login;
    assert.deepEqual(audit?.details.after.userLogins, [kept]);
  });

  it('are known by the id of the provider and the type of its setting too', async () => {
    const id = await provider('By id', {});
    const setting = await admin.post(`${API}/AuthenticationSetting`, {
      ...here,
      authenticationSettingType: 'aad',
      externalIdentityProviderDto: {
        displayName: 'Entra',
        authority: 'https://login.example',
        clientId: 'x',
      },
    });
    assert.ok(setting.status < 300, setting.text);
    const logins = [
      { loginProvider: id, providerKey: 'k' },
      { loginProvider: 'AAD', providerKey: 'k' },
    ];
    assert.equal((await create('both', logins)).status, 200);
    const rows = await db.query(sql`
      select subject from sign_in_provider_users l join identity_users u on u.id = l.user_id where u.user_name = 'both'`);
    assert.equal(rows.length, 2);
    const later = [{ loginProvider: 'Later', providerKey: 'k' }];
    assert.equal((await create('late', later)).status, 200);
    for (const taken of [
      { loginProvider: 'By id', providerKey: 'k' },
      { loginProvider: 'LATER', providerKey: 'k' },
    ]) {
      const refused = await create('another', [taken]);
      assert.equal(refused.status, 400);
      assert.equal(refused.body.errors[0].code, 'LoginAlreadyAssociated', refused.text);
    }
  });

  it('that lead nowhere make no user', async () => {
    await provider('Ours', {});
    const ours = { loginProvider: 'Ours', providerKey: 'me' };
    const cases: [unknown[], string][] = [
      [[ours, { loginProvider: '  ', providerKey: 'x' }], 'userLogins[1].loginProvider'],
      [[{ providerKey: 'x' }], 'userLogins[0].loginProvider'],
      [[{ loginProvider: 'Ours', providerKey: ' ' }], 'userLogins[0].providerKey'],
      [[{ loginProvider: 'Ours' }], 'userLogins[0].providerKey'],
      [[{ loginProvider: 'Ours', providerKey: 'x'.repeat(1025) }], 'userLogins[0].providerKey'],
      [Array.from({ length: 21 }, () => ours), 'userLogins'],
    ];
    for (const [logins, field] of cases) {
      const refused = await create('nobody', logins);
      assert.equal(refused.status, 400, refused.text);
      assert.ok(field in refused.body.errors, refused.text);
    }
    const found = await db.first(sql`select from identity_users where user_name = 'nobody'`);
    assert.equal(found, undefined);
    assert.equal((await create('somebody', [ours])).status, 200);
  });

  it('are of the organization alone', async () => {
    const elsewhere = await db.first<{ id: string }>(
      sql`insert into organizations (name, display_name) values ('E', 'E') returning id`,
    );
    await db.execute(sql`
      insert into sign_in_providers (organization_id, name, issuer, client_id)
      values (${elsewhere!.id}, 'Theirs', 'https://id.example', 'baton')`);
    assert.equal((await create('mallory', [{ loginProvider: 'Theirs', providerKey: 'boss' }])).status, 200);
    const linked = await db.query(sql`
      select from sign_in_provider_users l join sign_in_providers p on p.id = l.provider_id where p.name = 'Theirs'`);
    assert.equal(linked.length, 0);
    const theirs = await db.first<OutsideProvider>(
      sql`select ${PROVIDER_COLUMNS} from sign_in_providers where name = 'Theirs'`,
    );
    const names = { userName: 'x', name: '', surname: '', displayName: '' };
    const told = { subject: 'boss', ...names, email: undefined, isEmailConfirmed: false };
    const admitted = await admitPerson(db, theirs!, { ...told, groups: [] }, '127.0.0.1');
    assert.equal(admitted.user?.organizationId, elsewhere!.id, 'somebody new there');
  });
});
