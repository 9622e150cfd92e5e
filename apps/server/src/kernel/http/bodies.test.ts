import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { publishSample, samplePackage, UPLOAD } from '../../orchestrator/packages/packages.fixture.ts';
import { testServer } from '../../server.fixture.ts';

const server = await testServer(
  { after },
  { BATON_JSON_LIMIT: '65536', BATON_QUEUE_DATA_BYTES: '60000', BATON_BODY_LIMIT: '100000' },
);
const here = server.admin.in(server.folder.id);
const { hostname, port } = new URL(server.url);

/**
 * Sends a head, and of the body only what is given; answers what comes back until the head of an answer
 * is whole.
 */
const exchange = (head: readonly string[], body = ''): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (!text.includes('\r\n\r\n')) return;
      socket.destroy();
      resolve(text);
    });
    socket.on('error', reject);
    socket.write([...head, `Host: ${hostname}`, '', body].join('\r\n'));
  });

const huge = (path: string, ...headers: string[]): readonly string[] => [
  `POST ${path} HTTP/1.1`,
  'Content-Type: application/json',
  'Content-Length: 536870900',
  ...headers,
];

describe('of a body nothing is read', () => {
  const token = `Authorization: Bearer ${server.admin.token}`;
  const multipart = 'Content-Type: multipart/form-data; boundary=x';
  const cases: readonly [what: string, head: readonly string[], status: number, said: RegExp][] = [
    ['without a token', huge('/odata/Roles'), 401, /not authenticated/],
    ['with a token that is none', huge('/odata/Roles', 'Authorization: Bearer x'), 401, /not authenticated/],
    ['of Identity', huge('/identity/api/User'), 401, /Unauthorized/],
    ['of SCIM', huge('/identity/scim/v2/Users'), 401, /bearer token/],
    ['of an upload', [`POST ${UPLOAD} HTTP/1.1`, multipart, 'Content-Length: 536870900'], 401, /not auth/],
    ['that is announced as too large', huge('/odata/Roles', token), 413, /65536 bytes \(BATON_JSON_LIMIT\)/],
    ['of a caller that says no name', huge('/api/Account/Authenticate'), 413, /without a token/],
    [
      'of packages that are too large together',
      [`POST ${UPLOAD} HTTP/1.1`, multipart, token, 'Content-Length: 100001'],
      413,
      /100000 bytes \(BATON_BODY_LIMIT\)/,
    ],
  ];
  for (const [what, head, status, said] of cases) {
    it(what, async () => {
      const answer = await exchange(head, ' '.repeat(1000));
      assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `));
      assert.match(answer, said);
    });
  }
});

describe('the text of a body', () => {
  const body = (name: string) => JSON.stringify({ Name: name, Description: 'ä€' });
  const utf16 = (name: string) => Buffer.from(body(name), 'utf16le');
  const windows = (name: string) =>
    Buffer.from(body(name).replaceAll('€', '\u0080').replaceAll('ä', '\u00e4'), 'latin1');
  const mark = (bytes: Buffer, ...of: number[]) => Buffer.concat([Buffer.from(of), bytes]);
  const read: readonly [name: string, type: string, bytes: (name: string) => Buffer][] = [
    ['utf8', 'application/json', (name) => Buffer.from(body(name))],
    ['utf8 said', 'application/json; charset=utf-8', (name) => Buffer.from(body(name))],
    ['utf8 marked', 'application/json', (name) => mark(Buffer.from(body(name)), 0xef, 0xbb, 0xbf)],
    ['windows', 'application/json; charset=windows-1252', windows],
    ['latin', 'application/json;odata=verbose; Charset="ISO-8859-1"', windows],
    ['utf16', 'application/json; charset=utf-16', utf16],
    ['utf16 marked', 'application/json', (name) => mark(utf16(name), 0xff, 0xfe)],
    ['utf16 against its word', 'text/json; charset=utf-8', (name) => mark(utf16(name), 0xff, 0xfe)],
    ['utf16 high first', 'application/json; charset=utf-16', (name) => utf16(name).swap16()],
    ['utf16be', 'application/json; charset=utf-16be', (name) => utf16(name).swap16()],
  ];
  for (const [name, type, bytes] of read) {
    it(`is read: ${name}`, async () => {
      const init = { headers: { 'content-type': type }, body: bytes(name) };
      const { status, text, body: made } = await here.send('POST', '/odata/QueueDefinitions', init);
      assert.equal(status, 201, text);
      assert.equal(made.Name, name);
      assert.equal(made.Description, 'ä€');
    });
  }

  const refused: readonly [what: string, type: string, bytes: Buffer, status: number, said: RegExp][] = [
    ['Latin-1 that does not say so', 'application/json', windows('x'), 400, /not UTF-8 \(byte 27\)/],
    [
      'half of a UTF-16 pair',
      'application/json; charset=utf-16',
      Buffer.from('"\ud800"', 'utf16le'),
      400,
      /utf-16le/,
    ],
    ['a charset nobody knows', 'application/json; charset=ebcdic', windows('x'), 415, /'ebcdic'/],
    ['another type', 'text/plain', Buffer.from(body('x')), 415, /'text\/plain'.* send application\/json/],
    ['a type that is none', ';;', Buffer.from(body('x')), 415, /';;'.* send application\/json/],
    [
      'too many levels',
      'application/json',
      Buffer.from(`{"Name":${'['.repeat(5000)}`),
      400,
      /^Name\[0\].*200/,
    ],
  ];
  for (const [what, type, bytes, status, said] of refused) {
    it(`is refused: ${what}`, async () => {
      const init = { headers: { 'content-type': type }, body: bytes };
      for (const path of ['/odata/QueueDefinitions', '/identity/api/Group']) {
        const answer = await here.send('POST', path, init);
        assert.equal(answer.status, status, answer.text);
        if (status === 415 || path.startsWith('/odata'))
          assert.match(answer.body.message ?? answer.body.detail, said);
      }
    });
  }

  it('of unknown length is refused as soon as it is too long', async () => {
    const chunks = new Blob(['{"Name":"', 'x'.repeat(70_000)]).stream();
    const init = { headers: { 'content-type': 'application/json' }, body: chunks, duplex: 'half' };
    const { status, text } = await here.send('POST', '/odata/QueueDefinitions', init as RequestInit);
    assert.equal(status, 413);
    assert.match(text, /BATON_JSON_LIMIT/);
  });
});

describe('a packed body', () => {
  const PACKED: readonly (readonly [coding: string, pack: (bytes: Buffer) => Buffer])[] = [
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['Identity', (bytes) => bytes],
  ];
  const json = (coding: string) => ({ 'content-type': 'application/json', 'content-encoding': coding });
  const QUEUES = '/odata/QueueDefinitions';

  for (const [coding, pack] of PACKED) {
    it(`is read: ${coding}`, async () => {
      const name = `Packed ${coding} €`;
      const body = pack(Buffer.from(JSON.stringify({ Name: name })));
      const made = await here.send('POST', QUEUES, { headers: json(coding), body });
      assert.deepEqual([made.status, made.body.Name], [201, name], made.text);
    });
  }

  it('is a form for a token, and a resource of SCIM', async () => {
    const form = gzipSync('grant_type=client_credentials&client_id=nobody&client_secret=x');
    const headers = { ...json('gzip'), 'content-type': 'application/x-www-form-urlencoded' };
    const token = await server.anonymous.send('POST', '/identity/connect/token', { headers, body: form });
    assert.deepEqual([token.status, token.body.error], [400, 'invalid_client'], token.text);
    const mail = gzipSync('login=nobody%40acme.example');
    const page = await server.anonymous.send('POST', '/identity/sign-in/forgotten', { headers, body: mail });
    assert.ok(page.status < 500 && page.status !== 415, page.text);
  });

  it('is refused where it becomes too large, before it has', async () => {
    const bomb = gzipSync(Buffer.alloc(256 * 1024 * 1024));
    assert.ok(bomb.length > 65_536);
    const small = gzipSync(Buffer.alloc(16 * 1024 * 1024));
    const body = { headers: json('gzip'), body: small };
    const token = {
      ...body,
      headers: { ...body.headers, 'content-type': 'application/x-www-form-urlencoded' },
    };
    for (const [caller, path, init, said] of [
      [here, QUEUES, body, /BATON_JSON_LIMIT/],
      [here, '/identity/api/Group', body, /BATON_JSON_LIMIT/],
      [server.anonymous, '/api/Account/Authenticate', body, /without a token/],
      [server.anonymous, '/identity/connect/token', token, /for a form/],
      [here, QUEUES, { ...body, body: bomb }, /BATON_JSON_LIMIT/],
    ] as const) {
      const { status, text } = await caller.send('POST', path, init);
      assert.equal(status, 413, `${path}: ${text}`);
      assert.match(text, said);
    }
  });

  it('is refused where it is not what it says, or packed in an unknown way', async () => {
    const cut = gzipSync(JSON.stringify({ Name: 'cut' })).subarray(0, -9);
    for (const [coding, body, status, said] of [
      ['gzip', 'plain', 400, /not gzip: incorrect header check/],
      ['gzip', cut, 400, /not gzip: unexpected end/],
      ['zstd', cut, 400, /not zstd/],
      ['compress', 'x', 415, /'compress' is not supported: send gzip, deflate, br, zstd/],
      ['gzip, gzip', 'x', 415, /'gzip, gzip'/],
    ] as const) {
      const answer = await here.send('POST', QUEUES, { headers: json(coding), body });
      assert.equal(answer.status, status, answer.text);
      assert.match(answer.body.message, said);
      assert.equal(answer.headers.get('accept-encoding'), status === 415 ? 'gzip, deflate, br, zstd' : null);
    }
    const none = await here.send('POST', QUEUES, { headers: json('gzip'), body: '' });
    assert.equal(none.status, 400, 'nothing, packed or not, is nothing');
  });

  it('is refused where files are taken', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x', 'content-encoding': 'gzip' };
    const answer = await server.admin.send('POST', UPLOAD, { headers, body: gzipSync('x') });
    assert.equal(answer.status, 415, answer.text);
    assert.match(answer.body.message, /'gzip' is not supported: files are taken as they are/);
    assert.equal(answer.headers.get('accept-encoding'), 'identity');
  });
});

describe('files in a form', () => {
  const folder = join(server.dataFolder, 'files', '.unfinished');
  /** They go when the answer has gone. */
  const nothingStays = async (): Promise<void> => {
    while ((await readdir(folder)).length > 0) await nextTurn();
  };

  it('are stored, and nothing else of them stays', async () => {
    assert.equal((await publishSample(server.admin, 'Form', '1.0.0')).status, 200);
    const two = await Promise.all(['1.0.1', '1.0.2'].map((version) => samplePackage('Form', version)));
    const files = two.map((bytes, i) => ({ fileName: `${i}.nupkg`, bytes, field: `file${i}` }));
    assert.equal((await server.admin.upload(UPLOAD, files)).status, 200);
    await nothingStays();
  });

  it('are limited all together', async () => {
    const files = [1, 2, 3].map((n) => ({ fileName: `${n}.nupkg`, bytes: randomBytes(40_000) }));
    const { status, text } = await server.admin.upload(UPLOAD, files);
    assert.equal(status, 413);
    assert.match(text, /BATON_BODY_LIMIT/);
    const many = Array.from({ length: 21 }, (_, n) => ({ fileName: `${n}`, bytes: new Uint8Array([1]) }));
    const more = await server.admin.upload(UPLOAD, many);
    assert.equal(more.status, 400);
    assert.match(more.body.message, /more than 20 files/);
    await nothingStays();
  });

  const head = 'Content-Disposition: form-data; name="file"; filename="x.nupkg"';
  const inForm = { 'content-type': 'multipart/form-data; boundary=x' };

  it('of unknown length are refused as soon as they are too long', async () => {
    const body = new Blob([`--x\r\n${head}\r\n\r\n`, randomBytes(150_000), '\r\n--x--\r\n']).stream();
    const init = { headers: inForm, body, duplex: 'half' } as RequestInit;
    const { status, text } = await server.admin.send('POST', UPLOAD, init);
    assert.equal(status, 413, text);
    assert.match(text, /BATON_BODY_LIMIT/);
    await nothingStays();
  });

  it('come with few other fields', async () => {
    const field = (n: number) => `--x\r\nContent-Disposition: form-data; name="f${n}"\r\n\r\nx\r\n`;
    const body = `${Array.from({ length: 101 }, (_, n) => field(n)).join('')}--x--\r\n`;
    const answer = await server.admin.send('POST', UPLOAD, { headers: inForm, body });
    assert.equal(answer.status, 400, answer.text);
    assert.match(answer.body.message, /more than 100 /);
  });

  const broken: readonly [what: string, type: string, body: string, said: RegExp, status?: number][] = [
    ['without a boundary', 'multipart/form-data', 'x', /Boundary not found/],
    [
      'that ends too early',
      'multipart/form-data; boundary=x',
      `--x\r\n${head}\r\n\r\nhalf`,
      /form is broken/,
    ],
    [
      'with another boundary',
      'multipart/form-data; boundary=y',
      `--x\r\n${head}\r\n\r\nwhole\r\n--x--\r\n`,
      /form is broken/,
    ],
    ['that is empty', 'multipart/form-data; boundary=x', '', /form is broken/],
    ['without a file', 'multipart/form-data; boundary=x', '--x--\r\n', /at least one package/],
    [
      'of another type',
      'application/octet-stream',
      'x',
      /'application\/octet-stream' is not supported: send the file as multipart\/form-data/,
      415,
    ],
  ];
  for (const [what, type, body, said, expected = 400] of broken) {
    it(`are refused: ${what}`, async () => {
      const init = { headers: { 'content-type': type }, body };
      const { status, body: answer, text } = await server.admin.send('POST', UPLOAD, init);
      assert.equal(status, expected, text);
      assert.match(answer.message, said);
      await nothingStays();
    });
  }
});
