import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { testServer } from '../../server.fixture.ts';
import { addAccount, addMachine, connect, refused, signIn } from '../jobs/robot-kit.fixture.ts';
import { findMachineClient } from './find-machine-client.ts';

const NS = 'UiPath.Server.Configuration.OData';
const MACHINES = '/odata/Machines';
const UNKNOWN = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const server = await testServer({ after });
const { admin, folder } = server;

describe('machines', () => {
  it('are made with a license key and a secret that is shown once', async () => {
    const made = await admin.post(MACHINES, {
      '@odata.context': 'x',
      Id: 0,
      LicenseKey: UNKNOWN,
      Name: 'Cellar',
      Description: 'By the stairs',
      Type: 'Template',
      UnattendedSlots: 2,
      Tags: [{ Name: 'linux', DisplayName: 'Linux' }],
      UpdatePolicy: { Type: 'SpecificVersion', SpecificVersion: '1.2' },
    });
    assert.equal(made.status, 201, made.text);
    const { Id, LicenseKey, ClientSecret } = made.body;
    assert.notEqual(LicenseKey, UNKNOWN, 'a license key is not chosen by the caller');
    assert.match(ClientSecret, /^[\w-]{43}$/);
    assert.equal(made.body.UpdatePolicy.Type, 'SpecificVersion');
    assert.deepEqual(made.body.Tags[0].DisplayName, 'Linux');

    const one = (await admin.get(`${MACHINES}(${Id})`)).body;
    assert.deepEqual([one.LicenseKey, one.ClientSecret, one.UnattendedSlots], [LicenseKey, null, 2]);
    const listed = (await admin.get(`${MACHINES}?$filter=name eq 'Cellar'&$count=true`)).body;
    assert.equal(listed['@odata.count'], 1);
    assert.equal(listed.value[0].LicenseKey, null, 'lists give no keys away');

    const token = await signIn(server, LicenseKey, ClientSecret);
    assert.equal(token.status, 200, token.text);
    assert.equal((await signIn(server, LicenseKey, `${ClientSecret}x`)).body.error, 'invalid_client');
    assert.equal(await findMachineClient(server.db, 'no-guid'), undefined);
    assert.equal(await findMachineClient(server.db, UNKNOWN), undefined);
    refused(await admin.post(MACHINES, { Name: 'cellar' }), 409, 1001);
    refused(await admin.post(MACHINES, {}), 400, 1009, /Name/);
    refused(await admin.post(MACHINES, { Name: 'x', UnattendedSlots: -1 }), 400, 1009, /UnattendedSlots/);
    refused(await admin.post(MACHINES, { Name: 'x', RobotUsers: [{ RobotId: 999_999 }] }), 404, 1002);
  });

  it('are changed in part and as a whole, and deleted', async () => {
    const account = await addAccount(server);
    const body = {
      Name: 'Attic',
      Description: 'Under the roof',
      UnattendedSlots: 3,
      Tags: [{ Name: 'old' }],
    };
    const { Id } = (await admin.post(MACHINES, body)).body;
    const read = async () => (await admin.get(`${MACHINES}(${Id})`)).body;
    const patched = await admin.patch(`${MACHINES}(${Id})`, {
      UnattendedSlots: 5,
      RobotUsers: [{ RobotId: account.robotId }],
    });
    assert.equal(patched.status, 200, patched.text);
    const after = await read();
    assert.deepEqual([after.UnattendedSlots, after.Description], [5, 'Under the roof']);
    assert.deepEqual(
      after.RobotUsers.map((user: { UserName: string }) => user.UserName),
      [account.userName],
    );
    assert.equal((await admin.put(`${MACHINES}(${Id})`, { Name: 'Loft' })).status, 200);
    const whole = await read();
    assert.deepEqual(
      [whole.Name, whole.Description, whole.UnattendedSlots, whole.Tags],
      ['Loft', null, 0, []],
    );

    refused(await admin.put(`${MACHINES}(${Id})`, { Name: 'Cellar' }), 409, 1001);
    refused(await admin.put(`${MACHINES}(${Id})`, { Description: 'x' }), 400, 1009, /Name/);
    refused(await admin.patch(`${MACHINES}(999999)`, { Name: 'x' }), 404, 1002);
    refused(await server.otherTenant.get(`${MACHINES}(${Id})`), 404, 1002);
    refused(await server.otherTenant.patch(`${MACHINES}(${Id})`, { Name: 'theirs' }), 404, 1002);
    refused(await server.otherTenant.delete(`${MACHINES}(${Id})`), 404, 1002);
    assert.equal((await admin.delete(`${MACHINES}(${Id})`)).status, 204);
    refused(await admin.delete(`${MACHINES}(${Id})`), 404, 1002);

    const ids = [];
    for (const Name of ['a', 'b']) ids.push((await admin.post(MACHINES, { Name })).body.Id);
    const bulk = `${MACHINES}/${NS}.DeleteBulk`;
    refused(await admin.post(bulk, { machineIds: [...ids, 999_999] }), 404, 1002);
    assert.equal((await admin.post(bulk, { machineIds: ids })).status, 204);
    refused(await admin.get(`${MACHINES}(${ids[0]})`), 404, 1002);
    refused(await admin.post(bulk, {}), 400, 1009);
  });

  it('have secrets that come and go', async () => {
    const machine = await addMachine(server);
    const path = `/api/clientsecrets/${machine.licenseKey}`;
    const [first] = (await admin.get(path)).body;
    assert.deepEqual(Object.keys(first), ['id', 'creationTime', 'hostMachineName']);
    const second = await admin.post(path);
    assert.equal(second.status, 200, second.text);
    assert.equal((await signIn(server, machine.licenseKey, second.body.secret)).status, 200);
    assert.equal((await admin.delete(`/api/clientsecrets/${first.id}`)).status, 204);
    assert.equal((await signIn(server, machine.licenseKey, machine.secret)).body.error, 'invalid_client');
    assert.deepEqual(
      (await admin.get(path)).body.map(({ id }: { id: string }) => id),
      [second.body.id],
    );
    refused(await admin.delete(`/api/clientsecrets/${first.id}`), 404, 1002);
    refused(await admin.get(`/api/clientsecrets/${UNKNOWN}`), 404, 1002);
    refused(await admin.post(`/api/clientsecrets/${UNKNOWN}`), 404, 1002);
    refused(await server.otherTenant.get(path), 404, 1002);
    refused(await server.otherTenant.delete(`/api/clientsecrets/${second.body.id}`), 404, 1002);
    const viewer = await server.user({ permissions: ['Machines.View'] });
    refused(await viewer.post(path), 403);
  });

  it('serve folders: who is assigned, and how many slots there are', async () => {
    const machine = await addMachine(server, { slots: 4 });
    const assigned = await admin.get(`${MACHINES}/${NS}.GetAssignedMachines(folderId=${folder.id})`);
    assert.equal(assigned.status, 200, assigned.text);
    assert.ok(assigned.body.value.some((each: { Id: number }) => each.Id === machine.id));
    const runtimes = async () =>
      (await admin.get(`${MACHINES}/${NS}.GetRuntimesForFolder(folderId=${folder.id})`)).body.value.find(
        (each: { Type: string }) => each.Type === 'Unattended',
      );
    const before = await runtimes();
    const host = await connect(machine, { runtimes: { Unattended: 3 } });
    const connected = await runtimes();
    assert.deepEqual(
      [connected.Connected - before.Connected, connected.Available - before.Available, connected.Total],
      [3, 3, before.Total],
    );
    refused(await admin.delete(`${MACHINES}(999999)`), 404, 1002);
    await machine.caller.post('/api/RobotsService/StopService', { sessionKey: host.sessionKey });

    const starter = await server.user({ permissions: ['Jobs.Create'] });
    assert.equal(
      (await starter.get(`${MACHINES}/${NS}.GetRuntimesForFolder(folderId=${folder.id})`)).status,
      200,
    );
    refused(
      await starter.get(`${MACHINES}/${NS}.GetAssignedMachines(folderId=${server.otherFolder.id})`),
      404,
      1002,
    );
    refused(await admin.get(`${MACHINES}/${NS}.GetRuntimesForFolder(folderId=999999)`), 404, 1002);
    refused(await starter.get(MACHINES), 403);
    refused(await (await server.app(['OR.Jobs'])).get(MACHINES), 403);
    assert.equal((await (await server.app(['OR.Machines.Read'])).get(MACHINES)).status, 200);
  });
});
