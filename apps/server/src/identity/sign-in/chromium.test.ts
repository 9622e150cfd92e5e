import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import * as client from 'openid-client';
import type { Page } from 'playwright-core';
import { decodeQR } from 'qr/decode.js';
import { DEADLINE_MS } from '../../../../../tests/until.fixture.ts';
import { skip, startChromium } from '../../chromium.fixture.ts';
import { startIdentity, type TestIdentity } from '../identity.fixture.ts';
import { listenForCallback, openWindow, relyingParty } from './chromium.fixture.ts';
import { PASSWORD, person } from './flow.fixture.ts';
import { saveOutsideProvider } from './save-outside-provider.ts';
import { DEFAULT_POLICY, savePolicy } from './set-password.ts';
import { base32, codeAt, stepAt } from './totp.ts';

const browser = skip ? undefined : await startChromium({ after });

const WITH_FACTOR = { ...DEFAULT_POLICY, requiresSecondFactor: true };

interface Scene {
  readonly server: TestIdentity;
  readonly page: Page;
  /** Opens the login page for an application; its answer comes back here. */
  begin(parameters?: Record<string, string>): Promise<void>;
  /** Where the application was called back. */
  arrived(): Promise<client.TokenEndpointResponse>;
  /** What every page must be: readable, labelled, no wider than the window. */
  seen(name: string): Promise<void>;
  readonly config: client.Configuration;
}

async function scene(t: TestContext, look: 'light' | 'dark', javaScriptEnabled = true): Promise<Scene> {
  const server = await startIdentity(t);
  const { redirect, home } = await listenForCallback(t);
  const app = await server.application({
    name: 'Invoices',
    appScopes: [],
    userScopes: ['openid', 'profile', 'email', 'offline_access', 'OR.Jobs', 'OR.Queues.Read'],
    redirectUris: [redirect],
  });
  const party = await relyingParty(server.identity.issuer, { ...app, redirect });
  const origins = [server.origin, new URL(redirect).origin, home];
  const { page, shot } = await openWindow(t, browser!, origins, { colorScheme: look, javaScriptEnabled });
  const scope = 'openid profile email offline_access OR.Jobs OR.Queues.Read';
  return {
    server,
    page,
    begin: (parameters = {}) => party.begin(page, { scope, ...parameters }),
    arrived: () => party.arrived(page),
    config: party.config,
    async seen(name) {
      await shot(name);
      // A function of the page, written as text: it runs there, and not here.
      assert.deepEqual(await page.evaluate(`(${faultsOfPage.toString()})()`), [], `${name} in ${look}`);
    },
  };
}

for (const look of ['light', 'dark'] as const) {
  test(`every page on the way to tokens and back, by keyboard, in ${look}`, { skip }, async (t) => {
    const { server, page, begin, arrived, seen, config } = await scene(t, look);
    const { keyboard } = page;
    const press = (name: string) => page.getByRole('button', { name }).click();
    const heading = (name: string) => page.getByRole('heading', { name }).waitFor();
    const focused = () => page.locator(':focus');
    const own = 'violet cellar door';
    await person(server, { mustChange: true });
    const { id: organizationId } = server.first.organization;
    await savePolicy(server.db, organizationId, WITH_FACTOR);
    const company = { name: 'Company', issuer: 'https://company.example', clientId: 'x', scopes: 'openid' };
    const more = { organizationId, clientSecret: undefined, claims: {}, groups: {}, provisions: true };
    await saveOutsideProvider(server.db, server.sealer, { ...company, ...more });

    await begin();
    assert.equal(await focused().getAttribute('name'), 'login');
    await page.getByRole('link', { name: 'Sign in with Company' }).waitFor();
    await seen('login');
    await keyboard.type('ada');
    await keyboard.press('Tab');
    await keyboard.type('wrong');
    await keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    assert.equal(await focused().getAttribute('name'), 'password');
    assert.equal(await page.getByLabel('User name or e-mail').inputValue(), 'ada');
    assert.match(await page.title(), /^Error: /);
    await seen('login-error');
    await keyboard.type(PASSWORD);
    await keyboard.press('Enter');
    await heading('Choose a new password');
    assert.equal(await focused().getAttribute('name'), 'password');
    await seen('change');
    await keyboard.type(own);
    await keyboard.press('Tab');
    await keyboard.type(own);
    await keyboard.press('Enter');
    await heading('Set up a second factor');
    await seen('second-factor-setup');
    const link = await page.getByRole('link', { name: 'Open it' }).getAttribute('href');
    assert.equal(await readQrCode(page, 'svg.qr'), link);
    const secret = fromBase32((await page.locator('#secret').innerText()).replaceAll(' ', ''));
    assert.equal(new URL(link!).searchParams.get('secret'), base32(secret));
    await page.getByLabel('Code', { exact: true }).fill(codeAt(secret, stepAt(Date.now())));
    await keyboard.press('Enter');
    await heading('Keep your recovery codes');
    assert.equal(await focused().getAttribute('name'), 'kept');
    await seen('recovery-codes');
    // A second Enter loses nothing.
    await keyboard.press('Enter');
    await heading('Keep your recovery codes');
    await keyboard.press('Space');
    await keyboard.press('Enter');
    await heading('Allow access?');
    await seen('consent');
    // Nothing has the focus: a second Enter on the page before must not allow anything.
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    const tokens = await arrived();
    assert.ok(tokens.refresh_token && tokens.id_token);

    await begin({ prompt: 'login' });
    await page.getByLabel('User name or e-mail').fill('ada');
    await page.getByLabel('Password', { exact: true }).fill(own);
    await keyboard.press('Enter');
    await heading('Confirm it is you');
    assert.equal(await focused().getAttribute('autocomplete'), 'one-time-code');
    await seen('second-factor');
    await page.getByRole('link', { name: /Use a recovery code/ }).click();
    await page.getByLabel('Recovery code').waitFor();
    await seen('second-factor-recovery');
    await page.getByRole('link', { name: 'Use the authenticator app' }).click();
    assert.equal(await focused().getAttribute('inputmode'), 'numeric');
    server.time.ahead = 30_000;
    await keyboard.type(codeAt(secret, stepAt(Date.now() + 30_000)));
    await keyboard.press('Enter');
    await arrived();

    const device = await client.initiateDeviceAuthorization(config, { scope: 'openid OR.Jobs' });
    await page.goto(device.verification_uri);
    assert.equal(await focused().getAttribute('name'), 'user_code');
    await seen('device');
    await keyboard.type('WRONG');
    await keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await seen('device-error');
    await page.getByLabel('Code').fill(device.user_code);
    await keyboard.press('Enter');
    await heading('Connect this device?');
    await seen('device-confirm');
    await press('Yes, connect it');
    await heading('The device is connected');
    await seen('device-done');

    await page.goto(`${server.identity.issuer}/account`);
    await heading('Ada Lovelace');
    await seen('account');
    await page.goto(`${server.identity.issuer}/connect/authorize?client_id=${crypto.randomUUID()}`);
    await seen('error');

    await page.goto(`${server.identity.issuer}/connect/endsession`);
    assert.equal(await focused().innerText(), 'Sign out');
    await seen('sign-out');
    await keyboard.press('Enter');
    await heading('You are signed out');
    await seen('signed-out');

    await begin();
    await page.getByRole('link', { name: 'Forgotten your password?' }).click();
    assert.equal(await focused().getAttribute('name'), 'login');
    await seen('forgotten');
    await keyboard.type('ada');
    await keyboard.press('Enter');
    await heading('Check your e-mail');
    await seen('forgotten-sent');
    const mail = await t.waitFor(
      async () => {
        const found = /http\S+reset\?token=\S+/.exec(
          (await server.mails()).join('\n').replaceAll('=\n', '').replaceAll('=3D', '='),
        );
        assert.ok(found);
        return found[0];
      },
      { timeout: DEADLINE_MS },
    );
    await page.goto(mail);
    assert.equal(await focused().getAttribute('name'), 'password');
    await seen('reset');
    await keyboard.type('sunny kettle one');
    await keyboard.press('Tab');
    await keyboard.type('sunny kettle one');
    await keyboard.press('Enter');
    await heading('Your password is changed');
    await seen('reset-done');
    await page.goto(mail);
    await heading('This link no longer works');
    await seen('reset-again');
  });
}

test('without JavaScript, on a telephone', { skip }, async (t) => {
  const { server, page, begin, arrived, seen } = await scene(t, 'light', false);
  await person(server);
  await savePolicy(server.db, server.first.organization.id, WITH_FACTOR);
  await page.setViewportSize({ width: 320, height: 640 });
  await begin();
  await seen('telephone-login');
  await page.getByLabel('User name or e-mail').fill('ada');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  const secret = fromBase32((await page.locator('#secret').innerText()).replaceAll(' ', ''));
  await seen('telephone-second-factor-setup');
  await page.getByLabel('Code', { exact: true }).fill(codeAt(secret, stepAt(Date.now())));
  await page.getByRole('button', { name: 'Turn on' }).click();
  await page.getByRole('heading', { name: 'Keep your recovery codes' }).waitFor();
  await seen('telephone-recovery-codes');
  await page.getByRole('checkbox', { name: 'I have kept them' }).check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Allow' }).click();
  assert.ok((await arrived()).access_token);
});

/**
 * Runs in the page: texts whose contrast with what is behind them is below 4.5 (WCAG 2.2, AA), fields without
 * a label, and what does not fit.
 */
function faultsOfPage(): string[] {
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
  const faults: string[] = [];
  for (const element of document.querySelectorAll(
    'h1, h2, p, li, label, a, button, strong, code, span, input:not([type=hidden])',
  )) {
    const text = luminance(numbers(getComputedStyle(element).color));
    const back = luminance(behind(element));
    const ratio = (Math.max(text, back) + 0.05) / (Math.min(text, back) + 0.05);
    if (ratio < 4.5) faults.push(`${element.tagName} ${element.textContent} ${ratio.toFixed(2)}`);
  }
  for (const input of document.querySelectorAll('input:not([type=hidden], [hidden])'))
    if (input.labels.length === 0) faults.push(`${input.name} has no label`);
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) faults.push(`${scrollWidth} pixels wide`);
  return faults;
}

/** What a camera reads at that part of the page. */
async function readQrCode(page: Page, selector: string): Promise<string> {
  const png = await page.locator(selector).screenshot();
  const empty = await page.context().newPage();
  const image = (await empty.evaluate(`(${pixelsOf.toString()})('${png.toString('base64')}')`)) as {
    width: number;
    height: number;
    data: number[];
  };
  await empty.close();
  return decodeQR({ ...image, data: Uint8ClampedArray.from(image.data) });
}

/** Runs in a page. */
async function pixelsOf(base64: string): Promise<object> {
  // oxlint-disable-next-line typescript/no-explicit-any -- the page's own globals
  const { atob, Blob, createImageBitmap, OffscreenCanvas } = globalThis as any;
  const bytes = Uint8Array.from(atob(base64), (sign: string) => sign.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes]));
  const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
  canvas.drawImage(image, 0, 0);
  const { width, height, data } = canvas.getImageData(0, 0, image.width, image.height);
  return { width, height, data: [...data] };
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function fromBase32(text: string): Buffer {
  const bits = [...text].map((sign) => BASE32.indexOf(sign).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
