import assert from 'node:assert/strict';
import { after, describe, it, type TestContext } from 'node:test';
import * as client from 'openid-client';
import type { Page } from 'playwright-core';
import { DEADLINE_MS } from '../../../../../tests/until.fixture.ts';
import { skip, startChromium } from '../../chromium.fixture.ts';
import { callerWith, testServer } from '../../server.fixture.ts';
import { freePort } from '../identity.fixture.ts';
import {
  listenForCallback,
  openWindow,
  type RelyingParty,
  relyingParty,
  type Window,
} from './chromium.fixture.ts';
import { choseThemselves, PASSWORD } from './flow.fixture.ts';
import { startCompany } from './outside-company.fixture.ts';

// One server, one browser and one application; each test has a window, with cookies, and a person of its own.
const SCOPE = 'openid profile email offline_access OR.Users.Read';
const ends = { after };
const browser = skip ? undefined : await startChromium(ends);
const server = await testServer(ends, { BATON_PORT: String(await freePort()) });
const { admin, organizationId } = server;
const { issuer } = server.parts.identity;
const { redirect, home } = await listenForCallback(ends);
const company = await startCompany(ends, `${issuer}/sign-in/callback`);
const here = { partitionGlobalId: organizationId };
const origins = [server.url, new URL(redirect).origin, home, company.origin];

/** Within a second of a change, other nodes and what is remembered know of it. */
const SOON = { timeout: DEADLINE_MS };

async function make(path: string, body: object) {
  const answer = await admin.post(path, path.startsWith('/odata') ? body : { ...here, ...body });
  assert.ok(answer.status === 201 || answer.body.succeeded, answer.text);
  return answer.body;
}

async function application(): Promise<RelyingParty> {
  const scopes = ['OR.Users.Read', 'OR.Jobs'].map((name) => ({ name, type: 0 }));
  const redirectUri = redirect;
  const made = await make('/identity/api/ExternalClient', {
    name: 'Invoices',
    isConfidential: true,
    redirectUri,
    scopes,
  });
  return relyingParty(issuer, { clientId: made.id, secret: made.secret, redirect });
}

const app = await application();

async function person(userName: string): Promise<void> {
  const names = { userName, email: `${userName}@example.com`, name: 'Ada', surname: 'Lovelace' };
  await make('/identity/api/User', { ...names, password: PASSWORD });
  // They have been through their first sign-in (first-sign-in.test.ts).
  await choseThemselves(server.db, userName);
}

const open = (t: TestContext): Promise<Window> => openWindow(t, browser!, origins);

async function signIn(page: Page, userName: string): Promise<void> {
  await page.getByLabel('User name or e-mail').fill(userName);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name }).click();

/** What the API answers somebody with this token. */
const answerTo = async (token: string): Promise<number> =>
  (await callerWith(server.url, token).get('/odata/Users?$top=1')).status;
const KNOWN = 403; // let in, and of no role here
const OUT = 401;

describe('in a real browser', { skip }, () => {
  it('code with PKCE, refresh; an old refresh token ends the whole family', async (t) => {
    await person('ada');
    const { page } = await open(t);
    await app.begin(page, { scope: SCOPE });
    await signIn(page, 'ada');
    await press(page, 'Allow');
    const first = await app.arrived(page);
    assert.equal(first.claims()!.preferred_username, 'ada');
    assert.equal(await answerTo(first.access_token), KNOWN);
    const second = await client.refreshTokenGrant(app.config, first.refresh_token!);
    assert.equal(await answerTo(second.access_token), KNOWN);
    const refused = { error: 'invalid_grant' };
    await assert.rejects(client.refreshTokenGrant(app.config, first.refresh_token!), refused);
    await assert.rejects(client.refreshTokenGrant(app.config, second.refresh_token!), refused);
    for (const { access_token } of [first, second])
      await t.waitFor(async () => assert.equal(await answerTo(access_token), OUT), SOON);
  });

  it('a revoked token is refused at once; signed out, nobody is in', async (t) => {
    await person('grace');
    const { page } = await open(t);
    await app.begin(page, { scope: 'openid OR.Users.Read' });
    await signIn(page, 'grace');
    await press(page, 'Allow');
    const tokens = await app.arrived(page);
    assert.equal(await answerTo(tokens.access_token), KNOWN);
    await client.tokenRevocation(app.config, tokens.access_token);
    assert.equal(await answerTo(tokens.access_token), OUT);

    await app.begin(page, { scope: 'openid OR.Users.Read' });
    const again = await app.arrived(page);
    assert.equal(await answerTo(again.access_token), KNOWN, 'the session is still there');
    const leave = client.buildEndSessionUrl(app.config, {
      id_token_hint: again.id_token!,
      post_logout_redirect_uri: redirect,
      state: 'bye',
    });
    await page.goto(leave.href);
    await press(page, 'Stay signed in');
    await page.waitForURL(/state=bye/);
    await app.begin(page, { scope: 'openid OR.Users.Read' });
    await app.arrived(page);
    await page.goto(leave.href);
    await press(page, 'Sign out');
    await page.waitForURL(/state=bye/);
    await t.waitFor(async () => assert.equal(await answerTo(again.access_token), OUT), SOON);
    await app.begin(page, { scope: 'openid OR.Users.Read' });
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it('somebody else at the same browser is who is in from then on', async (t) => {
    await person('alan');
    await person('edsger');
    const { page } = await open(t);
    for (const [name, more] of [
      ['alan', {}],
      ['edsger', { prompt: 'login' }],
    ] as const) {
      await app.begin(page, { scope: 'openid profile', ...more });
      await signIn(page, name);
      await press(page, 'Allow');
      assert.equal((await app.arrived(page)).claims()!.preferred_username, name);
    }
    await app.begin(page, { scope: 'openid profile' });
    assert.equal((await app.arrived(page)).claims()!.preferred_username, 'edsger');
  });

  it('a device: a wrong code, the right one, a refusal on either page', async (t) => {
    await person('linus');
    const { page } = await open(t);
    const begin = (scope: string) => client.initiateDeviceAuthorization(app.config, { scope });
    // More often than the five seconds that devices are told.
    const poll = (begun: client.DeviceAuthorizationResponse) =>
      client.pollDeviceAuthorizationGrant(app.config, { ...begun, interval: 0.1 });
    const device = await begin('openid OR.Users.Read');
    const patient = poll(device);
    await page.goto(device.verification_uri);
    await page.getByLabel('Code').fill('BBBB-BBBB');
    await press(page, 'Continue');
    await page.getByRole('alert').waitFor();
    assert.match(await page.getByRole('alert').innerText(), /not right/);
    // As people type it.
    await page.getByLabel('Code').fill(device.user_code.toLowerCase().replaceAll('-', ' '));
    await press(page, 'Continue');
    assert.equal(await page.locator('code.code').innerText(), device.user_code);
    await press(page, 'Yes, connect it');
    await signIn(page, 'linus');
    await press(page, 'Allow');
    await page.getByRole('heading', { name: 'The device is connected' }).waitFor();
    assert.equal(await answerTo((await patient).access_token), KNOWN);

    const denied = { error: 'access_denied' };
    const unknown = await begin('openid');
    const asked = assert.rejects(poll(unknown), denied);
    await page.goto(unknown.verification_uri_complete!);
    await press(page, 'Continue');
    await press(page, 'No');
    await page.getByText('The device was not connected').waitFor();
    await asked;
    // It wants more than what was allowed before.
    const greedy = await begin('openid OR.Jobs');
    const refused = assert.rejects(poll(greedy), denied);
    await page.goto(greedy.verification_uri_complete!);
    await press(page, 'Continue');
    await press(page, 'Yes, connect it');
    await press(page, 'Refuse');
    await refused;
  });

  it('another OpenID provider: made at the first sign-in, in the groups it tells, out when it is switched off', async (t) => {
    company.people['7'] = {
      preferred_username: 'barbara',
      given_name: 'Barbara',
      family_name: 'Liskov',
      email: 'barbara@company.example',
      groups: ['ops', 'chess'],
    };
    const group = await make('/identity/api/Group', { name: 'Operators' });
    await make('/odata/Users', {
      UserName: 'Operators',
      Type: 'DirectoryGroup',
      DirectoryIdentifier: group.id,
      RolesList: ['Tenant Administrator'],
    });
    const provider = await make('/identity/api/ExternalIdentityProvider', {
      displayName: 'Company',
      authority: company.issuer,
      clientId: company.clientId,
      clientSecret: company.clientSecret,
      settings: { scopes: 'openid profile email groups', groups: { ops: 'Operators' } },
    });
    const { page } = await open(t);
    await app.begin(page, { scope: SCOPE });
    await page.getByRole('link', { name: 'Sign in with Company' }).click();
    await page.getByLabel('Who').fill('7');
    await press(page, 'Go on');
    await press(page, 'Allow');
    const tokens = await app.arrived(page);
    assert.equal(await answerTo(tokens.access_token), 200, 'by the role of the group');
    const { sub } = tokens.claims()!;
    const user = (await admin.get(`/identity/api/User/${sub}`)).body;
    assert.deepEqual([user.surname, user.email, user.type], ['Liskov', 'barbara@company.example', 2]);
    const groups = (await admin.get(`/identity/api/Group/${organizationId}`)).body;
    const named = (id: string) => groups.find((each: { id: string }) => each.id === id).name;
    assert.deepEqual(user.groupIDs.map(named).sort(), ['Everyone', 'Operators']);

    // Somebody is there, and has not come back yet, as it is switched off.
    const other = await open(t);
    await app.begin(other.page, { scope: SCOPE });
    await other.page.getByRole('link', { name: 'Sign in with Company' }).click();
    await other.page.getByLabel('Who').fill('7');
    const off = { ...provider, clientSecret: undefined, isActive: false };
    assert.equal((await admin.put('/identity/api/ExternalIdentityProvider', off)).status, 200);
    await press(other.page, 'Go on');
    await other.page.getByText('This way to sign in is switched off').waitFor();
    await other.shot('outside-refused');
    await other.page.getByRole('link', { name: 'Back to sign-in' }).click();
    await other.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await t.waitFor(async () => assert.equal(await answerTo(tokens.access_token), OUT), SOON);
    await assert.rejects(client.refreshTokenGrant(app.config, tokens.refresh_token!), {
      error: 'invalid_grant',
    });
    await app.begin(page, { scope: SCOPE });
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    assert.equal(await page.getByRole('link', { name: /Sign in with/ }).count(), 0);
  });
});
