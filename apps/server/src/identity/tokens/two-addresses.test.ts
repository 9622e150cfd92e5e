import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeJwt } from 'jose';
import { startSecondServer } from '../../second-server.fixture.ts';
import { callerWith, testServer } from '../../server.fixture.ts';
import { freePort } from '../identity.fixture.ts';

test('tokens are good on all nodes, though each names itself by its own address', async (t) => {
  const key = Buffer.alloc(32, 7).toString('base64');
  const first = await testServer(t, {
    BATON_ENCRYPTION_KEY: key,
    BATON_PORT: String(await freePort()),
  });
  const folder = await mkdtemp(join(tmpdir(), 'baton-two-addresses-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const second = await startSecondServer(t, {
    DATABASE_URL: first.databaseUrl,
    BATON_DATA: folder,
    BATON_ENCRYPTION_KEY: key,
    BATON_PASSWORD_SIGN_IN: 'true',
    BATON_PORT: String(await freePort()),
  });
  const made = await first.admin.post('/identity_/api/ExternalClient', {
    partitionGlobalId: first.organizationId,
    name: 'On both',
    scopes: [{ name: 'OR.Folders', type: 1 }],
  });
  assert.equal(made.status, 201, made.text);
  const application = made.body as { id: string; secret: string };

  const fetched = async (url: string): Promise<string> => {
    const answer = await fetch(`${url}/identity/connect/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: application.id,
        client_secret: application.secret,
      }),
    });
    return ((await answer.json()) as { access_token: string }).access_token;
  };
  const signedIn = async (url: string): Promise<string> => {
    const { body } = await callerWith(url, undefined).post('/api/Account/Authenticate', {
      usernameOrEmailAddress: 'admin',
      password: first.parts.first.adminPassword,
    });
    return (body as { result: string }).result;
  };

  const issuers = new Set<unknown>();
  for (const [here, there] of [
    [first.url, second.url],
    [second.url, first.url],
  ] as const) {
    for (const [how, get] of Object.entries({ fetched, signedIn })) {
      const token = await get(here);
      issuers.add(decodeJwt(token).iss);
      for (const url of [here, there]) {
        const answer = await callerWith(url, token).get('/odata/Folders');
        assert.equal(answer.status, 200, `${how} at ${here}, used at ${url}: ${answer.text}`);
      }
      const known = await fetch(`${there}/identity/connect/introspect`, {
        method: 'POST',
        body: new URLSearchParams({ token, client_id: application.id, client_secret: application.secret }),
      });
      assert.equal(((await known.json()) as { active: boolean }).active, true, `${how}, introspected`);
    }
  }
  assert.equal(issuers.size, 2);
});
