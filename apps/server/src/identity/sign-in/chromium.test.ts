import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import * as client from 'openid-client';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { startIdentity, type TestIdentity } from '../testing.ts';
import { PASSWORD, person } from './flow.fixture.ts';
import { savePolicy } from './set-password.ts';
import { codeAt, stepAt } from './totp.ts';

const CHROMIUM = process.env.BATON_TEST_CHROMIUM ?? '/usr/bin/chromium';
const skip = existsSync(CHROMIUM) ? false : 'there is no Chromium';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

interface Scene {
  readonly server: TestIdentity;
  readonly context: BrowserContext;
  readonly page: Page;
  /** Opens the login page for an application; its answer comes back here. */
  begin(parameters?: Record<string, string>): Promise<void>;
  /** Where the application was called back. */
  arrived(): Promise<client.TokenEndpointResponse>;
  shot(name: string): Promise<void>;
}

async function scene(t: TestContext, look: 'light' | 'dark', javaScriptEnabled = true): Promise<Scene> {
  const server = await startIdentity(t);
  const callback = createServer((_, response) => response.end('back at the application'));
  await new Promise<void>((done) => callback.listen(0, '127.0.0.1', done));
  t.after(() => void callback.close());
  const redirect = `http://127.0.0.1:${(callback.address() as AddressInfo).port}/callback`;
  const { clientId, secret } = await server.application({
    name: 'Invoices',
    appScopes: [],
    userScopes: ['openid', 'profile', 'email', 'offline_access', 'OR.Jobs', 'OR.Queues.Read'],
    redirectUris: [redirect],
  });
  const config = await client.discovery(
    new URL(server.identity.issuer),
    clientId,
    undefined,
    client.ClientSecretPost(secret),
    { execute: [client.allowInsecureRequests] },
  );
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
  t.after(() => browser.close());
  const context = await browser.newContext({
    colorScheme: look,
    javaScriptEnabled,
    viewport: { width: 900, height: 820 },
  });
  const page = await context.newPage();
  const foreign: string[] = [];
  page.on('request', (request) => {
    const { origin } = new URL(request.url());
    if (origin !== server.origin && origin !== new URL(redirect).origin) foreign.push(request.url());
  });
  const problems: string[] = [];
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(error.message));
  t.after(() => assert.deepEqual(foreign, [], 'nothing is fetched from elsewhere'));
  t.after(() =>
    assert.deepEqual(
      problems.filter((text) => !/status of 4\d\d|favicon/.test(text)),
      [],
    ),
  );
  let checks: client.AuthorizationCodeGrantChecks = {};
  const shots = process.env.BATON_SCREENSHOTS ?? (await mkdtemp(join(tmpdir(), 'baton-screenshots-')));
  return {
    server,
    context,
    page,
    async begin(parameters = {}) {
      const pkceCodeVerifier = client.randomPKCECodeVerifier();
      checks = { pkceCodeVerifier, expectedState: client.randomState(), expectedNonce: client.randomNonce() };
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirect,
        scope: 'openid profile email offline_access OR.Jobs OR.Queues.Read',
        code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
        state: checks.expectedState as string,
        nonce: checks.expectedNonce as string,
        ...parameters,
      });
      await page.goto(url.href);
    },
    async arrived() {
      await page.waitForURL(/\/callback\?/);
      return client.authorizationCodeGrant(config, new URL(page.url()), checks);
    },
    shot: async (name) =>
      void (await page.screenshot({ path: join(shots, `${name}-${look}.png`), fullPage: true })),
  };
}

for (const look of ['light', 'dark'] as const) {
  test(`from the login page to tokens, by keyboard, in ${look}`, { skip }, async (t) => {
    const { server, page, begin, arrived, shot } = await scene(t, look);
    await person(server);
    await savePolicy(server.db, server.first.organization.id, {
      minPasswordLength: 8,
      rememberedPasswords: 5,
      requiresSecondFactor: true,
    });
    await begin();
    await shot('login');
    assert.equal(await page.locator(':focus').getAttribute('name'), 'login');
    await page.keyboard.type('ada');
    await page.keyboard.press('Tab');
    await page.keyboard.type('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    assert.equal(await page.locator(':focus').getAttribute('name'), 'password');
    assert.equal(await page.getByLabel('User name or e-mail').inputValue(), 'ada');
    assert.match(await page.title(), /^Error: /);
    await shot('error');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Set up a second factor' }).waitFor();
    await shot('enrol');
    const secret = fromBase32((await page.locator('#secret').innerText()).replaceAll(' ', ''));
    await page.getByLabel('Code').fill(codeAt(secret, stepAt(Date.now())));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Keep your recovery codes' }).waitFor();
    await shot('recovery-codes');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Allow access?' }).waitFor();
    await shot('consent');
    // Nothing has the focus: a second Enter on the page before must not allow anything.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const tokens = await arrived();
    assert.ok(tokens.refresh_token && tokens.id_token);

    await begin({ prompt: 'login' });
    await page.getByLabel('User name or e-mail').fill('ada');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Confirm it is you' }).waitFor();
    await shot('second-factor');
    assert.equal(await page.locator(':focus').getAttribute('autocomplete'), 'one-time-code');
    server.time.ahead = 30_000;
    await page.keyboard.type(codeAt(secret, stepAt(Date.now() + 30_000)));
    await page.keyboard.press('Enter');
    await arrived();

    await begin({ prompt: 'login' });
    await page.getByRole('link', { name: 'Forgotten your password?' }).click();
    await shot('forgotten');
    await page.keyboard.type('ada');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Look into your mail' }).waitFor();
    await shot('mail-sent');
    await page.goto(`${server.identity.issuer}/connect/authorize?client_id=${crypto.randomUUID()}`);
    await shot('not-possible');
    await page.goto(`${server.identity.issuer}/device`);
    await shot('device');
    await page.goto(`${server.identity.issuer}/account`);
    await shot('account');
    await page.goto(`${server.identity.issuer}/connect/endsession`);
    await shot('sign-out');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  });
}

test('without JavaScript, on a telephone', { skip }, async (t) => {
  const { server, page, begin, arrived, shot } = await scene(t, 'light', false);
  await person(server);
  await page.setViewportSize({ width: 320, height: 640 });
  await begin();
  await shot('login-telephone');
  await page.getByLabel('User name or e-mail').fill('ada');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Allow' }).click();
  assert.ok((await arrived()).access_token);
});

test('contrast is at least 4.5 to 1, and every field has a label', { skip }, async (t) => {
  for (const look of ['light', 'dark'] as const) {
    const { server, page, begin } = await scene(t, look);
    await person(server);
    await begin();
    await page.getByLabel('User name or e-mail').fill('ada');
    await page.getByLabel('Password').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    // A function of the page, written as text: it runs there, and not here.
    const weak = await page.evaluate(`(${weakContrasts.toString()})()`);
    assert.deepEqual(weak, [], look);
    const unlabelled = await page
      .locator('input:not([type=hidden]):not([aria-label])')
      .evaluateAll(
        (inputs) =>
          inputs.filter((input) => (input as unknown as { labels: { length: number } }).labels.length === 0)
            .length,
      );
    assert.equal(unlabelled, 0);
  }
});

/** Runs in the page: texts whose contrast with what is behind them is below 4.5 (WCAG 2.2, AA). */
function weakContrasts(): string[] {
  // oxlint-disable-next-line typescript/no-explicit-any -- the page's own globals
  const { document, getComputedStyle } = globalThis as any;
  const numbers = (color: string): number[] => color.match(/[\d.]+/g)!.map(Number);
  const luminance = (color: number[]): number => {
    const [r, g, b] = color.slice(0, 3).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const behind = (element: { parentElement: unknown } | null): number[] => {
    for (let at = element; at; at = at.parentElement as typeof at) {
      const color = numbers(getComputedStyle(at).backgroundColor);
      if (color.length < 4 || color[3]! > 0) return color;
    }
    return [255, 255, 255];
  };
  const weak: string[] = [];
  for (const element of document.querySelectorAll(
    'h1, p, label, a, button, strong, input:not([type=hidden])',
  )) {
    const text = luminance(numbers(getComputedStyle(element).color));
    const back = luminance(behind(element));
    const ratio = (Math.max(text, back) + 0.05) / (Math.min(text, back) + 0.05);
    if (ratio < 4.5) weak.push(`${element.tagName} ${element.textContent} ${ratio.toFixed(2)}`);
  }
  return weak;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function fromBase32(text: string): Buffer {
  const bits = [...text].map((sign) => BASE32.indexOf(sign).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
