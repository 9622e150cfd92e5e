import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import * as client from 'openid-client';
import type { Page } from 'playwright-core';
import sql from 'sql-template-tag';
import { skip, startChromium } from '../../chromium.fixture.ts';
import type { Language } from '../languages.ts';
import { hashOfLink } from '../mail/links.ts';
import { startIdentity, type TestIdentity } from '../testing.ts';
import { findUser } from '../users.ts';
import { listenForCallback, openWindow, relyingParty } from './chromium.fixture.ts';
import { PASSWORD, person } from './flow.fixture.ts';
import { lookAt } from './looks.fixture.ts';
import { startCompany } from './outside-company.fixture.ts';
import { codeOf } from './pages.fixture.ts';
import { saveOutsideProvider } from './save-outside-provider.ts';
import { DEFAULT_POLICY, savePolicy } from './set-password.ts';
import { checkFactor } from './steps.ts';

// Every page that people see, in every state that matters, in both languages: light and dark, on a wide screen
// and on a telephone. With BATON_SCREENSHOTS=folder there are pictures of all.
const browser = skip ? undefined : await startChromium({ after });

const SCOPES = [
  'openid',
  'profile',
  'email',
  'offline_access',
  'OR.Jobs',
  'OR.TestSetExecutions.Read',
  'PM.Group.Write',
];
const OWN = 'violet cellar door';
const NEXT = 'sunny kettle farm';
const SHARED = [
  'Baton',
  'Orchestrator',
  'API',
  'QR',
  'Invoices',
  'Company',
  'Example Ltd',
  'Ada Lovelace',
  'Grace Hopper',
];

interface Scene {
  readonly server: TestIdentity;
  readonly page: Page;
  readonly issuer: string;
  readonly begin: (parameters?: Record<string, string>) => Promise<void>;
  readonly seen: (name: string) => Promise<void>;
  /** What is wrong with the pages that were seen. */
  readonly faults: readonly string[];
  readonly config: client.Configuration;
  readonly companyId: string;
}

async function scene(t: TestContext, language: Language): Promise<Scene> {
  const server = await startIdentity(t);
  const { issuer } = server.identity;
  const { redirect, home } = await listenForCallback(t);
  const app = await server.application({
    name: 'Invoices',
    appScopes: [],
    userScopes: SCOPES,
    redirectUris: [redirect],
  });
  const company = await startCompany(t, `${issuer}/sign-in/callback`);
  company.people[7] = { preferred_username: 'nobody', given_name: 'Nobody' };
  const organizationId = server.first.organization.id;
  const shared = { organizationId, scopes: 'openid profile', claims: {}, groups: {}, provisions: false };
  const { clientId, clientSecret } = company;
  const ours = { ...shared, name: 'Company', issuer: company.issuer, clientId, clientSecret };
  await saveOutsideProvider(server.db, server.sealer, ours);
  const party = await relyingParty(issuer, { ...app, redirect });
  const locale = language === 'ja' ? 'ja-JP' : 'en-US';
  const origins = [server.origin, new URL(redirect).origin, home, company.origin];
  const { page } = await openWindow(t, browser!, origins, { locale });
  const { id: companyId } = (await server.db.first<{ id: string }>(
    sql`select id from sign_in_providers where name = 'Company'`,
  ))!;
  const faults: string[] = [];
  return {
    server,
    page,
    issuer,
    config: party.config,
    companyId,
    begin: (parameters = {}) => party.begin(page, { scope: SCOPES.join(' '), ...parameters }),
    faults,
    seen: async (name) => {
      faults.push(
        ...(await lookAt(page, name, {
          language,
          names: [...SHARED, 'ada@example.com', 'ada', 'grace@example.com', 'grace'],
        })),
      );
    },
  };
}

/** Fills in what is given, and sends the form that has it. */
async function send(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [id, value] of Object.entries(fields)) await page.locator(`#${id}`).fill(value);
  await page.locator(`#${Object.keys(fields).at(-1)}`).press('Enter');
  await page.waitForLoadState();
}

const press = (page: Page, selector: string): Promise<void> => page.locator(selector).click();

/** The button of the form for this step. */
const step = (page: Page, name: string): Promise<void> =>
  press(page, `form:has([name=step][value=${name}]) button:not([name=step])`);

const secretIn = async (page: Page): Promise<string> => page.locator('#secret').innerText();

for (const language of ['en', 'ja'] as const) {
  test(`pages of a sign-in, in ${language}`, { skip }, async (t) => {
    const { server, page, issuer, begin, seen, faults, config, companyId } = await scene(t, language);
    const ahead = (): number => Date.now() + server.time.ahead;
    const { id: organizationId } = server.first.organization;
    const { id } = await person(server, { mustChange: true });
    await savePolicy(server.db, organizationId, { ...DEFAULT_POLICY, requiresSecondFactor: true });

    await page.goto(server.origin);
    await seen('front');
    await begin();
    await seen('login');
    await send(page, { login: 'ada', password: 'wrong' });
    await seen('login-wrong');
    for (let i = 0; i < 10; i++)
      await server.identity.signIn.checkPassword({
        organizationId,
        login: 'somebody',
        password: 'wrong',
        source: '127.0.0.1',
      });
    await send(page, { login: 'somebody', password: 'wrong' });
    await seen('login-too-many');

    await send(page, { login: 'ada', password: PASSWORD });
    await seen('change');
    await send(page, { password: OWN, repeat: 'other' });
    await seen('change-repeat');
    await send(page, { password: 'short', repeat: 'short' });
    await seen('change-short');
    await send(page, { password: OWN, repeat: OWN });
    await seen('enrol');
    const secret = await secretIn(page);
    await send(page, { code: '1' });
    await seen('enrol-wrong');
    await send(page, { code: codeOf(secret, ahead()) });
    await seen('codes');
    const codes = await page.locator('.codes code').allInnerTexts();
    await press(page, '[name=kept]');
    await step(page, 'kept');
    await seen('consent');
    await step(page, 'refuse');
    await page.waitForURL(/error=access_denied/);

    await begin({ prompt: 'login' });
    await send(page, { login: 'ada', password: OWN });
    await seen('factor');
    await send(page, { code: '1' });
    await seen('factor-wrong');
    await press(page, '.more a');
    await seen('recovery');
    await send(page, { code: 'x' });
    await seen('recovery-wrong');
    const told = { code: 'x', isRecovery: true, device: undefined, source: '127.0.0.1', browser: undefined };
    await server.db.execute(sql`delete from known_devices where user_id = ${id}`);
    const user = (await findUser(server.db, id))!;
    for (let i = 0; i < 10; i++) await checkFactor(server.identity.signIn, user, told);
    await send(page, { code: 'x' });
    await seen('recovery-too-many');
    await server.db.execute(sql`delete from sign_in_attempts`);
    await send(page, { code: codes[0]! });
    await step(page, 'allow');
    await page.waitForURL(/code=/);

    const device = await client.initiateDeviceAuthorization(config, { scope: 'openid OR.Jobs' });
    await page.goto(device.verification_uri);
    await seen('device');
    await send(page, { user_code: 'WRONG' });
    await seen('device-wrong');
    await send(page, { user_code: device.user_code });
    await seen('device-confirm');
    await press(page, '.card form:has([name=abort]) button');
    await seen('device-refused');
    const other = await client.initiateDeviceAuthorization(config, { scope: 'openid OR.Jobs' });
    await page.goto(other.verification_uri_complete!);
    await press(page, '.card form button');
    await press(page, '.card form:not(:has([name=abort])) button');
    await seen('device-done');

    await begin({ prompt: 'login' });
    const over = page.url();
    await page.context().clearCookies();
    await page.goto(over);
    await seen('over');
    await page.goto(`${issuer}/sign-in/${'x'.repeat(21)}`);
    await seen('over-unknown');
    await begin();
    await page.evaluate(`document.querySelector('[name=csrf]').value = 'old'`);
    await send(page, { login: 'ada', password: OWN });
    await seen('stale');
    await page.goto(`${issuer}/connect/authorize?client_id=${crypto.randomUUID()}`);
    await seen('error-client');
    await page.goto(`${issuer}/sign-in/callback?state=x`);
    await seen('error-callback');
    await begin();
    await page.goto(`${page.url()}?provider=${crypto.randomUUID()}`);
    await seen('outside-unavailable');
    await page.goto(`${page.url().split('?')[0]}?provider=${companyId}`);
    await page.getByLabel('Who').fill('7');
    await page.getByRole('button').click();
    await seen('outside-no-account');
    assert.deepEqual(faults, []);
  });

  test(`pages of an account, in ${language}`, { skip }, async (t) => {
    const { server, page, issuer, seen, faults, begin } = await scene(t, language);
    const ahead = (): number => Date.now() + server.time.ahead;
    const { id: organizationId } = server.first.organization;
    const { id } = await person(server);
    const account = `${issuer}/account`;
    await page.goto(account);
    await send(page, { login: 'ada', password: PASSWORD });
    await seen('account');
    await send(page, { old: 'wrong', password: OWN, repeat: OWN });
    await seen('account-wrong-password');
    await send(page, { old: PASSWORD, password: '12345678', repeat: '12345678' });
    await seen('account-simple-password');
    await send(page, { 'begin-old': PASSWORD });
    await seen('account-enrol');
    const secret = await secretIn(page);
    await send(page, { code: '1' });
    await seen('account-enrol-wrong');
    await send(page, { code: codeOf(secret, ahead()) });
    await seen('account-codes');
    await press(page, '[name=kept]');
    await step(page, 'kept');
    await seen('account-factor');
    await savePolicy(server.db, organizationId, { ...DEFAULT_POLICY, requiresSecondFactor: true });
    await page.locator('#factor-old').fill(PASSWORD);
    await press(page, '[name=step][value=disable]');
    await seen('account-factor-demanded');
    await savePolicy(server.db, organizationId, DEFAULT_POLICY);
    await page.locator('#factor-old').fill(PASSWORD);
    await press(page, '[name=step][value=disable]');
    await seen('account-factor-off');
    await withoutPassword(server, id, async () => {
      await page.goto(account);
      await seen('account-outside');
    });

    await page.goto(`${issuer}/connect/endsession`);
    await seen('sign-out');
    await press(page, '.card form:has([name=logout]) button');
    await seen('signed-out');
    await page.goto(`${issuer}/connect/endsession`);
    await page.waitForURL(/success/);
    await page.route('**/endsession', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replace(/<script>.*<\/script>/, '') });
    });
    await page.goto(`${issuer}/connect/endsession`);
    await seen('sent-on');

    await begin();
    await press(page, '.card > .more a');
    await seen('forgotten');
    await send(page, { login: 'ada' });
    await seen('forgotten-sent');
    const link = await linkOf(server, id, false);
    await page.goto(link);
    await seen('reset');
    await send(page, { password: PASSWORD, repeat: PASSWORD });
    await seen('reset-used-before');
    await send(page, { password: NEXT, repeat: NEXT });
    await seen('reset-done');
    await page.goto(link);
    await seen('reset-spent');
    const grace = await person(server, { userName: 'grace' });
    const invitation = await linkOf(server, grace.id, true);
    await page.goto(invitation);
    await seen('invitation');
    await send(page, { password: 'gracegrace', repeat: 'gracegrace' });
    await seen('invitation-own-name');
    await send(page, { password: OWN, repeat: OWN });
    await seen('welcome');
    await page.goto(invitation);
    await seen('invitation-spent');

    await server.db.execute(sql`
      insert into organizations (name, display_name) values ('Example', 'Example Ltd')`);
    await page.context().clearCookies();
    await page.goto(account);
    await seen('login-organization');
    await press(page, '.card > .more a');
    await seen('forgotten-organization');
    await server.disconnect();
    assert.equal((await page.goto(account))?.status(), 503);
    await seen('error-unavailable');
    assert.deepEqual(faults, []);
  });
}

/** As if an outside provider looked after it. That the session goes on is all that is not true of it. */
async function withoutPassword({ db }: TestIdentity, id: string, work: () => Promise<void>): Promise<void> {
  const before = await db.first<{ hash: string }>(
    sql`select password_hash as hash from identity_users where id = ${id}`,
  );
  const set = async (hash: string | null): Promise<void> => {
    const row = await db.first<{ stamp: number }>(
      sql`select session_stamp as stamp from identity_users where id = ${id}`,
    );
    await db.execute(sql`update identity_users set password_hash = ${hash} where id = ${id}`);
    await db.execute(sql`update identity_users set session_stamp = ${row!.stamp} where id = ${id}`);
  };
  await set(null);
  await work();
  await set(before!.hash);
}

/** A link as a mail has it. */
async function linkOf(
  { db, identity }: TestIdentity,
  userId: string,
  isInvitation: boolean,
): Promise<string> {
  const token = crypto.randomUUID();
  await db.execute(sql`
    insert into password_resets (hash, user_id, expires_at, is_invitation)
    values (${hashOfLink(token)}, ${userId}, now() + interval '1 hour', ${isInvitation})`);
  return `${identity.issuer}/sign-in/${isInvitation ? 'invitation' : 'reset'}?token=${token}`;
}
