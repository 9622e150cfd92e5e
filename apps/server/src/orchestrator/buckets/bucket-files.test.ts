import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { refuse } from '../../refuse.fixture.ts';
import type { Answer } from '../../server.fixture.ts';
import { at, bucketServer, follow, ofBucket } from './buckets.fixture.ts';

const { server, admin, ok, create, put, read, readUri, writeUri, paths, events } = await bucketServer({
  after,
});

interface Row {
  readonly FullPath: string;
}
const names = async (path: string): Promise<string[]> =>
  (await ok(admin.get(path))).value.map((row: Row) => row.FullPath);

describe('files of a bucket', () => {
  it('come down as they went up, byte by byte and of the same type', async () => {
    const { Id, Name } = await create();
    const last = (await events()).at(-1)!.id;
    for (const [path, bytes, type] of [
      ['plain.bin', randomBytes(3_000_000), 'application/x-own'],
      ['a/data.json', Buffer.from('{ "not": "parsed", }'), 'application/json'],
      ['a/form', Buffer.from('x=1&y=2'), 'application/x-www-form-urlencoded'],
      ['a/Prüfung Nr. 1 & "mehr".pdf', Buffer.from('%PDF'), 'application/pdf; charset=utf-8'],
      ['empty', Buffer.alloc(0), 'text/plain'],
    ] as const) {
      await put(Id, path, bytes, type);
      const answer = await read(Id, path);
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get('content-type'), type);
      assert.equal(answer.headers.get('content-length'), String(bytes.length));
      assert.deepEqual(Buffer.from(await answer.arrayBuffer()), bytes, path);
      const { '@odata.context': _, ...row } = await ok(admin.get(ofBucket(Id, `GetFile?${at(path)}`)));
      const FullPath = `/${path}`;
      assert.deepEqual(row, {
        FullPath,
        ContentType: type,
        Size: bytes.length,
        IsDirectory: false,
        Id: FullPath,
      });
    }
    const told = await events(last);
    assert.equal(told.length, 5);
    assert.deepEqual(
      [told[0]!.type, told[0]!.payload, told[0]!.actor],
      ['blobfile.uploaded', { bucketName: Name, fullPath: '/plain.bin' }, (await events())[0]!.actor],
    );
  });

  it('come in parts where parts are asked for', async () => {
    const { Id } = await create();
    await put(Id, 'x', '0123456789');
    const access = await readUri(Id, 'x');
    const part = async (
      range: string,
      more: Record<string, string> = {},
    ): Promise<(string | number | null)[]> => {
      const answer = await follow(access, { headers: { range, ...more } });
      return [answer.status, answer.headers.get('content-range'), await answer.text()];
    };
    const etag = (await follow(access)).headers.get('etag')!;
    const all = [200, null, '0123456789'];
    for (const [range, expected] of [
      ['bytes=2-4', [206, 'bytes 2-4/10', '234']],
      ['bytes=7-', [206, 'bytes 7-9/10', '789']],
      ['bytes=8-99', [206, 'bytes 8-9/10', '89']],
      ['bytes=-3', [206, 'bytes 7-9/10', '789']],
      ['bytes=-99', [206, 'bytes 0-9/10', '0123456789']],
      ['bytes=10-', [416, 'bytes */10', '']],
      ['bytes=-0', [416, 'bytes */10', '']],
      ['bytes=4-2', all],
      ['bytes=-', all],
      ['bytes=0-1,4-5', all],
      ['lines=1-2', all],
    ] as const)
      assert.deepEqual(await part(range), expected, range);
    assert.equal((await part('bytes=2-4', { 'if-range': etag }))[0], 206);
    await put(Id, 'x', 'abcdefghij');
    assert.deepEqual(await part('bytes=2-4', { 'if-range': etag }), [200, null, 'abcdefghij']);
  });

  it('are never shown by a browser, only saved', async () => {
    const { Id } = await create();
    await put(Id, "a/ü 'n' (1)*.html", '<script>alert(1)</script>', 'text/html');
    const { headers } = await read(Id, "a/ü 'n' (1)*.html");
    assert.equal(
      headers.get('content-disposition'),
      `attachment; filename="_ 'n' (1)*.html"; filename*=UTF-8''%C3%BC%20%27n%27%20%281%29%2A.html`,
    );
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.match(headers.get('content-security-policy')!, /sandbox/);
  });

  it('take the type that GetWriteUri names, else that of the upload, else none', async () => {
    const { Id } = await create();
    const typed = await writeUri(Id, 'typed', '&contentType=image/png');
    assert.deepEqual(typed.Headers, { Keys: ['Content-Type'], Values: ['image/png'] });
    const other = { method: 'PUT', body: 'x', headers: { 'content-type': 'text/html' } };
    assert.equal((await fetch(typed.Uri, other)).status, 201);
    const untyped = await writeUri(Id, 'untyped');
    assert.deepEqual(
      [untyped.Verb, untyped.RequiresAuth, untyped.Headers],
      ['PUT', false, { Keys: [], Values: [] }],
    );
    assert.equal((await follow(untyped, { body: Buffer.from('x') })).status, 201);
    const types = await ok(admin.get(ofBucket(Id, 'GetFiles?$select=ContentType')));
    assert.deepEqual(types.value, [
      { ContentType: 'image/png' },
      { ContentType: 'application/octet-stream' },
    ]);
    assert.equal((await follow(untyped, { body: 'x', headers: { 'content-type': 'no type' } })).status, 201);
    assert.equal((await read(Id, 'untyped')).headers.get('content-type'), 'application/octet-stream');
  });

  it('are the same with a slash before them, and with backslashes', async () => {
    const { Id } = await create();
    await put(Id, '/a/b.txt', 'one');
    await put(Id, 'a\\b.txt', 'two');
    assert.equal(await (await read(Id, 'a/b.txt')).text(), 'two');
    assert.deepEqual(await paths(Id), ['/a/b.txt']);
    assert.deepEqual(await paths(Id, '?prefix=/a/b'), ['/a/b.txt']);
    assert.deepEqual(await paths(Id, '?prefix=a%5Cb'), ['/a/b.txt']);
    await ok(admin.delete(ofBucket(Id, `DeleteFile?${at('/a/b.txt')}`)), 204);
    assert.deepEqual(await paths(Id), []);
    const { type, payload } = (await events()).at(-1)!;
    assert.deepEqual([type, (payload as { fullPath: string }).fullPath], ['blobfile.deleted', '/a/b.txt']);
  });

  it('are listed by directory, recursively, by name and with query options', async () => {
    const { Id } = await create();
    for (const path of [
      'z.txt',
      'a.TXT',
      'b/1.txt',
      'b/c/2.txt',
      'b/c/3_x.csv',
      'b-c/4.txt',
      'b.d/5.txt',
      'e%/6.txt',
    ])
      await put(Id, path);
    const files = (query: string): Promise<string[]> => names(ofBucket(Id, `GetFiles?${query}`));
    const directories = (query: string): Promise<string[]> => names(ofBucket(Id, `GetDirectories?${query}`));
    for (const root of ['', 'directory=', 'directory=/', 'directory=%5C'])
      assert.deepEqual(await files(root), ['/a.TXT', '/z.txt']);
    for (const b of ['b', '/b', '/b/', 'b%5C']) assert.deepEqual(await files(`directory=${b}`), ['/b/1.txt']);
    assert.deepEqual(await files('directory=b&recursive=true'), ['/b/1.txt', '/b/c/2.txt', '/b/c/3_x.csv']);
    assert.equal((await files('recursive=true')).length, 8);
    assert.deepEqual(await files('recursive=true&fileNameGlob=?.txt&$filter=Size gt 7'), [
      '/b-c/4.txt',
      '/b.d/5.txt',
      '/b/c/2.txt',
      '/e%/6.txt',
    ]);
    assert.deepEqual(await files('recursive=true&fileNameGlob=*_*'), ['/b/c/3_x.csv']);
    const page = await ok(
      admin.get(ofBucket(Id, 'GetFiles?recursive=true&$top=2&$skip=1&$orderby=Size desc,FullPath')),
    );
    assert.deepEqual(
      [page['@odata.count'], page.value.map((row: Row) => row.FullPath)],
      [8, ['/b-c/4.txt', '/b.d/5.txt']],
    );

    assert.deepEqual(await directories(''), ['/b', '/b-c', '/b.d', '/e%']);
    assert.deepEqual(await directories('directory=/b'), ['/b/c']);
    assert.deepEqual(await directories('directory=b/c'), []);
    assert.deepEqual(await directories('fileNameGlob=b?*'), ['/b-c', '/b.d']);
    const [row] = (await ok(admin.get(ofBucket(Id, 'GetDirectories?directory=b')))).value;
    assert.deepEqual(row, { FullPath: '/b/c', ContentType: null, Size: 0, IsDirectory: true, Id: '/b/c' });
  });

  it('are listed page by page, with addresses where they are asked for', async () => {
    const { Id } = await create();
    for (const path of ['p/1', 'p/2', 'p/3', 'p/4', 'q/1']) await put(Id, path);
    const all: string[] = [];
    let token: string | null = '';
    for (let pages = 1; token !== null; pages++) {
      const list: Answer['body'] = await ok(
        admin.get(`/api/Buckets/${Id}/ListFiles?prefix=p/&takeHint=2&continuationToken=${token}`),
      );
      all.push(...list.items.map((item: { fullPath: string }) => item.fullPath));
      token = list.continuationToken;
      assert.equal(token === null, pages === 2);
    }
    assert.deepEqual(all, ['/p/1', '/p/2', '/p/3', '/p/4']);
    const { items } = await ok(admin.get(`/api/Buckets/${Id}/ListFiles?prefix=q&expiryInMinutes=5`));
    assert.deepEqual([items[0].contentType, items[0].size], ['text/plain', 3]);
    assert.ok(Math.abs(Date.parse(items[0].lastModified) - Date.now()) < 600_000);
    assert.equal(await (await follow(items[0].accessInfo)).text(), 'q/1');
    assert.equal((await ok(admin.get(`/api/Buckets/${Id}/ListFiles`))).items[0].accessInfo, null);
  });

  it('stay as they are in a read-only bucket', async () => {
    const bucket = await create();
    await put(bucket.Id, 'x');
    const before = await writeUri(bucket.Id, 'y');
    await ok(admin.put(`/odata/Buckets(${bucket.Id})`, { ...bucket, Options: 'ReadOnly' }));
    const late = await follow(before, { body: 'y' });
    assert.equal(late.status, 409);
    await refuse([
      ['writing', await admin.get(ofBucket(bucket.Id, 'GetWriteUri?path=x')), 409, 1017, /BucketIsReadOnly/],
      [
        'deleting',
        await admin.delete(ofBucket(bucket.Id, 'DeleteFile?path=x')),
        409,
        1017,
        /BucketIsReadOnly/,
      ],
    ]);
    assert.equal(await (await read(bucket.Id, 'x')).text(), 'x');
    assert.deepEqual(await paths(bucket.Id), ['/x']);
  });

  it('tell who read them, where reading is audited', async () => {
    const bucket = await create({ Options: 'AuditReadAccess' });
    await put(bucket.Id, 'x');
    const reader = await server.user({ permissions: ['Buckets.View', 'BlobFiles.View'] });
    const last = (await events()).at(-1)!.id;
    await readUri(bucket.Id, 'x', '', reader.in(server.folder.id));
    await ok(admin.get(`/api/Buckets/${bucket.Id}/ListFiles?expiryInMinutes=1`));
    const told = await events(last);
    assert.deepEqual(
      told.map(({ type, payload }) => [type, payload]),
      Array.from({ length: 2 }, () => ['blobfile.accessed', { bucketName: bucket.Name, fullPath: '/x' }]),
    );
    assert.notEqual(told[0]!.actor, told[1]!.actor);
  });

  it('need rights of their own', async () => {
    const { Id } = await create();
    await put(Id, 'x');
    const user = async (...permissions: string[]) =>
      (await server.user({ permissions })).in(server.folder.id);
    const calls = {
      list: `/api/Buckets/${Id}/ListFiles`,
      read: ofBucket(Id, 'GetReadUri?path=x'),
      write: ofBucket(Id, 'GetWriteUri?path=x'),
      delete: ofBucket(Id, 'DeleteFile?path=x'),
    };
    for (const [right, allowed] of [
      ['Edit', []],
      ['View', ['list', 'read']],
      ['Create', ['write']],
      ['Delete', ['delete']],
    ] as const) {
      const caller = await user('Buckets.View', `BlobFiles.${right}`);
      for (const [name, path] of Object.entries(calls)) {
        const { status } = await (name === 'delete' ? caller.delete(path) : caller.get(path));
        assert.equal(
          status < 300,
          (allowed as readonly string[]).includes(name),
          `${right} ${name} ${status}`,
        );
      }
      await put(Id, 'x');
    }
    const blind = await user('BlobFiles.View', 'BlobFiles.Create', 'BlobFiles.Delete');
    for (const path of Object.values(calls)) assert.equal((await blind.get(path)).status < 300, false);
  });

  it('refuse what could lead out of the bucket, and what is not there', async () => {
    const { Id } = await create();
    await put(Id, 'x');
    const get = (name: string): Promise<Answer> => admin.get(ofBucket(Id, name));
    const bad = [
      '..',
      '../x',
      'a/../x',
      'a/..',
      '.',
      './x',
      '..\\x',
      'a\\..\\x',
      '/../x',
      '//x',
      '\\\\host\\share',
      'a//b',
      'a/',
      '/',
      'C:/x',
      'c:\\x',
      'a\nb',
      'a\u007f',
      'x'.repeat(1025),
      'ü'.repeat(513),
    ];
    for (const path of bad) {
      await refuse([
        [`writing ${path}`, await get(`GetWriteUri?${at(path)}`), 400, 1009, /^path: .*InvalidBlobFilePath/],
        [`reading ${path}`, await get(`GetReadUri?${at(path)}`), 400, 1009, /^path: /],
      ]);
    }
    const files = `/api/Buckets/${Id}/ListFiles`;
    await refuse([
      ['NUL', await get('GetWriteUri?path=a%00b'), 400, 1009, /^path: /],
      ['no path to write', await get('GetWriteUri'), 400, 1009, /^path: /],
      ['no path to read', await get('GetReadUri?path='), 400, 1009, /^path: /],
      ['no path to show', await get('GetFile'), 400, 1009, /^path: /],
      ['a file that is not there', await get('GetFile?path=y'), 404, 1002, /^BlobFile /],
      ['to read one', await get('GetReadUri?path=y'), 404, 1002, /^BlobFile /],
      ['to delete one', await admin.delete(ofBucket(Id, 'DeleteFile?path=y')), 404, 1002, /^BlobFile /],
      [
        'to delete what is no path',
        await admin.delete(ofBucket(Id, 'DeleteFile?path=../x')),
        400,
        1009,
        /^path: /,
      ],
      ['a directory above', await get('GetFiles?directory=..'), 400, 1009, /^directory: /],
      ['directories above', await get('GetDirectories?directory=a/../..'), 400, 1009, /^directory: /],
      ['a bad option', await get('GetDirectories?$filter=Nope eq 1'), 400, 1000],
      ['recursive that is neither', await get('GetFiles?recursive=maybe'), 400, 1009, /^recursive: /],
      [
        'too long a time',
        await get('GetReadUri?path=x&expiryInMinutes=10081'),
        400,
        1009,
        /^expiryInMinutes: /,
      ],
      [
        'time before now',
        await get('GetWriteUri?path=x&expiryInMinutes=-1'),
        400,
        1009,
        /^expiryInMinutes: /,
      ],
      [
        'a type that is none',
        await get('GetWriteUri?path=x&contentType=a%0D%0AX-Y:z'),
        400,
        1009,
        /^contentType: /,
      ],
      ['too many at once', await admin.get(`${files}?takeHint=1001`), 400, 1009, /^takeHint: /],
      [
        'a token that is none',
        await admin.get(`${files}?continuationToken=%25%25`),
        400,
        1009,
        /^continuationToken: /,
      ],
      ['files of an unknown bucket', await admin.get('/api/Buckets/424242/ListFiles'), 404, 1002, /^Bucket /],
      ...['GetFiles', 'GetDirectories', 'GetFile?path=x', 'GetReadUri?path=x', 'GetWriteUri?path=x'].map(
        (name) =>
          [
            `${name} of an unknown bucket`,
            admin.get(ofBucket(424_242, name)),
            404,
            1002,
            /^Bucket /,
          ] as const,
      ),
      [
        'deleting in an unknown bucket',
        await admin.delete(ofBucket(424_242, 'DeleteFile?path=x')),
        404,
        1002,
        /^Bucket /,
      ],
    ]);
    assert.deepEqual(await paths(Id), ['/x']);
  });
});
