import assert from 'node:assert/strict';
import { test } from 'node:test';
import sql from 'sql-template-tag';
import { publishSample } from '../packages/packages.fixture.ts';
import {
  at,
  byKey,
  create,
  NS,
  RELEASES,
  type Release,
  read,
  UNKNOWN,
  withPackages,
} from './processes.fixture.ts';

test('versions move forward, back, and are remembered', async (t) => {
  const { server, admin } = await withPackages(t);
  const { Id, Key } = await create(admin);
  const version = async (): Promise<unknown> => (await read(admin, Id)).ProcessVersion;

  const latest = await admin.post(`${at(Id, 'UpdateToLatestPackageVersion')}?mergePackageTags=false`);
  assert.deepEqual([latest.status, latest.body.value, await version()], [200, Id, '1.1.0']);
  const back = await admin.post(at(Id, 'RollbackToPreviousReleaseVersion'));
  assert.deepEqual([back.status, back.body.value, await version()], [200, Id, '1.0.0']);
  const exact = await admin.post(at(Id, 'UpdateToSpecificPackageVersion'), { packageVersion: '1.1' });
  assert.deepEqual([exact.status, exact.body.value, await version()], [200, Id, '1.1.0']);

  const specific = await admin.post(byKey('UpdateToSpecificPackageVersionByKey', Key), {
    packageVersion: '1.0.0',
  });
  assert.deepEqual([specific.status, specific.body.value, await version()], [200, Key, '1.0.0']);
  const latestByKey = await admin.post(byKey('UpdateToLatestPackageVersionByKey', Key));
  assert.deepEqual([latestByKey.status, latestByKey.body.value, await version()], [200, Key, '1.1.0']);
  const backByKey = await admin.post(byKey('RollbackToPreviousReleaseVersionByKey', Key));
  assert.deepEqual([backByKey.status, backByKey.body.value, await version()], [200, Key, '1.0.0']);

  // The process already has this version, so the history stays as it is.
  assert.equal(
    (await admin.post(at(Id, 'UpdateToSpecificPackageVersion'), { packageVersion: '1.0.0' })).status,
    200,
  );
  const { ReleaseVersions, CurrentVersion } = (
    await admin.get(`${at(Id)}?$expand=ReleaseVersions($orderby=Id)`)
  ).body;
  assert.deepEqual(
    ReleaseVersions.map((v: { VersionNumber: string }) => v.VersionNumber),
    ['1.0.0', '1.1.0', '1.0.0', '1.1.0', '1.0.0', '1.1.0', '1.0.0'],
  );
  assert.equal(CurrentVersion.Id, ReleaseVersions.at(-1).Id);

  const bulk = await admin.post(`${RELEASES}/${NS}.UpdateToLatestPackageVersionBulk`, {
    releaseIds: [Id, 999_999],
  });
  assert.deepEqual(
    [bulk.status, bulk.body.Success, bulk.body.FailedItems, await version()],
    [200, false, [999_999], '1.1.0'],
  );
  const bulkByKey = await admin.post(`${RELEASES}/${NS}.UpdateToLatestPackageVersionBulkByKey`, {
    releaseKeys: [Key],
  });
  assert.deepEqual([bulkByKey.status, bulkByKey.body.Success, bulkByKey.body.FailedItems], [200, true, []]);
  const events = await server.db.query(
    sql`select from events where type = 'process.updated' and entity_key = ${Key}`,
  );
  assert.equal(events.length, 7);
});

test('versions that are not there', async (t) => {
  const { admin } = await withPackages(t);
  const { Id, Key } = await create(admin);
  const refusals: readonly (readonly [string, unknown, number])[] = [
    [at(Id, 'UpdateToSpecificPackageVersion'), { packageVersion: '8.0.0' }, 404],
    [at(Id, 'UpdateToSpecificPackageVersion'), {}, 400],
    [at(Id, 'RollbackToPreviousReleaseVersion'), undefined, 404],
    [at(999_999, 'UpdateToLatestPackageVersion'), undefined, 404],
    [byKey('UpdateToLatestPackageVersionByKey', UNKNOWN), undefined, 404],
    [byKey('UpdateToSpecificPackageVersionByKey', Key), { packageVersion: 'x' }, 404],
    [byKey('RollbackToPreviousReleaseVersionByKey', Key), undefined, 404],
    [`${RELEASES}/${NS}.UpdateToLatestPackageVersionBulk`, {}, 400],
    [`${RELEASES}/${NS}.UpdateToLatestPackageVersionBulkByKey`, { releaseKeys: ['x'] }, 400],
  ];
  for (const [path, body, status] of refusals)
    assert.equal((await admin.post(path, body)).status, status, path);
});

test('a process may follow its package', async (t) => {
  const { admin } = await withPackages(t);
  const { Id, Key, ProcessVersion } = await create(admin, { AutoUpdate: true });
  assert.equal(ProcessVersion, '1.1.0');
  const { Id: still } = await create(admin, { Name: 'Still' });
  await publishSample(admin, 'INVOICES', '1.0.5');
  assert.equal((await read(admin, Id)).ProcessVersion, '1.1.0');
  await publishSample(admin, 'Invoices', '2.0.0');
  const row = await read(admin, Id);
  assert.deepEqual(
    [row.ProcessVersion, row.CurrentVersion.VersionNumber, row.IsLatestVersion],
    ['2.0.0', '2.0.0', true],
  );
  assert.deepEqual(
    [(await read(admin, still)).ProcessVersion, (await read(admin, still)).IsLatestVersion],
    ['1.0.0', false],
  );

  for (const [path, body] of [
    [at(Id, 'UpdateToSpecificPackageVersion'), { packageVersion: '1.0.0' }],
    [at(Id, 'RollbackToPreviousReleaseVersion'), undefined],
    [`${RELEASES}/${NS}.UpdateByKey`, { releaseKey: Key, processVersion: '1.0.0' }],
  ] as const) {
    assert.equal((await admin.post(path, body)).status, 409, path);
  }
  assert.equal((await admin.patch(at(Id), { AutoUpdate: false, ProcessVersion: '1.0.0' })).status, 200);
  assert.equal((await read(admin, Id)).ProcessVersion, '1.0.0');
});

test('no upload is missed by a process that begins to follow', async (t) => {
  const { admin } = await withPackages(t);
  const { Id } = await create(admin);
  const versions = ['3.0.0', '3.1.0', '3.2.0', '3.3.0'];
  await Promise.all([
    ...versions.map((version) => publishSample(admin, 'Invoices', version)),
    ...versions.map((_, i) => create(admin, { Name: `Follower ${i}`, AutoUpdate: true })),
    admin.patch(at(Id), { AutoUpdate: true }),
  ]);
  const rows = (await admin.get(`${RELEASES}?$select=ProcessVersion`)).body.value;
  assert.deepEqual([...new Set(rows.map((r: Release) => r.ProcessVersion))], ['3.3.0']);
});

test('UpdateByKey changes version, entry point and input at once', async (t) => {
  const { admin } = await withPackages(t);
  const { Id, Key } = await create(admin, { InputArguments: '{"queue":"A"}' });
  const path = `${RELEASES}/${NS}.UpdateByKey`;
  const changed = await admin.post(path, {
    releaseKey: Key,
    processVersion: '1.1.0',
    entryPointPath: 'report.py',
  });
  assert.equal(changed.status, 200, changed.text);
  let row = await read(admin, Id);
  assert.deepEqual(
    [row.ProcessVersion, row.EntryPointPath, row.InputArguments],
    ['1.1.0', 'report.py', '{"queue":"A"}'],
  );
  assert.equal((await admin.post(path, { releaseKey: Key, inputArgs: '' })).status, 200);
  row = await read(admin, Id);
  assert.equal(row.InputArguments, null);
  for (const [body, status] of [
    [{ releaseKey: UNKNOWN }, 404],
    [{ releaseKey: Key, processVersion: '7.7.7' }, 404],
    [{ releaseKey: Key, entryPointPath: 'gone.py' }, 400],
    [{ releaseKey: Key, entryPointPath: 'main.py', inputArgs: '{"queue":1}' }, 400],
    [{}, 400],
  ] as const) {
    assert.equal((await admin.post(path, body)).status, status, JSON.stringify(body));
  }
});
