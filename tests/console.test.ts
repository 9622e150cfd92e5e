import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { after, test } from 'node:test';
import { pino } from 'pino';
import type { Page } from 'playwright-core';
import sql from 'sql-template-tag';
import { en } from '../apps/console/src/texts/en.ts';
import { ja } from '../apps/console/src/texts/ja.ts';
import { skip, startChromium } from '../apps/server/src/chromium.fixture.ts';
import { hashPassword } from '../apps/server/src/identity/passwords/passwords.ts';
import { openWindow } from '../apps/server/src/identity/sign-in/chromium.fixture.ts';
import { testServer } from '../apps/server/src/server.fixture.ts';
import { buildConsole } from '../scripts/build-console.ts';
import { createEntities } from './entities.fixture.ts';
import { DEADLINE_MS, until } from './until.fixture.ts';

// The console as the server serves it, and as a person uses it. It is built once for the whole run of tests.

const reports: { readonly directive?: string; readonly msg: string }[] = [];
const log = pino(
  { level: 'warn' },
  { write: (line: string) => void reports.push(JSON.parse(line) as (typeof reports)[number]) },
);
const server = await testServer(
  { after },
  // Sign-in has to know its address before it listens.
  { BATON_PORT: String(await freePort()) },
  { consoleFolder: await buildConsole(), log },
);
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done));
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}

const html = { accept: 'text/html' };
const get = (path: string, headers: Record<string, string> = html): Promise<Response> =>
  fetch(server.url + path, { headers, redirect: 'manual' });

test('pages, their files, and what is nobody else’s are told apart', async () => {
  const page = await get('/');
  const text = await page.text();
  assert.equal(page.status, 200);
  assert.equal(page.headers.get('cache-control'), 'no-store');
  const policy = page.headers.get('content-security-policy')!;
  assert.match(policy, /script-src 'self';/);
  assert.ok(!policy.includes('unsafe'), policy);
  const [, nonce] = /nonce-([\w-]+)/.exec(policy)!;
  assert.ok(text.includes(`nonce="${nonce}"`) && text.includes(`content="${server.url}"`), text);
  for (const path of ['/Acme/Prod/jobs?folder=1', '/Acme/Prod/jobs/12', '/signed-in', '/nobody/knows']) {
    const found = await get(path);
    assert.equal(found.status, 200, path);
    assert.match(await found.text(), /<div id="root">/);
  }
  for (const path of [
    '/odata/Nothing',
    '/Acme/Prod/orchestrator_/odata/Nothing',
    '/assets/none.js',
    '/api/None',
  ]) {
    const missing = await get(path);
    assert.equal(missing.status, 404, path);
    assert.match(missing.headers.get('content-type')!, /json/);
  }
  assert.equal((await get('/nobody/knows', { accept: '*/*' })).status, 404, 'not a browser');
  assert.match(await (await get('/swagger')).text(), /SwaggerUIBundle/);

  const [, script] = /src="([^"]+\.js)"/.exec(text)!;
  const address = new URL(script!, `${server.url}/`).pathname;
  for (const coding of ['br', 'gzip']) {
    const file = await get(address, { 'accept-encoding': coding });
    assert.equal(file.headers.get('content-encoding'), coding);
    assert.match(file.headers.get('cache-control')!, /immutable/);
    assert.match(await file.text(), /Baton|createElement/);
  }
  assert.equal((await get(address, { 'accept-encoding': 'identity' })).headers.get('content-encoding'), null);
});

test('reports of the policy are taken, small ones only, and few are logged', async () => {
  const send = (body: string): Promise<Response> =>
    fetch(`${server.url}/policy-reports`, {
      method: 'POST',
      headers: { 'content-type': 'application/csp-report' },
      body,
    });
  const report = JSON.stringify({ 'csp-report': { 'violated-directive': 'img-src', 'blocked-uri': 'x' } });
  for (let i = 0; i < 25; i++) assert.equal((await send(report)).status, 204);
  assert.equal((await send('nonsense')).status, 204);
  assert.equal((await send('x'.repeat(9000))).status, 413);
  const written = reports.filter(({ directive }) => directive === 'img-src');
  // A minute may end in between.
  assert.ok(written.length >= 10 && written.length <= 20, String(written.length));
  reports.length = 0;
});

test('each text is there in both languages', () => {
  const keysOf = (texts: object, before = ''): string[] =>
    Object.entries(texts).flatMap(([key, value]) =>
      typeof value === 'object' ? keysOf(value as object, `${before}${key}.`) : [before + key],
    );
  assert.deepEqual(keysOf(ja).sort(), keysOf(en).sort());
});

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds, in both themes; each is looked at. */
async function faultsOf(page: Page, look: (scheme: string) => Promise<void>): Promise<string[]> {
  await page.evaluate(AXE);
  const faults: string[] = [];
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.waitForSelector(`html[data-mantine-color-scheme="${scheme}"]`);
    await look(scheme);
    const found = await page.evaluate(
      `axe.run(document, { preload: false }).then(({ violations }) =>
         violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ': ' + html + failureSummary)))`,
    );
    faults.push(...(found as string[]).map((fault) => `${scheme}: ${fault}`));
  }
  return faults;
}

test('a person signs in, finds a job and reads its log; a session that ends leads back', {
  skip,
}, async (t) => {
  await createEntities(server, server.admin, server.folder.id);
  const job = (await server.db.first<{ id: number; key: string; release_name: string }>(sql`
    select id, key, release_name from jobs where folder_id = ${server.folder.id} order by id desc limit 1`))!;
  await server.db.execute(sql`
    insert into robot_logs (tenant_id, folder_id, job_key, level, time_stamp, message, raw_message)
    select tenant_id, folder_id, key, n % 5, now(), 'line ' || n || ' <b>bold</b>', '{}'
      from jobs, generate_series(1, 450) n where id = ${job.id}`);
  const password = 'correct horse battery';
  await server.db.execute(sql`
    update identity_users set password_hash = ${await hashPassword(password)}, has_given_password = false
     where user_name = 'admin'`);
  const browser = await startChromium(t);
  const { page, context, shot } = await openWindow(t, browser, [server.url], {
    viewport: { width: 1280, height: 800 },
  });
  page.setDefaultTimeout(DEADLINE_MS);
  const signIn = async (): Promise<void> => {
    await page.fill('[name=login]', 'admin');
    await page.fill('[name=password]', password);
    await page.keyboard.press('Enter');
  };

  await page.goto(`${server.url}/`);
  await signIn();
  await page.waitForSelector('h1:has-text("Home")');
  await page.waitForSelector('.live[data-live="true"]');
  assert.deepEqual(await faultsOf(page, (scheme) => shot(`home-in-${scheme}`)), []);
  await page.click('.side-pages a:has-text("Jobs")');
  await page.click(`main a:has-text("${job.release_name}") >> nth=0`);
  await page.waitForSelector('.log');
  await page.goBack();
  await page.waitForSelector(`main a:has-text("${job.release_name}")`);
  assert.deepEqual(await faultsOf(page, (scheme) => shot(`jobs-in-${scheme}`)), []);

  // An address of its own, of which a reload shows the same.
  const { organization, tenant } = server.parts.first;
  const address = `${server.url}/${organization.name}/${tenant.name}/jobs/${job.id}?level=Error`;
  await page.goto(address);
  await page.waitForSelector('.log li:has-text("line 449 <b>bold</b>")');
  assert.equal(await page.locator('.log li:has-text("line 445 ")').count(), 0, 'only errors');
  assert.deepEqual(await faultsOf(page, (scheme) => shot(`job-in-${scheme}`)), []);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.waitForSelector('header [aria-label="Menu"]');
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390);
  await shot('job-phone');
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.click('body');
  await page.keyboard.press('Control+k');
  await page.waitForSelector('[placeholder="Search or go to …"]');
  await page.keyboard.press('Escape');

  // No token outlives the page, and none is in an address.
  const kept = await page.evaluate('JSON.stringify({ ...localStorage, ...sessionStorage })');
  assert.ok(!/eyJ/.test(String(kept)), String(kept));
  const visited = await page.evaluate(
    `performance.getEntriesByType('resource').map(({ name }) => name).join(' ')`,
  );
  assert.ok(!/eyJ/.test(String(visited)), String(visited));

  await context.clearCookies();
  await page.reload();
  await page.waitForSelector('[name=login]');
  await signIn();
  await page.waitForURL(address);
  await page.waitForSelector('.log li');

  await page.click('[aria-label^="Account of"]');
  await page.click('text="Sign out"');
  await page.click('button:has-text("Sign out")');
  await until('the sign-in page is there', () => page.locator('[name=login]').isVisible());
  assert.deepEqual(
    reports.filter(({ directive }) => directive),
    [],
    'the policy has blocked nothing',
  );
});
