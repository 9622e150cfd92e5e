import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import { type TestContext, test } from 'node:test';
import type { NoInput, Operation } from '@baton/contract/operation';
import { ApiFailure } from './api-failure.ts';
import { type ClientOptions, createClient } from './client.ts';
import { folderHeader } from './folder.ts';
import { Unreachable } from './patience.ts';
import { quoted, requestOf } from './request.ts';

const getByName: Operation<{ readonly name: string; readonly feedId?: string }, unknown> = {
  id: 'ByName',
  method: 'GET',
  path: "/odata/Things/UiPath.Server.Configuration.OData.ByName(name='{name}')",
  query: ['feedId'],
  answer: 'plain',
};
const act: Operation<{ readonly key: number }, unknown> = {
  id: 'Act',
  method: 'POST',
  path: '/odata/Things({key})/UiPath.Server.Configuration.OData.Act',
  answer: 'plain',
};
const getFile: Operation<NoInput, Response> = { id: 'File', method: 'GET', path: '/file', answer: 'file' };
const putBytes: Operation<NoInput, unknown> = {
  id: 'Bytes',
  method: 'POST',
  path: '/bytes',
  takes: 'bytes',
  answer: 'plain',
};

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
type Reply = { readonly status: number; readonly body?: unknown };

/** A server that issues tokens `t1`, `t2`, … and answers all other calls with `reply`. */
async function server(
  t: TestContext,
  reply: (seen: Seen, count: number) => Reply,
  more: Partial<ClientOptions> = {},
) {
  const calls: Seen[] = [];
  let tokens = 0;
  const http = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const seen = { method: request.method, url: request.url, headers: request.headers, body };
    const isToken = request.url === '/identity/connect/token';
    if (!isToken) calls.push(seen);
    const answer = isToken
      ? { status: 200, body: { access_token: `t${++tokens}`, expires_in: 3600 } }
      : reply(seen, calls.length);
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  t.after(() => http.close());
  const url = `http://127.0.0.1:${(http.address() as { port: number }).port}`;
  return { calls, url, client: createClient({ url, clientId: 'c', clientSecret: 's', ...more }) };
}

test('a declared operation becomes its URL', () => {
  assert.deepEqual(
    requestOf(getByName, { name: "O'Hara & Co", feedId: undefined }, { $top: 5, $select: ['Id', 'Name'] }),
    {
      method: 'GET',
      path: "/odata/Things/UiPath.Server.Configuration.OData.ByName(name='O''Hara%20%26%20Co')?%24top=5&%24select=Id%2CName",
      body: undefined,
    },
  );
  assert.equal(requestOf(act, { key: 7 }).path, '/odata/Things(7)/UiPath.Server.Configuration.OData.Act');
  assert.equal(quoted("it's"), "'it''s'");
});

test('a folder is an id, a path, or a path in another alphabet', () => {
  assert.deepEqual(folderHeader(7), { 'x-uipath-organizationunitid': '7' });
  assert.deepEqual(folderHeader('Shared/A'), { 'x-uipath-folderpath': 'Shared/A' });
  assert.deepEqual(folderHeader('Ä'), { 'x-uipath-folderpath-encoded': 'xAA=' });
});

test('what is no JSON comes as it is, and goes as it is; a refusal is told all the same', async (t) => {
  const { calls, client } = await server(t, ({ url }, count) =>
    count < 3 ? { status: 200, body: { url } } : { status: 404, body: { message: 'None.' } },
  );
  const response = await client.call(getFile, {});
  assert.equal(response.headers.get('content-type'), 'application/json');
  assert.equal(await response.text(), '{"url":"/file"}');
  await client.upload(putBytes, {}, { fileName: 'a.txt', bytes: new Uint8Array([97, 98]) });
  assert.equal(calls[1]?.body, 'ab');
  await assert.rejects(client.call(getFile, {}), { name: 'ApiFailure', reason: 'None.' });
});

test('one token serves many calls, and a refused one is renewed once', async (t) => {
  const { calls, client } = await server(t, ({ headers }) => ({
    status: headers.authorization === 'Bearer t1' ? 401 : 200,
  }));
  await Promise.all([client.in('Shared').call(act, { key: 1 }), client.call(act, { key: 2 })]);
  await client.call(act, { key: 3 });
  assert.deepEqual(
    new Set(calls.map(({ headers }) => headers.authorization)),
    new Set(['Bearer t1', 'Bearer t2']),
  );
  assert.equal(calls.at(-1)?.headers.authorization, 'Bearer t2');
  assert.equal(
    calls[0]?.headers['x-uipath-folderpath'] ?? calls[1]?.headers['x-uipath-folderpath'],
    'Shared',
  );
});

test('a refusal tells status, code and reason', async (t) => {
  const { client } = await server(t, () => ({ status: 409, body: { message: 'Taken.', errorCode: 1001 } }));
  await assert.rejects(client.call(act, { key: 1 }), (error: ApiFailure) => {
    assert.ok(error instanceof ApiFailure);
    assert.deepEqual([error.status, error.code, error.reason], [409, 1001, 'Taken.']);
    return true;
  });
});

test('a patient client sends a POST again, under the same key, until the server is back', async (t) => {
  const away: boolean[] = [];
  const more = { patienceMs: 10_000, onAway: (isAway: boolean) => away.push(isAway) };
  const { calls, client } = await server(
    t,
    (_, count) => ({ status: count < 3 ? 503 : 200, body: { n: count } }),
    more,
  );
  assert.deepEqual(await client.call(act, { key: 1 }), { n: 3 });
  const keys = new Set(calls.map(({ headers }) => headers['idempotency-key']));
  assert.equal(keys.size, 1);
  assert.ok([...keys][0]);
  assert.deepEqual(away, [true, false]);
});

/** The address of a server that has just been closed. */
async function nobody(): Promise<string> {
  const http = createServer();
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as { port: number };
  await new Promise((resolve) => http.close(resolve));
  return `http://127.0.0.1:${port}`;
}

test('an impatient client says at once that nobody is there', async () => {
  const url = await nobody();
  const client = createClient({ url, clientId: 'c', clientSecret: 's' });
  await assert.rejects(client.call(act, { key: 1 }), (error: Unreachable) => {
    assert.ok(error instanceof Unreachable);
    assert.equal(error.message, `${url} cannot be reached: nothing listens there`);
    return true;
  });
});

test('waiting ends when the caller has had enough', async () => {
  const client = createClient({
    url: await nobody(),
    token: 't',
    patienceMs: 60_000,
  });
  const enough = new AbortController();
  const call = client.call(act, { key: 1 }, { signal: enough.signal });
  setImmediate(() => enough.abort());
  await assert.rejects(call, { name: 'AbortError' });
});
