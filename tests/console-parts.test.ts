import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { after, before, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { startChromium } from '../apps/server/src/chromium.fixture.ts';

// The page of all parts of the console in all states, as `npm run dev:console` shows it, in both themes: what
// axe finds, and that the parts do what cannot be seen in their functions.
const root = fileURLToPath(new URL('../apps/console', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'parts-'));
after(() => rm(folder, { recursive: true, force: true }));

// In a page for production there are no parts to look at.
process.env['NODE_ENV'] = 'development';
const { build } = await import('vite');
await build({
  root,
  configFile: join(root, 'vite.config.ts'),
  mode: 'development',
  logLevel: 'silent',
  build: { outDir: folder, emptyOutDir: true, minify: false },
});

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html',
};
const server = createServer(async (request, response) => {
  const path = new URL(request.url ?? '/', 'http://host').pathname;
  const type = extname(path);
  const file = await readFile(join(folder, type ? path : 'index.html')).catch(() => undefined);
  // Under a policy that lets no code be made from text, as the server's own.
  response.writeHead(file ? 200 : 404, {
    'content-type': TYPES[type || '.html'] ?? 'text/plain',
    'content-security-policy': "default-src 'self'; style-src 'self' 'unsafe-inline'",
  });
  response.end(file);
});
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
after(() => server.close());
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/dev/parts`;
const browser = await startChromium({ after });

// One page for all: to load it costs more than all that is tried on it.
const page = await browser.newPage({ colorScheme: 'light', viewport: { width: 1440, height: 900 } });
const list = page.locator('section[aria-label=Jobs]');
const log = page.locator('section[aria-label=Log]');

before(async () => {
  await page.goto(address);
  await list.locator('[data-index="3"]').waitFor();
  await page.locator('.uplot').first().waitFor();
});

it('a log of a million lines is opened at its end', async () => {
  await log.locator('[data-line="999999"]').waitFor();
});

for (const scheme of ['light', 'dark'] as const)
  it(`has nothing that axe finds, ${scheme}`, async () => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.locator(`html[data-mantine-color-scheme=${scheme}]`).waitFor();
    // By the protocol of the browser, which the page's policy does not concern.
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: typeof axe }).axe.run(),
    );
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
      [],
    );
    const pictures = process.env['BATON_SCREENSHOTS'];
    if (pictures) await page.screenshot({ path: join(pictures, `parts-${scheme}.png`), fullPage: true });
  });

it('a list is walked, opened, selected and left by keyboard, and all of it stands in the address', async () => {
  await list.locator('[data-index="0"]').focus();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await list.locator('[data-index="2"]:focus').waitFor();
  await page.keyboard.press('Space');
  await list.getByRole('toolbar').getByText('1 selected').waitFor();
  await page.keyboard.press('Enter');
  await list.getByRole('complementary').waitFor();
  await page.waitForURL(/open=/);
  await page.keyboard.press('Escape');
  await list.getByRole('complementary').waitFor({ state: 'detached' });
  await page.keyboard.press('f');
  await page.keyboard.type('State:Faulted');
  await page.keyboard.press('Enter');
  await page.waitForURL(/filter=State/);
  await list.getByText('State: faulted').waitFor();
  await page.goBack();
  await list.getByText('State: faulted').waitFor({ state: 'detached' });
});

it('a list shows only the rows in sight, and reads on to its end', async () => {
  await list.locator('[data-index="0"]').focus();
  for (const row of [99, 199, 299]) {
    await page.keyboard.press('End');
    await list.locator(`[data-index="${row}"]:focus`).waitFor();
    // The next page is there when the row after it is.
    await list.locator(`[data-index="${row + 1}"]`).waitFor();
  }
  const rows = await list.locator('[data-index]').count();
  assert.ok(rows < 60, `${rows} rows are in the page`);
});

it('a million lines are searched, with few of them in the page', async () => {
  await log.getByRole('textbox').fill('#5000');
  await log.locator('mark').first().waitFor();
  const lines = await log.locator('[data-line]').count();
  assert.ok(lines < 100, `${lines} lines are in the page`);
});
