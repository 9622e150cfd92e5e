import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { writePackage } from '@baton/nupkg/write';
import { selfSigned } from '../../../tests/self-signed.fixture.ts';
import { until } from '../../../tests/until.fixture.ts';
import { addAccount, started } from '../../server/src/orchestrator/jobs/robot-kit.fixture.ts';
import { UPLOAD } from '../../server/src/orchestrator/packages/packages.fixture.ts';
import { testServer } from '../../server/src/server.fixture.ts';
import { baton, live } from './cli.fixture.ts';

// A host that reaches its server only through a proxy with a password, and whose server has a certificate of
// a private authority.

const folder = await mkdtemp(join(tmpdir(), 'baton-proxy-'));
const ends: (() => unknown)[] = [];
after(async () => {
  for (const end of ends) await end();
  await rm(folder, { recursive: true, force: true });
});
const listening = async (server: ReturnType<typeof createServer> | ReturnType<typeof createTlsServer>) => {
  ends.push(() => server.close());
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
};

const { key, cert } = selfSigned();
const ca = join(folder, 'ca.pem');
await writeFile(ca, cert);
let behind = 0;
const front = createTlsServer({ key, cert }, (socket) => {
  const inner = connect(behind, '127.0.0.1');
  socket.on('error', () => inner.destroy());
  inner.on('error', () => socket.destroy());
  socket.pipe(inner).pipe(socket);
});
const url = `https://127.0.0.1:${await listening(front)}`;
const server = await testServer({ after }, { BATON_PUBLIC_URL: url });
behind = Number(new URL(server.url).port);

const PASSWORD = 'pr0xy-pa55word';
const RIGHT = `Basic ${Buffer.from(`robot:${PASSWORD}`).toString('base64')}`;
const passed = new Set<string>();
let refusals = 0;
const proxy = createServer((asked, answer) => {
  if (asked.headers['proxy-authorization'] !== RIGHT) return void answer.writeHead(407).end();
  passed.add(asked.url ?? '');
  const { 'proxy-authorization': _, ...headers } = asked.headers;
  asked.pipe(
    request(asked.url ?? '', { method: asked.method, headers }, (inner) => {
      answer.writeHead(inner.statusCode ?? 502, inner.headers);
      inner.pipe(answer);
    }),
  );
});
proxy.on('connect', (asked, socket) => {
  if (asked.headers['proxy-authorization'] !== RIGHT) {
    refusals++;
    return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
  }
  passed.add(asked.url ?? '');
  const { hostname, port } = new URL(`http://${asked.url}`);
  const inner = connect(Number(port), hostname, () => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    socket.pipe(inner).pipe(socket);
  });
  socket.on('error', () => inner.destroy());
  inner.on('error', () => socket.destroy());
});
const proxyPort = await listening(proxy);
const through = (password: string): string => `http://robot:${password}@127.0.0.1:${proxyPort}`;

test('a host joins, its robot works and its jobs call, all of it through the proxy', {
  timeout: 600_000,
}, async () => {
  const admin = { BATON_URL: server.url, BATON_TOKEN: server.admin.token! };
  assert.equal((await baton(['machine', 'create', 'cellar'], admin)).code, 0);
  const made = await baton(['machine', 'join-code', 'cellar', '--json'], admin);
  const data = join(folder, 'robot');
  const joining = ['robot', 'join', String(made.json['code']), '--data', data, '--ca', ca, '--json'];

  const wrong = await baton(joining, { HTTPS_PROXY: through('wr0ng-pa55word') });
  assert.equal(wrong.code, 1);
  assert.ok(refusals > 0 && !/wr0ng/.test(wrong.out + wrong.err), wrong.out);
  const env = { HTTPS_PROXY: through(PASSWORD) };
  const joined = await baton(joining, env);
  assert.equal(joined.code, 0, joined.out + joined.err);
  assert.equal(joined.json['url'], url);

  const code = `import { orchestrator, output } from 'baton';
output({ jobs: (await orchestrator.get('/odata/Jobs')).value.length });`;
  const bytes = await writePackage({
    id: 'Asks',
    version: '1.0.0',
    files: [
      { path: 'main.mjs', content: code },
      { path: 'baton.json', content: JSON.stringify({ runtime: 'node', main: 'main.mjs' }) },
    ],
    entryPoints: [{ path: 'main.mjs' }],
  });
  await addAccount(server);
  const here = server.admin.in(server.folder.id);
  assert.equal((await here.upload(UPLOAD, { fileName: 'Asks.1.0.0.nupkg', bytes })).status, 200);
  const release = await here.post('/odata/Releases', {
    Name: 'Asks',
    ProcessKey: 'Asks',
    ProcessVersion: '1.0.0',
  });
  // Nothing but the data folder and the proxy says where to go.
  const robot = live(['robot', '--data', data], env);
  try {
    const [job] = await started(here, release.body.Key, { InputArguments: undefined });
    const ended = await until('the job has ended', async () => {
      const { body } = await here.get(`/odata/Jobs(${job!.Id})`);
      return ['Successful', 'Faulted'].includes(body.State) ? body : undefined;
    });
    assert.equal(ended.State, 'Successful', ended.Info);
    assert.ok(JSON.parse(ended.OutputArguments).jobs >= 1);
  } finally {
    assert.equal(await robot.end('SIGTERM'), 0, robot.errors());
  }
  assert.deepEqual([...passed], [new URL(url).host], 'all went to the server, and through the proxy');
  const status = await readFile(join(data, 'status.json'), 'utf8');
  assert.ok(![robot.output(), robot.errors(), status].join('').includes(PASSWORD));
});
