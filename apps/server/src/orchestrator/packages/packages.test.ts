import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { writePackage } from '@baton/nupkg/write';
import sql from 'sql-template-tag';
import { callerWith, testServer } from '../../server.fixture.ts';
import { addFolder, OWN_FEED, publishSample, samplePackage, UPLOAD } from './packages.fixture.ts';

const PROCESSES = '/odata/Processes';
const call = (name: string, key: string): string =>
  `${PROCESSES}/UiPath.Server.Configuration.OData.${name}(key='${key}')`;
const versionsOf = (id: string): string =>
  `${PROCESSES}/UiPath.Server.Configuration.OData.GetProcessVersions(processId='${id}')`;

test('a package is uploaded, listed, looked into, downloaded and deleted', async (t) => {
  const { admin, url } = await testServer(t);
  const bytes = await samplePackage('Invoices', '1.0.0');

  const uploaded = await admin.upload(`${UPLOAD}()?feedId=`, {
    fileName: 'Invoices.1.0.0.nupkg',
    bytes,
    field: 'uploads[]',
  });
  assert.equal(uploaded.status, 200, uploaded.text);
  const [{ Key, Status, Body }] = uploaded.body.value;
  assert.deepEqual([Key, Status], ['Invoices:1.0.0', 'OK']);
  const { Id, Version, Title, IsLatestVersion, PackageType } = JSON.parse(Body);
  assert.deepEqual(
    [Id, Version, Title, IsLatestVersion, PackageType],
    ['Invoices', '1.0.0', 'Invoices robot', true, 'Process'],
  );

  for (const version of ['1.0.1-beta.2', '1.0.1-beta.10', '1.0.1'])
    await publishSample(admin, 'Invoices', version);
  await publishSample(admin, 'Payments', '2.0.0');

  const listed = await admin.get(PROCESSES);
  assert.equal(listed.status, 200, listed.text);
  assert.deepEqual(
    listed.body.value.map((p: { Key: string }) => p.Key),
    ['Invoices:1.0.1', 'Payments:2.0.0'],
  );
  assert.equal(listed.body['@odata.count'], 2);
  const [row] = listed.body.value;
  assert.equal(row.OldVersion, '1.0.1-beta.10');
  assert.equal(row.IsActive, false);
  assert.equal(row.TargetFramework, 'Portable');
  assert.equal(row.MainEntryPointPath, 'main.py');
  assert.match(row.Arguments.Input, /"name":"queue"/);
  assert.equal((await admin.get(`${PROCESSES}?searchTerm=PAYM`)).body.value.length, 1);
  assert.equal(
    (
      await admin.get(
        `${PROCESSES}?$filter=contains(Title,'Pay') and ProjectType eq 'Process'&$expand=EntryPoints`,
      )
    ).body.value[0].EntryPoints.length,
    2,
  );

  const versions = await admin.get(`${versionsOf('invoices')}?$select=Version,IsLatestVersion`);
  assert.deepEqual(
    versions.body.value.map((p: { Version: string }) => p.Version),
    ['1.0.1', '1.0.1-beta.10', '1.0.1-beta.2', '1.0.0'],
  );
  assert.equal((await admin.get(versionsOf('invoices'))).body.value.length, 4);

  const args = await admin.get(call('GetArguments', 'Invoices:1.0.0'));
  assert.equal(args.status, 200, args.text);
  assert.deepEqual(JSON.parse(args.body.Input), [
    { name: 'queue', type: 'System.String', required: true, hasDefault: false },
    { name: 'limit', type: JSON.parse(args.body.Input)[1].type, required: false, hasDefault: true },
  ]);
  const main = await admin.get(call('GetPackageMainEntryPoint', 'Invoices:1.0'));
  assert.deepEqual([main.status, main.body.Path, main.body.OutputArguments !== null], [200, 'main.py', true]);
  const points = await admin.get(call('GetPackageEntryPoints', 'Invoices:1.0.0'));
  assert.deepEqual(
    points.body.value.map((p: { Path: string }) => p.Path),
    ['main.py', 'report.py'],
  );

  const download = await fetch(`${url}${call('DownloadPackage', 'Invoices%3A1.0.0')}`, {
    headers: { authorization: `Bearer ${admin.token}` },
  });
  assert.equal(download.status, 200);
  assert.deepEqual(Buffer.from(await download.arrayBuffer()), bytes);
  const hash = createHash('sha256').update(bytes).digest('hex');
  assert.equal(download.headers.get('etag'), `"${hash}"`);
  assert.match(download.headers.get('content-disposition')!, /filename\*=UTF-8''Invoices\.1\.0\.0\.nupkg/);
  const again = await admin
    .with({ 'if-none-match': `"${hash}"` })
    .get(call('DownloadPackage', 'Invoices:1.0.0'));
  assert.equal(again.status, 304);

  assert.equal((await admin.delete(`${PROCESSES}('Invoices:1.0.0')`)).status, 204);
  assert.equal((await admin.get(call('DownloadPackage', 'Invoices:1.0.0'))).status, 404);
  assert.equal((await admin.delete(`${PROCESSES}('Invoices')`)).status, 204);
  assert.deepEqual((await admin.get(versionsOf('Invoices'))).body.value, []);
});

test('a version is there once, however it is written and whoever comes at the same time', async (t) => {
  const { admin, db } = await testServer(t);
  const uploads = await Promise.all(
    ['a', 'b', 'c', 'd'].map((text) => publishSample(admin, 'Race', '1.0.0-Beta', { text })),
  );
  assert.deepEqual(uploads.map((u) => u.status).sort(), [200, 409, 409, 409]);
  const again = await publishSample(admin, 'RACE', '1.0-beta');
  assert.equal(again.status, 409);
  assert.equal(again.body.errorCode, 1004);
  const events = await db.query(sql`select entity_key from events where type = 'package.uploaded'`);
  assert.equal(events.length, 1);
});

test('several files stand each for itself', async (t) => {
  const { admin } = await testServer(t);
  await publishSample(admin, 'Old', '1.0.0');
  const answer = await admin.upload(UPLOAD, [
    { fileName: 'new.nupkg', bytes: await samplePackage('New', '1.0.0'), field: 'file' },
    { fileName: 'old.nupkg', bytes: await samplePackage('Old', '1.0.0'), field: 'file1' },
    { fileName: 'text.nupkg', bytes: Buffer.from('no zip'), field: 'file2' },
  ]);
  assert.equal(answer.status, 207, answer.text);
  assert.deepEqual(
    answer.body.value.map((r: { Key: string; Status: string }) => [r.Key, r.Status]),
    [
      ['New:1.0.0', 'OK'],
      ['old.nupkg', 'Conflict'],
      ['text.nupkg', 'BadRequest'],
    ],
  );
  const both = await admin.upload(UPLOAD, [
    { fileName: 'a.nupkg', bytes: await samplePackage('A', '1.0.0'), field: 'file1' },
    { fileName: 'b.nupkg', bytes: await samplePackage('B', '1.0.0'), field: 'file2' },
  ]);
  assert.equal(both.status, 200);
});

test('what is no package is refused, and says why', async (t) => {
  const { admin } = await testServer(t, { BATON_PACKAGE_ENTRIES: '20' });
  const library = await writePackage({
    id: 'Lib',
    version: '1.0.0',
    files: [{ path: 'a.txt', content: 'a' }],
  });
  const withFiles = (count: number): Promise<Uint8Array> =>
    writePackage({
      id: 'Many',
      version: '1.0.0',
      files: Array.from({ length: count }, (_, i) => ({ path: `${i}.mjs`, content: '' })),
      entryPoints: [{ path: '0.mjs' }],
    });
  const cases: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['no zip', Buffer.from('PK?'), /InvalidExtension/],
    ['no automation', library, /InvalidPackageDetails: Lib: is a NuGet package without an automation/],
    ['empty', Buffer.alloc(0), /Invalid/],
    ['too many files', await withFiles(30), /has more than 20 entries/],
  ];
  assert.equal((await admin.upload(UPLOAD, { fileName: 'x.nupkg', bytes: await withFiles(5) })).status, 200);
  for (const [name, bytes, message] of cases) {
    const answer = await admin.upload(UPLOAD, { fileName: 'x.nupkg', bytes });
    assert.equal(answer.status, 400, name);
    assert.match(answer.body.message, message);
    assert.equal(typeof answer.body.errorCode, 'number');
  }
  const form = new FormData();
  form.append('note', 'no file');
  const none = await admin.send('POST', UPLOAD, { body: form });
  assert.deepEqual([none.status, /attach at least one/.test(none.body.message)], [400, true]);
  assert.equal((await admin.post(UPLOAD, {})).status, 415);
  assert.equal((await admin.get(PROCESSES)).body.value.length, 1);
});

test('what is not there is not found', async (t) => {
  const { admin } = await testServer(t);
  await publishSample(admin, 'There', '1.0.0');
  const feed = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
  for (const path of [
    call('DownloadPackage', 'There:2.0.0'),
    call('DownloadPackage', 'There'),
    call('GetArguments', 'There:not-a-version'),
    call('GetPackageMainEntryPoint', 'Gone:1.0.0'),
    call('GetPackageEntryPoints', 'Gone:1.0.0'),
    `${call('DownloadPackage', 'There:1.0.0')}?feedId=${feed}`,
    `${PROCESSES}?feedId=${feed}`,
    `${versionsOf('There')}?feedId=${feed}`,
  ]) {
    const answer = await admin.get(path);
    assert.deepEqual([answer.status, answer.body.errorCode], [404, 1002], path);
  }
  assert.equal((await admin.delete(`${PROCESSES}('There:9.9.9')`)).status, 404);
  assert.equal((await admin.delete(`${PROCESSES}('Gone')`)).status, 404);
  assert.equal((await admin.get(`${PROCESSES}?feedId=no-guid`)).status, 400);
  assert.equal((await admin.get(`${PROCESSES}?$filter=Nothing eq 1`)).status, 400);
});

test('libraries have a feed of their own', async (t) => {
  const { admin } = await testServer(t);
  const libraries = '/odata/Libraries';
  const upload = `${libraries}/UiPath.Server.Configuration.OData.UploadPackage`;
  const bytes = await writePackage({
    id: 'Lib',
    version: '1.2.0-rc.1',
    files: [{ path: 'a.txt', content: 'a' }],
  });
  const uploaded = await admin.upload(upload, { fileName: 'lib.nupkg', bytes });
  assert.equal(uploaded.status, 207, uploaded.text);
  assert.equal(uploaded.body.value[0].Key, 'Lib:1.2.0-rc.1');
  assert.equal((await admin.upload(upload, { fileName: 'lib.nupkg', bytes })).status, 409);
  const listed = await admin.get(libraries);
  assert.deepEqual(
    [listed.body.value[0].Id, listed.body.value[0].IsPrerelease, listed.body.value[0].PackageSize],
    ['Lib', true, bytes.length],
  );
  const ns = `${libraries}/UiPath.Server.Configuration.OData`;
  assert.equal((await admin.get(`${ns}.GetVersions(packageId='Lib')`)).body.value.length, 1);
  assert.equal((await admin.get(`${ns}.DownloadPackage(key='Lib:1.2.0-rc.1')`)).status, 200);
  assert.equal((await admin.get(`${ns}.DownloadPackage(key='Lib:9.0.0')`)).status, 404);
  assert.deepEqual((await admin.get(PROCESSES)).body.value, []);
  assert.equal((await admin.delete(`${libraries}('Lib:1.2.0-rc.1')`)).status, 204);
  assert.equal((await admin.delete(`${libraries}('Lib:1.2.0-rc.1')`)).status, 404);
  assert.equal(
    (await admin.get('/api/PackageFeeds/GetLibraryFeeds')).body[0].name,
    'Orchestrator Tenant Libraries Feed',
  );
});

test('arguments are described where the package does not', async (t) => {
  const { admin } = await testServer(t);
  const bytes = await writePackage({
    id: 'Plain',
    version: '1.0.0',
    files: [{ path: 'main.py', content: '' }],
    entryPoints: [{ path: 'main.py' }],
  });
  await admin.upload(UPLOAD, { fileName: 'plain.nupkg', bytes });
  await publishSample(admin, 'Typed', '1.0.0');
  const path = `${PROCESSES}/UiPath.Server.Configuration.OData.SetArguments`;
  const Input = '[{"name":"queue","type":"System.String"}]';
  const set = (key: string, args: unknown) => admin.post(path, { key, arguments: args });
  assert.deepEqual((await admin.get(call('GetArguments', 'Plain:1.0.0'))).body.Input, null);
  assert.equal((await set('Plain:1.0.0', { Input })).status, 200);
  assert.equal((await admin.get(call('GetArguments', 'Plain:1.0.0'))).body.Input, Input);
  assert.equal((await set('Plain:1.0.0', { Input: '{' })).status, 400);
  assert.equal((await set('Plain:1.0.0', undefined)).status, 400);
  assert.equal((await set('Gone:1.0.0', { Input })).status, 404);
  assert.equal((await set('Typed:1.0.0', { Input })).status, 409);
});

test('a folder may have a feed of its own, which those below it share', async (t) => {
  const server = await testServer(t);
  const { admin, folder } = server;
  const owner = await addFolder(server, 'Finance', { feedType: OWN_FEED });
  const below = await addFolder(server, 'Finance/Team', { parentId: owner });
  const feedOf = (id: number) => admin.get(`/api/PackageFeeds/GetFolderFeed?folderId=${id}`);
  const ofOwner = await feedOf(owner);
  assert.equal(ofOwner.status, 200, ofOwner.text);
  assert.match(ofOwner.body, /^[0-9a-f-]{36}$/);
  assert.equal((await feedOf(below)).body, ofOwner.body);
  assert.equal((await feedOf(folder.id)).text, 'null');
  assert.equal((await feedOf(987_654)).status, 404);
  assert.equal((await admin.get('/api/PackageFeeds/GetFolderFeed')).status, 400);

  const feeds = await admin.get('/api/PackageFeeds/GetFeeds');
  assert.deepEqual(
    feeds.body.map((f: { name: string; purpose: string }) => [f.name, f.purpose]),
    [
      ['Orchestrator Tenant Processes Feed', 'Processes'],
      ['Orchestrator Finance Feed', 'Processes'],
    ],
  );

  const bytes = await samplePackage('Secret', '1.0.0');
  assert.equal(
    (await admin.upload(`${UPLOAD}?feedId=${ofOwner.body}`, { fileName: 's.nupkg', bytes })).status,
    200,
  );
  assert.deepEqual((await admin.get(PROCESSES)).body.value, []);
  assert.equal((await admin.get(`${PROCESSES}?feedId=${ofOwner.body}`)).body.value[0].Id, 'Secret');

  const inFolder = await server.user({ permissions: ['FolderPackages.View'], folder: owner });
  assert.equal((await inFolder.get(`${PROCESSES}?feedId=${ofOwner.body}`)).status, 200);
  assert.equal((await inFolder.get(PROCESSES)).status, 403);
  assert.equal(
    (await inFolder.upload(`${UPLOAD}?feedId=${ofOwner.body}`, { fileName: 's.nupkg', bytes })).status,
    403,
  );
  const elsewhere = await server.user({ permissions: ['Packages.View', 'FolderPackages.View'] });
  assert.equal((await elsewhere.get(PROCESSES)).status, 200);
  assert.equal((await elsewhere.get(`${PROCESSES}?feedId=${ofOwner.body}`)).status, 404);
});

test('who may not, and who is elsewhere', async (t) => {
  const server = await testServer(t);
  const { admin, otherTenant, anonymous } = server;
  await publishSample(admin, 'Mine', '1.0.0');
  assert.deepEqual((await otherTenant.get(PROCESSES)).body.value, []);
  assert.equal((await otherTenant.get(call('DownloadPackage', 'Mine:1.0.0'))).status, 404);
  assert.equal((await publishSample(otherTenant, 'Mine', '1.0.0')).status, 200);
  assert.equal((await otherTenant.delete(`${PROCESSES}('Mine')`)).status, 204);
  // Each package has a file of its own: deleting one leaves the file of the other.
  assert.equal((await admin.get(call('DownloadPackage', 'Mine:1.0.0'))).status, 200);

  assert.equal((await anonymous.get(PROCESSES)).status, 401);
  const reader = await server.user({ permissions: ['Packages.View'] });
  assert.equal((await reader.get(PROCESSES)).status, 200);
  assert.equal((await publishSample(reader, 'Mine', '2.0.0')).status, 403);
  assert.equal((await reader.delete(`${PROCESSES}('Mine:1.0.0')`)).status, 403);
  assert.equal((await reader.get('/odata/Libraries')).status, 403);
  const readOnlyApp = await server.app(['OR.Execution.Read']);
  assert.equal((await readOnlyApp.get(PROCESSES)).status, 200);
  assert.equal((await publishSample(readOnlyApp, 'Mine', '2.0.0')).status, 403);
  const robotApp = await server.app(['OR.Robots']);
  assert.equal((await robotApp.get(PROCESSES)).status, 403);
});

test('a machine fetches packages of its tenant, and does nothing else with them', async (t) => {
  const server = await testServer(t);
  await publishSample(server.admin, 'Fetched', '1.0.0');
  await publishSample(server.otherTenant, 'Elsewhere', '1.0.0');
  const made = await server.admin.post('/odata/Machines', { Name: 'Host', Type: 'Template' });
  const host = await server.db.first<{ key: string; license_key: string }>(sql`
    select key, license_key from machines where id = ${made.body.Id}`);
  const token = await server.parts.identity.issueToken({
    kind: 'machine',
    subject: host!.key,
    clientId: host!.license_key,
    organizationId: server.organizationId,
    tenantId: server.tenant.id,
    scopes: [],
    lifetimeSeconds: 60,
    extra: { machine_id: made.body.Id },
  });
  const machine = callerWith(server.url, token);
  const fetched = await machine.get(call('DownloadPackage', 'Fetched:1.0.0'));
  assert.equal(fetched.status, 200, fetched.text);
  assert.equal((await machine.get(call('DownloadPackage', 'Elsewhere:1.0.0'))).status, 404);
  assert.equal((await machine.get(PROCESSES)).status, 403);
  assert.equal((await publishSample(machine, 'Other', '1.0.0')).status, 403);
});
