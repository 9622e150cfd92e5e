import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { fetchUserInfo } from 'openid-client';
import sql from 'sql-template-tag';
import { DEADLINE_MS } from '../../../../../tests/until.fixture.ts';
import { type Answer, callerWith, testServer } from '../../server.fixture.ts';
import { freePort, startIdentity } from '../identity.fixture.ts';
import { allowed, flowOf, PASSWORD, person, REDIRECT } from '../sign-in/flow.fixture.ts';
import { beginEnrolment, confirmEnrolment } from '../sign-in/second-factor.ts';

// What signs people in stands in addresses: the port has to be known before.
const server = await testServer({ after }, { BATON_PORT: String(await freePort()) });
const { admin, organizationId, db } = server;
const { issuer } = server.parts.identity;
const API = '/identity/api';
const PROVIDER = `${API}/ExternalIdentityProvider`;
const here = { partitionGlobalId: organizationId };
const provider = {
  ...here,
  displayName: 'Okta',
  authority: 'https://okta.example.com',
  clientId: 'baton',
  clientSecret: 'very hush okta',
};

/** What is remembered for a second is forgotten within it. */
const SOON = { timeout: DEADLINE_MS };

function problem(answer: Answer, status: number, field?: string): void {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.headers.get('content-type')!, /^application\/problem\+json/);
  if (field) assert.ok(answer.text.includes(field), answer.text);
}
function good(answer: Answer, status = 200) {
  assert.equal(answer.status, status, answer.text);
  return answer.body;
}
async function audited(category: string): Promise<string[]> {
  const rows = await db.query<{ action: string }>(
    sql`select action from identity_audit where category = ${category} order by id`,
  );
  return rows.map(({ action }) => action);
}
async function requireUntold(secret: string): Promise<void> {
  const kept = await db.query(sql`
    select to_jsonb(a) as row from identity_audit a union all select to_jsonb(p) from sign_in_providers p
    union all select to_jsonb(s) from authentication_settings s union all select to_jsonb(t) from scim_tokens t`);
  assert.ok(!JSON.stringify(kept).includes(secret));
}

describe('outside providers', () => {
  it('are made, listed, changed and removed; the secret is told to nobody', async () => {
    const made = good(
      await admin.post(PROVIDER, { ...provider, settings: { groups: { ops: 'Everyone' } } }),
      201,
    );
    assert.equal(made.clientSecret, null);
    assert.equal(made.authenticationScheme, 'OpenIdConnect');
    assert.deepEqual(JSON.parse(made.settings), {
      scopes: 'openid profile email',
      claims: {},
      groups: { ops: 'Everyone' },
      provisions: true,
    });
    problem(await admin.post(PROVIDER, { ...provider, displayName: 'OKTA' }), 409);
    const settings = '{"provisions":false,"claims":{"userName":"upn"}}';
    const change = { ...provider, clientSecret: undefined, id: made.id, isActive: false, settings };
    const changed = good(await admin.put(PROVIDER, change));
    assert.equal(changed.isActive, false);
    assert.deepEqual(JSON.parse(changed.settings).claims, { userName: 'upn' });
    problem(await admin.put(PROVIDER, { ...change, authority: 'https://evil.example' }), 400, 'clientSecret');
    good(
      await admin.put(PROVIDER, {
        ...change,
        authority: 'https://new.example',
        clientSecret: 'very hush okta 2',
      }),
    );
    const list = good(await admin.get(`${PROVIDER}/${organizationId}`));
    assert.deepEqual(
      list.map(({ id, authority, clientSecret }: typeof made) => [id, authority, clientSecret]),
      [[made.id, 'https://new.example', null]],
    );
    assert.equal((await admin.delete(`${PROVIDER}/${organizationId}/${made.id}`)).status, 204);
    problem(await admin.delete(`${PROVIDER}/${organizationId}/${made.id}`), 404);
    problem(await admin.put(PROVIDER, change), 404);
    assert.deepEqual(await audited('ExternalIdentityProvider'), ['Create', 'Update', 'Update', 'Delete']);
    await requireUntold('very hush');
  });

  it('of another issuer know nobody from before: the same subject may be somebody else there', async () => {
    const given = { ...provider, displayName: 'Moving' };
    const { id } = good(await admin.post(PROVIDER, given), 201);
    await db.execute(sql`
      with person as (
        insert into identity_users (organization_id, user_name) values (${organizationId}, 'moved') returning id)
      insert into sign_in_provider_users (provider_id, subject, user_id)
      select ${id}, 'their subject', id from person`);
    const linked = (): Promise<unknown[]> =>
      db.query(sql`
        select l.subject, u.session_stamp as stamp
          from identity_users u left join sign_in_provider_users l on l.user_id = u.id
         where u.user_name = 'moved'`);
    const [before] = (await linked()) as { stamp: number }[];
    good(await admin.put(PROVIDER, { ...given, id, displayName: 'Moving on' }));
    assert.deepEqual(await linked(), [{ subject: 'their subject', stamp: before!.stamp }]);
    good(await admin.put(PROVIDER, { ...given, id, authority: 'https://elsewhere.example' }));
    assert.deepEqual(await linked(), [{ subject: null, stamp: before!.stamp + 1 }], 'and is signed out');
    assert.equal((await admin.delete(`${PROVIDER}/${organizationId}/${id}`)).status, 204);
  });

  it('are refused where they could not work, or not safely', async () => {
    const cases: [Record<string, unknown>, string][] = [
      [{ authority: 'http://okta.example.com' }, 'authority'],
      [{ authority: 'okta' }, 'authority'],
      [{ displayName: undefined }, 'displayName'],
      [{ clientId: '' }, 'clientId'],
      [{ settings: '{' }, 'settings'],
      [{ settings: [] }, 'settings'],
      [{ settings: { scopes: 'profile' } }, 'settings.scopes'],
      [{ settings: { provisions: 'yes' } }, 'settings.provisions'],
      [{ settings: { claims: { shoeSize: 'x' } } }, 'settings.claims.shoeSize'],
      [{ settings: { groups: { a: 1 } } }, 'settings.groups.a'],
      [{ settings: { groups: { a: 'Nobody' } } }, 'settings.groups.a'],
      [{ settings: { groups: { a: 'everyone' } } }, 'settings.groups.a'],
    ];
    for (const [more, field] of cases)
      problem(await admin.post(PROVIDER, { ...provider, ...more }), 400, field);
    assert.deepEqual(good(await admin.get(`${PROVIDER}/${organizationId}`)), []);
  });

  it('that an authentication setting names are on the sign-in page, and changed there only', async () => {
    const AUTH = `${API}/AuthenticationSetting`;
    const { displayName, authority, clientId, clientSecret } = provider;
    const dto = { displayName, authority, clientId, clientSecret, isActive: true };
    const setting = { ...here, authenticationSettingType: 'aad', externalIdentityProviderDto: dto };
    const unsafe = { ...dto, authority: 'ftp://x' };
    problem(await admin.post(AUTH, { ...setting, externalIdentityProviderDto: unsafe }), 400, 'authority');
    const { id } = good(await admin.post(AUTH, setting));
    const active = async () =>
      good(await admin.get(`${PROVIDER}/${organizationId}`)).map(
        (each: { id: string; isActive: boolean }) => [each.id, each.isActive],
      );
    assert.deepEqual(await active(), [[id, true]]);
    problem(await admin.put(PROVIDER, { ...provider, id }), 409, 'aad');
    problem(await admin.delete(`${PROVIDER}/${organizationId}/${id}`), 409, 'aad');
    const elsewhere = { ...dto, authority: 'https://evil.example', clientSecret: undefined };
    problem(
      await admin.put(AUTH, { ...setting, externalIdentityProviderDto: elsewhere }),
      400,
      'clientSecret',
    );
    good(await admin.put(AUTH, { ...setting, externalIdentityProviderDto: { ...dto, isActive: false } }));
    assert.deepEqual(await active(), [[id, false]]);
    good(await admin.put(AUTH, { ...setting, externalIdentityProviderDto: { displayName } }));
    assert.deepEqual(await active(), []);
    problem(
      await admin.put(AUTH, { ...setting, externalIdentityProviderDto: elsewhere }),
      400,
      'clientSecret',
    );
    good(await admin.put(AUTH, setting));
    assert.deepEqual(await active(), [[id, true]]);
    good(await admin.post(PROVIDER, { ...provider, displayName: 'Taken' }), 201);
    const taken = { ...dto, displayName: 'taken' };
    problem(await admin.put(AUTH, { ...setting, externalIdentityProviderDto: taken }), 409, 'taken');
    assert.equal((await admin.delete(`${AUTH}/${id}`)).status, 204);
    assert.equal((await active()).length, 1);
    const [[other]] = await active();
    assert.equal((await admin.delete(`${PROVIDER}/${organizationId}/${other}`)).status, 204);
    await requireUntold('very hush');
  });

  it('name the groups they map to as they are called now, wherever they are shown', async () => {
    const AUTH = `${API}/AuthenticationSetting`;
    const group = good(await admin.post(`${API}/Group`, { ...here, name: 'Fitters' }), 201);
    const { displayName, authority, clientId, clientSecret } = provider;
    const dto = { displayName, authority, clientId, clientSecret, isActive: true };
    for (const settings of [{ groups: { ops: 'Fitters' } }, '{"groups":{"ops":"Fitters"}}']) {
      const setting = { ...here, authenticationSettingType: 'aad' };
      const body = { ...setting, externalIdentityProviderDto: { ...dto, settings } };
      const { id } = good(await admin.post(AUTH, body));
      const shown = async (): Promise<unknown> => {
        const one = good(await admin.get(`${AUTH}/${id}`));
        const list = good(await admin.get(`${AUTH}/getAll/${organizationId}`));
        assert.deepEqual(list.aad, one);
        const told = one.externalIdentityProviderDto.settings;
        assert.equal(typeof told, typeof settings);
        return (typeof told === 'string' ? JSON.parse(told) : told).groups;
      };
      assert.deepEqual(await shown(), { ops: 'Fitters' });
      good(await admin.put(`${API}/Group/${group.id}`, { ...here, name: 'Builders' }));
      assert.deepEqual(await shown(), { ops: 'Builders' });
      good(await admin.put(`${API}/Group/${group.id}`, { ...here, name: 'Fitters' }));
      assert.equal((await admin.delete(`${AUTH}/${id}`)).status, 204);
    }
  });

  it('configured by calls alone, sign people in', async (t) => {
    const company = await startIdentity(t);
    await person(company, { userName: 'ada' });
    const registered = await company.application({
      appScopes: [],
      userScopes: ['openid', 'profile', 'email'],
      redirectUris: [`${issuer}/sign-in/callback`],
    });
    good(await admin.post(`${API}/Group`, { ...here, name: 'Engineers' }), 201);
    const made = good(
      await admin.post(PROVIDER, {
        ...provider,
        displayName: 'Company',
        authority: company.identity.issuer,
        clientId: registered.clientId,
        clientSecret: registered.secret,
        // It tells no groups; its claim of the organization stands in for one.
        settings: { claims: { groups: 'prt_id' }, groups: { [company.first.organization.id]: 'Engineers' } },
      }),
      201,
    );
    const app = good(
      await admin.post(`${API}/ExternalClient`, {
        ...here,
        name: 'Somebody’s',
        isConfidential: false,
        redirectUri: REDIRECT,
        scopes: [{ name: 'OR.Jobs', type: 0 }],
      }),
      201,
    );
    const at = { identity: server.parts.identity, origin: server.url };
    const flow = await flowOf(at, app.id, undefined, REDIRECT, [server.url, company.origin]);
    const login = await flow.begin({ scope: 'openid profile email OR.Jobs' });
    assert.match(login.text, /Sign in with <bdi>Company</);
    const there = await flow.browser.follow('Sign in with Company');
    assert.equal(there.url.origin, company.origin);
    await flow.browser.submit({ login: 'ada', password: PASSWORD }, 'password');
    const back = await allowed(flow, await flow.browser.submit({}, 'allow'));
    const tokens = await flow.tokens(back);
    const { sub } = tokens.claims()!;
    const told = await fetchUserInfo(flow.config, tokens.access_token, sub);
    assert.equal(told.email, 'ada@example.com');
    const user = good(await admin.get(`${API}/User/${sub}`));
    assert.equal(user.userName, 'ada');
    assert.equal(user.groupIDs.length, 2, 'Everyone and Engineers');

    const kept = { ...made, clientSecret: undefined };
    const ends = async (token: string) => {
      const caller = callerWith(server.url, token);
      await t.waitFor(async () => assert.equal((await caller.get('/odata/Jobs')).status, 401), SOON);
    };
    good(await admin.put(PROVIDER, { ...kept, displayName: 'Our company' }));
    const still = await callerWith(server.url, tokens.access_token).get('/odata/Jobs');
    assert.equal(still.status, 403, 'known, and of no role');
    good(await admin.put(PROVIDER, { ...kept, isActive: false }));
    await ends(tokens.access_token);
    const again = await flow.begin({ scope: 'openid' });
    assert.match(again.text, /<h1>Sign in<\/h1>/);
    assert.doesNotMatch(again.text, /Sign in with <bdi>Company</);

    good(await admin.put(PROVIDER, kept));
    await flow.begin({ scope: 'openid profile email OR.Jobs' });
    const second = await flow.tokens(await flow.browser.follow('Sign in with Company'));
    assert.equal(second.claims()!.sub, sub);
    assert.equal((await admin.delete(`${PROVIDER}/${organizationId}/${made.id}`)).status, 204);
    await ends(second.access_token);
  });
});

describe('SCIM tokens', () => {
  const SCIM = `${API}/ScimToken`;

  it('made by a call let a directory in until they are taken back', async () => {
    const made = good(await admin.post(SCIM, { ...here, description: 'Entra ID' }), 201);
    assert.match(made.token, /^scim_.{43}$/);
    const directory = callerWith(server.url, made.token);
    const user = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'grace', active: true };
    const grace = good(await directory.post('/identity/scim/v2/Users', user), 201);
    assert.equal(good(await admin.get(`${API}/User/${grace.id}`)).userName, 'grace');
    const list = good(await admin.get(`${SCIM}/${organizationId}`));
    assert.deepEqual(list, [
      { id: made.id, description: 'Entra ID', creationTime: made.creationTime, expiryTime: null },
    ]);
    assert.equal((await admin.delete(`${SCIM}/${organizationId}/${made.id}`)).status, 204);
    assert.equal((await directory.get('/identity/scim/v2/Users')).status, 401);
    problem(await admin.delete(`${SCIM}/${organizationId}/${made.id}`), 404);
    assert.deepEqual(await audited('ScimToken'), ['Create', 'Delete']);
    await requireUntold(made.token);
  });

  it('may expire, and are for SCIM alone', async () => {
    const expiryTime = new Date(Date.now() + 86_400_000).toISOString();
    const made = good(await admin.post(SCIM, { ...here, expiryTime }), 201);
    assert.equal(Date.parse(made.expiryTime), Date.parse(expiryTime));
    problem(await callerWith(server.url, made.token).get(`${SCIM}/${organizationId}`), 401);
    problem(await admin.post(SCIM, { ...here, expiryTime: '2020-01-01T00:00:00Z' }), 400, 'expiryTime');
    problem(await admin.post(SCIM, { ...here, description: 'x'.repeat(257) }), 400, 'description');
    assert.equal((await callerWith(server.url, made.token).get('/odata/Users')).status, 401);
  });
});

describe('the password policy', () => {
  const POLICY = `${API}/PasswordPolicy/${organizationId}`;

  it('holds from the next password on', async () => {
    const before = good(await admin.get(POLICY));
    assert.deepEqual(before, {
      minPasswordLength: 8,
      rememberedPasswords: 5,
      requiresSecondFactor: false,
      requiresSecondFactorOfAdministrators: false,
      passwordExpirationDays: 0,
      allowsDirectoryPasswords: false,
    });
    assert.deepEqual(good(await admin.put(POLICY, { minPasswordLength: 20 })), {
      ...before,
      minPasswordLength: 20,
    });
    const user = { ...here, userName: 'short', email: 'short@example.com' };
    const short = await admin.post(`${API}/User`, { ...user, password: 'violet kettle 7' });
    assert.ok(short.text.includes('PasswordTooShort'), short.text);
    assert.deepEqual(good(await admin.put(POLICY, before)), before);

    // Whom a directory looks after gets no password here, made or changed, unless that is wanted.
    const password = 'violet kettle seventeen';
    const theirs = { ...here, type: 'DirectoryUser', password };
    const made = await admin.post(`${API}/User`, { ...theirs, userName: 'theirs' });
    assert.ok(made.text.includes('PasswordOfDirectory'), made.text);
    const id = randomUUID();
    good(await admin.post(`${API}/User`, { ...theirs, id, userName: 'theirs', password: undefined }));
    const changed = await admin.put(`${API}/User/${id}`, { ...here, password });
    assert.ok(changed.text.includes('PasswordOfDirectory'), changed.text);
    good(await admin.put(POLICY, { allowsDirectoryPasswords: true }));
    good(await admin.put(`${API}/User/${id}`, { ...here, password }));
    good(await admin.post(`${API}/User`, { ...theirs, userName: 'theirs too' }));
    good(await admin.put(POLICY, before));
    for (const [name, value] of Object.entries({
      minPasswordLength: 7,
      rememberedPasswords: 25,
      requiresSecondFactor: 'no',
      requiresSecondFactorOfAdministrators: 1,
      passwordExpirationDays: 3651,
    }))
      problem(await admin.put(POLICY, { [name]: value }), 400, name);
    assert.deepEqual(good(await admin.get(POLICY)), before);
    assert.deepEqual(await audited('PasswordPolicy'), ['Update', 'Update', 'Update', 'Update']);
  });
});

describe('a second factor', () => {
  it('is seen, and taken away where it was lost, by an administrator', async (t) => {
    const { id } = (await db.first<{ id: string }>(sql`
      insert into identity_users (organization_id, user_name) values (${organizationId}, 'forgetful')
      returning id`))!;
    const path = `${API}/User/${id}/SecondFactor`;
    const off = { isEnabled: false, creationTime: null, recoveryCodesLeft: 0 };
    problem(await admin.delete(path), 404);
    assert.deepEqual(good(await admin.get(path)), off);
    await beginEnrolment(db, server.parts.services.sealer, id);
    assert.deepEqual(good(await admin.get(path)), off, 'begun, and not there yet');
    await db.transaction((tx) => confirmEnrolment(tx, id));
    const on = good(await admin.get(path));
    assert.deepEqual([on.isEnabled, on.recoveryCodesLeft], [true, 10]);
    assert.ok(Date.parse(on.creationTime) > 0);
    const own = {
      kind: 'user',
      subject: id,
      clientId: 'tests',
      organizationId,
      stamp: 1,
      lifetimeSeconds: 60,
    } as const;
    const tokenOf = () => server.parts.identity.issueToken({ ...own, scopes: ['IdentityServerApi'] });
    const themselves = callerWith(server.url, await tokenOf());
    assert.deepEqual(good(await themselves.get(path)), on, 'everybody may look at their own');
    problem(await (await server.user()).get(path), 403);
    problem(await themselves.delete(path), 403);
    assert.equal((await admin.delete(path)).status, 204);
    assert.deepEqual(good(await admin.get(path)), off);
    await t.waitFor(async () => problem(await themselves.get(path), 401), SOON);
    assert.deepEqual(await db.query(sql`select from recovery_codes where user_id = ${id}`), []);
    problem(await admin.delete(path), 404);
    problem(await admin.delete(`${API}/User/${randomUUID()}/SecondFactor`), 404);
    problem(await admin.get(`${API}/User/${randomUUID()}/SecondFactor`), 404);
    assert.ok((await audited('User')).includes('DisableSecondFactor'));
  });
});
