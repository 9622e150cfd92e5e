import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import sql from 'sql-template-tag';
import { SOON_MS, until } from '../../../../../tests/until.fixture.ts';
import { type Answer, type Caller, callerWith, testServer } from '../../server.fixture.ts';

const server = await testServer({ after });
const { admin, otherTenant, organizationId } = server;
const API = '/identity/api';
const here = { partitionGlobalId: organizationId };
const good = (answer: Answer, status = 200) => {
  assert.equal(answer.status, status, answer.text);
  return answer.body;
};

interface Person {
  readonly id: string;
  readonly name: string;
  readonly caller: Caller;
}

let made = 0;
async function newPerson(more: object = {}): Promise<Person> {
  const id = randomUUID();
  const name = `face-${++made}@example.com`;
  good(
    await admin.post(`${API}/User`, {
      ...here,
      id,
      userName: name,
      email: name,
      name: 'Ada',
      surname: 'Face',
      ...more,
    }),
  );
  const issue = server.parts.identity.issueToken;
  const token = await issue({
    kind: 'user',
    subject: id,
    clientId: 'tests',
    organizationId,
    scopes: ['OrchestratorApiUserAccess'],
    lifetimeSeconds: 3600,
  });
  return { id, name, caller: callerWith(server.url, token) };
}

const newGroup = async (name: string, members: readonly string[] = []): Promise<string> =>
  good(await admin.post(`${API}/Group`, { ...here, name, directoryUserMemberIDs: members }), 201).id;
const inTenant = async (identifier: string, by: Caller = admin) =>
  good(await by.get(`/odata/Users?$filter=DirectoryIdentifier eq ${identifier}`)).value[0];
const admit = async (by: Caller, body: object) => good(await by.post('/odata/Users', body), 201);

async function refused(call: () => Promise<Answer>, status = 401): Promise<void> {
  await until(`a call answers ${status}`, async () => (await call()).status === status, SOON_MS);
}

describe('a person', () => {
  it('is the same in all tenants that admit them', async () => {
    const person = await newPerson();
    for (const tenant of [admin, otherTenant])
      await admit(tenant, {
        UserName: person.name,
        Type: 'DirectoryUser',
        DirectoryIdentifier: person.id,
        Name: 'Somebody',
        Surname: 'Else',
      });
    const change = { name: 'Grace', surname: 'Hopper', email: `new-${person.name}` };
    good(await admin.put(`${API}/User/${person.id}`, change));
    for (const tenant of [admin, otherTenant]) {
      const { Name, Surname, EmailAddress } = await inTenant(person.id, tenant);
      assert.deepEqual([Name, Surname, EmailAddress], ['Grace', 'Hopper', `new-${person.name}`]);
    }
    // The other way round.
    const { Id } = await inTenant(person.id);
    good(await admin.patch(`/odata/Users(${Id})`, { Surname: 'Murray', EmailAddress: person.name }));
    const identity = good(await admin.get(`${API}/User/${person.id}`));
    assert.deepEqual([identity.name, identity.surname, identity.email], ['Grace', 'Murray', person.name]);
    assert.equal((await inTenant(person.id, otherTenant)).Surname, 'Murray');
    // Who administers a tenant only does not get at people's mail.
    const keeper = await server.user({ permissions: ['Users.View', 'Users.Edit'] });
    assert.equal(
      (await keeper.patch(`/odata/Users(${Id})`, { EmailAddress: 'mine@example.com' })).status,
      403,
    );
    assert.equal(
      (await keeper.put(`/odata/Users(${Id})`, { EmailAddress: person.name, Name: 'G.' })).status,
      200,
    );
  });

  it('is off everywhere when off in Identity, and on again where the tenant does not say otherwise', async () => {
    const person = await newPerson();
    for (const tenant of [admin, otherTenant])
      await admit(tenant, {
        UserName: person.name,
        Type: 'DirectoryUser',
        DirectoryIdentifier: person.id,
        RolesList: ['Administrator'],
      });
    const there = await inTenant(person.id, otherTenant);
    good(
      await otherTenant.post(`/odata/Users(${there.Id})/UiPath.Server.Configuration.OData.SetActive`, {
        active: false,
      }),
    );
    good(await person.caller.get('/odata/Users'));
    good(await admin.put(`${API}/User/${person.id}`, { isActive: false }));
    await refused(() => person.caller.get('/odata/Users'));
    const mine = await inTenant(person.id);
    assert.equal(mine.IsActive, false);
    assert.equal(
      (
        await admin.post(`/odata/Users(${mine.Id})/UiPath.Server.Configuration.OData.SetActive`, {
          active: true,
        })
      ).status,
      409,
    );
    // Putting back what was read is no switch.
    good(await admin.put(`/odata/Users(${mine.Id})`, mine));
    good(await admin.put(`${API}/User/${person.id}`, { isActive: true }));
    assert.deepEqual(
      [(await inTenant(person.id)).IsActive, (await inTenant(person.id, otherTenant)).IsActive],
      [true, false],
    );
  });

  it('is gone everywhere when deleted, and leaves the name to others', async () => {
    const person = await newPerson();
    for (const tenant of [admin, otherTenant])
      await admit(tenant, { UserName: person.name, Type: 'DirectoryUser' });
    assert.equal((await admin.delete(`${API}/User/${person.id}`)).status, 204);
    for (const tenant of [admin, otherTenant]) assert.equal(await inTenant(person.id, tenant), undefined);
    await refused(() => person.caller.get('/odata/Users'));
    const next = randomUUID();
    good(await admin.post(`${API}/User`, { ...here, id: next, userName: person.name, email: person.name }));
    await admit(admin, { UserName: person.name, Type: 'DirectoryUser', DirectoryIdentifier: next });
  });
});

describe('a group', () => {
  it('admits its members with its roles, and lets them go', async () => {
    const person = await newPerson();
    const robot = good(
      await admin.post(`${API}/RobotAccount`, { ...here, name: `robot-${randomUUID()}` }),
      201,
    );
    const group = await newGroup('Operators', [person.id, robot.id]);
    assert.equal((await person.caller.in(server.folder.id).get('/odata/Jobs')).status >= 400, true);
    const admitted = await admit(admin, {
      UserName: 'Operators',
      Type: 'DirectoryGroup',
      DirectoryIdentifier: group,
      RolesList: ['Tenant Administrator'],
    });
    assert.deepEqual([admitted.Type, admitted.Domain], ['DirectoryGroup', 'autogen']);
    assert.equal(await inTenant(person.id), undefined);
    good(await person.caller.get('/odata/Users'));
    const user = await inTenant(person.id);
    assert.deepEqual(
      [user.UserName, user.Type, user.RolesList, user.Name],
      [person.name, 'DirectoryUser', [], 'Ada'],
    );
    const told = await server.db.query(sql`
      select type, actor from events where entity = 'User' and entity_key = ${user.Key}`);
    assert.deepEqual(told, [{ type: 'user.created', actor: `user:${person.id}` }]);
    assert.equal(
      (await person.caller.with({ 'x-uipath-tenantname': 'Other' }).get('/odata/Users')).status,
      403,
    );
    // Roles in folders come by groups too.
    const folderRole = good(await admin.get("/odata/Roles?$filter=Name eq 'Automation User'")).value[0].Id;
    const assignment = {
      UserName: 'Operators',
      UserType: 'DirectoryGroup',
      DirectoryIdentifier: group,
      RolesPerFolder: [{ FolderId: server.folder.id, RoleIds: [folderRole] }],
    };
    assert.equal(
      (await admin.post('/odata/Folders/UiPath.Server.Configuration.OData.AssignDomainUser', { assignment }))
        .status,
      204,
    );
    good(await person.caller.in(server.folder.id).get('/odata/Jobs'));
    good(
      await admin.put(`${API}/Group/${group}`, {
        ...here,
        name: 'Night shift',
        directoryUserIDsToRemove: [person.id],
      }),
    );
    assert.equal((await inTenant(group)).UserName, 'Night shift');
    assert.equal((await person.caller.get('/odata/Users')).status, 403);
    good(await admin.put(`${API}/User/${person.id}`, { groupIDsToAdd: [group] }));
    good(await person.caller.get('/odata/Users'));
    assert.equal((await admin.delete(`${API}/Group/${organizationId}/${group}`)).status, 204);
    assert.equal(await inTenant(group), undefined);
    assert.equal((await person.caller.get('/odata/Users')).status, 403);
  });

  it('of administrators makes administrators, at once', async () => {
    const person = await newPerson();
    assert.equal((await person.caller.get(`${API}/Group/${organizationId}`)).status, 403);
    const administrators = good(await admin.get(`${API}/Group/${organizationId}`)).find(
      (g: { name: string }) => g.name === 'Administrators',
    ).id;
    good(await admin.put(`${API}/Group/${administrators}`, { ...here, directoryUserIDsToAdd: [person.id] }));
    good(await person.caller.get(`${API}/Group/${organizationId}`));
    good(await admin.put(`${API}/User/${person.id}`, { groupIDsToRemove: [administrators] }));
    assert.equal((await person.caller.get(`${API}/Group/${organizationId}`)).status, 403);
  });
});

describe('a robot account', () => {
  it('is admitted, or made by admitting it, and goes with its identity', async () => {
    const robot = good(await admin.post(`${API}/RobotAccount`, { ...here, name: 'twofold' }), 201);
    const user = await admit(admin, { UserName: 'twofold', Type: 'DirectoryRobot' });
    assert.equal(user.DirectoryIdentifier, robot.id);
    assert.equal(
      (
        await admin.post('/odata/Users', {
          UserName: 'x',
          Type: 'DirectoryRobot',
          DirectoryIdentifier: randomUUID(),
        })
      ).status,
      404,
    );
    const other = await admit(otherTenant, { UserName: 'fresh-robot', Type: 'DirectoryRobot' });
    const known = good(await admin.get(`${API}/RobotAccount/${organizationId}/${other.DirectoryIdentifier}`));
    assert.equal(known.name, 'fresh-robot');
    assert.equal(
      (await admin.delete(`${API}/RobotAccount/${organizationId}`, { robotAccountIDs: [robot.id, known.id] }))
        .status,
      204,
    );
    assert.equal(await inTenant(robot.id), undefined);
    assert.equal(await inTenant(known.id, otherTenant), undefined);
  });
});

describe('an external application', () => {
  it('is renamed and removed on both sides', async () => {
    const client = good(
      await admin.post(`${API}/ExternalClient`, { ...here, name: 'Two faced', scopes: [] }),
      201,
    );
    await admit(admin, {
      UserName: 'Two faced',
      Type: 'DirectoryExternalApplication',
      DirectoryIdentifier: client.id,
    });
    good(
      await admin.put(`${API}/ExternalClient/${organizationId}/${client.id}`, { name: 'Honest', scopes: [] }),
    );
    assert.equal((await inTenant(client.id)).UserName, 'Honest');
    assert.equal((await admin.delete(`${API}/ExternalClient/${organizationId}/${client.id}`)).status, 204);
    assert.equal(await inTenant(client.id), undefined);
  });
});

describe("Orchestrator's directory service", () => {
  const DIRECTORY = '/api/DirectoryService';

  it('shows whom a tenant could admit', async () => {
    const person = await newPerson({ name: 'Wilhelmina', surname: 'Known' });
    const found = good(
      await admin.get(`${DIRECTORY}/SearchForUsersAndGroups?domain=autogen&prefix=wilh&searchContext=All`),
    );
    assert.deepEqual(found, [
      {
        type: 0,
        source: 'local',
        domain: 'autogen',
        identifier: person.id,
        identityName: person.name,
        displayName: 'Wilhelmina Known',
      },
    ]);
    assert.deepEqual(
      good(await admin.get(`${DIRECTORY}/SearchForUsersAndGroups?domain=elsewhere&prefix=wilh`)),
      [],
    );
    assert.deepEqual(
      good(await admin.get(`${DIRECTORY}/SearchForUsersAndGroups?prefix=wilh&searchContext=Groups`)),
      [],
    );
    assert.deepEqual(good(await admin.get(`${DIRECTORY}/GetDomains`)), [
      { name: 'autogen', isDefault: true },
    ]);
    const id = `${DIRECTORY}/GetDomainUserId?domain=autogen&directoryIdentifier=${person.id}`;
    assert.equal((await admin.get(id)).status, 404);
    const user = await admit(admin, {
      UserName: person.name,
      Type: 'DirectoryUser',
      DirectoryIdentifier: person.id,
    });
    assert.equal(good(await admin.get(`${id}&userType=DirectoryUser`)), user.Id);
    assert.equal(good(await admin.get(`${DIRECTORY}/GetDomainUserId?userName=${person.name}`)), user.Id);
    const group = await newGroup('Readers', [person.id]);
    await admit(admin, {
      UserName: 'Readers',
      Type: 'DirectoryGroup',
      DirectoryIdentifier: group,
      RolesList: ['Robot'],
    });
    const [held] = good(
      await admin.get(`${DIRECTORY}/GetDirectoryPermissions?username=${person.name}&domain=autogen`),
    );
    assert.deepEqual(
      [held.directoryGroup, held.roles.map((r: { name: string }) => r.name), held.organizationUnits],
      ['Readers', ['Robot'], []],
    );
    const nobody = await server.user();
    for (const path of [
      'SearchForUsersAndGroups',
      'GetDomains',
      'GetDomainUserId?userName=x',
      'GetDirectoryPermissions?username=x',
    ])
      assert.equal((await nobody.get(`${DIRECTORY}/${path}`)).status, 403);
    assert.equal((await admin.get(`${DIRECTORY}/GetDomainUserId`)).status, 400);
    assert.equal((await admin.get(`${DIRECTORY}/GetDirectoryPermissions`)).status, 400);
    assert.equal((await admin.get(`${DIRECTORY}/SearchForUsersAndGroups?searchContext=Cats`)).status, 400);
  });
});
