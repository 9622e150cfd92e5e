import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { testServer } from '../../server.fixture.ts';
import { addAccount, addMachine, addProcess, connect, refused, started } from '../jobs/robot-kit.fixture.ts';

const NS = 'UiPath.Server.Configuration.OData';
const ROBOTS = '/odata/Robots';
const server = await testServer({ after });
const { admin, folder } = server;
const account = await addAccount(server);
const machine = await addMachine(server, { slots: 2 });
const process = await addProcess(admin.in(folder.id));
const fn = (name: string): string => `${ROBOTS}/${NS}.${name}`;
const idsOf = (answer: { status: number; text: string; body: { value: { Id: number }[] } }): number[] => {
  assert.equal(answer.status, 200, answer.text);
  return answer.body.value.map(({ Id }) => Id);
};

describe('robots', () => {
  it('come with users that have unattended rights', async () => {
    const listed = await admin.get(
      `${ROBOTS}?$filter=ProvisionType eq 'Automatic' and User/Id eq ${account.userId}&$expand=User`,
    );
    assert.deepEqual(idsOf(listed), [account.robotId]);
    const [robot] = listed.body.value;
    assert.deepEqual(
      [robot.Type, robot.HostingType, robot.Enabled, robot.Username, robot.User.Id],
      ['Unattended', 'Floating', true, account.userName, account.userId],
    );
    const one = await admin.get(`${ROBOTS}(${account.robotId})`);
    assert.equal(one.body.Username, account.userName);
    refused(await admin.get(`${ROBOTS}(999999)`), 404, 1002);
    refused(await server.otherTenant.get(`${ROBOTS}(${account.robotId})`), 404, 1002);
    refused(await admin.post(ROBOTS, { Name: 'x', Type: 'Unattended', HostingType: 'Standard' }), 400, 1106);
    refused(await (await server.user({ permissions: ['Machines.View'] })).get(ROBOTS), 403);
  });

  it('are found by folder, machine and process', async () => {
    assert.deepEqual(idsOf(await admin.get(fn('FindAllAcrossFolders'))), [account.robotId]);
    assert.deepEqual(idsOf(await admin.get(`${fn('GetConfiguredRobots')}?$expand=User`)), [account.robotId]);
    const inFolder = `folderId=${folder.id}`;
    assert.deepEqual(idsOf(await admin.get(fn(`GetFolderRobots(${inFolder},machineId=${machine.id})`))), [
      account.robotId,
    ]);
    const models = await admin.get(fn(`GetRobotsFromFolder(${inFolder})`));
    assert.deepEqual(idsOf(models), [account.robotId]);
    assert.equal(models.body.value[0].UserType, 'User');
    assert.deepEqual(idsOf(await admin.get(fn(`GetRobotsForProcess(processId='${process.Id}')`))), [
      account.robotId,
    ]);
    assert.deepEqual(idsOf(await admin.get(fn(`GetRobotsForProcess(processId='nothing')`))), []);
    assert.deepEqual((await admin.get(fn('GetUsernames'))).body.value, [account.userName]);
    const mappings = (await admin.get(fn('GetMachineNameToLicenseKeyMappings'))).body.value;
    assert.deepEqual(mappings, [{ Key: machine.name, Value: machine.licenseKey }]);
    refused(await admin.get(fn('GetFolderRobots(folderId=999999,machineId=1)')), 404, 1002);
    refused(await admin.get(fn(`GetRobotsFromFolder(folderId=${server.otherFolder.id})`)), 404, 1002);

    const other = await addAccount(server);
    await admin.patch(`/odata/Machines(${machine.id})`, { RobotUsers: [{ RobotId: other.robotId }] });
    assert.deepEqual(idsOf(await admin.get(fn(`GetFolderRobots(${inFolder},machineId=${machine.id})`))), [
      other.robotId,
    ]);
    const host = await connect(machine);
    const jobs = await started(admin.in(folder.id), process.Key);
    const [order] = await host.orders();
    assert.equal(
      (order!.job as { robotKey: string }).robotKey,
      other.robotKey,
      'a machine takes only its accounts',
    );
    await host.report(order!, 'Faulted');
    await admin.patch(`/odata/Machines(${machine.id})`, { RobotUsers: [] });
    assert.equal(jobs.length, 1);
    await machine.caller.post('/api/RobotsService/StopService', { sessionKey: host.sessionKey });
  });

  it('are set, switched off and on', async () => {
    const at = `${ROBOTS}(${account.robotId})`;
    const settings = { TracingLevel: 'Verbose', ResolutionWidth: 0 };
    assert.equal((await admin.patch(at, { ExecutionSettings: settings, Description: 'Night' })).status, 200);
    const patched = (await admin.get(at)).body;
    assert.deepEqual([patched.ExecutionSettings, patched.Description], [settings, 'Night']);
    for (const odd of ['x', 5, [1]])
      assert.match(
        (await admin.patch(at, { ExecutionSettings: odd })).text,
        /ExecutionSettings: must be an object/,
      );
    assert.equal((await admin.put(at, { ...patched, Description: null, Username: 'DOM\\svc' })).status, 200);
    const put = (await admin.get(at)).body;
    assert.deepEqual([put.Description, put.Username, put.ExecutionSettings], [null, 'DOM\\svc', settings]);
    refused(await admin.patch(`${ROBOTS}(999999)`, { Description: 'x' }), 404, 1002);
    refused(await admin.put(`${ROBOTS}(999999)`, { Description: 'x' }), 404, 1002);
    refused(await admin.patch(at, { Description: 'x'.repeat(501) }), 400, 1009);

    const toggle = (enabled: boolean, id = account.robotId) =>
      admin.post(fn('ToggleEnabledStatus'), { robotIds: [id], enabled });
    assert.equal((await toggle(false)).status, 200);
    assert.equal((await admin.get(at)).body.Enabled, false);
    assert.equal((await toggle(true)).status, 200);
    refused(await toggle(true, 999_999), 404, 1002);
    assert.equal((await admin.post(fn('ConvertToFloating'), { robotId: account.robotId })).status, 200);
    refused(await admin.post(fn('ConvertToFloating'), { robotId: 999_999 }), 404, 1002);
  });

  it('go when their user needs none any more', async () => {
    const leaving = await addAccount(server);
    refused(await admin.delete(`${ROBOTS}(${leaving.robotId})`), 409, 1013);
    refused(await admin.post(fn('DeleteBulk'), { robotIds: [leaving.robotId] }), 409, 1013);
    await admin.patch(`/odata/Users(${leaving.userId})`, { MayHaveUnattendedSession: false });
    const gone = await admin.get(`${ROBOTS}(${leaving.robotId})`);
    if (gone.status === 200) assert.equal((await admin.delete(`${ROBOTS}(${leaving.robotId})`)).status, 204);
    refused(await admin.get(`${ROBOTS}(${leaving.robotId})`), 404, 1002);
    refused(await admin.delete(`${ROBOTS}(${leaving.robotId})`), 404, 1002);

    const second = await addAccount(server);
    await admin.patch(`/odata/Users(${second.userId})`, { MayHaveUnattendedSession: false });
    assert.equal((await admin.post(fn('DeleteBulk'), { robotIds: [second.robotId] })).status, 204);
    refused(await admin.post(fn('DeleteBulk'), { robotIds: [second.robotId] }), 404, 1002);
  });

  it('start nothing from a queue once they are gone, though they did just before', async () => {
    const here = admin.in(folder.id);
    await here.post('/odata/QueueDefinitions', { Name: 'of robots' });
    const ask = (robotKey: string) =>
      here.post('/odata/Queues/UiPathODataSvc.StartTransaction', {
        transactionData: { Name: 'of robots', RobotIdentifier: robotKey },
      });
    const byRobot = await addAccount(server);
    const byUser = await addAccount(server);
    for (const { robotKey } of [byRobot, byUser]) assert.equal((await ask(robotKey)).status, 204);
    await admin.patch(`/odata/Users(${byRobot.userId})`, { MayHaveUnattendedSession: false });
    assert.equal((await admin.delete(`${ROBOTS}(${byRobot.robotId})`)).status, 204);
    refused(await ask(byRobot.robotKey), 404, 1002);
    assert.equal((await ask(byUser.robotKey)).status, 204);
    assert.equal((await admin.delete(`/odata/Users(${byUser.userId})`)).status, 204);
    refused(await ask(byUser.robotKey), 404, 1002);
  });
});
