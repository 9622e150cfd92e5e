import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, describe, it } from 'node:test';
import { testServer } from '../../testing.ts';

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

describe('what is refused before there is an operation', () => {
  const requests: readonly (readonly [what: string, bytes: string, status: number])[] = [
    [
      'headers that are too long',
      `GET /odata/Jobs HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
    ],
    ['bytes that are no HTTP', 'hello\r\n\r\n', 400],
    [
      'a body that breaks off',
      'POST /oauth/token HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
      400,
    ],
    ['no host', 'GET /api/Status/Get HTTP/1.1\r\nconnection: close\r\n\r\n', 400],
    ['a wish', 'GET /api/Status/Get HTTP/1.1\r\nhost: x\r\nexpect: the-best\r\n\r\n', 417],
    ['a length that is no number', 'POST /odata/Jobs HTTP/1.1\r\nhost: x\r\ncontent-length: x\r\n\r\n', 400],
  ];
  for (const [what, bytes, status] of requests) {
    it(`${what}, and the connection is closed in so many words`, async () => {
      const [head = '', body = ''] = (await said(bytes)).split('\r\n\r\n');
      assert.match(head, new RegExp(`^HTTP/1.1 ${status} `));
      assert.match(head, /^connection: close$/im);
      assert.deepEqual(Object.keys(JSON.parse(body) as object), [
        'message',
        'errorCode',
        'resourceIds',
        'traceId',
      ]);
    });
  }

  for (const path of ['/odata/Jobs(%', '/api/%zz', '/odata/Jobs(%ff)', `/odata/Jobs(${'1'.repeat(6000)})`]) {
    it(`the address ${path.slice(0, 30)}`, async () => {
      const { status, body, text } = await server.admin.get(path);
      assert.ok(status >= 400 && status < 500, `${status} ${text}`);
      assert.ok('errorCode' in body, text);
    });
  }
});
