import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import sql from 'sql-template-tag';
import { testServer } from '../../server.fixture.ts';
import { addAccount, addMachine, addProcess, connect, refused, started } from '../jobs/robot-kit.fixture.ts';

const API = '/api/RobotsService';
const UNKNOWN = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const server = await testServer({ after });
const admin = server.admin.in(server.folder.id);
const account = await addAccount(server);
const machine = await addMachine(server, { slots: 3 });
const stranger = await addMachine(server);
const release = await addProcess(admin);

describe('the robots’ service', () => {
  it('is for machines alone, and a machine’s token is for nothing else', async () => {
    const host = await connect(machine);
    const calls: [string, unknown][] = [
      ['StartService', { hostMachineName: 'h', installationId: UNKNOWN }],
      ['StopService', { sessionKey: host.sessionKey }],
      ['Heartbeat', { sessionKey: host.sessionKey }],
      ['HeartbeatV2', { sessionKey: host.sessionKey }],
      ['SubmitJobState', []],
      ['BeginSession', { robotKey: account.robotKey }],
      ['EndSession', { robotKey: account.robotKey }],
      ['GetProcesses', { robotKey: account.robotKey }],
    ];
    for (const [name, body] of calls) {
      refused(await server.anonymous.post(`${API}/${name}`, body), 401);
      refused(await server.admin.post(`${API}/${name}`, body), 403);
    }
    refused(await server.admin.get(`${API}/Events?sessionKey=${host.sessionKey}`), 403);
    for (const path of ['/odata/Jobs', '/odata/Machines', '/odata/Folders', '/odata/Assets']) {
      refused(await machine.caller.in(server.folder.id).get(path), 403);
    }
    refused(
      await machine.caller
        .in(server.folder.id)
        .post('/odata/Jobs/UiPath.Server.Configuration.OData.StartJobs', { startInfo: {} }),
      403,
    );
    await machine.caller.post(`${API}/StopService`, { sessionKey: host.sessionKey });
  });

  it('knows an installation again, and keeps a second one out while the first is alive', async () => {
    const installation = { hostMachineName: 'laptop-7', installationId: randomUUID() };
    const first = await connect(machine, installation);
    const again = await connect(machine, { ...installation, runtimes: { Unattended: 1 } });
    assert.equal(again.sessionKey, first.sessionKey);
    const second = { ...installation, hostMachineName: 'LAPTOP-7', installationId: randomUUID() };
    refused(await machine.caller.post(`${API}/StartService`, second), 409);
    assert.equal((await stranger.caller.post(`${API}/StartService`, second)).status, 200);
    assert.equal(
      (await machine.caller.post(`${API}/StopService`, { sessionKey: first.sessionKey })).status,
      204,
    );
    assert.equal((await machine.caller.post(`${API}/StartService`, second)).status, 200);
    const refusals: [Record<string, unknown>, RegExp][] = [
      [{ hostMachineName: null }, /hostMachineName/],
      [{ installationId: 'x' }, /installationId/],
      [{ platform: 'Amiga' }, /platform/],
      [{ runtimes: { Magic: 1 } }, /runtimes\.Magic/],
      [{ runtimes: { Unattended: -1 } }, /runtimes\.Unattended/],
      [{ capabilities: 'python' }, /capabilities/],
      [{ interpreters: { python: 'x'.repeat(65) } }, /interpreters\.python/],
    ];
    for (const [more, message] of refusals) {
      refused(
        await machine.caller.post(`${API}/StartService`, { ...installation, ...more }),
        400,
        1009,
        message,
      );
    }
  });

  it('shows the versions of what jobs run with on a host', async () => {
    await connect(machine, { interpreters: { python: '3.12.4', node: '24.21.0' } });
    const { body } = await admin.get(
      `/odata/Sessions?$filter=MachineId eq ${machine.id}&$orderby=Id desc&$top=1`,
    );
    assert.deepEqual(body.value[0].Interpreters, { python: '3.12.4', node: '24.21.0', robotFramework: null });
  });

  it('takes the lesser of what a host offers and what its machine allows', async () => {
    const jobs = await started(admin, release.Key, { JobsCount: 5 });
    const small = await connect(machine, { runtimes: { Unattended: 1 } });
    const all = await connect(machine, { runtimes: null });
    assert.equal((await small.orders()).length, 1);
    assert.equal((await all.orders()).length, 3);
    for (const { sessionKey } of [small, all]) {
      const { status } = await machine.caller.post(`${API}/Heartbeat`, { sessionKey, heartbeats: [] });
      assert.equal(status, 200);
      await machine.caller.post(`${API}/StopService`, { sessionKey });
    }
    await admin.post('/odata/Jobs/UiPath.Server.Configuration.OData.StopJobs', {
      strategy: 'Kill',
      jobIds: jobs.map(({ Id }) => Id),
    });
  });

  it('gives a slot away as soon as the process in it has ended', async () => {
    const [first, second] = await started(admin, release.Key, { JobsCount: 2 });
    const host = await connect(machine, { runtimes: { Unattended: 1 } });
    const [order] = await host.orders();
    assert.equal(order!.key, first!.Key);
    await host.report(order!, 'Running');
    const held = { jobKey: order!.key, executionId: order!.executionId, jobState: 'Running' };
    assert.deepEqual(await host.orders([held]), []);
    const others = await host.orders([{ ...held, processEnded: true }]);
    assert.deepEqual(
      others.map(({ key }) => key),
      [second!.Key],
    );
    const read = `/odata/Jobs/UiPath.Server.Configuration.OData.GetByKey(identifier=${order!.key})`;
    assert.equal((await admin.get(read)).body.State, 'Running', 'until its log is complete');
    assert.equal((await host.report(order!, 'Successful')).accepted, true);
    await host.report(others[0]!, 'Faulted');
    await machine.caller.post(`${API}/StopService`, { sessionKey: host.sessionKey });
  });

  it('takes the end of a process as the end of its job, where that can be', async () => {
    const host = await connect(machine);
    const ended = async (endTime: (start: number) => number | undefined) => {
      await started(admin, release.Key);
      const [order] = await host.orders();
      await host.report(order!, 'Running');
      const read = `/odata/Jobs/UiPath.Server.Configuration.OData.GetByKey(identifier=${order!.key})`;
      const start = Date.parse((await admin.get(read)).body.StartTime);
      const said = endTime(start);
      const before = Date.now();
      const more = said === undefined ? {} : { endTime: new Date(said).toISOString() };
      await host.report(order!, 'Successful', more);
      return { start, said, before, end: Date.parse((await admin.get(read)).body.EndTime) };
    };
    const exact = await ended((start) => start + 1);
    assert.equal(exact.end, exact.said);
    const slow = await ended((start) => start - 60_000);
    assert.equal(slow.end, slow.start, 'a clock that is a little slow');
    for (const odd of [
      () => undefined,
      (start: number) => start - 600_000,
      (start: number) => start + 600_000,
    ]) {
      const { end, before } = await ended(odd);
      assert.ok(Math.abs(end - before) < 60_000, 'now');
    }
    const [order] = await started(admin, release.Key).then(() => host.orders());
    const bad = { jobKey: order!.key, executionId: order!.executionId, jobState: 'Faulted', endTime: 'soon' };
    refused(await machine.caller.post(`${API}/SubmitJobState`, [bad]), 400, 1009, /endTime/);
    await host.report(order!, 'Faulted');
    await machine.caller.post(`${API}/StopService`, { sessionKey: host.sessionKey });
  });

  it('believes a machine about its own jobs only', async () => {
    const [host, other] = [await connect(machine), await connect(stranger, { capabilities: ['node'] })];
    await started(admin, release.Key);
    const [order] = await host.orders();
    assert.equal((await other.report(order!, 'Running')).reason, 'There is no such job.');
    assert.equal((await host.report({ ...order!, executionId: UNKNOWN }, 'Running')).accepted, false);
    assert.equal((await host.report({ ...order!, key: UNKNOWN }, 'Running')).state, null);
    for (const state of ['Suspended', 'Stopping', 'Successful', 'Stopped']) {
      assert.equal((await host.report(order!, state)).accepted, false, state);
    }
    refused(await other.heartbeat([{ jobKey: 'x' }]), 400, 1009);
    refused(await stranger.caller.post(`${API}/HeartbeatV2`, { sessionKey: host.sessionKey }), 404, 1002);
    refused(await stranger.caller.post(`${API}/StopService`, { sessionKey: host.sessionKey }), 404, 1002);
    refused(await stranger.caller.get(`${API}/Events?sessionKey=${host.sessionKey}`), 404, 1002);
    refused(await machine.caller.get(`${API}/Events`), 400, 1009);
    refused(await machine.caller.post(`${API}/HeartbeatV2`, {}), 400, 1009);
    refused(await machine.caller.post(`${API}/StopService`, {}), 400, 1009);
    refused(await machine.caller.post(`${API}/SubmitJobState`, { jobKey: order!.key }), 400, 1009);
    refused(await machine.caller.post(`${API}/SubmitJobState`, [{ jobKey: order!.key }]), 400, 1009);

    await host.report(order!, 'Running');
    const odd = await host.report(order!, 'Successful', { outputArguments: '[1]', info: 'done' });
    assert.equal(odd.accepted, true, 'a job that has ended has ended');
    const { Info, OutputArguments } = (
      await admin.get(`/odata/Jobs/UiPath.Server.Configuration.OData.GetByKey(identifier=${order!.key})`)
    ).body;
    assert.deepEqual(
      [Info, OutputArguments],
      ['done\nThe output arguments are not a JSON object and were left out.', null],
    );
  });

  it('gives nothing to a host in trouble, says what it is, and takes back what it cannot begin', async () => {
    const other = await connect(machine);
    const host = await connect(machine);
    const [begun] = await started(admin, release.Key);
    const find = async () =>
      (await admin.get(`/odata/Jobs/UiPath.Server.Configuration.OData.GetByKey(identifier=${begun!.Key})`))
        .body;
    const [order] = await host.orders();
    const back = await host.report(order!, 'Pending', { info: 'The disk is full.' });
    assert.deepEqual([back.accepted, back.state], [true, 'Pending']);
    const waiting = await find();
    assert.deepEqual(
      [waiting.State, waiting.Info, waiting.HostMachineName],
      ['Pending', 'The disk is full.', null],
    );

    const inTrouble = (trouble: string | null) =>
      machine.caller.post(`${API}/HeartbeatV2`, { sessionKey: host.sessionKey, heartbeats: [], trouble });
    assert.deepEqual((await inTrouble('The disk is full.')).body.commands, []);
    const shown = async () =>
      (await server.admin.get('/odata/Sessions')).body.value.find(
        ({ HostMachineName }: Record<string, unknown>) => HostMachineName === host.name,
      ).Info;
    assert.equal(await shown(), 'The disk is full.');
    const [again] = await other.orders();
    assert.equal(again!.key, begun!.Key, 'another host has it at once');
    assert.equal((await find()).Info, null);
    await other.report(again!, 'Running');
    assert.equal((await host.report(order!, 'Pending', { info: 'late' })).accepted, false);
    assert.equal((await other.report(again!, 'Pending', { info: 'late' })).accepted, false, 'it has begun');
    await other.report(again!, 'Successful');

    await inTrouble('The disk is full.');
    await inTrouble(null);
    assert.equal(await shown(), null);
    const events = await server.db.query<{ payload: { info?: string | null } }>(
      sql`select payload from events where type = 'robot.status' and entity_key = ${host.sessionKey} order by id`,
    );
    assert.deepEqual(
      events.map(({ payload }) => payload.info),
      [undefined, 'The disk is full.', null],
      'told when it changes, not with each heartbeat',
    );
  });

  it('answers robots and their processes', async () => {
    const begun = await machine.caller.post(`${API}/BeginSession`, {
      userName: account.userName.toUpperCase(),
    });
    assert.deepEqual(
      [begun.status, begun.body.robotKey, begun.body.machineName],
      [200, account.robotKey, machine.name],
      begun.text,
    );
    assert.equal(
      (await machine.caller.post(`${API}/EndSession`, { robotKey: account.robotKey })).status,
      204,
    );
    const processes = await machine.caller.post(`${API}/GetProcesses`, { robotKey: account.robotKey });
    assert.deepEqual(
      processes.body.map((each: Record<string, unknown>) => [
        each.processKey,
        each.packageVersion,
        each.folderFullyQualifiedName,
      ]),
      [[release.Key, '1.0.0', 'Shared']],
    );
    for (const name of ['BeginSession', 'EndSession', 'GetProcesses']) {
      refused(await machine.caller.post(`${API}/${name}`, { robotKey: UNKNOWN }), 404, 1002);
    }
  });
});
