import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import sql from 'sql-template-tag';
import { addFolder, INVOICE_INPUT, OWN_FEED, samplePackage, UPLOAD } from '../packages/packages.fixture.ts';
import { findRelease } from './find-release.ts';
import {
  at,
  byKey,
  create,
  INVOICES,
  NS,
  RELEASES,
  read,
  setting,
  UNKNOWN,
  withPackages,
} from './processes.fixture.ts';

test('a process is made of a package, and tells all of it', async (t) => {
  const { server, admin } = await withPackages(t);
  const made = await admin.post(RELEASES, {
    ...INVOICES,
    '@odata.context': 'x',
    Id: 0,
    Description: 'Books invoices',
    InputArguments: '{"limit": 5}',
    EnvironmentVariables: 'REGION=EU\nMODE=fast',
    JobPriority: 'High',
    Tags: [{ Name: 'finance' }],
    ProcessSettings: { ErrorRecordingEnabled: true, Duration: 40 },
    VideoRecordingSettings: { VideoRecordingType: 'Failed' },
    RobotSize: 'Small',
  });
  assert.equal(made.status, 201, made.text);
  const { body } = made;
  assert.deepEqual(
    [
      body.Name,
      body.ProcessKey,
      body.ProcessVersion,
      body.IsLatestVersion,
      body.ProcessType,
      body.TargetFramework,
    ],
    ['Invoices', 'Invoices', '1.0.0', false, 'Process', 'Portable'],
  );
  assert.deepEqual([body.SpecificPriorityValue, body.JobPriority], [65, 'High']);
  assert.deepEqual(
    [body.OrganizationUnitId, body.OrganizationUnitFullyQualifiedName, body.FolderKey],
    [server.folder.id, 'Shared', server.folder.key],
  );
  assert.deepEqual(
    [body.EntryPointPath, body.CurrentVersion.VersionNumber, body.CurrentVersion.ReleaseId],
    ['main.py', '1.0.0', body.Id],
  );
  assert.match(body.Arguments.Input, /"queue"/);
  assert.deepEqual(body.Tags, [{ Name: 'finance', DisplayName: 'finance', Value: null, DisplayValue: null }]);
  assert.deepEqual([body.ProcessSettings.Duration, body.ProcessSettings.AlwaysRunning], [40, false]);
  assert.equal(body.VideoRecordingSettings.VideoRecordingType, 'Failed');
  assert.equal(body.CreatorUserId, server.admin.userId);
  assert.deepEqual(await read(admin, body.Id), {
    ...body,
    '@odata.context': (await read(admin, body.Id))['@odata.context'],
  });

  const listed = await admin.get(
    `${RELEASES}?$filter=ProcessKey eq 'Invoices' and jobPriority eq 'High'` +
      '&$expand=CurrentVersion,ReleaseVersions,EntryPoint,entryPoints',
  );
  assert.equal(listed.status, 200, listed.text);
  const [row] = listed.body.value;
  assert.deepEqual(
    [listed.body['@odata.count'], row.ReleaseVersions.length, row.EntryPoint.Path, row.EntryPoints.length],
    [1, 1, 'main.py', 2],
  );
  assert.equal((await admin.get(`${RELEASES}?$filter=Key eq ${body.Key}`)).body.value.length, 1);
  const gone = await admin.get(`${RELEASES}?$expand=Environment`);
  assert.equal(gone.status, 400);
  assert.match(gone.body.message, /Could not find a property named 'Environment'/);

  const packages = await admin.get('/odata/Processes');
  assert.equal(packages.body.value[0].IsActive, false);
  const found = await findRelease(server.db, server.tenant.id, server.folder.id, { name: 'INVOICES' });
  assert.deepEqual(found!.entryPoint!.inputSchema, INVOICE_INPUT);
  assert.deepEqual(
    [found!.runtimeKind, found!.versionId, found!.requiresUserInteraction, found!.key],
    ['python', body.CurrentVersion.Id, false, body.Key],
  );
  assert.equal(await findRelease(server.db, server.tenant.id, server.folder.id, { key: UNKNOWN }), undefined);
});

test('what cannot become a process is refused, by name', async (t) => {
  const { admin } = await withPackages(t);
  await create(admin);
  const cases: readonly (readonly [Record<string, unknown>, number, number | undefined, RegExp])[] = [
    [{ Name: 'invoices' }, 409, 1001, /invoices/],
    [{ Name: '' }, 400, 1009, /^Name/],
    [{ Name: null }, 400, 1009, /^Name/],
    [{ Name: 'A', ProcessVersion: '9.9.9' }, 404, 1002, /Package Invoices:9\.9\.9 does not exist/],
    [{ Name: 'A', ProcessKey: 'Gone' }, 404, 1002, /Package Gone/],
    [{ Name: 'A', FeedId: UNKNOWN }, 400, 1009, /^FeedId/],
    [
      { Name: 'A', EntryPointPath: 'gone.py' },
      400,
      1009,
      /^EntryPointPath: the package has no entry point gone\.py/,
    ],
    [{ Name: 'A', EntryPointId: 999_999 }, 400, 1009, /^EntryPointId/],
    [
      { Name: 'A', InputArguments: '{"limit": "ten"}' },
      400,
      1009,
      /^InputArguments\.limit: has to be an integer/,
    ],
    [{ Name: 'A', InputArguments: '[1]' }, 400, 1009, /^InputArguments/],
    [{ Name: 'A', InputArguments: '{' }, 400, 1009, /^InputArguments: is not JSON/],
    [{ Name: 'A', InputArguments: `"${'x'.repeat(10_000)}"` }, 400, 1009, /^InputArguments/],
    [{ Name: 'A', EnvironmentVariables: 'A=1\nnonsense' }, 400, 1009, /line 2/],
    [{ Name: 'A', SpecificPriorityValue: 101 }, 400, 1009, /^SpecificPriorityValue/],
    [{ Name: 'A', JobPriority: 'Urgent' }, 400, 1009, /^JobPriority/],
    [{ Name: 'A', Tags: [{}] }, 400, 1009, /^Tags\[0\]\.Name/],
  ];
  for (const [change, status, code, message] of cases) {
    const answer = await admin.post(RELEASES, { ...INVOICES, ...change });
    assert.deepEqual(
      [answer.status, answer.body.errorCode],
      [status, code],
      `${JSON.stringify(change)}: ${answer.text}`,
    );
    assert.match(answer.body.message, message);
  }
  assert.equal((await admin.post(RELEASES)).status, 400);
  assert.equal((await admin.get(RELEASES)).body.value.length, 1);
});

test('PATCH changes what it names, PUT takes the rest back', async (t) => {
  const { admin } = await withPackages(t);
  const { Id } = await create(admin, {
    Description: 'Old',
    Tags: [{ Name: 'a' }],
    SpecificPriorityValue: 90,
    EnvironmentVariables: 'A=1',
  });
  const other = await create(admin, { Name: 'Other' });

  assert.equal((await admin.patch(at(Id), { JobPriority: 'Low', EntryPointPath: 'report.py' })).status, 200);
  let row = await read(admin, Id);
  assert.deepEqual(
    [row.Description, row.SpecificPriorityValue, row.JobPriority, row.EntryPointPath, row.Tags.length],
    ['Old', 25, 'Low', 'report.py', 1],
  );
  assert.notEqual(row.LastModificationTime, null);
  assert.equal((await admin.patch(at(Id), { Description: null, InputArguments: '{"any": 1}' })).status, 200);
  row = await read(admin, Id);
  assert.deepEqual([row.Description, row.InputArguments], [null, '{"any": 1}']);

  // Input is checked against the entry point that the same body names.
  assert.equal(
    (await admin.patch(at(Id), { EntryPointPath: 'main.py', InputArguments: '{"limit": 1.5}' })).status,
    400,
  );
  assert.equal(
    (await admin.put(at(Id), { ...row, Name: 'Renamed', '@odata.context': undefined })).status,
    200,
  );
  assert.deepEqual(
    [(await read(admin, Id)).Name, (await read(admin, Id)).EntryPointPath],
    ['Renamed', 'report.py'],
  );

  assert.equal((await admin.put(at(Id), { ...INVOICES, ProcessVersion: '1.1' })).status, 200);
  row = await read(admin, Id);
  assert.deepEqual(
    [
      row.Name,
      row.ProcessVersion,
      row.Tags,
      row.InputArguments,
      row.SpecificPriorityValue,
      row.EnvironmentVariables,
      row.IsLatestVersion,
    ],
    ['Invoices', '1.1.0', [], null, 45, 'A=1', true],
  );
  assert.equal(row.EntryPointPath, 'report.py');

  for (const [method, body, status] of [
    ['put', { ...INVOICES, Name: 'Other' }, 409],
    ['patch', { Name: 'other' }, 409],
    ['patch', { Name: null }, 400],
    ['put', { Name: 'A' }, 400],
    ['patch', { ProcessKey: 'Else' }, 400],
    ['patch', { ProcessVersion: '7.0.0' }, 404],
    ['patch', { FeedId: UNKNOWN }, 400],
    ['patch', { SpecificPriorityValue: 0 }, 400],
  ] as const) {
    assert.equal((await admin[method](at(Id), body)).status, status, JSON.stringify(body));
  }
  assert.equal((await admin.put(at(999_999), INVOICES)).status, 404);
  assert.equal((await admin.patch(at(999_999), {})).status, 404);
  assert.equal((await read(admin, other.Id)).Name, 'Other');
});

test('what is in use is not deleted', async (t) => {
  const { server, admin } = await withPackages(t);
  const { Id, Key } = await create(admin);
  const used = await admin.delete("/odata/Processes('Invoices:1.0.0')");
  assert.deepEqual([used.status, used.body.errorCode], [409, 1012]);
  assert.equal((await admin.delete("/odata/Processes('Invoices')")).status, 409);
  assert.equal((await admin.delete("/odata/Processes('Invoices:1.1.0')")).status, 204);

  const { db } = server;
  await db.execute(sql`
    insert into jobs (
      tenant_id, folder_id, release_id, release_name, process_key, process_version, runtime_kind,
      batch_execution_key)
    values (
      ${server.tenant.id}, ${server.folder.id}, ${Id}, 'Invoices', 'Invoices', '1.0.0', 'python',
      gen_random_uuid())`);
  const busy = await admin.delete(at(Id));
  assert.deepEqual([busy.status, busy.body.errorCode], [409, 1013], busy.text);
  assert.equal((await server.admin.delete(`/api/Releases/DeleteByKey?key=${Key}`)).status, 409);
  await db.execute(sql`update jobs set state = 5, ended_at = now()`);
  assert.equal((await admin.delete(at(Id))).status, 204);
  assert.equal((await admin.get(at(Id))).status, 404);
  assert.equal((await admin.delete(at(Id))).status, 404);
  assert.equal((await admin.delete("/odata/Processes('Invoices')")).status, 204);
});

test('DeleteByKey finds the process in whichever folder', async (t) => {
  const { server, admin } = await withPackages(t);
  const { Key } = await create(admin);
  const path = `/api/Releases/DeleteByKey?key=${Key}`;
  const elsewhere = await addFolder(server, 'Else');
  const stranger = await server.user({ permissions: ['Processes.Delete'], folder: elsewhere });
  assert.equal((await stranger.delete(path)).status, 404);
  assert.equal((await server.otherTenant.delete(path)).status, 404);
  assert.equal((await server.admin.delete('/api/Releases/DeleteByKey')).status, 400);
  assert.equal((await (await server.user()).delete(path)).status, 403);
  assert.equal((await server.admin.delete(path)).status, 204);
  assert.equal((await server.admin.delete(path)).status, 404);
});

test('a process keeps the retention that it is given, by whichever operation', async (t) => {
  const { admin } = await withPackages(t);
  const { Id } = await create(admin, { RetentionAction: 'Delete', RetentionPeriod: 60 });
  const kept = async (): Promise<unknown[]> => {
    const { body } = await admin.get(at(Id, 'GetRelease'));
    return [body.RetentionAction, body.RetentionPeriod, body.StaleRetentionAction];
  };
  assert.deepEqual(await kept(), ['Delete', 60, 'None']);
  const put = await admin.put(`${RELEASES}(${Id})`, { ...INVOICES, StaleRetentionAction: 'Delete' });
  assert.equal(put.status, 200, put.text);
  assert.deepEqual(await kept(), ['Delete', 60, 'Delete']);
  const patched = await admin.patch(`${RELEASES}(${Id})`, { RetentionAction: 'None', RetentionPeriod: 30 });
  assert.equal(patched.status, 200, patched.text);
  assert.deepEqual(await kept(), ['None', 30, 'Delete']);
});

test('newer clients create and read processes with retention', async (t) => {
  const { server, admin } = await withPackages(t);
  const path = `${RELEASES}/${NS}.CreateRelease`;
  const made = await admin.post(path, { ...INVOICES, RetentionAction: 'Delete', RetentionPeriod: 60 });
  assert.equal(made.status, 201, made.text);
  assert.deepEqual(
    [made.body.RetentionAction, made.body.RetentionPeriod, made.body.StaleRetentionAction],
    ['Delete', 60, 'None'],
  );
  assert.equal((await admin.get(at(made.body.Id, 'GetRelease'))).body.RetentionPeriod, 60);
  assert.equal((await admin.get(at(999_999, 'GetRelease'))).status, 404);
  for (const body of [
    { ...INVOICES, Name: 'B', RetentionPeriod: 0 },
    { ...INVOICES, Name: 'B', RetentionAction: 'Archive' },
    { ...INVOICES, Name: 'B', RetentionAction: 'Archive', RetentionBucketId: 999_999 },
    { ...INVOICES, Name: 'B', StaleRetentionAction: 'Archive', StaleRetentionBucketId: 999_999 },
  ]) {
    assert.equal((await admin.post(path, body)).status, 400);
  }
  assert.equal((await admin.post(path, INVOICES)).status, 409);
  assert.equal((await admin.get(RELEASES)).body.value.length, 1);
  const query = "$select=Id,Key,ProcessVersion&$top=25&$filter=ProcessKey eq 'Invoices'";
  const all = `${RELEASES}/${NS}.ListReleases?${query}`;
  assert.deepEqual(Object.keys((await server.admin.get(all)).body.value[0]).sort(), [
    'Id',
    'Key',
    'ProcessVersion',
  ]);

  const { Id } = made.body;
  assert.deepEqual((await admin.get('/odata/ReleaseRetention')).body.value, [
    { ReleaseId: Id, Action: 'Delete', Period: 60, BucketId: null, Type: 'Final' },
  ]);
  assert.equal((await admin.put(setting(Id), { Action: 'Delete', Period: 90, Type: 'Stale' })).status, 200);
  assert.equal((await admin.get(`${setting(Id)}?retentionType=Stale`)).body.Period, 90);
  assert.equal((await admin.get(setting(Id))).body.Period, 60);
  assert.equal((await admin.delete(setting(Id))).status, 204);
  assert.deepEqual((await admin.get(setting(Id))).body.Action, 'None');
  assert.equal((await admin.put(setting(Id), { Action: 'Delete', Period: 181 })).status, 400);
  assert.equal((await server.admin.get('/odata/ReleaseRetention')).status, 400);
  const bucket = await admin.post('/odata/Buckets', { Name: 'Archive', Identifier: randomUUID() });
  const archived = { Action: 'Archive', Period: 30 };
  assert.equal((await admin.put(setting(Id), { ...archived, BucketId: bucket.body.Id })).status, 200);
  assert.equal((await admin.get(setting(Id))).body.BucketId, bucket.body.Id);
  const unknown = await admin.put(setting(Id), { ...archived, BucketId: 999_999 });
  assert.equal(unknown.status, 400);
  assert.match(unknown.body.message, /^BucketId: there is no bucket 999999 in the folder/);
  for (const answer of [
    admin.get(setting(999_999)),
    admin.put(setting(999_999), { Action: 'None', Period: 30 }),
    admin.delete(setting(999_999)),
  ]) {
    assert.equal((await answer).status, 404);
  }
});

test('folders and rights', async (t) => {
  const { server, admin } = await withPackages(t);
  const { Id, Key } = await create(admin);
  const elsewhere = server.admin.in(await addFolder(server, 'Else'));
  assert.deepEqual((await elsewhere.get(RELEASES)).body.value, []);
  for (const answer of [
    elsewhere.get(at(Id)),
    elsewhere.patch(at(Id), {}),
    elsewhere.delete(at(Id)),
    elsewhere.post(at(Id, 'UpdateToLatestPackageVersion')),
    elsewhere.post(byKey('UpdateToLatestPackageVersionByKey', Key)),
    server.otherTenant.in(server.otherFolder.id).get(at(Id)),
  ]) {
    assert.deepEqual([(await answer).status, (await answer).body.errorCode], [404, 1002]);
  }
  // The same name again, in another folder.
  await create(elsewhere);
  assert.equal((await server.admin.get(`${RELEASES}/${NS}.ListReleases`)).body.value.length, 2);

  assert.equal((await server.admin.get(RELEASES)).body.value.length, 2);
  const headless = await server.admin.get(at(Id));
  assert.deepEqual([headless.status, headless.body.errorCode], [400, 1101]);
  assert.equal((await server.anonymous.get(RELEASES)).status, 401);

  const viewer = (await server.user({ permissions: ['Processes.View'] })).in(server.folder.id);
  assert.equal((await viewer.get(RELEASES)).status, 200);
  for (const path of [RELEASES, `${RELEASES}/${NS}.ListReleases`]) {
    assert.equal((await viewer.in(undefined).get(path)).body.value.length, 1);
  }
  const none = await viewer.in(undefined).get(`${RELEASES}?mandatoryPermissions=Jobs.Create`);
  assert.equal(none.body.value.length, 0);
  assert.equal((await viewer.get(`${RELEASES}?mandatoryPermissions=Jobs.Create`)).status, 403);
  assert.equal(
    (await viewer.get(`${RELEASES}?atLeastOnePermissions=Jobs.Create,Processes.View`)).status,
    200,
  );
  assert.equal((await viewer.post(RELEASES, { ...INVOICES, Name: 'B' })).status, 403);
  assert.equal((await viewer.delete(at(Id))).status, 403);
  assert.equal((await viewer.put(at(Id), INVOICES)).status, 403);

  const maker = (
    await server.user({ permissions: ['Processes.Create', 'Processes.Edit', 'Processes.View'] })
  ).in(server.folder.id);
  assert.equal(
    (await maker.post(RELEASES, { ...INVOICES, Name: 'C', RemoteControlAccess: 'Full' })).status,
    403,
  );
  assert.equal(
    (await maker.post(RELEASES, { ...INVOICES, Name: 'C', RemoteControlAccess: 'None' })).status,
    201,
  );
  const reader = (await server.app(['OR.Execution.Read'])).in(server.folder.id);
  assert.equal((await reader.get(RELEASES)).status, 200);
  assert.equal((await reader.patch(at(Id), { Description: 'x' })).status, 403);
});

test("a folder's own feed is what its processes are made from, unless they name the tenant's", async (t) => {
  const { server, admin } = await withPackages(t);
  const folderId = await addFolder(server, 'Finance', { feedType: OWN_FEED });
  const feedId = (await admin.get(`/api/PackageFeeds/GetFolderFeed?folderId=${folderId}`)).body;
  await admin.upload(`${UPLOAD}?feedId=${feedId}`, {
    fileName: 'p.nupkg',
    bytes: await samplePackage('Payroll', '1.0.0'),
  });
  const inFolder = server.admin.in(folderId);
  const payroll = await create(inFolder, { Name: 'Payroll', ProcessKey: 'payroll' });
  assert.deepEqual([payroll['FeedId'], payroll['ProcessKey']], [feedId, 'Payroll']);
  assert.equal((await inFolder.post(RELEASES, INVOICES)).status, 404);
  const tenantFeed = (await read(admin, (await create(admin)).Id)).FeedId;
  assert.equal((await create(inFolder, { FeedId: tenantFeed }))['FeedId'], tenantFeed);
  assert.equal(
    (await admin.post(RELEASES, { ...INVOICES, Name: 'P', ProcessKey: 'Payroll', FeedId: feedId })).status,
    400,
  );
});
