import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { skip, startChromium } from '../apps/server/src/chromium.fixture.ts';
import { listen } from '../apps/server/src/identity/sign-in/chromium.fixture.ts';
import { testServer } from '../apps/server/src/server.fixture.ts';

// Client and contract in a browser, as they are but for their types: nothing is bundled with them.
const ROOT = join(import.meta.dirname, '..', 'packages');
const ends = { after };
const browser = skip ? undefined : await startChromium(ends);
const server = await testServer(ends);

/** The files that the page has asked for. */
const asked: string[] = [];
const home = await listen(ends, ({ url = '' }, response) => {
  const [, name, path] = /^\/(client|contract)\/([\w/-]+\.ts)$/.exec(url) ?? [];
  if (path === undefined) return response.setHeader('content-type', 'text/html').end(PAGE);
  asked.push(url.slice(1));
  const source = readFileSync(join(ROOT, name!, 'src', path), 'utf8');
  response.setHeader('content-type', 'text/javascript').end(stripTypeScriptTypes(source));
});

const PAGE = `<!doctype html><script type="module">
  import { createClient } from '/client/client.ts';
  import { getFolders } from '/contract/folders.ts';
  import { createQueue, getQueueDefinitions } from '/contract/queue-definitions.ts';
  window.run = async (url, token) => {
    const client = createClient({ url, token, patienceMs: 1000 });
    const { value } = await client.call(getFolders, {}, { options: { $select: ['Id', 'FullyQualifiedName'] } });
    const inFolder = client.in('Shared');
    await inFolder.call(createQueue, { body: { Name: 'From a browser' } });
    const queues = await inFolder.call(getQueueDefinitions, {});
    const refused = await inFolder.call(createQueue, { body: {} }).catch((error) => error);
    return [value.map((folder) => folder.FullyQualifiedName), queues.value.map(({ Name }) => Name),
            refused.name, refused.status, refused.reason];
  };
</script>`;

declare const window: { readonly run: (url: string, token: string) => Promise<unknown> };

describe('the client in a browser', { skip }, () => {
  it('calls a server of another origin, and brings nothing but what it calls', async () => {
    const page = await browser!.newPage();
    const errors: string[] = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    await page.goto(home);
    const answer = await page.evaluate(([url, token]) => window.run(url, token), [
      server.url,
      server.admin.token!,
    ] as const);
    assert.deepEqual(errors, []);
    assert.deepEqual(answer, [['Shared'], ['From a browser'], 'ApiFailure', 400, 'Name: is required']);
    assert.deepEqual(asked.filter((file) => file.startsWith('contract/')).sort(), [
      'contract/folders.ts',
      'contract/queue-definitions.ts',
    ]);
  });
});
