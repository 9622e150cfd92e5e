import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import sql from 'sql-template-tag';
import { testServer } from '../../server.fixture.ts';
import { addAccount, addMachine, addProcess, connect, refused, started } from '../jobs/robot-kit.fixture.ts';

const NS = 'UiPath.Server.Configuration.OData';
const SESSIONS = '/odata/Sessions';
const fn = (name: string): string => `${SESSIONS}/${NS}.${name}`;
const server = await testServer({ after });
const { admin, folder } = server;
const account = await addAccount(server);
const machine = await addMachine(server, { slots: 2 });
const release = await addProcess(admin.in(folder.id));
const host = await connect(machine, {
  hostMachineName: 'laptop-7',
  serviceUserName: 'svc',
  runtimes: { unattended: 1 },
});
const session = async (more = '') => {
  const { status, body, text } = await admin.get(`${SESSIONS}?$filter=HostMachineName eq 'laptop-7'${more}`);
  assert.equal(status, 200, text);
  return body.value[0];
};
const id: number = (await session()).Id;

const forget = (sessionIds: number[]) => admin.post(fn('DeleteInactiveUnattendedSessions'), { sessionIds });

describe('sessions', () => {
  it('tell what a host is doing', async () => {
    const idle = await session();
    assert.deepEqual(
      [idle.State, idle.IsUnresponsive, idle.Version, idle.Platform, idle.MachineName],
      ['Available', false, '0.1.0', 'Linux', machine.name],
    );
    const [begun] = await started(admin.in(folder.id), release.Key);
    const [order] = await host.orders();
    await host.report(order!, 'Running');
    const busy = await session('&$expand=Robot($expand=License,User),Job');
    assert.deepEqual([busy.State, busy.Robot.Id, busy.Job.Key], ['Busy', account.robotId, begun!.Key]);
    assert.equal(busy.Robot.License.RobotId, account.robotId);

    const [runtime] = (await admin.get(`${fn('GetMachineSessionRuntimes')}?runtimeType=Unattended`)).body
      .value;
    assert.deepEqual(
      [runtime.SessionId, runtime.Runtimes, runtime.UsedRuntimes, runtime.Status, runtime.RuntimeType],
      [id, 1, 1, 'Busy', 'Unattended'],
    );
    assert.deepEqual(
      (await admin.get(`${fn('GetMachineSessionRuntimes')}?runtimeType=Headless`)).body.value,
      [],
    );
    const byFolder = fn(`GetMachineSessionRuntimesByFolderId(folderId=${folder.id})`);
    assert.equal((await admin.get(`${byFolder}?robotId=${account.robotId}`)).body.value[0].SessionId, id);
    refused(await admin.get(fn('GetMachineSessionRuntimesByFolderId(folderId=999999)')), 404, 1002);
    assert.equal(
      (await admin.get(fn(`GetMachineSessions(key=${machine.id})`))).body.value[0].ServiceUserName,
      'svc',
    );
    refused(await admin.get(fn('GetMachineSessions(key=999999)')), 404, 1002);
    assert.equal((await admin.get(fn('GetGlobalSessions'))).body.value[0].Id, id);
    assert.deepEqual((await admin.get(fn('GetUsernames'))).body.value, ['svc']);
    assert.deepEqual((await server.otherTenant.get(SESSIONS)).body.value, []);
    refused(await (await server.user({ permissions: ['Machines.View'] })).get(SESSIONS), 403);
    await host.report(order!, 'Successful');
  });

  it('are noted as unresponsive when they fall silent, and as disconnected when they said goodbye', async () => {
    await server.db.execute(
      sql`update sessions set responsive_until = now() - interval '1 second' where id = ${id}`,
    );
    const silent = await session();
    assert.deepEqual([silent.State, silent.IsUnresponsive], ['Disconnected', true]);
    await host.heartbeat();
    assert.equal((await session()).State, 'Available');
    await machine.caller.post('/api/RobotsService/StopService', { sessionKey: host.sessionKey });
    const gone = await session();
    assert.deepEqual([gone.State, gone.IsUnresponsive], ['Disconnected', false]);
    await host.heartbeat();
  });

  it('are put into maintenance and debugged', async () => {
    const maintain = (more: object) =>
      admin.post(fn('SetMaintenanceMode'), { sessionId: id, maintenanceMode: 'Enabled', ...more });
    assert.equal((await maintain({})).status, 204);
    const [runtime] = (await admin.get(fn('GetMachineSessionRuntimes'))).body.value;
    assert.equal(runtime.MaintenanceMode, 'Enabled');
    assert.equal((await maintain({ maintenanceMode: 'Default' })).status, 204);
    refused(await maintain({ sessionId: 999_999 }), 404, 1002);
    refused(await maintain({ maintenanceMode: 'Never' }), 400, 1009);
    const debug = (key: number, body: object) =>
      admin.post(`${SESSIONS}(${key})/${NS}.ToggleMachineSessionDebugMode`, body);
    assert.equal((await debug(id, { enabled: true, minutes: 5 })).status, 204);
    assert.ok(Date.parse((await session()).DebugModeExpirationDate) > Date.now());
    assert.equal((await debug(id, { enabled: false })).status, 204);
    assert.equal((await session()).DebugModeExpirationDate, null);
    refused(await debug(999_999, { enabled: true }), 404, 1002);
    refused(await debug(id, {}), 400, 1009);
  });

  it('are forgotten once they are inactive', async () => {
    refused(await forget([id]), 409, 1013);
    refused(await forget([999_999]), 404, 1002);
    assert.equal((await forget([])).status, 204);
    assert.ok(await session(), 'an empty list takes inactive ones only');
    await machine.caller.post('/api/RobotsService/StopService', { sessionKey: host.sessionKey });
    assert.equal((await forget([id])).status, 204);
    assert.equal(await session(), undefined);
    refused(await host.heartbeat(), 404, 1002);
  });
});
