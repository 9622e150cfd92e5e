import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, describe, it } from 'node:test';
import { testServer } from '../../server.fixture.ts';

const server = await testServer({ after });

/** All that the server says on one connection, until it closes it. */
function said(bytes: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = '';
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.end(bytes));
  socket.setEncoding('utf8');
  socket.on('data', (part: string) => (text += part));
  socket.on('end', () => resolve(text));
  socket.on('error', reject);
  return promise;
}

interface Dialect {
  readonly name: string;
  /** Where it is spoken. */
  readonly path: string;
  readonly type: string;
  readonly members: readonly string[];
}

const OF_THE_API = {
  type: 'application/json; charset=utf-8',
  members: ['errorCode', 'message', 'resourceIds', 'traceId'],
};
const OF_THE_PLATFORM = {
  type: 'application/problem+json; charset=utf-8',
  members: ['detail', 'status', 'title', 'traceId', 'type'],
};
const DIALECTS: readonly Dialect[] = [
  { name: "the orchestrator's", path: '/odata/Jobs', ...OF_THE_API },
  { name: "the orchestrator's, of a tenant", path: '/Acme/Prod/orchestrator_/odata/Jobs', ...OF_THE_API },
  { name: "the platform's", path: '/identity/api/User', ...OF_THE_PLATFORM },
  { name: "the platform's, of an organization", path: '/Acme/identity_/api/User', ...OF_THE_PLATFORM },
  {
    name: "SCIM's",
    path: '/identity/scim/v2/Users',
    type: 'application/scim+json; charset=utf-8',
    members: ['detail', 'schemas', 'status'],
  },
];

const LONG = 'x'.repeat(20_000);
type Early = readonly [what: string, bytes: (path: string) => string, status: number];
const REQUESTS: readonly Early[] = [
  ['headers that are too long', (path) => `GET ${path} HTTP/1.1\r\nhost: x\r\nx-long: ${LONG}\r\n\r\n`, 431],
  ['an address that is too long', (path) => `GET ${path}?x=${LONG} HTTP/1.1\r\nhost: x\r\n\r\n`, 431],
  ['another version of HTTP', (path) => `GET ${path} HTTP/9.9\r\nhost: x\r\n\r\n`, 400],
  [
    'a body that breaks off',
    (path) =>
      `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{`,
    400,
  ],
  ['no host', (path) => `GET ${path} HTTP/1.1\r\nconnection: close\r\n\r\n`, 400],
  ['a wish', (path) => `GET ${path} HTTP/1.1\r\nhost: x\r\nexpect: the-best\r\n\r\n`, 417],
  [
    'a length that is no number',
    (path) => `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: x\r\n\r\n`,
    400,
  ],
  [
    'what comes behind another request',
    (path) =>
      `GET /api/Status/Get HTTP/1.1\r\nhost: x\r\n\r\nPOST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: x\r\n\r\n`,
    400,
  ],
];

describe('what is refused before there is an operation', () => {
  for (const { name, path, type, members } of DIALECTS) {
    for (const [what, bytes, status] of REQUESTS) {
      it(`${what}, in ${name} dialect, and the connection is closed in so many words`, async () => {
        const text = await said(bytes(path));
        const [head = '', body = ''] = text.slice(text.lastIndexOf('HTTP/1.1 ')).split('\r\n\r\n');
        assert.match(head, new RegExp(`^HTTP/1.1 ${status} `));
        assert.match(head, /^connection: close$/im);
        assert.match(head, new RegExp(`^content-type: ${type.replace('+', '\\+')}$`, 'im'));
        const given = JSON.parse(body) as object;
        assert.deepEqual(Object.keys(given).toSorted(), members);
      });
    }

    for (const end of ['(%', '/%zz', '(%ff)', '/%00', `/${'1'.repeat(6000)}`]) {
      it(`the address ${path}${end.slice(0, 10)}, in ${name} dialect`, async () => {
        const { status, body, text, headers } = await server.admin.get(path + end);
        assert.ok(status >= 400 && status < 500, `${status} ${text}`);
        assert.equal(headers.get('content-type'), type);
        // What is wrong with a part of the address is told by its name.
        for (const member of 'errors' in body ? ['errors', 'traceId'] : members)
          assert.ok(member in body, text);
      });
    }
  }

  it('bytes that are no HTTP, in the dialect of the whole server', async () => {
    const [head = '', body = ''] = (await said('hello\r\n\r\n')).split('\r\n\r\n');
    assert.match(head, /^HTTP\/1.1 400 /);
    assert.deepEqual(Object.keys(JSON.parse(body) as object).toSorted(), OF_THE_API.members);
  });
});
