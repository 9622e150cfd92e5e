import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import * as client from 'openid-client';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import type { Ends } from '../../chromium.fixture.ts';

export interface Window {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Saved into the folder BATON_SCREENSHOTS, if there is one. */
  shot(name: string): Promise<void>;
}

/** With its own cookies. The test fails if a page fetches from outside of `origins`, or reports an error. */
export async function openWindow(
  t: Ends,
  browser: Browser,
  origins: readonly string[],
  { colorScheme = 'light', ...more }: BrowserContextOptions = {},
): Promise<Window> {
  const context = await browser.newContext({ colorScheme, viewport: { width: 900, height: 820 }, ...more });
  t.after(() => context.close());
  const page = await context.newPage();
  const foreign: string[] = [];
  page.on('request', (request) => {
    if (!origins.includes(new URL(request.url()).origin)) foreign.push(request.url());
  });
  const problems: string[] = [];
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(error.message));
  t.after(() => assert.deepEqual(foreign, [], 'nothing is fetched from elsewhere'));
  t.after(() =>
    assert.deepEqual(
      problems.filter((text) => !/status of (4\d\d|503)|favicon/.test(text)),
      [],
    ),
  );
  const folder = process.env.BATON_SCREENSHOTS;
  if (folder) await mkdir(folder, { recursive: true });
  return {
    context,
    page,
    async shot(name) {
      if (folder) await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`), fullPage: true });
    },
  };
}

/** On its own port. Answers its origin, optionally under the name that browsers take for another site. */
export async function listen(t: Ends, answer: RequestListener, host = '127.0.0.1'): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

/** An application that people return to. Its callback sends them on to its start page elsewhere. */
export async function listenForCallback(t: Ends): Promise<{ redirect: string; home: string }> {
  const home = await listen(t, (_, response) => response.end('at home'), 'localhost');
  const origin = await listen(t, ({ url }, response) =>
    response.writeHead(302, { location: `${home}${url}` }).end(),
  );
  return { redirect: `${origin}/callback`, home };
}

export interface RelyingParty {
  readonly config: client.Configuration;
  /** Opens the login page for the application. */
  begin(page: Page, parameters: Readonly<Record<string, string>>): Promise<void>;
  /** Exchanges the code with which the browser was sent back. */
  arrived(page: Page): Promise<client.TokenEndpointResponse & client.TokenEndpointResponseHelpers>;
}

export async function relyingParty(
  issuer: string,
  { clientId, secret, redirect }: { clientId: string; secret?: string; redirect: string },
): Promise<RelyingParty> {
  const config = await client.discovery(
    new URL(issuer),
    clientId,
    undefined,
    secret ? client.ClientSecretPost(secret) : client.None(),
    { execute: [client.allowInsecureRequests] },
  );
  let checks: client.AuthorizationCodeGrantChecks = {};
  return {
    config,
    async begin(page, parameters) {
      const pkceCodeVerifier = client.randomPKCECodeVerifier();
      checks = { pkceCodeVerifier, expectedState: client.randomState(), expectedNonce: client.randomNonce() };
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirect,
        code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
        state: checks.expectedState as string,
        nonce: checks.expectedNonce as string,
        ...parameters,
      });
      await page.goto(url.href);
    },
    async arrived(page) {
      await page.waitForURL(/\/callback\?/);
      return client.authorizationCodeGrant(config, new URL(redirect + new URL(page.url()).search), checks);
    },
  };
}
