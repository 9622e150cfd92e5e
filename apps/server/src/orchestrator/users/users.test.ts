import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { type Answer, testServer } from '../../server.fixture.ts';

const NS = '/odata/Users/UiPath.Server.Configuration.OData';
const action = (id: number | undefined, name: string): string =>
  `/odata/Users(${id})/UiPath.Server.Configuration.OData.${name}`;

const server = await testServer({ after });
const { admin } = server;

interface UserBody {
  readonly Id: number;
  readonly Key: string;
  readonly UserName: string;
}

let names = 0;
const newUser = async (more: object = {}): Promise<UserBody> => {
  const answer = await admin.post('/odata/Users', {
    UserName: `robot-${++names}`,
    Type: 'DirectoryRobot',
    ...more,
  });
  assert.equal(answer.status, 201, answer.text);
  return answer.body;
};
const refused = ({ status, body, text }: Answer, expected: number, code?: number): void => {
  assert.equal(status, expected, text);
  if (code !== undefined) assert.equal(body.errorCode, code, text);
};
const read = async (id: number | undefined) => (await admin.get(`/odata/Users(${id})`)).body;
const roleId = async (name: string): Promise<number> =>
  (await admin.get(`/odata/Roles?$filter=Name eq '${name}'`)).body.value[0].Id;
const identityOf = (userName: string) =>
  server.db.first<{ id: string; password_hash: string | null }>({
    text: 'select id, password_hash from identity_users where user_name = $1',
    values: [userName],
  });

describe('users', () => {
  it('adds a local user who can sign in', async () => {
    const created = await admin.post('/odata/Users', {
      UserName: 'grace',
      Name: 'Grace',
      Surname: 'Hopper',
      EmailAddress: 'grace@example.org',
      Password: 'a long enough password',
      RolesList: ['tenant administrator'],
      UpdatePolicy: { Type: 'None' },
      NotificationSubscription: { Queues: true, Jobs: false },
    });
    assert.equal(created.status, 201, created.text);
    const { body } = created;
    assert.deepEqual(
      [body.FullName, body.Type, body.RolesList, body.Password, body.IsActive, body.TenancyName],
      ['Grace Hopper', 'User', ['Tenant Administrator'], null, true, server.tenant.name],
    );
    assert.deepEqual([body.NotificationSubscription.Queues, body.UpdatePolicy.Type], [true, 'None']);
    const identity = await identityOf('grace');
    assert.equal(body.DirectoryIdentifier, identity?.id);
    assert.match(identity!.password_hash!, /^\$argon2id\$/);
    const signedIn = await server.anonymous.post('/api/Account/Authenticate', {
      usernameOrEmailAddress: 'grace',
      password: 'a long enough password',
      tenancyName: server.tenant.name,
    });
    assert.equal(signedIn.status, 200, signedIn.text);
    assert.equal((await admin.delete(`/odata/Users(${body.Id})`)).status, 204);
    assert.ok(await identityOf('grace'), 'the identity belongs to the organization');
    refused(await admin.get(`/odata/Users(${body.Id})`), 404, 1002);
    refused(await admin.delete(`/odata/Users(${body.Id})`), 404, 1002);
    refused(await admin.post('/odata/Users', { UserName: 'grace', Password: 'taken over!' }), 409, 1001);
    for (const Password of ['short', 'ScoobyDoo7', 'newcomer-1'])
      refused(await admin.post('/odata/Users', { UserName: 'newcomer', Password }), 400, 1009);
    assert.equal(await identityOf('newcomer'), undefined);
  });

  it('adds people of the directory and applications that Identity knows', async () => {
    await server.db.execute({
      text: `insert into identity_users (organization_id, user_name, email) values ($1, 'linus', 'linus@example.org')`,
      values: [server.organizationId],
    });
    const app = await server.db.first<{ client_id: string }>({
      text: `insert into external_apps (organization_id, name) values ($1, 'Reporter') returning client_id`,
      values: [server.organizationId],
    });
    const person = await newUser({ UserName: 'linus@example.org', Type: 'DirectoryUser' });
    assert.equal(person.UserName, 'linus');
    const application = await newUser({
      UserName: 'Reporter',
      Type: 'DirectoryExternalApplication',
      DirectoryIdentifier: app!.client_id,
    });
    assert.equal((await read(application.Id)).Domain, 'autogen');
    const cases: [object, number, number][] = [
      [{ UserName: 'linus', Type: 'DirectoryUser' }, 409, 1001],
      [{ UserName: 'nobody', Type: 'DirectoryUser' }, 404, 1415],
      [{ UserName: 'nobody', Type: 'DirectoryExternalApplication' }, 404, 1415],
      [{ UserName: 'nobody', Type: 'DirectoryGroup' }, 404, 1415],
      [{ UserName: 'nobody', Type: 'Robot' }, 400, 1009],
      [{ Type: 'DirectoryRobot' }, 400, 1009],
      [{ UserName: 'x', Type: 'Nonsense' }, 400, 1009],
      [{ UserName: 'x', Type: 'DirectoryRobot', RolesList: ['Nonsense'] }, 404, 1002],
      [{ UserName: 'x', Type: 'DirectoryRobot', RolesList: ['Automation User'] }, 400, 1430],
    ];
    for (const [body, status, code] of cases) refused(await admin.post('/odata/Users', body), status, code);
  });

  it('provisions a robot for unattended rights, and keeps its password to itself', async () => {
    const user = await newUser({
      MayHaveUnattendedSession: true,
      UnattendedRobot: { UserName: 'HOST\\robot', Password: 'secret', CredentialType: 'Default' },
    });
    const robot = await server.db.first<{ id: number; unattended_password: Buffer }>({
      text: `select r.id, u.unattended_password from robots r join users u on u.id = r.user_id where u.id = $1`,
      values: [user.Id],
    });
    const { UnattendedRobot } = await read(user.Id);
    assert.deepEqual(
      [
        UnattendedRobot.RobotId,
        UnattendedRobot.UserName,
        UnattendedRobot.Password,
        UnattendedRobot.CredentialType,
      ],
      [robot!.id, 'HOST\\robot', null, 'Default'],
    );
    assert.ok(!robot!.unattended_password.includes('secret'));
    const patched = await admin.patch(`/odata/Users(${user.Id})`, { UnattendedRobot: { Password: 'other' } });
    assert.equal(patched.status, 200, patched.text);
    assert.equal((await read(user.Id)).UnattendedRobot.UserName, 'HOST\\robot');
    await admin.patch(`/odata/Users(${user.Id})`, { MayHaveUnattendedSession: false });
    assert.equal((await read(user.Id)).UnattendedRobot, null);
    const plain = await newUser();
    assert.equal((await read(plain.Id)).UnattendedRobot, null);
    await admin.put(`/odata/Users(${plain.Id})`, { MayHaveUnattendedSession: true });
    assert.ok((await read(plain.Id)).UnattendedRobot.RobotId > 0);
  });

  it('changes what may be changed; PATCH leaves roles', async () => {
    const user = await newUser({ RolesList: ['Robot'] });
    const body = await read(user.Id);
    const put = await admin.put(`/odata/Users(${user.Id})`, {
      ...body,
      Name: 'Number',
      RolesList: ['Tenant Administrator'],
    });
    assert.equal(put.status, 200, put.text);
    const kept = await admin.patch(`/odata/Users(${user.Id})`, {
      Surname: 'Five',
      RolesList: [],
      UserRoles: [],
    });
    assert.equal(kept.status, 200, kept.text);
    const changed = await read(user.Id);
    assert.deepEqual([changed.FullName, changed.RolesList], ['Number Five', ['Tenant Administrator']]);
    assert.ok(changed.LastModificationTime);
    const listed = await admin.get(
      `/odata/Users?$filter=Type eq 'DirectoryRobot' and contains(UserName,'${user.UserName}')&$expand=UserRoles,OrganizationUnits`,
    );
    assert.equal(listed.body.value[0].UserRoles[0].RoleName, 'Tenant Administrator');
    const cases: [object, number, number][] = [
      [{ UserName: 'other' }, 400, 1416],
      [{ Type: 'User' }, 400, 1009],
      [{ Password: 'x' }, 400, 1009],
      [{ DirectoryIdentifier: user.Key }, 400, 1009],
    ];
    for (const [change, status, code] of cases) {
      refused(await admin.put(`/odata/Users(${user.Id})`, change), status, code);
      refused(await admin.patch(`/odata/Users(${user.Id})`, change), status, code);
    }
    refused(await admin.put('/odata/Users(999999)', { Name: 'x' }), 404, 1002);
    refused(await admin.patch('/odata/Users(999999)', { Name: 'x' }), 404, 1002);
    refused(await server.otherTenant.put(`/odata/Users(${user.Id})`, { Name: 'x' }), 404, 1002);
    refused(await admin.get('/odata/Users?$expand=Nonsense'), 400, 1000);
  });

  it('gives and takes roles', async () => {
    const user = await newUser();
    const [administrator, folderRole] = [
      await roleId('Tenant Administrator'),
      await roleId('Automation User'),
    ];
    const assign = (roleIds: unknown) => admin.post(action(user.Id, 'AssignRoles'), { roleIds });
    assert.equal((await assign([administrator])).status, 200);
    assert.deepEqual((await read(user.Id)).RolesList, ['Tenant Administrator']);
    const toggle = (role: unknown, on: unknown) =>
      admin.post(action(user.Id, 'ToggleRole'), { role, toggle: on });
    for (const on of [true, true, false, false]) {
      const answer = await toggle('Robot', on);
      assert.equal(answer.status, 200, answer.text);
      assert.equal((await read(user.Id)).RolesList.includes('Robot'), on);
    }
    refused(await assign([folderRole]), 400, 1430);
    refused(await assign([999_999]), 404, 1002);
    refused(await assign('x'), 400, 1009);
    refused(await toggle('Nonsense', true), 404, 1002);
    refused(await admin.post(action(user.Id, 'ToggleRole'), { role: 'Robot' }), 400, 1009);
    refused(await admin.post(action(999_999, 'AssignRoles'), { roleIds: [] }), 404, 1002);
  });

  it('always keeps an administrator', async () => {
    refused(await admin.delete(`/odata/Users(${admin.userId})`), 400, 1433);
    refused(await admin.post(action(admin.userId, 'AssignRoles'), { roleIds: [] }), 400, 1434);
    refused(
      await admin.post(action(admin.userId, 'ToggleRole'), { role: 'Administrator', toggle: false }),
      400,
      1434,
    );
    refused(await admin.put(`/odata/Users(${admin.userId})`, { RolesList: [] }), 400, 1434);
    refused(await admin.patch(`/odata/Users(${admin.userId})`, { IsActive: false }), 400, 1435);
    refused(await admin.post(action(admin.userId, 'SetActive'), { active: false }), 400, 1435);
    const second = await server.user({ roles: ['Administrator'] });
    const answers = await Promise.all([
      admin.post(action(second.userId, 'SetActive'), { active: false }),
      second.post(action(admin.userId, 'SetActive'), { active: false }),
    ]);
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    await server.db.execute({
      text: 'update users set is_active = true where id = $1',
      values: [admin.userId],
    });
    server.parts.services.live.notify('access');
  });

  it('switches users off at once', async () => {
    const user = await server.user({ permissions: ['Users.View'] });
    assert.equal((await user.get('/odata/Users')).status, 200);
    const off = await admin.post(action(user.userId, 'SetActive'), { active: false });
    assert.equal(off.status, 200, off.text);
    refused(await user.get('/odata/Users'), 403);
    refused(await admin.post(action(user.userId, 'SetActive'), {}), 400, 1009);
    refused(await admin.post(action(999_999, 'SetActive'), { active: true }), 404, 1002);
    const validated = await admin.get(`${NS}.Validate(userIds=[${user.userId},${admin.userId},999999])`);
    assert.deepEqual(validated.body.value, {
      [String(user.userId)]: false,
      [String(admin.userId)]: true,
      '999999': false,
    });
    refused(await admin.get(`${NS}.Validate(userIds=[x])`), 400, 1009);
  });

  it('tells callers who they are and what they may', async () => {
    const user = await server.user({ permissions: ['Queues.View'] });
    assert.equal((await user.get(`${NS}.GetCurrentUser`)).body.Id, user.userId);
    assert.equal((await user.get(`/odata/Users(${user.userId})`)).status, 200);
    const extended = await user.get(`${NS}.GetCurrentUserExtended?$expand=PersonalWorkspace`);
    assert.equal(extended.body.Id, user.userId);
    assert.ok('PersonalWorskpaceFeedId' in extended.body);
    assert.equal(extended.body.PersonalWorkspace, null);
    const app = await server.app(['OR.Users.Read']);
    assert.equal((await app.get(`${NS}.GetCurrentUser()`)).status, 204);
    assert.equal((await app.get(`${NS}.GetCurrentUserExtended`)).status, 204);

    const held = await user.get(`${NS}.GetCurrentPermissions`);
    assert.deepEqual([held.body.UserId, held.body.Permissions], [user.userId, ['Queues.View']]);
    const keeper = await server.user({ folderRoles: { [server.folder.id]: ['Enable Running Automation'] } });
    assert.deepEqual((await keeper.get(`${NS}.GetCurrentPermissions`)).body.Permissions, []);
    const here = await keeper.in(server.folder.id).get(`${NS}.GetCurrentPermissions`);
    assert.ok(here.body.Permissions.includes('Jobs.Create'));
    refused(await server.anonymous.get(`${NS}.GetCurrentPermissions`), 401);
    refused(await server.anonymous.get(`${NS}.GetCurrentUser`), 401);
    refused(await server.anonymous.get(`${NS}.GetCurrentUserExtended`), 401);
  });

  it('sets languages', async () => {
    const user = await server.user();
    assert.equal((await user.post(`${NS}.ChangeCulture`, { culture: 'ja' })).status, 200);
    assert.equal(
      (await admin.post(action(user.userId, 'ChangeUserCulture'), { culture: 'pt-BR' })).status,
      200,
    );
    refused(await user.post(`${NS}.ChangeCulture`, { culture: '?' }), 400, 1009);
    refused(await admin.post(action(999_999, 'ChangeUserCulture'), { culture: 'de' }), 404, 1002);
    refused(await admin.post(action(user.userId, 'ChangeUserCulture'), {}), 400, 1009);
    refused(await user.post(action(user.userId, 'ChangeUserCulture'), { culture: 'de' }), 403);
  });

  it('asks for the right permission, and lets keepers of robots change robots alone', async () => {
    const [nobody, target] = [await server.user(), await newUser()];
    const calls: [string, string][] = [
      ['GET', '/odata/Users'],
      ['GET', `/odata/Users(${target.Id})`],
      ['POST', '/odata/Users'],
      ['PUT', `/odata/Users(${target.Id})`],
      ['PATCH', `/odata/Users(${target.Id})`],
      ['DELETE', `/odata/Users(${target.Id})`],
      ['POST', action(target.Id, 'AssignRoles')],
      ['POST', action(target.Id, 'ToggleRole')],
      ['POST', action(target.Id, 'SetActive')],
      ['GET', `${NS}.Validate(userIds=[1])`],
    ];
    for (const [method, path] of calls) refused(await nobody.send(method, path), 403);
    const keeper = await server.user({ permissions: ['Robots.Edit'] });
    const change = { Name: 'x', MayHaveUnattendedSession: true, RolesList: ['Administrator'] };
    assert.equal((await keeper.put(`/odata/Users(${target.Id})`, change)).status, 200);
    const { Name, MayHaveUnattendedSession, RolesList } = await read(target.Id);
    assert.deepEqual([Name, MayHaveUnattendedSession, RolesList], [null, true, []]);
  });
});
