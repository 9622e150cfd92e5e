import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import * as client from 'openid-client';
import type { BrowserContextOptions, Page } from 'playwright-core';
import sql from 'sql-template-tag';
import { skip, startChromium } from '../../chromium.fixture.ts';
import { startIdentity, type TestIdentity } from '../identity.fixture.ts';
import { listenForCallback, openWindow, relyingParty, type Window } from './chromium.fixture.ts';
import { PASSWORD, person } from './flow.fixture.ts';
import { startCompany } from './outside-company.fixture.ts';
import { nameBrowser } from './pages/browser-names.ts';
import { saveOutsideProvider } from './save-outside-provider.ts';

const browser = skip ? undefined : await startChromium({ after });

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0';
const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';

const open = (t: TestContext, { origin }: TestIdentity, more: BrowserContextOptions = {}): Promise<Window> =>
  openWindow(t, browser!, [origin], more);

async function signIn(page: Page, issuer: string): Promise<void> {
  await page.goto(`${issuer}/account`);
  await page.locator('[name=login]').fill('ada');
  await page.locator('[name=password]').fill(PASSWORD);
  await page.locator('form:has([name=password]) button').click();
  await page.waitForURL(`${issuer}/account`);
}

const press = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click();
const rows = (page: Page): Promise<string[]> =>
  page.locator('ul.rows > li:has([name=session]), ul.rows > li:has(a)').allInnerTexts();

test('people end sessions on their page, one and all others, in both languages', { skip }, async (t) => {
  const server = await startIdentity(t);
  const { issuer } = server.identity;
  await person(server);
  const here = await open(t, server);
  const [firefox, phone] = [
    await open(t, server, { userAgent: FIREFOX }),
    await open(t, server, { userAgent: SAFARI, locale: 'ja-JP', viewport: { width: 390, height: 800 } }),
  ];
  for (const { page } of [firefox, phone, here]) await signIn(page, issuer);
  const { page } = here;
  const [own, ...others] = await rows(page);
  assert.match(
    own!,
    /^Chrome on Linux \(this browser\)\s+Signed in: .* UTC\s+Last used: .* UTC\s+Address: 127/,
  );
  assert.deepEqual(others.map((text) => text.split('\n')[0]).toSorted(), [
    'Firefox on Windows',
    'Safari on iPhone',
  ]);
  await here.shot('sessions');
  await press(page, 'Sign out of Firefox on Windows');
  await page.getByRole('status').getByText('That browser is signed out.').waitFor();
  assert.equal((await rows(page)).length, 2);
  await firefox.page.reload();
  await firefox.page.getByRole('heading', { name: 'Sign in' }).waitFor();

  server.time.ahead += 2 * 3600_000;
  await phone.page.reload();
  await phone.page.getByRole('heading', { name: 'サインイン中のブラウザー' }).waitFor();
  const [since, used] = [...(await rows(phone.page))[0]!.matchAll(/\/\d+ (\d+):/g)].map((each) =>
    Number(each[1]),
  );
  assert.equal((since! + 2) % 24, used, 'the page is a use');
  await phone.shot('sessions-ja-390');
  assert.match((await rows(phone.page))[0]!, /^Safari \(iPhone\) \(このブラウザー\)\s+サインイン: .* UTC/);
  await phone.page.getByRole('button', { name: 'Chrome (Linux) からサインアウト' }).waitFor();
  await press(page, 'Sign out of all others');
  await page.getByRole('status').getByText('All other browsers are signed out.').waitFor();
  await phone.page.reload();
  await phone.page.getByRole('heading', { name: 'サインイン' }).waitFor();
  await page.getByRole('link', { name: 'Sign out' }).click();
  await press(page, 'Sign out');
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
});

test('people take back on their page what they allowed an application', { skip }, async (t) => {
  const server = await startIdentity(t);
  const { issuer } = server.identity;
  await person(server);
  const { redirect, home } = await listenForCallback(t);
  const scope = 'openid offline_access OR.Jobs';
  const app = await server.application({
    name: 'Invoices',
    appScopes: [],
    userScopes: scope.split(' '),
    redirectUris: [redirect],
  });
  const party = await relyingParty(issuer, { ...app, redirect });
  const { page, shot } = await openWindow(t, browser!, [server.origin, new URL(redirect).origin, home]);
  await signIn(page, issuer);
  await page.getByText('No application acts for you.').waitFor();
  await party.begin(page, { scope });
  await press(page, 'Allow');
  const tokens = await party.arrived(page);
  await page.goto(`${issuer}/account`);
  const row = page.locator('ul.rows > li', { hasText: 'Invoices' });
  assert.match(await row.innerText(), /OR\.Jobs[\s\S]*Allowed: .* UTC\s+Last used: .* UTC/);
  await shot('applications');
  await press(page, 'Take access back from Invoices');
  await page.getByText('No application acts for you.').waitFor();
  await assert.rejects(client.refreshTokenGrant(party.config, tokens.refresh_token!), {
    error: 'invalid_grant',
  });
  await party.begin(page, { scope });
  await page.getByRole('heading', { name: 'Allow access?' }).waitFor();
});

test('signed out at the outside provider too, where people want that', { skip }, async (t) => {
  const server = await startIdentity(t);
  const { issuer } = server.identity;
  const company = await startCompany(t, `${issuer}/sign-in/callback`);
  await saveOutsideProvider(server.db, server.sealer, {
    organizationId: server.first.organization.id,
    name: 'Company',
    issuer: company.issuer,
    clientId: company.clientId,
    clientSecret: company.clientSecret,
    scopes: 'openid profile',
    claims: {},
    groups: {},
    provisions: true,
  });
  company.people['7'] = { preferred_username: 'barbara', given_name: 'Barbara' };
  const { redirect, home } = await listenForCallback(t);
  const app = await server.application({
    appScopes: [],
    userScopes: ['openid'],
    redirectUris: [redirect],
  });
  const party = await relyingParty(issuer, { ...app, redirect });
  const origins = [server.origin, company.origin, new URL(redirect).origin, home];
  const { page, shot } = await openWindow(t, browser!, origins);
  const account = `${issuer}/account`;
  const kept = () =>
    server.db.query<{ signOut: object | null }>(sql`select sign_out as "signOut" from browser_sessions`);
  const comeIn = async (isKnownThere: boolean): Promise<void> => {
    await page.goto(account);
    await page.getByRole('link', { name: 'Sign in with Company' }).click();
    if (!isKnownThere) {
      await page.getByLabel('Who').fill('7');
      await press(page, 'Go on');
    }
    await page.waitForURL(account);
  };

  await comeIn(false);
  const [row] = await kept();
  assert.doesNotMatch(JSON.stringify(row), /eyJ/, 'no token lies open');
  await page.goto(`${issuer}/connect/endsession`);
  await shot('sign-out-of-company');
  await press(page, 'Sign out');
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  assert.deepEqual(
    (await kept()).filter(({ signOut }) => signOut !== null),
    [],
    'nothing is kept longer',
  );

  await comeIn(true);
  await page.goto(`${issuer}/connect/endsession`);
  await press(page, 'Sign out of Company too');
  await page.waitForURL(/^http:\/\/localhost.*\/session\/end/);
  const asked = new URL(page.url()).searchParams;
  assert.match(asked.get('id_token_hint')!, /^eyJ/);
  assert.equal(asked.get('post_logout_redirect_uri'), `${issuer}/sign-in/signed-out`);
  await press(page, 'Yes, sign me out');
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  assert.equal(new URL(page.url()).origin, server.origin);

  // From an application, and on to it.
  await comeIn(false);
  await party.begin(page, { scope: 'openid' });
  await press(page, 'Allow');
  const { id_token } = await party.arrived(page);
  const leave = client.buildEndSessionUrl(party.config, {
    id_token_hint: id_token!,
    post_logout_redirect_uri: redirect,
    state: 'bye',
  });
  await page.goto(leave.href);
  await press(page, 'Sign out of Company too');
  await press(page, 'Yes, sign me out');
  await page.waitForURL(/state=bye/);
  await comeIn(false);

  // Nobody is sent on to where no sign-out leads.
  const state = `${Buffer.from('https://evil.example/').toString('base64url')}.AAAA`;
  const { url } = await fetch(`${issuer}/sign-in/signed-out?state=${state}`);
  assert.equal(new URL(url).origin, server.origin);
});

test('browsers are called as people call them', () => {
  const table: [string | null, string, string][] = [
    [FIREFOX, 'Firefox on Windows', 'Firefox (Windows)'],
    [SAFARI, 'Safari on iPhone', 'Safari (iPhone)'],
    ['Mozilla/5.0 (X11; Linux x86_64) Chrome/129.0 Safari/537.36 Edg/129.0', 'Edge on Linux', 'Edge (Linux)'],
    [
      'Mozilla/5.0 (Linux; Android 14) Chrome/129.0 Mobile Safari/537.36',
      'Chrome on Android',
      'Chrome (Android)',
    ],
    ['curl/8.5.0', 'curl/8.5.0', 'curl/8.5.0'],
    ['x'.repeat(100), 'x'.repeat(60), 'x'.repeat(60)],
    [null, 'Unknown browser', '不明なブラウザー'],
  ];
  for (const [agent, en, ja] of table) assert.deepEqual(nameBrowser(agent), { en, ja });
});
