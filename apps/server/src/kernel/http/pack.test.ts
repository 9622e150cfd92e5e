import assert from 'node:assert/strict';
import { get, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { after, describe, it } from 'node:test';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import fastify from 'fastify';
import { publishSample } from '../../orchestrator/packages/packages.fixture.ts';
import { testServer } from '../../server.fixture.ts';
import { chooseCoding, MOST_AT_ONCE, sendPacked, WORTH_PACKING } from './pack.ts';

const server = await testServer({ after });
const here = server.admin.in(server.folder.id);

interface Raw {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** As it comes over the wire, which `fetch` does not show. */
const read = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Raw> =>
  new Promise((resolve, reject) => {
    const own = {
      authorization: `Bearer ${server.admin.token}`,
      'x-uipath-organizationunitid': String(server.folder.id),
    };
    const request = get(server.url + path, { headers: { ...own, ...headers } }, async (response) => {
      resolve({ status: response.statusCode!, headers: response.headers, bytes: await buffer(response) });
    });
    request.on('error', reject);
  });

const UNPACK: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: gunzipSync,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
};

describe('what a client takes', () => {
  const cases: readonly [accepted: string | undefined, coding: string | undefined][] = [
    [undefined, undefined],
    ['', undefined],
    ['identity', undefined],
    ['deflate', undefined],
    ['gzip', 'gzip'],
    ['gzip, deflate', 'gzip'],
    ['gzip, deflate, br, zstd', 'zstd'],
    ['br;q=1.0, gzip;q=0.8, *;q=0.1', 'br'],
    ['zstd;q=0, GZIP', 'gzip'],
    ['*', 'zstd'],
    ['*;q=0', undefined],
    ['gzip;q=0.5, identity', undefined],
    ['gzip;q=0.5, identity;q=0.5', 'gzip'],
    ['gzip;q=nonsense', undefined],
  ];
  for (const [accepted, coding] of cases)
    it(String(accepted), () => assert.equal(chooseCoding(accepted), coding));
});

describe('an answer', async () => {
  await here.post('/odata/QueueDefinitions', { Name: 'Long' });
  for (let i = 0; i < 40; i++) {
    const { status, text } = await here.post('/odata/Queues/UiPathODataSvc.AddQueueItem', {
      itemData: { Name: 'Long', SpecificContent: { Text: 'sadness and joy '.repeat(40), Number: i } },
    });
    assert.equal(status, 201, text);
  }
  const LONG = '/odata/QueueItems?$orderby=Id';
  const plain = await read(LONG);

  for (const coding of Object.keys(UNPACK)) {
    it(`that is long is packed: ${coding}`, async () => {
      assert.ok(plain.bytes.length > WORTH_PACKING);
      assert.equal(plain.headers['content-encoding'], undefined);
      assert.equal(plain.headers.vary, 'accept-encoding');
      const { status, headers, bytes } = await read(LONG, { 'accept-encoding': coding });
      assert.deepEqual([status, headers['content-encoding'], headers.vary], [200, coding, 'accept-encoding']);
      assert.equal(headers['content-length'], String(bytes.length));
      assert.ok(bytes.length < plain.bytes.length / 8, `${bytes.length} of ${plain.bytes.length}`);
      assert.equal(String(UNPACK[coding]!(bytes)), String(plain.bytes));
      assert.equal(headers['content-type'], plain.headers['content-type']);
    });
  }

  it('is not packed where it is short, an error, or a file', async () => {
    const { body } = await server.admin.get('/odata/Processes?$top=1');
    assert.deepEqual(body.value, []);
    await publishSample(server.admin, 'Packed', '1.0.0');
    for (const path of [
      '/odata/QueueItems?$top=2',
      '/api/Status/Version',
      `/odata/Nothing/${'x'.repeat(3000)}`,
      `/odata/Jobs?$filter=Key eq ${'x'.repeat(3000)}`,
      "/odata/Processes/UiPath.Server.Configuration.OData.DownloadPackage(key='Packed:1.0.0')",
    ]) {
      const { headers } = await read(path, { 'accept-encoding': 'gzip, br, zstd' });
      assert.deepEqual([headers['content-encoding'], headers.vary], [undefined, undefined], path);
    }
  });

  it('of SCIM is packed as well', async () => {
    const { body } = await server.admin.post('/identity/api/ScimToken', {
      partitionGlobalId: server.organizationId,
    });
    const headers = { authorization: `Bearer ${body.token}`, 'accept-encoding': 'gzip' };
    const made = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        server.anonymous.with(headers).send('POST', '/identity/scim/v2/Users', {
          body: JSON.stringify({
            schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
            userName: `person${i}@acme.example`,
          }),
        }),
      ),
    );
    assert.deepEqual(new Set(made.map(({ status }) => status)), new Set([201]));
    const list = await read('/identity/scim/v2/Users?count=100', headers);
    assert.deepEqual([list.status, list.headers['content-encoding']], [200, 'gzip']);
    assert.ok(JSON.parse(String(gunzipSync(list.bytes))).totalResults >= 60);
  });

  it('goes as it is where enough are being packed', async (t) => {
    const app = fastify();
    t.after(() => app.close());
    const all = MOST_AT_ONCE + 3;
    const { promise: allHere, resolve } = Promise.withResolvers<void>();
    let waiting = 0;
    app.get('/', async (_request, reply) => {
      if (++waiting === all) resolve();
      await allHere;
      return sendPacked(reply, 'a'.repeat(100_000));
    });
    const headers = { 'accept-encoding': 'gzip' };
    const answers = await Promise.all(Array.from({ length: all }, () => app.inject({ url: '/', headers })));
    const packed = answers.filter((answer) => answer.headers['content-encoding'] === 'gzip');
    assert.equal(packed.length, MOST_AT_ONCE);
    assert.ok(answers.every((answer) => packed.includes(answer) || answer.body.length === 100_000));
  });
});

describe('a description', () => {
  const PATHS = [
    '/swagger/v20.0/swagger.json',
    '/Default/Default/orchestrator_/swagger/v20.0/swagger.json',
    '/identity/swagger/external/swagger.json',
    '/swagger/identity/swagger.json',
    '/odata/$metadata',
    '/swagger/assets/swagger-ui.css',
    '/swagger/assets/swagger-ui-bundle.js',
  ];
  for (const path of PATHS) {
    it(path, async () => {
      const whole = await read(path);
      assert.equal(whole.status, 200);
      const { etag, vary, ...headers } = whole.headers;
      assert.match(etag!, /^W\/"[\w-]{22}"$/);
      assert.deepEqual([headers['cache-control'], vary], ['public, no-cache', 'accept-encoding']);
      for (const coding of Object.keys(UNPACK)) {
        const packed = await read(path, { 'accept-encoding': coding });
        assert.deepEqual([packed.headers['content-encoding'], packed.headers.etag], [coding, etag]);
        assert.equal(String(UNPACK[coding]!(packed.bytes)), String(whole.bytes));
        assert.ok(packed.bytes.length < whole.bytes.length / 2);
      }
      for (const known of [etag!, etag!.slice(2), `"other", ${etag}`, '*']) {
        const { status, headers: told, bytes } = await read(path, { 'if-none-match': known });
        assert.deepEqual([status, bytes.length, told.etag], [304, 0, etag], known);
      }
      assert.equal((await read(path, { 'if-none-match': '"other"' })).status, 200);
    });
  }

  it('is another where it was asked for by another address', async () => {
    const [path = '', longer = ''] = PATHS;
    const tags = await Promise.all(
      ['one.example', 'another.example'].map(async (host) => (await read(path, { host })).headers.etag),
    );
    assert.notEqual(tags[0], tags[1]);
    assert.equal((await read(longer, { 'if-none-match': tags[0]! })).status, 200);
  });
});
