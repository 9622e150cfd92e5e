import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { writePackage } from '@baton/nupkg/write';
import sql from 'sql-template-tag';
import { testServer } from '../../server.fixture.ts';
import { addFolder, publishSample, UPLOAD } from '../packages/packages.fixture.ts';
import { hasLiveJobs, isJobLive } from './live.ts';
import {
  addAccount,
  addMachine,
  addProcess,
  connect,
  JOBS,
  job,
  jobs,
  refused,
  start,
  started,
} from './robot-kit.fixture.ts';

const UNKNOWN = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const server = await testServer({ after });
const admin = server.admin.in(server.folder.id);
const account = await addAccount(server);
const machine = await addMachine(server, { slots: 5 });
const release = await addProcess(admin, 'Invoices', { SpecificPriorityValue: 70 });
const minimal = { ReleaseKey: release.Key, InputArguments: '{"queue":"q"}' };
const ids = (rows: readonly { Id: number }[]): number[] => rows.map(({ Id }) => Id);

describe('StartJobs', () => {
  it('takes a process by key or name and answers the jobs', async () => {
    const byKey = await start(admin, minimal);
    assert.equal(byKey.status, 201, byKey.text);
    assert.equal(byKey.body['@odata.count'], 1);
    const [one] = byKey.body.value;
    assert.deepEqual(
      [
        one.State,
        one.ReleaseName,
        one.SpecificPriorityValue,
        one.JobPriority,
        one.Source,
        one.SourceType,
        one.RuntimeType,
      ],
      ['Pending', 'Invoices', 70, 'High', 'Manual', 'Manual', 'Unattended'],
    );
    assert.deepEqual(
      [one.OrganizationUnitFullyQualifiedName, one.EntryPointPath, one.ProcessType],
      ['Shared', 'main.py', 'Process'],
    );
    const byName = await start(admin, {
      releaseName: 'invoices',
      inputArguments: '{"queue":"q"}',
      Strategy: 'JobsCount',
      JobsCount: 3,
      RobotIds: [],
      NoOfRobots: 0,
      Source: 'Schedule',
      EntryPointPath: 'report.py',
      BatchExecutionKey: UNKNOWN,
      Unheard: true,
    });
    assert.equal(byName.status, 201, byName.text);
    assert.equal(byName.body.value.length, 3);
    const [three] = byName.body.value;
    assert.deepEqual(
      [three.BatchExecutionKey, three.SourceType, three.EntryPointPath],
      [UNKNOWN, 'Schedule', 'report.py'],
    );
    const expanded = await admin.post(`${jobs('StartJobs')}?$expand=Release&$select=Id,Key`, {
      startInfo: minimal,
    });
    assert.deepEqual(Object.keys(expanded.body.value[0]), ['Key', 'Id', 'Release']);
    assert.equal(await hasLiveJobs(server.db, release.Id), true);
    assert.equal(await isJobLive(server.db, one.Key), true);
    assert.equal(await isJobLive(server.db, UNKNOWN), false);
  });

  it('keeps arguments to the letter, and defaults beneath them', async () => {
    const exact = '{"queue":"q", "limit": 9007199254740993}';
    const [kept] = await started(admin, release.Key, { InputArguments: exact });
    assert.equal((kept as unknown as { InputArguments: string }).InputArguments, exact);
    const refusals: [Record<string, unknown>, RegExp][] = [
      [{ InputArguments: '{' }, /InputArguments/],
      [{ InputArguments: '[1]' }, /InputArguments/],
      [{ InputArguments: '{"queue":7}' }, /InputArguments\.queue/],
      [{ InputArguments: '{}' }, /InputArguments\.queue/],
      [{ InputArguments: undefined }, /InputArguments\.queue/],
      [{ EnvironmentVariables: 'no equals' }, /EnvironmentVariables/],
      [{ EntryPointPath: 'nowhere.py' }, /EntryPointPath/],
      [{ JobsCount: 10_001 }, /JobsCount/],
      [{ JobsCount: 'many' }, /JobsCount/],
      [{ StopProcessExpression: 'later' }, /StopProcessExpression/],
      [{ InputFile: UNKNOWN }, /InputFile/],
      [{ SpecificPriorityValue: 101 }, /SpecificPriorityValue/],
      [{ RuntimeType: 'Magic' }, /RuntimeType/],
      [{ ReleaseKey: undefined }, /ReleaseKey/],
    ];
    const before = (await admin.get(`${JOBS}?$top=0`)).body['@odata.count'];
    for (const [more, message] of refusals)
      refused(await start(admin, { ...minimal, ...more }), 400, 1009, message);
    assert.equal(
      (await admin.get(`${JOBS}?$top=0`)).body['@odata.count'],
      before,
      'a refused start changes nothing',
    );
    refused(await admin.post(jobs('StartJobs'), {}), 400, 1009, /startInfo/);
  });

  it('refuses what is not there, and what nobody could run', async () => {
    for (const more of [
      { ReleaseKey: UNKNOWN },
      { ReleaseKey: 'x' },
      { ReleaseKey: null, ReleaseName: 'x' },
    ]) {
      refused(await start(admin, { ...minimal, ...more }), 404, 1002, /^AssociatedProcessNotFound$/);
    }
    refused(await start(server.admin, minimal), 400, 1101);
    refused(await start(admin, { ...minimal, RuntimeType: 'Headless' }), 409, 2818);
    refused(await start(admin, { ...minimal, RunAsMe: true }), 409, 1671);
    const empty = server.admin.in(await addFolder(server, 'Empty'));
    const made = await empty.post('/odata/Releases', {
      Name: 'I',
      ProcessKey: 'Invoices',
      ProcessVersion: '1.0.0',
    });
    assert.equal(made.status, 201, made.text);
    const there = { ...minimal, ReleaseKey: made.body.Key };
    refused(await start(empty, there), 409, 2818, /Unattended or NonProduction/);
    refused(await start(empty, minimal), 404, 1002);
    const invalid = await empty.post(jobs('ValidateDynamicJob'), { startInfo: there });
    assert.deepEqual(
      [invalid.body.IsValid, invalid.body.ErrorCodes],
      [false, ['TemplateNotAssignedToFolder']],
    );
    const folderId = made.body.OrganizationUnitId;
    await addMachine(server, { folderId, slots: 0, body: { NonProductionSlots: 1 } });
    refused(await start(empty, there), 409, 1671);
    await addAccount(server, folderId);
    const [non] = await started(empty, made.body.Key);
    assert.equal((non as unknown as { RuntimeType: string }).RuntimeType, 'NonProduction');
    const rights = await server.user({ permissions: ['Jobs.View'] });
    refused(await start(rights.in(server.folder.id), minimal), 403);
    refused(await start((await server.app(['OR.Jobs.Read'])).in(server.folder.id), minimal), 403);
  });

  it('refuses by name what no robot can run, and takes it once a host can', async () => {
    const bytes = await writePackage({
      id: 'Studio',
      version: '1.0.0',
      files: [
        { path: 'project.json', content: '{"name":"Studio","main":"Main.xaml"}' },
        { path: 'Main.xaml', content: '<Activity/>' },
      ],
      entryPoints: [{ path: 'Main.xaml' }],
    });
    const uploaded = await admin.upload(UPLOAD, { fileName: 'Studio.1.0.0.nupkg', bytes });
    assert.equal(uploaded.status, 200, uploaded.text);
    const named = { Name: 'Studio', ProcessKey: 'Studio', ProcessVersion: '1.0.0' };
    const made = await admin.post('/odata/Releases', named);
    assert.deepEqual([made.status, made.body.RuntimeKind], [201, 'xaml'], made.text);
    const studio = { ReleaseKey: made.body.Key };
    refused(await start(admin, studio), 409, 1671, /package Studio:1\.0\.0 is a UiPath Studio project/);
    const invalid = await admin.post(jobs('ValidateDynamicJob'), { startInfo: studio });
    assert.deepEqual([invalid.body.IsValid, invalid.body.ErrorCodes], [false, ['RobotNotFound']]);
    const { sessionKey } = await connect(machine, { capabilities: ['xaml'] });
    const taken = await start(admin, studio);
    assert.equal(taken.status, 201, taken.text);
    assert.equal(
      (await admin.post(job(taken.body.value[0].Id, 'StopJob'), { strategy: 'Kill' })).status,
      200,
    );
    await machine.caller.post('/api/RobotsService/StopService', { sessionKey });
  });

  it('starts thousands at once', async () => {
    const many = await admin.post(`${jobs('StartJobs')}?$select=Id`, {
      startInfo: { ...minimal, JobsCount: 3000 },
    });
    assert.equal(many.status, 201, many.text);
    assert.equal(many.body.value.length, 3000);
    const events = await server.db.first<{ count: number }>(sql`
      select count(*)::int as count from events where type = 'job.created' and (payload->>'id')::bigint = any(${ids(many.body.value)}::bigint[])`);
    assert.equal(events!.count, 3000);
    const stopped = await admin.post(jobs('StopJobs'), { strategy: 'Kill', jobIds: ids(many.body.value) });
    assert.equal(stopped.status, 200, stopped.text);
    const left = await admin.get(
      `${JOBS}?$filter=BatchExecutionKey ne ${UNKNOWN} and State eq 'Stopped'&$top=0&$count=true`,
    );
    assert.ok(left.body['@odata.count'] >= 3000);
  });
});

describe('jobs', () => {
  it('are listed by folder, or wherever one may see them', async () => {
    const elsewhere = await addFolder(server, 'Elsewhere');
    await addAccount(server, elsewhere);
    await addMachine(server, { folderId: elsewhere });
    const other = server.admin.in(elsewhere);
    const process = await other.post('/odata/Releases', {
      Name: 'E',
      ProcessKey: 'Invoices',
      ProcessVersion: '1.0.0',
    });
    const [far] = await started(other, process.body.Key);
    const [near] = await started(admin, release.Key);
    const top = `?$orderby=CreationTime desc&$top=2&$select=Id`;
    assert.deepEqual(ids((await server.admin.get(`${JOBS}${top}`)).body.value), [near!.Id, far!.Id]);
    assert.deepEqual(ids((await other.get(`${JOBS}${top}`)).body.value), [far!.Id]);
    const viewer = await server.user({ folderRoles: { [elsewhere]: ['Folder Administrator'] } });
    assert.deepEqual(ids((await viewer.get(`${JOBS}${top}`)).body.value), [far!.Id]);
    assert.equal((await viewer.get(jobs(`GetByKey(identifier=${far!.Key})`))).status, 200);
    assert.equal((await viewer.get(jobs(`GetByKey(identifier='${far!.Key}')`))).body.Id, far!.Id);
    for (const path of [jobs(`GetByKey(identifier=${near!.Key})`), `${JOBS}(${near!.Id})`])
      refused(await viewer.get(path), 404, 1002);
    refused(await viewer.in(server.folder.id).get(JOBS), 400, 1100);
    refused(await admin.get(`${JOBS}(${far!.Id})`), 404, 1002);
    refused(await server.otherTenant.get(`${JOBS}(${near!.Id})`), 404, 1002);
    refused(await (await server.user({ permissions: ['Queues.View'] })).in(server.folder.id).get(JOBS), 403);

    const filters = [
      `State eq 'Pending' and Key eq ${near!.Key}`,
      `key in ('${near!.Key}')`,
      `Release/Name eq 'Invoices' and Id eq ${near!.Id}`,
      `ReleaseName eq 'Invoices' and JobPriority eq 'High' and id ge ${near!.Id}`,
    ];
    for (const filter of filters) {
      const found = await admin.get(
        `${JOBS}?$filter=${encodeURIComponent(filter)}&$expand=robot,machine,release`,
      );
      assert.deepEqual(ids(found.body.value), [near!.Id], filter);
    }
    refused(await admin.get(`${JOBS}?$filter=Nothing eq 1`), 400, 1000);
    const exported = await admin.post(`${jobs('Export')}?$filter=State eq 'Pending'`);
    assert.deepEqual([exported.status, exported.body.Type], [200, 'Jobs'], exported.text);
  });

  it('are stopped once', async () => {
    const [one, two] = await started(admin, release.Key, { JobsCount: 2 });
    assert.equal((await admin.post(job(one!.Id, 'StopJob'), { strategy: 'SoftStop' })).status, 200);
    refused(await admin.post(job(one!.Id, 'StopJob'), { strategy: 'SoftStop' }), 409, 1653);
    refused(await admin.post(job(one!.Id, 'StopJob'), { strategy: 'Kill' }), 409, 1654);
    assert.equal(
      (await admin.post(jobs('StopJobs'), { strategy: '2', jobIds: ids([one!, two!]) })).status,
      200,
    );
    assert.equal((await admin.get(`${JOBS}(${two!.Id})`)).body.State, 'Stopped');
    refused(await admin.post(jobs('StopJobs'), { strategy: 'Kill', jobIds: ids([one!, two!]) }), 409, 1654);
    refused(await admin.post(jobs('StopJobs'), { strategy: 'Kill', jobIds: [999_999] }), 404, 1002);
    refused(await admin.post(jobs('StopJobs'), { strategy: 'Kill' }), 400, 1009);
    refused(await admin.post(job(one!.Id, 'StopJob'), { strategy: '0' }), 400, 1009);
    refused(await admin.post(job(999_999, 'StopJob'), { strategy: 'Kill' }), 404, 1002);
  });

  it('are started once more, validated, and not resumed', async () => {
    const [first] = await started(admin, release.Key, { Reference: 'A-17', RobotIds: [account.robotId] });
    refused(await admin.post(jobs('RestartJob'), { jobId: first!.Id }), 409, 1686);
    await admin.post(job(first!.Id, 'StopJob'), { strategy: 'Kill' });
    const again = await admin.post(jobs('RestartJob'), { jobId: first!.Id });
    assert.equal(again.status, 200, again.text);
    assert.notEqual(again.body.Id, first!.Id);
    assert.deepEqual([again.body.Reference, again.body.InputArguments], ['A-17', '{"queue":"Invoices"}']);
    refused(await admin.post(jobs('RestartJob'), { jobId: 999_999 }), 404, 1002);

    const waits = await admin.post(job(again.body.Id, 'ValidateExistingJob'));
    assert.deepEqual([waits.body.IsValid, waits.body.ErrorCodes], [false, ['TemplateNoHostsAvailable']]);
    const host = await connect(machine);
    assert.equal((await admin.post(job(again.body.Id, 'ValidateExistingJob'))).body.IsValid, true);
    const dynamic = await admin.post(jobs('ValidateDynamicJob'), { startInfo: minimal });
    assert.deepEqual([dynamic.status, dynamic.body.IsValid], [200, true], dynamic.text);
    assert.equal((await admin.post(job(first!.Id, 'ValidateExistingJob'))).body.IsValid, true);
    refused(await admin.post(job(999_999, 'ValidateExistingJob')), 404, 1002);
    refused(
      await admin.post(jobs('ValidateDynamicJob'), { startInfo: { ...minimal, InputArguments: '{' } }),
      400,
      1009,
    );
    await machine.caller.post('/api/RobotsService/StopService', { sessionKey: host.sessionKey });

    refused(await admin.post(jobs('ResumeJob'), { jobKey: first!.Key }), 409, 1675, /Stopped/);
    refused(await admin.post(jobs('ResumeJob'), { jobKey: UNKNOWN }), 404, 1002);
    refused(await admin.post(jobs('ResumeJob'), {}), 400, 1009);
  });

  it('keep what they were started with when the process moves on', async () => {
    const [old] = await started(admin, release.Key);
    assert.equal((await publishSample(admin, 'Invoices', '2.0.0')).status, 200);
    const moved = await admin.post(
      `/odata/Releases(${release.Id})/UiPath.Server.Configuration.OData.UpdateToLatestPackageVersion`,
    );
    assert.equal(moved.status, 200, moved.text);
    const [fresh] = await started(admin, release.Key);
    const versions = await server.db.query<{ process_version: string }>(
      sql`select process_version from jobs where id = any(${ids([old!, fresh!])}::bigint[]) order by id`,
    );
    assert.deepEqual(
      versions.map((row) => row.process_version),
      ['1.0.0', '2.0.0'],
    );
  });
});

it('counts jobs over time, by their state, in a folder, with those below it, and by a filter', async () => {
  const child = await server.admin.post('/odata/Folders', {
    DisplayName: 'Counted',
    ParentId: server.folder.id,
    ProvisionType: 'Automatic',
    PermissionModel: 'FineGrained',
  });
  assert.equal(child.status, 201, child.text);
  const insert = (folderId: number, state: number, createdAt: string, endedAt: string | null) =>
    server.db.execute(sql`
      insert into jobs (tenant_id, folder_id, release_name, process_key, process_version, runtime_kind, state,
                        batch_execution_key, created_at, ended_at)
      values (${server.tenant.id}, ${folderId}, ${`Run ${state}`}, 'Run', '1.0.0', 'python', ${state}, gen_random_uuid(),
              ${createdAt}::timestamptz, ${endedAt}::timestamptz)`);
  await insert(server.folder.id, 5, '2026-02-03T00:10:00Z', '2026-02-03T13:00:00Z');
  await insert(server.folder.id, 4, '2026-02-03T11:59:59.999Z', '2026-02-03T12:00:00Z');
  await insert(server.folder.id, 5, '2026-02-03T12:00:00Z', null);
  await insert(server.folder.id, 5, '2026-02-04T00:00:00Z', '2026-02-04T01:00:00Z');
  await insert(child.body.Id, 6, '2026-02-03T23:00:00Z', '2026-02-03T23:30:00Z');
  const day = '/api/Jobs/CountsOverTime?from=2026-02-03T00:00:00Z&until=2026-02-04T00:00:00Z&parts=2';
  const counts = async (more = '', caller = admin) => {
    const { status, body, text } = await caller.get(day + more);
    assert.equal(status, 200, text);
    assert.deepEqual(
      [body.seconds, body.parts.map(({ time }: { time: string }) => time)],
      [43_200, ['2026-02-03T00:00:00.000Z', '2026-02-03T12:00:00.000Z']],
    );
    return body.parts.map((part: Record<string, number>) => [part.successful, part.faulted, part.stopped]);
  };
  assert.deepEqual(await counts(), [
    [1, 1, 0],
    [1, 0, 0],
  ]);
  assert.deepEqual(await counts('&withSubfolders=true'), [
    [1, 1, 0],
    [1, 0, 1],
  ]);
  assert.deepEqual(await counts('', server.admin), await counts('&withSubfolders=true'));
  assert.deepEqual(await counts('&clock=Ended'), [
    [0, 0, 0],
    [1, 1, 0],
  ]);
  assert.deepEqual(await counts("&$filter=ReleaseName eq 'run 4'"), [
    [0, 1, 0],
    [0, 0, 0],
  ]);
  const below = await server.user({ permissions: ['Jobs.View'], folder: child.body.Id });
  assert.deepEqual(await counts('', below), [
    [0, 0, 0],
    [0, 0, 1],
  ]);
  refused(await admin.get(day.replace('2026-02-04', '2026-02-02')), 400, 1009, /from/);
});
