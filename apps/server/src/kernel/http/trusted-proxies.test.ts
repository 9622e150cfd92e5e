import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fastify from 'fastify';
import sql from 'sql-template-tag';
import { readConfig } from '../../config.ts';
import { type TestServer, testServer } from '../../server.fixture.ts';
import { keepTrustedHeaders, readTrustedProxies } from './trusted-proxies.ts';

const FORGED = '6.6.6.6';
const CALLER = '203.0.113.9';

test('the caller is the right-most address that is not a trusted proxy', async (t) => {
  const table: [trusted: string, forwarded: string | undefined, caller: string][] = [
    ['', `${FORGED}, ${CALLER}`, '127.0.0.1'],
    ['10.0.0.0/8', CALLER, '127.0.0.1'],
    ['127.0.0.1', undefined, '127.0.0.1'],
    ['127.0.0.1', CALLER, CALLER],
    ['127.0.0.1', `${FORGED}, ${CALLER}`, CALLER],
    ['127.0.0.1', `127.0.0.1, ${FORGED},${CALLER}`, CALLER],
    ['127.0.0.1', `${FORGED}, ${CALLER}:50123`, CALLER],
    ['127.0.0.1', `${FORGED}, [2001:db8::9]:443`, '2001:db8::9'],
    ['127.0.0.1', `${FORGED}, ::ffff:${CALLER}`, CALLER],
    ['127.0.0.0/8, 10.0.0.0/8', `${FORGED}, ${CALLER}, 10.1.2.3`, CALLER],
    ['127.0.0.0/8, 2001:db8:5::/48', `${CALLER}, 2001:db8:5::7`, CALLER],
    ['1', `${FORGED}, ${CALLER}`, CALLER],
    ['2', `${FORGED}, ${CALLER}, 10.1.2.3`, CALLER],
    ['0', CALLER, '127.0.0.1'],
  ];
  for (const [trusted, forwarded, caller] of table) {
    await t.test(`'${trusted}' ${forwarded ?? 'nothing'}`, async (each) => {
      // As server.ts has it.
      const trusts = readTrustedProxies(trusted);
      const app = fastify({
        trustProxy: trusts,
        rewriteUrl: (request) => {
          keepTrustedHeaders(request, trusts);
          return request.url ?? '/';
        },
      });
      each.after(() => app.close());
      app.get('/', async (request) => request.ip);
      const url = await app.listen({ host: '127.0.0.1', port: 0 });
      const headers: Record<string, string> = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
      assert.equal(await (await fetch(url, { headers })).text(), caller);
    });
  }
});

test('a public address alone makes nobody believed', async (t) => {
  const server = await testServer(t, { BATON_PUBLIC_URL: 'https://baton.example' });
  await server.anonymous
    .with({ 'x-forwarded-for': FORGED })
    .post('/api/Account/Authenticate', { usernameOrEmailAddress: 'admin', password: 'wrong' });
  const row = await server.db.first<{ client_ip: string }>(sql`select client_ip from login_attempts`);
  assert.equal(row!.client_ip, '127.0.0.1');
});

test('host and scheme are believed of trusted proxies only', async (t) => {
  const forwarded = { 'x-forwarded-host': 'baton.example', 'x-forwarded-proto': 'https' };
  const contextOf = async (server: TestServer): Promise<string> =>
    (await server.admin.with(forwarded).get('/odata/Folders')).body['@odata.context'];
  const careful = await testServer(t);
  assert.equal(await contextOf(careful), `${careful.url}/odata/$metadata#Folders`);
  const trusting = await testServer(t, { BATON_TRUSTED_PROXIES: '127.0.0.1' });
  assert.equal(await contextOf(trusting), 'https://baton.example/odata/$metadata#Folders');
});

test('behind a proxy that appends, guesses end after ten and the audit names who made a change', async (t) => {
  const server = await testServer(t, {
    BATON_PUBLIC_URL: 'https://baton.example',
    BATON_TRUSTED_PROXIES: '127.0.0.1',
  });
  const guesser = await appendingProxy(t, server.url, '198.51.100.66');
  for (let n = 0; n < 12; n++) {
    await fetch(`${guesser}/api/Account/Authenticate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': `192.0.2.${n}` },
      body: JSON.stringify({ usernameOrEmailAddress: 'admin', password: `wrong ${n}` }),
    });
  }
  const attempts = await server.db.query<{ result: number; client_ip: string }>(
    sql`select result, client_ip from login_attempts order by id`,
  );
  assert.ok(attempts.every(({ client_ip }) => client_ip === '198.51.100.66'));
  assert.equal(new Set(attempts.slice(0, 10).map(({ result }) => result)).size, 1);
  assert.notEqual(attempts.at(-1)!.result, attempts[0]!.result, 'the last ones are not looked at');

  const owner = await appendingProxy(t, server.url, CALLER);
  const changed = await fetch(`${owner}/identity_/api/Group`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${server.admin.token}`,
      'content-type': 'application/json',
      'x-forwarded-for': FORGED,
    },
    body: JSON.stringify({ partitionGlobalId: server.organizationId, name: 'People' }),
  });
  assert.equal(changed.status, 201, await changed.text());
  const [entry] = await server.db.query<{ ip: string }>(
    sql`select client_ip as ip from identity_audit order by id desc limit 1`,
  );
  assert.equal(entry!.ip, CALLER);
});

/** nginx with `proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for`, called from `caller`. */
async function appendingProxy(t: TestContext, target: string, caller: string): Promise<string> {
  const proxy = createServer((incoming, outgoing) => {
    const given = incoming.headers['x-forwarded-for'];
    const forward = request(
      target + incoming.url,
      {
        method: incoming.method,
        headers: {
          ...incoming.headers,
          'x-forwarded-for': given === undefined ? caller : `${String(given)}, ${caller}`,
        },
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(outgoing);
      },
    );
    incoming.pipe(forward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

test('what is no address, range or count is refused by name', () => {
  for (const bad of [
    'proxy.example',
    '10.0.0.0/33',
    '10.0.0.0/8/8',
    '10.0.0',
    '1, 10.0.0.1',
    '-1',
    '::1/129',
  ])
    assert.throws(
      () => readConfig({ BATON_TRUSTED_PROXIES: bad }),
      /BATON_TRUSTED_PROXIES: '.*' is no address/,
    );
  for (const good of ['', '3', '::1', '10.0.0.0/8,192.0.2.1'])
    assert.equal(typeof readTrustedProxies(good), 'function');
});

test('nothing else reads the address of a connection or a forwarding header', async () => {
  const source = fileURLToPath(new URL('../../', import.meta.url));
  const files = (await readdir(source, { recursive: true })).filter(
    (name) => name.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(name),
  );
  const readers: string[] = [];
  for (const file of files) {
    if (/x-forwarded|remoteAddress|\.ips\b/i.test(await readFile(join(source, file), 'utf8')))
      readers.push(file);
  }
  assert.deepEqual(readers.sort(), ['config.ts', 'kernel/http/trusted-proxies.ts']);
});
