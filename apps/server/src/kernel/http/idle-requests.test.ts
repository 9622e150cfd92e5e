import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { testServer } from '../../server.fixture.ts';
import { untilWaiting } from '../db/test-database.ts';

const server = await testServer({ after }, { BATON_IDLE_BODY_SECONDS: '1', BATON_EVENT_STREAMS: '3' });
const { hostname, port } = new URL(server.url);
const token = `Authorization: Bearer ${server.admin.token}`;

/** All that comes back until the server closes the connection. */
function exchange(head: readonly string[], body: string) {
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  const closed = new Promise<string>((resolve) => socket.on('close', () => resolve(text)));
  socket.write([...head, `Host: ${hostname}`, 'Content-Type: application/json', '', body].join('\r\n'));
  return { socket, closed };
}

describe('a body that does not go on', () => {
  const half = ['Content-Length: 5000'];
  const cases: readonly [what: string, head: readonly string[], answer: RegExp][] = [
    ['of a caller', ['POST /odata/Roles HTTP/1.1', token, ...half], /^HTTP\/1\.1 408 /],
    ['of nobody, answered already', ['POST /odata/QueueDefinitions HTTP/1.1', ...half], /^HTTP\/1\.1 401 /],
    ['of SCIM', ['POST /identity/scim/v2/Users HTTP/1.1', ...half], /^HTTP\/1\.1 401 /],
    ['for nothing', ['POST /nowhere HTTP/1.1', ...half], /^HTTP\/1\.1 404 /],
    ['in chunks', ['POST /odata/Roles HTTP/1.1', token, 'Transfer-Encoding: chunked'], /^HTTP\/1\.1 408 /],
  ];
  for (const [what, head, answer] of cases)
    it(`is closed: ${what}`, async () => assert.match(await exchange(head, '1000\r\n{"Na').closed, answer));

  it('is closed where it trickles', async () => {
    const { socket, closed } = exchange(['POST /odata/Roles HTTP/1.1', token, ...half], '{');
    const drops = setInterval(() => socket.write(' '), 50);
    assert.match(await closed, /^HTTP\/1\.1 408 /);
    clearInterval(drops);
  });

  it('is closed where it goes on and on though it was answered', async () => {
    const { socket, closed } = exchange(['POST /nowhere HTTP/1.1', 'Content-Length: 1000000000'], '{');
    const floods = setInterval(() => socket.write(' '.repeat(4096)), 50);
    assert.match(await closed, /^HTTP\/1\.1 404 /);
    clearInterval(floods);
  });
});

it('a body that goes on may take longer than one that stands still', async () => {
  async function* slow(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('{"Name":"Slow"');
    // Pieces of what counts as moving, over twice the time.
    for (let piece = 0; piece < 10; piece++) {
      await delay(200);
      yield Buffer.from(' '.repeat(2048));
    }
    yield Buffer.from('}');
  }
  const init = { headers: { 'content-type': 'application/json' }, body: slow(), duplex: 'half' };
  const caller = server.admin.in(server.folder.id);
  assert.equal((await caller.send('POST', '/odata/QueueDefinitions', init as never)).status, 201);
});

it('a call whose request has come may take longer to be answered', async () => {
  let answer: Promise<{ readonly status: number }> | undefined;
  await server.db.transaction(async (tx) => {
    await tx.execute({ text: 'lock table assets in access exclusive mode', values: [] });
    answer = server.admin.in(server.folder.id).get('/odata/Assets');
    await untilWaiting(server.db, 1);
    // Tells the time: it begins later, and is closed when the other one would be.
    await exchange(['POST /nowhere HTTP/1.1', 'Content-Length: 5000'], '{').closed;
  });
  assert.equal((await answer!).status, 200);
});

describe('event streams', async () => {
  const machine = await server.admin.post('/odata/Machines', { Name: 'Streams', Type: 'Template' });
  const signedIn = await fetch(`${server.url}/identity/connect/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: machine.body.LicenseKey,
      client_secret: machine.body.ClientSecret,
    }),
  });
  const { access_token } = (await signedIn.json()) as { access_token: string };
  const call = (path: string, init: RequestInit = {}) =>
    fetch(server.url + path, {
      ...init,
      headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
    });
  const session = async (name: string): Promise<string> => {
    const body = JSON.stringify({ hostMachineName: name, installationId: crypto.randomUUID() });
    const answer = await call('/api/RobotsService/StartService', { method: 'POST', body });
    assert.equal(answer.status, 200);
    return ((await answer.json()) as { sessionKey: string }).sessionKey;
  };
  const open = (sessionKey: string) => call(`/api/RobotsService/Events?sessionKey=${sessionKey}`);

  it('are few for each session: the oldest ends', async () => {
    const key = await session('one');
    const [first, second, third] = [await open(key), await open(key), await open(key)];
    await assert.rejects(first.text());
    assert.deepEqual([second.status, third.status], [200, 200]);
    await Promise.all([second.body!.cancel(), third.body!.cancel()]);
  });

  it('are limited in all, by a refusal that names the setting', async () => {
    const keys = [await session('a'), await session('b'), await session('c'), await session('d')];
    const streams: Response[] = [];
    // Those of the test before close when the server hears of it.
    for (const key of keys.slice(0, 3)) {
      let stream = await open(key);
      while (stream.status === 503) {
        await stream.body!.cancel();
        stream = await open(key);
      }
      streams.push(stream);
    }
    const refused = await open(keys[3]!);
    assert.equal(refused.status, 503);
    assert.match(await refused.text(), /BATON_EVENT_STREAMS/);
    assert.equal(refused.headers.get('retry-after'), '30');
    await Promise.all(streams.map((stream) => stream.body!.cancel()));
  });
});
