import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, describe, it, type TestContext } from 'node:test';
import type * as oidc from 'oidc-client-ts';
import type { Page } from 'playwright-core';
import { skip, startChromium } from '../apps/server/src/chromium.fixture.ts';
import { freePort } from '../apps/server/src/identity/identity.fixture.ts';
import { listen, openWindow } from '../apps/server/src/identity/sign-in/chromium.fixture.ts';
import { choseThemselves, PASSWORD } from '../apps/server/src/identity/sign-in/flow.fixture.ts';
import { callerWith, testServer } from '../apps/server/src/server.fixture.ts';
import { DEADLINE_MS } from './until.fixture.ts';

// What applications in browsers use, unchanged, in one: everything is asked of another origin.
const ends = { after };
const browser = skip ? undefined : await startChromium(ends);
const server = await testServer(ends, { BATON_PORT: String(await freePort()) });
const { admin, organizationId } = server;
const { issuer } = server.parts.identity;

const bundle = readFileSync(
  createRequire(import.meta.url)
    .resolve('oidc-client-ts')
    .replace(/dist.*$/, 'dist/browser/oidc-client-ts.min.js'),
);
const home = await listen(ends, ({ url }, response) => {
  if (url === '/oidc.js') response.setHeader('content-type', 'text/javascript').end(bundle);
  else response.setHeader('content-type', 'text/html').end('<!doctype html><script src="/oidc.js"></script>');
});
const CALLBACK = `${home}/callback`;

/** What stands in the pages: what the bundle calls itself, and the manager made of it. */
declare const window: {
  readonly oidc?: typeof oidc;
  manager: oidc.UserManager;
  readonly opener: unknown;
  readonly parent: unknown;
  readonly location: { readonly pathname: string };
  addEventListener(event: 'DOMContentLoaded', work: () => void): void;
};

async function application(scopes: readonly string[]): Promise<string> {
  const { status, body, text } = await admin.post('/identity/api/ExternalClient', {
    partitionGlobalId: organizationId,
    name: `In a browser ${scopes.join()} ${Math.random()}`,
    isConfidential: false,
    redirectUri: `${CALLBACK},${home}/out`,
    scopes: scopes.map((name) => ({ name, type: 0 })),
  });
  assert.equal(status, 201, text);
  return body.id;
}

async function person(userName: string): Promise<void> {
  const { status, text } = await admin.post('/identity/api/User', {
    partitionGlobalId: organizationId,
    userName,
    email: `${userName}@example.com`,
    name: 'Ada',
    surname: 'Lovelace',
    password: PASSWORD,
  });
  assert.ok(status < 300, text);
  await choseThemselves(server.db, userName);
}

async function signIn(page: Page, userName: string): Promise<void> {
  await page.getByLabel('User name or e-mail').fill(userName);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('button', { name: 'Allow' }).click();
}

const answerTo = async (token: string): Promise<number> =>
  (await callerWith(server.url, token).get('/odata/Users?$top=1')).status;
const KNOWN = 403; // let in, and of no role here
const OUT = 401;

describe('oidc-client-ts in Chromium', { skip }, () => {
  async function start(t: TestContext, scope: string) {
    const clientId = await application(['OR.Users.Read']);
    const { page, context } = await openWindow(t, browser!, [server.url, home]);
    const settings = {
      authority: issuer,
      client_id: clientId,
      redirect_uri: CALLBACK,
      popup_redirect_uri: CALLBACK,
      silent_redirect_uri: CALLBACK,
      post_logout_redirect_uri: `${home}/out`,
      scope,
      loadUserInfo: true,
    };
    // On each page of the application, as its own script would; a callback's page hands on what it was told.
    await context.addInitScript((given) => {
      window.addEventListener('DOMContentLoaded', () => {
        if (!window.oidc) return;
        window.manager = new window.oidc.UserManager({ ...given, automaticSilentRenew: false });
        const isElsewhere = window.opener !== null || window.parent !== window;
        if (window.location.pathname === '/callback' && isElsewhere) void window.manager.signinCallback();
      });
    }, settings);
    await page.goto(home);
    const redirect = async (userName: string): Promise<oidc.User> => {
      await page.evaluate(() => void window.manager.signinRedirect({ state: 'where I was' }));
      await signIn(page, userName);
      await page.waitForURL(/\/callback\?/);
      return page.evaluate(async () => {
        const user = (await window.manager.signinCallback())!;
        return { ...user } as oidc.User;
      });
    };
    return { page, context, redirect };
  }

  it('code with PKCE, userinfo, refresh, revocation', async (t) => {
    await person('ada');
    const { page, redirect } = await start(t, 'openid profile email offline_access OR.Users.Read');
    const user = await redirect('ada');
    assert.deepEqual([user.profile.preferred_username, user.profile.email], ['ada', 'ada@example.com']);
    assert.deepEqual([user.profile.iss, user.state], [issuer, 'where I was']);
    assert.equal(await answerTo(user.access_token), KNOWN);

    const renewed = await page.evaluate(async () => (await window.manager.signinSilent())!.access_token);
    assert.notEqual(renewed, user.access_token);
    assert.equal(await answerTo(renewed), KNOWN);

    await page.evaluate(() => window.manager.revokeTokens());
    assert.equal(await answerTo(renewed), OUT);
    await page.evaluate(() => window.manager.removeUser());
    const silent = page.evaluate(async () => (await window.manager.signinSilent())!.access_token);
    assert.equal(await answerTo(await silent), KNOWN, 'the session is still there');
  });

  it('silently by the session, in a frame; signed out, nobody is in', async (t) => {
    await person('grace');
    const { page, redirect } = await start(t, 'openid profile OR.Users.Read');
    const user = await redirect('grace');
    const silent = await page.evaluate(async () => (await window.manager.signinSilent())!.access_token);
    assert.notEqual(silent, user.access_token);
    assert.equal(await answerTo(silent), KNOWN);

    await page.evaluate(() => void window.manager.signoutRedirect());
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(`${home}/out**`);
    await t.waitFor(async () => assert.equal(await answerTo(silent), OUT), { timeout: DEADLINE_MS });
    const after = await page.evaluate(() =>
      window.manager.signinSilent().then(
        () => 'in',
        (error: { error?: string }) => error.error,
      ),
    );
    assert.equal(after, 'login_required');
  });

  it('in a window of its own', async (t) => {
    await person('linus');
    const { page, context } = await start(t, 'openid profile OR.Users.Read');
    const opened = context.waitForEvent('page');
    const arrived = page.evaluate(
      async () => (await window.manager.signinPopup()).profile.preferred_username,
    );
    await signIn(await opened, 'linus');
    assert.equal(await arrived, 'linus');
  });
});
