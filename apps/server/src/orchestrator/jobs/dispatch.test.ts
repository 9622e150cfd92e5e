import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { writePackage } from '@baton/nupkg/write';
import sql from 'sql-template-tag';
import { testServer } from '../../server.fixture.ts';
import { UPLOAD } from '../packages/packages.fixture.ts';
import {
  addAccount,
  addMachine,
  addProcess,
  connect,
  JOBS,
  job,
  reapNow,
  start,
  started,
} from './robot-kit.fixture.ts';

/** A command that is no start. */
const stopping = (type: string, jobKey: string) => ({
  id: jobKey,
  type,
  executionId: null,
  job: null,
  jobKey,
});

const server = await testServer({ after });
const admin = server.admin.in(server.folder.id);
const account = await addAccount(server);
const machine = await addMachine(server, { slots: 2 });
const release = await addProcess(admin, 'Invoices', {
  InputArguments: '{"limit":5}',
  EnvironmentVariables: 'REGION=EU\nMODE=slow',
});
const read = async (id: number, more = '') => (await admin.get(`${JOBS}(${id})${more}`)).body;

describe('from a start to a result', () => {
  it('runs a job once, with all that the robot needs', async () => {
    const host = await connect(machine);
    assert.deepEqual(
      host.answer.body.robots.map((robot: { robotKey: string; user: string }) => [
        robot.robotKey,
        robot.user,
      ]),
      [[account.robotKey, account.userName]],
    );
    assert.equal(host.answer.body.heartbeatSeconds, 30);
    const [begun] = await started(admin, release.Key, {
      InputArguments: '{"queue":"Invoices","limit":7}',
      EnvironmentVariables: 'MODE=fast',
      Reference: 'A-17',
      TraceId: 'trace',
      StopProcessExpression: '600',
      KillProcessExpression: '30',
    });
    assert.equal(begun!.State, 'Pending');
    const [order] = await host.orders();
    const { accessToken, packageUrl, packageSha256, url, ...rest } = order!.job;
    assert.deepEqual(rest, {
      id: begun!.Id,
      key: begun!.Key,
      organizationId: server.organizationId,
      organizationName: 'Default',
      tenantId: server.tenant.key,
      tenantName: 'Default',
      folderId: server.folder.id,
      folderKey: server.folder.key,
      folderPath: 'Shared',
      robotKey: account.robotKey,
      account: account.userName,
      releaseKey: release.Key,
      processName: 'Invoices',
      packageId: 'Invoices',
      packageVersion: '1.0.0',
      entryPointPath: 'main.py',
      inputArguments: '{"limit":7,"queue":"Invoices"}',
      inputFileUrl: null,
      environmentVariables: { REGION: 'EU', MODE: 'fast' },
      stopAfterSeconds: 600,
      killAfterSeconds: 30,
      memoryLimitMegabytes: null,
      processorLimit: null,
      traceId: 'trace',
    });
    assert.equal(url, `${server.url}/Default/Default`);
    assert.match(packageSha256!, /^[0-9a-f]{64}$/);
    assert.equal((await machine.caller.send('GET', packageUrl!)).status, 200);

    // The job's token has the rights of the account, and its folder.
    const inside = server.anonymous.with({
      authorization: `Bearer ${accessToken}`,
      'x-uipath-folderkey': server.folder.key,
    });
    assert.equal((await inside.get(`${url}/orchestrator_/odata/Releases`)).status, 200);
    assert.equal((await inside.get(`${url}/orchestrator_/odata/Machines`)).status, 403);

    // Until it is answered, the order is repeated; it is the same one.
    assert.deepEqual(
      (await host.orders()).map(({ executionId }) => executionId),
      [order!.executionId],
    );
    assert.deepEqual(await host.report(order!, 'Running', { hostMachineName: 'laptop-7' }), {
      jobKey: begun!.Key,
      accepted: true,
      state: 'Running',
      reason: null,
    });
    assert.deepEqual(
      await host.orders([{ jobKey: order!.key, executionId: order!.executionId, jobState: 'Running' }]),
      [],
    );
    const running = await read(begun!.Id, '?$expand=Robot,Machine,Release');
    assert.equal(running.State, 'Running');
    assert.equal(running.HostMachineName, 'laptop-7');
    assert.equal(running.Robot.Id, account.robotId);
    assert.equal(running.Machine.Name, machine.name);
    assert.equal(running.Release.Name, 'Invoices');
    assert.equal(running.OrchestratorUserIdentity, account.userName);

    const done = await host.report(order!, 'Successful', { outputArguments: '{"booked":3}', exitCode: 0 });
    assert.deepEqual([done.accepted, done.state], [true, 'Successful']);
    const ended = await read(begun!.Id);
    assert.equal(ended.State, 'Successful');
    assert.equal(ended.OutputArguments, '{"booked":3}');
    assert.ok(ended.EndTime >= ended.StartTime && ended.StartTime >= ended.CreationTime);
    assert.equal(ended.Info, null);

    // Sent again it is accepted again; another result is not.
    assert.equal(
      (await host.report(order!, 'Successful', { outputArguments: '{"booked":3}' })).accepted,
      true,
    );
    assert.deepEqual(await host.report(order!, 'Faulted'), {
      jobKey: begun!.Key,
      accepted: false,
      state: 'Successful',
      reason: 'The job has ended.',
    });
    // The token dies with the job; the server asks once a second.
    while ((await inside.get(`${url}/orchestrator_/odata/Releases`)).status !== 401);
    const events = await server.db.query<{ type: string; actor: string }>(
      sql`select type, actor from events where entity_key = ${begun!.Key} order by id`,
    );
    assert.deepEqual(
      events.map(({ type }) => type),
      ['job.created', 'job.started', 'job.completed'],
    );
    assert.equal(events[2]!.actor, `machine:${machine.key}`);
    await machine.caller.post('/api/RobotsService/StopService', { sessionKey: host.sessionKey });
  });

  it('hands out by priority, then age, up to the free slots', async () => {
    const low = await started(admin, release.Key, { JobPriority: 'Low' });
    const normal = await started(admin, release.Key, { JobsCount: 2 });
    const high = await started(admin, release.Key, { SpecificPriorityValue: 99 });
    const host = await connect(machine);
    const first = await host.orders();
    assert.deepEqual(
      first.map(({ key }) => key),
      [high[0]!.Key, normal[0]!.Key],
    );
    for (const order of first) {
      await host.report(order, 'Running');
      assert.equal((await host.report(order, 'Faulted', { info: 'boom', exitCode: 1 })).accepted, true);
    }
    assert.equal((await read(high[0]!.Id)).Info, 'boom');
    assert.equal((await read(high[0]!.Id)).JobError.detail, 'boom');
    assert.deepEqual(
      (await host.orders()).map(({ key }) => key),
      [normal[1]!.Key, low[0]!.Key],
    );
    await machine.caller.post('/api/RobotsService/StopService', { sessionKey: host.sessionKey });
    const again = await connect(machine);
    const rest = await again.orders();
    assert.deepEqual(
      rest.map(({ key }) => key),
      [normal[1]!.Key, low[0]!.Key],
      'a goodbye gives back what has not begun',
    );
    for (const order of rest)
      assert.equal((await again.report(order, 'Faulted', { info: 'no interpreter' })).accepted, true);
    await machine.caller.post('/api/RobotsService/StopService', { sessionKey: again.sessionKey });
  });

  it('stops: what waits at once, what runs when the robot says so', async () => {
    const host = await connect(machine);
    const [waiting] = await started(admin, release.Key);
    assert.equal((await admin.post(job(waiting!.Id, 'StopJob'), { strategy: '1' })).status, 200);
    assert.equal((await read(waiting!.Id)).State, 'Stopped');
    assert.deepEqual(await host.orders(), []);

    const [given] = await started(admin, release.Key);
    const [order] = await host.orders();
    await admin.post(job(given!.Id, 'StopJob'), { strategy: 'Kill' });
    const held = [{ jobKey: order!.key, executionId: order!.executionId, jobState: 'Pending' }];
    assert.deepEqual(await host.commands(held), [stopping('KillProcess', given!.Key)]);
    assert.equal((await host.report(order!, 'Running')).accepted, false, 'too late to begin');

    const [running] = await started(admin, release.Key);
    const [next] = await host.orders();
    await host.report(next!, 'Running');
    await admin.post(job(running!.Id, 'StopJob'), { strategy: 'SoftStop' });
    assert.equal((await read(running!.Id)).State, 'Stopping');
    for (let i = 0; i < 2; i++) {
      assert.deepEqual(await host.commands(), [stopping('StopProcess', running!.Key)]);
    }
    await admin.post(job(running!.Id, 'StopJob'), { strategy: '2' });
    assert.equal((await read(running!.Id)).State, 'Terminating');
    assert.equal((await host.commands())[0]!.type, 'KillProcess');
    await admin.post(job(running!.Id, 'StopJob'), { strategy: 'SoftStop' });
    assert.equal((await read(running!.Id)).State, 'Terminating', 'a request does not undo a kill');
    assert.equal((await host.report(next!, 'Stopped')).state, 'Stopped');
    assert.deepEqual(await host.commands(), []);
    await machine.caller.post('/api/RobotsService/StopService', { sessionKey: host.sessionKey });
  });

  it('gives a job to the robot, machine and host that it names', async () => {
    const second = await addAccount(server);
    const [one, two] = [await connect(machine), await connect(machine)];
    const sessions = (await server.admin.get("/odata/Sessions?$filter=State eq 'Available'")).body.value;
    const names = new Map<string, number>(
      await Promise.all(
        [one, two].map(async ({ sessionKey }): Promise<[string, number]> => {
          const row = await server.db.first<{ id: number }>(
            sql`select id from sessions where key = ${sessionKey}`,
          );
          return [sessionKey, row!.id];
        }),
      ),
    );
    assert.deepEqual(
      sessions.map((session: { Id: number }) => session.Id),
      [...names.values()],
    );

    const pinned = await started(admin, release.Key, { Strategy: 'Specific', RobotIds: [second.robotId] });
    const onHost = await started(admin, release.Key, { MachineSessionIds: [names.get(two.sessionKey)] });
    const [first] = await one.orders();
    assert.deepEqual(
      [first!.key, (first!.job as { robotKey: string }).robotKey],
      [pinned[0]!.Key, second.robotKey],
    );
    const [other] = await two.orders();
    assert.equal(other!.key, onHost[0]!.Key);
    for (const [host, order] of [
      [one, first!],
      [two, other!],
    ] as const) {
      await host.report(order, 'Running');
      await host.report(order, 'Successful');
      await machine.caller.post('/api/RobotsService/StopService', { sessionKey: host.sessionKey });
    }

    const choices: [Record<string, unknown>, number, number][] = [
      [{ RobotIds: [999_999] }, 409, 1664],
      [{ Strategy: 'Specific' }, 400, 1009],
      [{ MachineRobots: [{ MachineId: 999_999 }] }, 409, 2818],
      [{ MachineSessionIds: [999_999] }, 409, 2818],
      [{ Strategy: 'All' }, 409, 2815],
    ];
    for (const [more, status, code] of choices) {
      const answer = await start(admin, {
        ReleaseKey: release.Key,
        InputArguments: '{"queue":"q"}',
        ...more,
      });
      assert.deepEqual([answer.status, answer.body.errorCode], [status, code], answer.text);
    }
    const named = await started(admin, release.Key, {
      JobsCount: 3,
      MachineRobots: [
        { RobotUserName: second.userName },
        { RobotId: account.robotId, MachineName: machine.name },
        {},
      ],
    });
    const rows = await server.db.query<{ robot: number; machine: number }>(
      sql`select wanted_robot_id as robot, wanted_machine_id as machine from jobs where id = any(${named.map(({ Id }) => Id)}::bigint[]) order by id`,
    );
    assert.deepEqual(rows, [
      { robot: second.robotId, machine: null },
      { robot: account.robotId, machine: machine.id },
      { robot: second.robotId, machine: null },
    ]);
    await admin.post('/odata/Jobs/UiPath.Server.Configuration.OData.StopJobs', {
      strategy: 'Kill',
      jobIds: named.map(({ Id }) => Id),
    });
  });

  it('gives a Robot Framework package that brings its framework to any host with Python', async () => {
    for (const [id, requirements] of [
      ['Brings', 'robotframework==7.0'],
      ['Lacks', 'requests'],
    ] as const) {
      const bytes = await writePackage({
        id,
        version: '1.0.0',
        files: [
          { path: 'tasks.robot', content: '*** Tasks ***' },
          { path: 'requirements.txt', content: requirements },
        ],
        entryPoints: [{ path: 'tasks.robot' }],
        targetRuntime: 'robot',
      });
      const published = await admin.upload(UPLOAD, { fileName: `${id}.1.0.0.nupkg`, bytes });
      assert.equal(published.status, 200, published.text);
    }
    const process = async (name: string) =>
      (await admin.post('/odata/Releases', { Name: name, ProcessKey: name, ProcessVersion: '1.0.0' })).body;
    const [lacking] = await started(admin, (await process('Lacks')).Key, {});
    const [brought] = await started(admin, (await process('Brings')).Key, {});
    const host = await connect(machine);
    const [order, ...others] = await host.orders();
    assert.deepEqual([order?.key, others], [brought!.Key, []]);
    assert.match((await read(lacking!.Id)).Info, /'robot'/);
    await host.report(order!, 'Running');
    await host.report(order!, 'Successful');
    await admin.post('/odata/Jobs/UiPath.Server.Configuration.OData.StopJobs', {
      strategy: 'Kill',
      jobIds: [lacking!.Id],
    });
    await machine.caller.post('/api/RobotsService/StopService', { sessionKey: host.sessionKey });
  });

  it('keeps jobs away from hosts that cannot or should not run them', async () => {
    const host = await connect(machine, { capabilities: ['node'] });
    const [waiting] = await started(admin, release.Key);
    assert.match((await read(waiting!.Id)).Info, /'python'/);
    const why = await admin.post(job(waiting!.Id, 'ValidateExistingJob'));
    assert.equal(why.status, 200, why.text);
    assert.equal(why.body.IsValid, false);
    assert.deepEqual(await host.orders(), []);

    const able = await connect(machine);
    const session = await server.db.first<{ id: number }>(
      sql`select id from sessions where key = ${able.sessionKey}`,
    );
    const maintain = (mode: string) =>
      server.admin.post('/odata/Sessions/UiPath.Server.Configuration.OData.SetMaintenanceMode', {
        sessionId: session!.id,
        maintenanceMode: mode,
        stopJobsStrategy: 'SoftStop',
      });
    assert.equal((await maintain('Enabled')).status, 204);
    assert.deepEqual(await able.orders(), []);
    assert.equal((await maintain('Default')).status, 204);
    const [order] = await able.orders();
    assert.equal(order!.key, waiting!.Key);
    assert.equal((await read(waiting!.Id)).Info, null);
    await able.report(order!, 'Running');
    assert.equal((await maintain('Enabled')).status, 204);
    assert.equal((await read(waiting!.Id)).State, 'Stopping');
    await able.report(order!, 'Stopped');
    for (const { sessionKey } of [host, able])
      await machine.caller.post('/api/RobotsService/StopService', { sessionKey });
  });

  it('takes back what nobody begins, and gives up what nobody reports', async () => {
    const [one, two] = [await connect(machine), await connect(machine)];
    const [lease] = await started(admin, release.Key);
    const [first] = await one.orders();
    const renewing = [{ jobKey: first!.key, executionId: first!.executionId, jobState: 'Pending' }];
    await server.db.execute(
      sql`update jobs set lease_until = now() + interval '1 second' where key = ${lease!.Key}`,
    );
    await one.heartbeat(renewing);
    const left = await server.db.first<{ seconds: number }>(
      sql`select extract(epoch from lease_until - now())::float8 as seconds from jobs where key = ${lease!.Key}`,
    );
    assert.ok(left!.seconds > 30, 'a robot that still prepares the job renews its lease');

    await server.db.execute(
      sql`update jobs set lease_until = now() - interval '1 second' where key = ${lease!.Key}`,
    );
    const [second] = await two.orders();
    assert.equal(second!.key, lease!.Key);
    assert.notEqual(second!.executionId, first!.executionId);
    assert.equal((await one.report(first!, 'Running')).accepted, false);
    assert.equal((await two.report(second!, 'Running')).accepted, true);
    assert.equal((await one.report(first!, 'Faulted')).accepted, false);

    await server.db.execute(sql`update sessions set reporting_at = now() - interval '1 hour', responsive_until = now() - interval '50 minutes'
      where key = ${two.sessionKey}`);
    await reapNow(server);
    const lost = await read(lease!.Id);
    assert.equal(lost.State, 'Faulted');
    assert.match(lost.Info, /lost/);
    assert.equal(lost.ErrorCode, 'RobotLost');
    assert.deepEqual(await two.report(second!, 'Successful'), {
      jobKey: lease!.Key,
      accepted: false,
      state: 'Faulted',
      reason: 'The job has ended.',
    });
    const held = [{ jobKey: second!.key, executionId: second!.executionId, jobState: 'Running' }];
    assert.deepEqual(await two.commands(held), [stopping('KillProcess', lease!.Key)]);
    const status = await server.db.query<{ payload: { state: string } }>(
      sql`select payload from events where type = 'robot.status' and entity_key = ${two.sessionKey} order by id`,
    );
    assert.deepEqual(
      status.map(({ payload }) => payload.state),
      ['Available', 'Disconnected', 'Available'],
    );
    for (const { sessionKey } of [one, two])
      await machine.caller.post('/api/RobotsService/StopService', { sessionKey });
  });

  it('stops by the clock, then kills', async () => {
    const host = await connect(machine);
    const [timed] = await started(admin, release.Key, {
      StopProcessExpression: '60',
      KillProcessExpression: '30',
    });
    const [order] = await host.orders();
    await host.report(order!, 'Running');
    await reapNow(server);
    assert.equal((await read(timed!.Id)).State, 'Running');
    await server.db.execute(
      sql`update jobs set started_at = now() - interval '61 seconds' where id = ${timed!.Id}`,
    );
    await reapNow(server);
    assert.equal((await read(timed!.Id)).State, 'Stopping');
    await server.db.execute(
      sql`update jobs set stopping_at = now() - interval '31 seconds' where id = ${timed!.Id}`,
    );
    await reapNow(server);
    assert.equal((await read(timed!.Id)).State, 'Terminating');
    assert.equal((await host.report(order!, 'Stopped')).accepted, true);
    await machine.caller.post('/api/RobotsService/StopService', { sessionKey: host.sessionKey });
  });

  it('wakes a connected host when there is something to fetch', async () => {
    const host = await connect(machine);
    const path = `/api/RobotsService/Events?sessionKey=${host.sessionKey}`;
    const stream = await fetch(server.url + path, {
      headers: { authorization: `Bearer ${machine.caller.token}` },
    });
    assert.equal(stream.headers.get('content-type'), 'text/event-stream');
    assert.equal(stream.headers.get('x-accel-buffering'), 'no');
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
    const waitFor = async (text: string): Promise<void> => {
      for (let seen = ''; !seen.includes(text); ) {
        const { value, done } = await reader.read();
        assert.ok(!done);
        seen += value;
      }
    };
    await waitFor(': connected');
    // More than a host may have open: asking for heads opens none, and ends none.
    for (let i = 0; i < 3; i++) {
      const head = await machine.caller.send('HEAD', path);
      assert.deepEqual([head.status, head.headers.get('content-type')], [200, 'text/event-stream']);
    }
    const [waiting] = await started(admin, release.Key);
    await waitFor('event: commands');
    const [order] = await host.orders();
    assert.equal(order!.key, waiting!.Key);
    await host.report(order!, 'Running');
    await admin.post(job(waiting!.Id, 'StopJob'), { strategy: 'Kill' });
    await waitFor('event: commands');
    await host.report(order!, 'Stopped');
    await reader.cancel();
    await machine.caller.post('/api/RobotsService/StopService', { sessionKey: host.sessionKey });
  });
});
