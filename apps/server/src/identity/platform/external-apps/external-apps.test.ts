import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { API, good, platformServer, problem } from '../platform.fixture.ts';

const { server, admin, organizationId, here } = await platformServer({ after });

describe('external applications', () => {
  const CLIENTS = `${API}/ExternalClient`;
  async function token(clientId: string, secret: string, scope = 'OR.Jobs'): Promise<Response> {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: secret,
      scope,
    });
    return fetch(`${server.url}/identity/connect/token`, { method: 'POST', body: form });
  }

  it('are made with a secret that is told once, and get tokens by it', async () => {
    const body = {
      ...here,
      name: 'Portal',
      isConfidential: true,
      redirectUri: 'https://portal.example/callback,http://localhost:8085/x',
      scopes: [
        { name: 'OR.Jobs', type: 1 },
        { name: 'OR.Queues', type: 0 },
        { name: 'openid', type: 'user' },
      ],
    };
    const client = good(await admin.post(CLIENTS, body), 201);
    assert.ok(client.secret.length > 30);
    assert.deepEqual(
      client.resources.map((r: { name: string; scopes: { name: string; type: number }[] }) =>
        r.scopes.map((s) => `${s.name} ${s.type}`),
      ),
      [['OR.Queues 0', 'OR.Jobs 1'], ['openid 0']],
    );
    assert.equal((await token(client.id, client.secret)).status, 200);
    const listed = good(await admin.get(`${CLIENTS}/${organizationId}`));
    assert.equal(listed.find((c: { id: string }) => c.id === client.id).secret, null);
    const extra = good(
      await admin.post(`${CLIENTS}/GenerateSecret`, {
        ...here,
        clientId: client.id,
        description: 'second',
        expiryTime: '2999-01-01',
      }),
    );
    assert.equal((await token(client.id, extra.secret)).status, 200);
    const old = good(await admin.get(`${CLIENTS}/${organizationId}/${client.id}/GenerateSecret`));
    assert.equal((await admin.delete(`${CLIENTS}/${organizationId}/secrets/${extra.id}`)).status, 204);
    assert.notEqual((await token(client.id, extra.secret)).status, 200);
    assert.equal((await token(client.id, old.secret)).status, 200);
    assert.equal(good(await admin.get(`${CLIENTS}/${organizationId}/${client.id}`)).secrets.length, 2);
    problem(await admin.post(CLIENTS, body), 409);
    problem(await admin.post(CLIENTS, { ...body, name: 'B', isConfidential: false }), 400);
    problem(
      await admin.post(CLIENTS, { ...body, name: 'B', scopes: [{ name: 'OR.Nonsense', type: 1 }] }),
      400,
    );
    problem(await admin.post(CLIENTS, { ...body, name: 'B', redirectUri: '' }), 400);
    problem(await admin.post(CLIENTS, { ...body, name: 'B', redirectUri: 'javascript:alert(1)' }), 400);
    problem(await admin.post(`${CLIENTS}/GenerateSecret`, { ...here, clientId: randomUUID() }), 404);
    problem(await admin.delete(`${CLIENTS}/${organizationId}/secrets/999999`), 404);
    const changed = good(
      await admin.put(`${CLIENTS}/${organizationId}/${client.id}`, {
        name: 'Portal 2',
        scopes: [{ name: 'OR.Assets', type: 1 }],
      }),
    );
    assert.equal(changed.name, 'Portal 2');
    assert.notEqual((await token(client.id, client.secret, 'OR.Jobs')).status, 200);
    assert.equal((await admin.delete(`${CLIENTS}/${organizationId}/${client.id}`)).status, 204);
    problem(await admin.get(`${CLIENTS}/${organizationId}/${client.id}`), 404);
    assert.notEqual((await token(client.id, client.secret, 'OR.Assets')).status, 200);
    const catalogue = good(await admin.get(`${API}/ExternalApiResource`));
    assert.ok(catalogue[0].scopes.some((s: { name: string }) => s.name === 'OR.Jobs.Read'));
  });
});
