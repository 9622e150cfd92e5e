import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { refuse } from '../../refuse.fixture.ts';
import type { Answer, Caller } from '../../server.fixture.ts';
import { bucketServer, operation } from './buckets.fixture.ts';

const { server, admin, ok, create, put, newFolder, events } = await bucketServer({ after });
const show = (id: number, caller = admin): Promise<Answer['body']> => ok(caller.get(`/odata/Buckets(${id})`));

describe('buckets', () => {
  it('are created, listed, changed and deleted, and each change is told', async () => {
    const Identifier = randomUUID();
    const made = await create({
      Name: 'Invoices',
      Identifier,
      Description: 'Of all suppliers',
      Options: 'auditreadaccess',
      Tags: [{ Name: 'finance', DisplayName: 'Finance' }],
    });
    const { '@odata.context': _, ...bucket } = made;
    assert.deepEqual(bucket, {
      Name: 'Invoices',
      Description: 'Of all suppliers',
      Identifier,
      StorageProvider: null,
      StorageParameters: null,
      StorageContainer: null,
      Options: 'AuditReadAccess',
      CredentialStoreId: null,
      ExternalName: null,
      Password: null,
      FoldersCount: 1,
      Tags: [{ Name: 'finance', DisplayName: 'Finance', Value: null, DisplayValue: null }],
      Id: made.Id,
    });
    const listed = await ok(admin.get("/odata/Buckets?$filter=name eq 'Invoices'&$select=Id,Options"));
    assert.deepEqual(listed.value, [{ Id: made.Id, Options: 'AuditReadAccess' }]);
    assert.equal((await ok(admin.get(operation(`GetByKey(identifier='${Identifier}')`)))).Id, made.Id);

    const changed = await ok(
      admin.put(`/odata/Buckets(${made.Id})`, { Name: 'Bills', Identifier, StorageProvider: 'Orchestrator' }),
    );
    assert.deepEqual(
      [changed.Name, changed.Description, changed.Options, changed.Tags.length],
      ['Bills', null, 'AuditReadAccess', 1],
    );
    assert.equal(
      (await ok(admin.put(`/odata/Buckets(${made.Id})`, { ...changed, Options: 1 }))).Options,
      'ReadOnly',
    );
    await ok(admin.delete(`/odata/Buckets(${made.Id})`), 204);
    assert.equal((await admin.get(`/odata/Buckets(${made.Id})`)).status, 404);
    const told = (await events()).filter(({ payload }) => (payload as { key?: string }).key === Identifier);
    assert.deepEqual(
      told.map(({ type }) => type),
      ['bucket.created', 'bucket.updated', 'bucket.updated', 'bucket.deleted'],
    );
    assert.match(told[0]!.actor!, /^user:/);
  });

  it('keep a folder from being deleted', async () => {
    const id = await newFolder('With a bucket');
    const bucket = await create({}, server.admin.in(id));
    await refuse([
      ['a folder with a bucket', await server.admin.delete(`/odata/Folders(${id})`), 409, 2823, /buckets/],
    ]);
    await ok(server.admin.in(id).delete(`/odata/Buckets(${bucket.Id})`), 204);
    await ok(server.admin.delete(`/odata/Folders(${id})`), 204);
  });

  it('refuse', async () => {
    const one = await create();
    const other = await create();
    const make = (more: object): Promise<Answer> =>
      admin.post('/odata/Buckets', { Name: 'Refused', Identifier: randomUUID(), ...more });
    const elsewhere = server.otherTenant.in(server.otherFolder.id);
    const path = `/odata/Buckets(${one.Id})`;
    await refuse([
      ['no name', await make({ Name: null }), 400, 1009, /^Name: /],
      ['a blank name', await make({ Name: '  ' }), 400, 1009, /^Name: /],
      ['a long name', await make({ Name: 'x'.repeat(129) }), 400, 1009, /^Name: /],
      ['a used name', await make({ Name: one.Name.toUpperCase() }), 409, 1001],
      ['no identifier', await make({ Identifier: null }), 400, 1009, /^Identifier: /],
      ['an identifier that is none', await make({ Identifier: 'x' }), 400, 1009, /^Identifier: /],
      ['a used identifier', await make({ Identifier: one.Identifier }), 409, 1004, /^Identifier: /],
      ['an unknown option', await make({ Options: 'ReadOnly, Shiny' }), 400, 1009, /^Options: /],
      ['a number that is no option', await make({ Options: 8 }), 400, 1009, /^Options: /],
      [
        'another provider',
        await make({ StorageProvider: 'Azure' }),
        400,
        1009,
        /^StorageProvider: 'Azure'.*Unavailable/,
      ],
      [
        'an unknown provider',
        await make({ StorageProvider: 'Tape' }),
        400,
        1009,
        /^StorageProvider: 'Tape'.*Invalid/,
      ],
      [
        'parameters of a provider',
        await make({ StorageParameters: 'a=b' }),
        400,
        1009,
        /^StorageParameters: /,
      ],
      ['a password for a provider', await make({ Password: 'secret' }), 400, 1009, /^Password: /],
      [
        'another identifier',
        await admin.put(path, { ...one, Identifier: randomUUID() }),
        400,
        1009,
        /^Identifier: /,
      ],
      ['a name that another has', await admin.put(path, { ...one, Name: other.Name }), 409, 1001],
      [
        'a provider later on',
        await admin.put(path, { ...one, StorageProvider: 'Minio' }),
        400,
        1009,
        /^StorageProvider: /,
      ],
      ['an unknown bucket', await admin.get('/odata/Buckets(424242)'), 404, 1002, /^Bucket /],
      ['changing an unknown bucket', await admin.put('/odata/Buckets(424242)', one), 404, 1002],
      ['deleting an unknown bucket', await admin.delete('/odata/Buckets(424242)'), 404, 1002],
      [
        'an unknown identifier',
        await admin.get(operation(`GetByKey(identifier=${randomUUID()})`)),
        404,
        1002,
      ],
      ["another tenant's bucket", await elsewhere.get(path), 404, 1002],
      ['a filter that is none', await admin.get('/odata/Buckets?$filter=Nope eq 1'), 400, 1000],
      ['no folder', await server.admin.get('/odata/Buckets'), 400, 1101],
    ]);
    assert.equal((await show(one.Id)).Name, one.Name);
    // The other tenant may use the same identifier.
    await create({ Identifier: one.Identifier }, elsewhere);
  });
});

it('options are flags', async (t) => {
  // The public description allows only one option at a time, so this traffic is not checked against it.
  const { admin, ok, create } = await bucketServer(t, { BATON_TRAFFIC: '' });
  const bucket = await create({ Options: 'accessdatathroughorchestrator,ReadOnly' });
  assert.equal(bucket.Options, 'ReadOnly, AccessDataThroughOrchestrator');
  const path = `/odata/Buckets(${bucket.Id})`;
  for (const [Options, expected] of [
    [7, 'ReadOnly, AuditReadAccess, AccessDataThroughOrchestrator'],
    [null, 'ReadOnly, AuditReadAccess, AccessDataThroughOrchestrator'],
    ['3', 'ReadOnly, AuditReadAccess'],
    ['None', 'None'],
  ])
    assert.equal((await ok(admin.put(path, { ...bucket, Options }))).Options, expected);
});

describe('buckets in several folders', () => {
  const share = (
    caller: Caller,
    BucketIds: number[],
    add: number[],
    remove: number[] = [],
  ): Promise<Answer> =>
    caller.post(operation('ShareToFolders'), { BucketIds, ToAddFolderIds: add, ToRemoveFolderIds: remove });

  it('are the same in all of them', async () => {
    const second = await newFolder('Second');
    const bucket = await create();
    await put(bucket.Id, 'here.txt');
    const inSecond = server.admin.in(second);
    await ok(share(admin, [bucket.Id], [second]), 204);
    await ok(share(admin, [bucket.Id], [second]), 204);
    assert.equal((await show(bucket.Id, inSecond)).FoldersCount, 2);
    assert.equal((await ok(inSecond.get(`/api/Buckets/${bucket.Id}/ListFiles`))).items.length, 1);
    const folders = await ok(admin.get(operation(`GetFoldersForBucket(id=${bucket.Id})`)));
    assert.equal(folders.TotalFoldersCount, 2);
    assert.deepEqual(folders.AccessibleFolders, [
      { DisplayName: 'Second', FullyQualifiedName: 'Second', Id: second },
      { DisplayName: 'Shared', FullyQualifiedName: 'Shared', Id: server.folder.id },
    ]);
    await refuse([
      [
        'its name there',
        await inSecond.post('/odata/Buckets', { Name: bucket.Name, Identifier: randomUUID() }),
        409,
        1001,
      ],
    ]);
    await ok(share(server.admin, [bucket.Id], [], [server.folder.id]), 204);
    assert.equal((await admin.get(`/odata/Buckets(${bucket.Id})`)).status, 404);
    await refuse([
      ['its last folder', await share(server.admin, [bucket.Id], [], [second]), 409, 1017, /delete it/],
    ]);
    assert.equal((await show(bucket.Id, inSecond)).FoldersCount, 1);
    const told = (await events()).findLast(({ payload }) => 'toAddFolderIds' in payload)!;
    assert.deepEqual(told.payload, {
      id: bucket.Id,
      key: bucket.Identifier,
      name: bucket.Name,
      toAddFolderIds: [],
      toRemoveFolderIds: [server.folder.id],
    });
  });

  it('are listed across folders, where the caller may see them', async () => {
    const third = await newFolder('Third');
    const here = await create();
    const there = await create({}, server.admin.in(third));
    const ids = async (caller: Caller, exclude = ''): Promise<number[]> => {
      const query = `$filter=Id in (${here.Id},${there.Id})&$orderby=Id${exclude}`;
      const { value } = await ok(caller.get(operation(`GetBucketsAcrossFolders?${query}`)));
      return value.map((row: { Id: number }) => row.Id);
    };
    const viewer = await server.user({ permissions: ['Buckets.View'], folder: third });
    assert.deepEqual(await ids(server.admin), [here.Id, there.Id]);
    assert.deepEqual(await ids(server.admin, `&excludeFolderId=${third}`), [here.Id]);
    assert.deepEqual(await ids(viewer), [there.Id]);
    assert.deepEqual(await ids(await server.user()), []);
    assert.deepEqual(await ids(server.otherTenant), []);
  });

  it('refuse', async () => {
    const closed = await newFolder('Closed');
    const twice = await create();
    const hidden = await create({}, server.admin.in(closed));
    await create({ Name: twice.Name }, server.admin.in(closed));
    const bucket = await create();
    const both = await create();
    await ok(share(server.admin, [both.Id], [closed]), 204);
    const permissions = ['Buckets.View', 'Buckets.Create', 'Buckets.Delete'];
    const member = await server.user({ permissions });
    const guest = await server.user({ permissions, folderRoles: { [closed]: ['Automation User'] } });
    const path = operation;
    await refuse([
      ['a folder that is not visible', await share(member, [bucket.Id], [closed]), 404, 1002, /^Folder /],
      ['a folder without the right to create', await share(guest, [bucket.Id], [closed]), 409, 1017],
      ['a folder without the right to delete', await share(guest, [both.Id], [], [closed]), 409, 1017],
      [
        'deleting what is also elsewhere',
        await guest.in(server.folder.id).delete(`/odata/Buckets(${both.Id})`),
        409,
        1017,
      ],
      [
        'a bucket that is not visible',
        await share(member, [hidden.Id], [server.folder.id]),
        404,
        1002,
        /^Bucket /,
      ],
      ['an unknown bucket', await share(admin, [bucket.Id, 1e9], [closed]), 404, 1002, /^Bucket /],
      ['an unknown folder', await share(admin, [bucket.Id], [1e9]), 404, 1002, /^Folder /],
      [
        'a folder of another tenant',
        await share(admin, [bucket.Id], [server.otherFolder.id]),
        404,
        1002,
        /^Folder /,
      ],
      ['a name that is used there', await share(admin, [bucket.Id, twice.Id], [closed]), 409, 1001],
      ['no buckets', await share(admin, [], [closed]), 400, 1009, /^BucketIds: /],
      [
        'a bucket of another tenant',
        await share(server.otherTenant, [bucket.Id], [server.otherFolder.id]),
        404,
        1002,
      ],
      ['folders of an unknown bucket', await admin.get(path('GetFoldersForBucket(id=1000000)')), 404, 1002],
      [
        'folders of a bucket that is not visible',
        await member.get(path(`GetFoldersForBucket(id=${hidden.Id})`)),
        404,
        1002,
      ],
      [
        'an id that is none',
        await admin.get(path('GetBucketsAcrossFolders?excludeFolderId=x')),
        400,
        1009,
        /excludeFolderId/,
      ],
    ]);
    assert.equal((await show(bucket.Id)).FoldersCount, 1);
  });
});
