import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { skip, startChromium } from '../apps/server/src/chromium.fixture.ts';
import { testServer } from '../apps/server/src/server.fixture.ts';

// The page at /swagger, in the system's Chromium: it shows the operations of both documents, takes a token,
// and calls made there work.
const screenshots = fileURLToPath(new URL('../coverage/screenshots', import.meta.url));

it('/swagger makes a call with a token', { skip }, async (t) => {
  await mkdir(screenshots, { recursive: true });
  const server = await testServer({ after });
  await server.admin.in(server.folder.id).post('/odata/QueueDefinitions', { Name: 'Seen in the browser' });
  const browser = await startChromium(t);
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
  const broken: string[] = [];
  page.on('pageerror', (error) => broken.push(error.message));
  page.on('requestfailed', (request) => broken.push(request.url()));

  await page.goto(`${server.url}/Default/Default/orchestrator_/swagger`);
  await page.getByRole('button', { name: 'Authorize' }).click();
  await page.getByLabel('auth-bearer-value').fill(server.admin.token!);
  await page.getByRole('button', { name: 'Apply credentials' }).first().click();
  await page.getByRole('button', { name: 'Close' }).first().click();
  await page.screenshot({ path: join(screenshots, 'swagger.png') });

  await page.locator('#operations-tag-QueueDefinitions button').first().click();
  const operation = page.locator('#operations-QueueDefinitions-QueueDefinitions_Get');
  await operation.locator('.opblock-summary-control').click();
  await operation
    .locator('tr[data-param-name="X-UIPATH-OrganizationUnitId"] input')
    .fill(String(server.folder.id));
  await operation.getByRole('button', { name: 'Execute' }).click();
  const answer = operation.locator('.live-responses-table');
  await answer.getByText('Seen in the browser').first().waitFor();
  assert.match((await answer.textContent()) ?? '', /200/);
  await answer.scrollIntoViewIfNeeded();
  await page.screenshot({ path: join(screenshots, 'swagger-call.png') });

  await page.getByLabel('Select a definition').selectOption({ label: 'Identity' });
  await page.locator('#operations-tag-PasswordPolicy button').first().click();
  const policy = page.locator('#operations-PasswordPolicy-PasswordPolicy_Get');
  await policy.locator('.opblock-summary-control').click();
  await policy.locator('tr[data-param-name="partitionGlobalId"] input').fill(server.organizationId);
  await policy.getByRole('button', { name: 'Execute' }).click();
  const told = policy.locator('.live-responses-table');
  await told.getByText('minPasswordLength').first().waitFor();
  assert.match((await told.textContent()) ?? '', /200/);
  await page.screenshot({ path: join(screenshots, 'swagger-identity.png') });
  await page.goto(`${server.url}/swagger`);
  await page.locator('.opblock-tag').first().waitFor();
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 844 });
    const wide = await page.evaluate('document.documentElement.scrollWidth');
    assert.equal(wide, width, 'nothing reaches beyond the window');
  }
  assert.deepEqual(broken, []);
});
