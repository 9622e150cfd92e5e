import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { after, describe, it } from 'node:test';
import sql from 'sql-template-tag';
import { until } from '../../../../../tests/until.fixture.ts';
import { removeUnused } from '../../kernel/files/unused-files.ts';
import { bucketServer, type FileAccess, follow } from './buckets.fixture.ts';

const LIMIT = 100_000;
const { server, admin, ok, create, put, read, readUri, writeUri, paths, unused, keyOf } = await bucketServer(
  { after },
  { BATON_BODY_LIMIT: String(LIMIT) },
);
const { files, sealer } = server.parts.services;

const bearer = (token: string | undefined) => ({ authorization: `Bearer ${token}` });

describe('an address of a file', () => {
  it('needs no token, and is good for one verb, one path, one bucket', async () => {
    const { Id } = await create();
    await put(Id, 'x');
    const [get, put2] = [await readUri(Id, 'x'), await writeUri(Id, 'x')];
    assert.deepEqual([get.Verb, get.RequiresAuth, get.Headers], ['GET', false, { Keys: [], Values: [] }]);
    assert.equal((await follow(get)).status, 200);
    assert.equal((await follow({ ...get, Verb: 'PUT' }, { body: 'other' })).status, 403);
    assert.equal((await follow({ ...put2, Verb: 'GET' })).status, 403);
    // Parameters besides the token have no effect.
    const other = await create();
    const named = await fetch(`${put2.Uri}&path=y&bucketId=${other.Id}`, { method: 'PUT', body: 'new' });
    assert.equal(named.status, 201);
    assert.deepEqual([await paths(Id), await paths(other.Id)], [['/x'], []]);
    assert.equal(await (await read(Id, 'x')).text(), 'new');
  });

  it('cannot be changed, made up, or used elsewhere', async () => {
    const { Id } = await create();
    await put(Id, 'x');
    const { Uri } = await readUri(Id, 'x');
    const [base, token] = Uri.split('?token=') as [string, string];
    const bytes = Buffer.from(token, 'base64url');
    for (let i = 0; i < bytes.length; i += 7) {
      const changed = Buffer.from(bytes);
      changed[i]! ^= 1;
      assert.equal((await fetch(`${base}?token=${changed.toString('base64url')}`)).status, 403, `byte ${i}`);
    }
    const sealed = sealer
      .seal(sealer.open(bytes, 'bucket file link'), 'export download link')
      .toString('base64url');
    assert.equal((await fetch(`${base}?token=${sealed}`)).status, 403);
    assert.equal((await fetch(`${base}?token=x`)).status, 403);
    assert.equal((await fetch(base)).status, 400);
    assert.equal((await fetch(`${server.url}/api/Exports/Download?token=${token}`)).status, 403);
    const bearer = { authorization: `Bearer ${token}` };
    assert.equal((await server.anonymous.send('GET', '/odata/Buckets', { headers: bearer })).status, 401);
  });

  it('ends with its time, its file, its bucket', async () => {
    const { Id } = await create();
    await put(Id, 'x');
    const { Uri } = await readUri(Id, 'x', '&expiryInMinutes=1');
    const [base, token] = Uri.split('?token=') as [string, string];
    const link = JSON.parse(sealer.open(Buffer.from(token, 'base64url'), 'bucket file link').toString());
    assert.ok(link.until > Date.now() && link.until <= Date.now() + 60_000);
    const expired = sealer.seal(
      Buffer.from(JSON.stringify({ ...link, until: Date.now() - 1 })),
      'bucket file link',
    );
    assert.equal((await fetch(`${base}?token=${expired.toString('base64url')}`)).status, 403);
    const upload = await writeUri(Id, 'y');
    await ok(admin.delete(`/odata/Buckets(${Id})/UiPath.Server.Configuration.OData.DeleteFile?path=x`), 204);
    assert.equal((await fetch(Uri)).status, 404);
    await ok(admin.delete(`/odata/Buckets(${Id})`), 204);
    assert.equal((await fetch(Uri)).status, 404);
    assert.equal((await follow(upload, { body: 'y' })).status, 404);
  });

  it('asks for a caller with the rights, where data goes through Orchestrator', async () => {
    const { Id } = await create({ Options: 'AccessDataThroughOrchestrator' });
    const as = (caller: { token: string | undefined }) => ({ authorization: `Bearer ${caller.token}` });
    const write = await writeUri(Id, 'x');
    assert.equal(write.RequiresAuth, true);
    assert.equal((await follow(write, { body: 'x' })).status, 401);
    assert.equal((await follow(write, { body: 'x', headers: as(server.admin) })).status, 201);
    const get = await readUri(Id, 'x');
    const reader = await server.user({ permissions: ['Buckets.View', 'BlobFiles.View'] });
    const answers: [string, FileAccess, Record<string, string>, number][] = [
      ['nobody', get, {}, 401],
      ['a bad token', get, { authorization: 'Bearer x.y.z' }, 401],
      ['a reader', get, as(reader), 200],
      ['a reader who writes', write, as(reader), 403],
      ['a user without rights', get, as(await server.user()), 403],
      ['an application', get, as(await server.app(['OR.Administration.Read'])), 200],
      ['an application without the scope', get, as(await server.app(['OR.Jobs'])), 403],
    ];
    for (const [who, access, headers, status] of answers) {
      const init = access === write ? { body: 'y', headers: headers } : { headers: headers };
      assert.equal((await follow(access, init)).status, status, who);
    }
    assert.equal(await (await follow(get, { headers: as(reader) })).text(), 'x');
  });

  it('opens for nobody of another tenant or organization, whatever they may do at home', async () => {
    const { Id } = await create({ Options: 'AccessDataThroughOrchestrator' });
    const write = await writeUri(Id, 'x');
    assert.equal((await follow(write, { body: 'x', headers: bearer(server.admin.token) })).status, 201);
    const get = await readUri(Id, 'x');
    const { db, parts } = server;
    const other = await db.first<{ id: string }>(sql`
      insert into organizations (name, display_name) values ('Elsewhere', 'Elsewhere') returning id`);
    await db.execute(sql`
      insert into tenants (organization_id, name, display_name) values (${other!.id}, 'Theirs', 'Theirs')`);
    parts.services.live.notify('tenants');
    const subject = randomUUID();
    await db.execute(sql`
      insert into external_apps (client_id, organization_id, name, app_scopes)
      values (${subject}, ${other!.id}, 'Theirs', array['OR.Administration'])`);
    const stranger = await parts.identity.issueToken({
      kind: 'app',
      subject,
      organizationId: other!.id,
      scopes: ['OR.Administration'],
      lifetimeSeconds: 600,
    });
    const at = (uri: string, place: string): string => uri.replace(/\/[^/]+\/[^/]+\/orchestrator_/, place);
    for (const link of [get, write]) {
      const init = (token: string | undefined): RequestInit => ({
        headers: bearer(token),
        ...(link === write ? { body: 'y' } : {}),
      });
      const elsewhere = (place: string): FileAccess => ({ ...link, Uri: at(link.Uri, place) });
      const home = `/${server.parts.first.organization.name}/Other/orchestrator_`;
      const asked: [string, FileAccess, string | undefined][] = [
        ['at its address', link, stranger],
        ['at home', elsewhere('/Elsewhere/Theirs/orchestrator_'), stranger],
        ['without a place', elsewhere(''), stranger],
        ['in another tenant, as its administrator', elsewhere(home), server.admin.token],
      ];
      for (const [where, address, token] of asked)
        assert.equal((await follow(address, init(token))).status, 403, `${link.Verb} ${where}`);
    }
    assert.equal(await (await follow(get, { headers: bearer(server.admin.token) })).text(), 'x');
  });

  it('may be called from a page of another origin', async () => {
    const { Id } = await create();
    const { Uri } = await writeUri(Id, 'x');
    const headers = {
      origin: 'https://app.example',
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'content-type',
    };
    const { status, headers: allowed } = await fetch(Uri, { method: 'OPTIONS', headers });
    assert.equal(status, 204);
    assert.match(allowed.get('access-control-allow-methods')!, /PUT/);
  });
});

describe('an upload', () => {
  it('may be as large as a body, and not larger', async () => {
    const { Id } = await create();
    await removeEverythingUnused();
    const access = await writeUri(Id, 'x');
    assert.equal((await follow(access, { body: 'x'.repeat(LIMIT) })).status, 201);
    assert.equal((await follow(access, { body: 'x'.repeat(LIMIT + 1) })).status, 413);
    // The length of this body is unknown.
    const chunks = new Blob(['y'.repeat(LIMIT + 1)]).stream();
    const answer = await follow(access, { body: chunks, duplex: 'half' } as RequestInit);
    assert.equal(answer.status, 413);
    assert.equal(await (await read(Id, 'x')).text(), 'x'.repeat(LIMIT));
    assert.deepEqual(await unused(), []);
    const small = new Blob(['chunked']).stream();
    assert.equal((await follow(access, { body: small, duplex: 'half' } as RequestInit)).status, 201);
    assert.equal(await (await read(Id, 'x')).text(), 'chunked');
  });

  it('that breaks off leaves what was there, and nothing else', async () => {
    const { Id } = await create();
    await put(Id, 'x', 'before');
    await removeEverythingUnused();
    for (const path of ['x', 'new']) {
      const { Uri } = await writeUri(Id, path);
      const { hostname, port, pathname, search } = new URL(Uri);
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined);
      socket.write(
        `PUT ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Length: 5000\r\n\r\nhalf`,
      );
      await until('begun', async () => (await unused()).length === 1);
      socket.destroy();
      await until('cleared away', async () => (await unused()).length === 0);
    }
    assert.deepEqual(await paths(Id), ['/x']);
    assert.equal(await (await read(Id, 'x')).text(), 'before');
  });

  it('into a bucket that changes meanwhile is refused, and leaves nothing', async () => {
    const changes: [string, number, (id: number) => Promise<unknown>][] = [
      [
        'read-only',
        409,
        async (id) => {
          const bucket = await ok(admin.get(`/odata/Buckets(${id})`));
          await ok(admin.put(`/odata/Buckets(${id})`, { ...bucket, Options: 'ReadOnly' }));
        },
      ],
      ['deleted', 404, (id) => ok(admin.delete(`/odata/Buckets(${id})`), 204)],
    ];
    for (const [what, status, change] of changes) {
      const { Id } = await create();
      await removeEverythingUnused();
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      const writer = writable.getWriter();
      const answer = follow(await writeUri(Id, 'x'), { body: readable, duplex: 'half' } as RequestInit);
      await writer.write(Buffer.from('half'));
      await until('begun', async () => (await unused()).length === 1);
      await change(Id);
      await writer.write(Buffer.from('other half'));
      await writer.close();
      assert.equal((await answer).status, status, what);
      await until('cleared away', async () => (await unused()).length === 0);
      if (what === 'read-only') assert.deepEqual(await paths(Id), []);
    }
  });

  it('takes the place of the file before, whose content goes', async () => {
    const { Id } = await create();
    await put(Id, 'x', 'one');
    const old = await keyOf(Id, 'x');
    await put(Id, 'x', 'two');
    assert.deepEqual(await unused(), [old]);
    assert.ok(await files.read(old), 'for those who are about to read it');
    await removeEverythingUnused();
    assert.equal(await files.read(old), undefined);
    assert.equal(await (await read(Id, 'x')).text(), 'two');
  });

  it('of many at once to one path ends with one of them, whole', async () => {
    const { Id } = await create();
    await removeEverythingUnused();
    const texts = Array.from({ length: 8 }, (_, i) => String(i).repeat(20_000));
    await Promise.all(texts.map((text) => put(Id, 'x', text)));
    assert.ok(texts.includes(await (await read(Id, 'x')).text()));
    assert.deepEqual(await paths(Id), ['/x']);
    assert.equal((await unused()).length, 7);
  });
});

describe('content', () => {
  it('goes with its bucket', async () => {
    const { Id } = await create();
    for (const path of ['x', 'a/y']) await put(Id, path);
    const keys = [await keyOf(Id, 'x'), await keyOf(Id, 'a/y')];
    await ok(admin.delete(`/odata/Buckets(${Id})`), 204);
    await removeEverythingUnused();
    for (const key of keys) assert.equal(await files.read(key), undefined);
  });

  it('that a dying server left behind goes too, and other content stays', async () => {
    const { Id } = await create();
    await put(Id, 'x');
    // The content was written, and then the server died.
    await files.write('buckets/1/orphan', Buffer.from('left'));
    await server.db.execute(sql`
      insert into unused_files (key, remove_after) values ('buckets/1/orphan', now() + interval '1 day')`);
    assert.equal(await removeUnused(server.db, files), 0);
    assert.ok(await files.read('buckets/1/orphan'), 'it might still be being written');
    await removeEverythingUnused();
    assert.equal(await files.read('buckets/1/orphan'), undefined);
    assert.equal(await (await read(Id, 'x')).text(), 'x');
  });

  it('is asked for again where the store could not remove it, and keeps nothing else from going', async () => {
    const { Id } = await create();
    for (const path of ['x', 'y']) await put(Id, path);
    const [stuck, other] = [await keyOf(Id, 'x'), await keyOf(Id, 'y')];
    await ok(admin.delete(`/odata/Buckets(${Id})`), 204);
    await server.db.execute(sql`update unused_files set remove_after = now() - interval '1 s'`);
    const broken = {
      ...files,
      remove: (key: string) => (key === stuck ? Promise.reject(new Error('no disk')) : files.remove(key)),
    };
    await assert.rejects(removeUnused(server.db, broken), /1 files could not be removed/);
    assert.deepEqual(await unused(), [stuck]);
    assert.equal(await files.read(other), undefined);
    await removeEverythingUnused();
    assert.equal(await files.read(stuck), undefined);
  });
});

/** Makes all unused content old enough to be removed. */
async function removeEverythingUnused(): Promise<void> {
  await server.db.execute(sql`update unused_files set remove_after = now() - interval '1 s'`);
  await removeUnused(server.db, files);
  assert.deepEqual(await unused(), []);
}
