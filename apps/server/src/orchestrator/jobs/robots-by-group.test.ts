import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import sql from 'sql-template-tag';
import { CODE } from '../../kernel/errors.ts';
import { testServer } from '../../server.fixture.ts';
import { addMachine, addProcess, connect, type Host, start } from './robot-kit.fixture.ts';

const server = await testServer({ after });
const { admin, folder, organizationId } = server;
const NS = 'UiPath.Server.Configuration.OData';
const API = '/identity/api';

describe('an account that has its role in the folder by a group', () => {
  let group: string;
  let account: string;
  let robotId: number;
  let holder: number;
  let host: Host;
  let ReleaseKey: string;
  const begin = (more = {}) =>
    start(admin.in(folder.id), { ReleaseKey, InputArguments: '{"queue":"Invoices"}', ...more });
  const members = (change: object) =>
    admin.put(`${API}/Group/${group}`, { partitionGlobalId: organizationId, ...change });

  before(async () => {
    const made = await admin.post(`${API}/RobotAccount`, {
      partitionGlobalId: organizationId,
      name: 'night',
    });
    assert.equal(made.status, 201, made.text);
    account = made.body.id;
    const user = await admin.post('/odata/Users', {
      UserName: 'night',
      Type: 'DirectoryRobot',
      DirectoryIdentifier: account,
      MayHaveUnattendedSession: true,
    });
    assert.equal(user.status, 201, user.text);
    const { body } = await admin.get(`/odata/Robots?$filter=UserId eq ${user.body.Id}`);
    robotId = body.value[0].Id;
    group = (await admin.post(`${API}/Group`, { partitionGlobalId: organizationId, name: 'Robots' })).body.id;
    const role = await server.db.first<{ id: number }>(
      sql`select id from roles where tenant_id = ${server.tenant.id} and name = 'Automation User'`,
    );
    const assigned = await admin.post(`/odata/Folders/${NS}.AssignDomainUser`, {
      assignment: {
        UserName: 'Robots',
        UserType: 'DirectoryGroup',
        DirectoryIdentifier: group,
        RolesPerFolder: [{ FolderId: folder.id, RoleIds: [role!.id] }],
      },
    });
    assert.ok(assigned.status < 300, assigned.text);
    holder = (await server.db.first<{ id: number }>(
      sql`select id from users where directory_identifier = ${group}::uuid`,
    ))!.id;
    host = await connect(await addMachine(server));
    ReleaseKey = (await addProcess(admin.in(folder.id))).Key;
  });

  it('runs nothing while it is in no such group', async () => {
    const refused = await begin();
    assert.equal(refused.status, 409, refused.text);
    assert.equal(refused.body.errorCode, CODE.NoRobotsAvailable);
  });

  it('runs jobs, by its name too, from the moment it is in the group until it is out of it', async () => {
    assert.equal((await members({ directoryUserIDsToAdd: [account] })).status, 200);
    const started = await begin({ Strategy: 'Specific', RobotIds: [robotId] });
    assert.equal(started.status, 201, started.text);
    const [order] = await host.orders();
    assert.equal(order?.key, started.body.value[0].Key);
    assert.equal((await host.report(order!, 'Running')).accepted, true);
    const calls = await server.db.first(
      sql`select from jobs where key = ${order!.key} and robot_id = ${robotId}`,
    );
    assert.ok(calls, 'as this robot');
    await host.report(order!, 'Successful');

    const waiting = await begin();
    assert.equal(waiting.status, 201, waiting.text);
    assert.equal((await members({ directoryUserIDsToRemove: [account] })).status, 200);
    assert.deepEqual(await host.orders(), [], 'may not any more');
    assert.equal((await begin()).status, 409);
    assert.equal((await members({ directoryUserIDsToAdd: [account] })).status, 200);
    assert.equal((await host.orders())[0]?.key, waiting.body.value[0].Key);
  });

  it('runs nothing while the tenant has switched the group off', async () => {
    const off = await admin.post(`/odata/Users(${holder})/${NS}.SetActive`, { active: false });
    assert.ok(off.status < 300, off.text);
    assert.equal((await begin()).status, 409);
  });
});
