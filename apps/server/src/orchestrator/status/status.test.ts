import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, it } from 'node:test';
import { testServer } from '../../server.fixture.ts';
import { verifyHost } from './verify-host.ts';

const server = await testServer({ after });

const failing = (code: string) => (): Promise<Response> =>
  Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) }));

describe('status', () => {
  it('answers without a token, in any case and below any prefix', async () => {
    for (const path of ['/api/Status/Get', '/api/status/get', '/orchestrator_/api/Status/Get']) {
      assert.equal((await server.anonymous.get(path)).status, 200, path);
    }
    for (const path of ['/api/Status/Version', '/orchestrator_/api/status/version']) {
      const { status, body } = await server.anonymous.get(path);
      assert.equal(status, 200, path);
      assert.match(body.version, /^\d+\.\d+\.\d+/);
      assert.equal(body.deployment, null);
      assert.ok('configsVersion' in body && !Number.isNaN(Date.parse(body.timestamp)));
    }
  });

  it('tells whether the process answers, and whether it can serve, without a token and by HEAD', async () => {
    for (const path of ['/health/live', '/health/ready', '/Default/Default/orchestrator_/health/ready']) {
      const { status, body, text } = await server.anonymous.get(path);
      assert.deepEqual([status, body], [200, { status: 'ok', reasons: [] }], text);
      assert.equal((await server.anonymous.send('HEAD', path)).status, 200);
    }
    assert.equal((await server.anonymous.post('/health/ready')).status, 405);
  });

  it('leads from the bare address to what can be done there', async () => {
    for (const path of ['/', '/Default/Default/orchestrator_', '/Default/Default/orchestrator_/']) {
      const { status, headers, text } = await server.anonymous.get(path);
      assert.deepEqual([status, headers.get('content-type')], [200, 'text/html; charset=utf-8'], text);
      const links = [...text.matchAll(/<a [^>]*href="([^"]+)"/g)].map(([, link]) => link!);
      assert.deepEqual(links, ['/identity/account', '/swagger', '/health/ready']);
      for (const link of links) {
        const { status: found } = await server.anonymous.send('GET', link, { redirect: 'manual' });
        assert.ok(found === 200 || found === 303, `${link}: ${found}`);
      }
    }
  });

  it('tries an address for those who may have webhooks', async () => {
    const target = createServer((_, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
    after(() => target.close());
    const url = `http://127.0.0.1:${(target.address() as AddressInfo).port}/hook`;
    const check = `/api/Status/VerifyHostAvailibility?url=${encodeURIComponent(url)}`;
    const answer = await server.admin.get(check);
    assert.deepEqual(answer.body, { canConnect: true, hasBadSsl: false, connectionError: null });
    assert.equal((await server.anonymous.get(check)).status, 401);
    assert.equal((await (await server.user()).get(check)).status, 403);
    for (const bad of [
      '',
      '?url=file:///etc/passwd',
      '?url=nonsense',
      `?url=${encodeURIComponent('http://[')}`,
    ]) {
      assert.equal((await server.admin.get(`/api/Status/VerifyHostAvailibility${bad}`)).status, 400, bad);
    }
  });

  it('tells a bad certificate from no connection', async () => {
    assert.deepEqual(await verifyHost('https://x', failing('DEPTH_ZERO_SELF_SIGNED_CERT')), {
      canConnect: false,
      hasBadSsl: true,
      connectionError: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    assert.deepEqual(await verifyHost('https://x', failing('ECONNREFUSED')), {
      canConnect: false,
      hasBadSsl: false,
      connectionError: 'ECONNREFUSED',
    });
  });
});
