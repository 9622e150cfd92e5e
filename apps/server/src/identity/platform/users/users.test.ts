import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { type Answer, type Caller, signedIn, testServer } from '../../../server.fixture.ts';

const server = await testServer({ after });
const { admin, organizationId } = server;
const USERS = '/identity/api/User';
const PASSWORD = 'grey otters paddle upstream';

const succeeded = (answer: Answer): void => {
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(answer.body, { succeeded: true, errors: [] });
};
const failed = (answer: Answer, ...codes: string[]): void => {
  assert.equal(answer.status, 400, answer.text);
  assert.equal(answer.body.succeeded, false);
  assert.deepEqual(
    answer.body.errors.map((error: { code: string }) => error.code),
    codes,
  );
};
const problem = (answer: Answer, status: number, title?: string): void => {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.body.status, status);
  assert.match(answer.headers.get('content-type')!, /^application\/problem\+json/);
  assert.match(answer.body.traceId, /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
  assert.match(answer.body.type, /^https:\/\/tools\.ietf\.org\/html\/rfc/);
  if (title) assert.equal(answer.body.title, title);
};

let made = 0;
async function newUser(more: object = {}): Promise<string> {
  const id = randomUUID();
  const name = `person-${++made}@example.com`;
  succeeded(
    await admin.post(USERS, { id, userName: name, email: name, partitionGlobalId: organizationId, ...more }),
  );
  return id;
}
const read = async (id: string, by: Caller = admin) => (await by.get(`${USERS}/${id}`)).body;

describe('users of Identity', () => {
  it('are made one by one', async () => {
    const groups = await admin.get(`/identity/api/Group/${organizationId}`);
    const [administrators, everyone] = ['Administrators', 'Everyone'].map(
      (name) => groups.body.find((group: { name: string }) => group.name === name).id,
    );
    const id = randomUUID();
    succeeded(
      await admin.post(USERS, {
        id,
        userName: 'jane.doe@example.com',
        email: 'jane.doe@example.com',
        name: 'Jane',
        surname: 'Doe',
        type: 'User',
        bypassBasicAuthRestriction: true,
        invitationAccepted: true,
        partitionGlobalId: organizationId,
        password: PASSWORD,
        validatePassword: true,
        groupIDs: [administrators],
        userLogins: [],
      }),
    );
    const { creationTime, legacyId, ...user } = await read(id);
    assert.ok(Date.parse(creationTime) && Number.isInteger(legacyId));
    assert.deepEqual(user, {
      id,
      userName: 'jane.doe@example.com',
      email: 'jane.doe@example.com',
      emailConfirmed: false,
      name: 'Jane',
      surname: 'Doe',
      displayName: 'Jane Doe',
      lastModificationTime: null,
      lastLoginTime: null,
      groupIDs: [administrators, everyone].sort(),
      isActive: true,
      bypassBasicAuthRestriction: true,
      type: 0,
      invitationAccepted: true,
    });
    const more = { partitionGlobalId: organizationId };
    failed(await admin.post(USERS, { ...more, userName: 'JANE.doe@example.com' }), 'DuplicateUserName');
    failed(
      await admin.post(USERS, { ...more, userName: 'x', email: 'Jane.Doe@example.com' }),
      'DuplicateEmail',
    );
    failed(await admin.post(USERS, { ...more, id, userName: 'y' }), 'DuplicateId');
    failed(await admin.post(USERS, { ...more, userName: ' ' }), 'InvalidUserName');
    failed(await admin.post(USERS, { ...more, userName: 'z', type: 4 }), 'InvalidUserType');
    failed(await admin.post(USERS, { ...more, userName: 'z', password: 'short' }), 'PasswordTooShort');
    failed(await admin.post(USERS, { ...more, userName: 'z', password: 'Scooby-Doo7' }), 'PasswordTooCommon');
    failed(await admin.post(USERS, { ...more, userName: 'z', groupIDs: [randomUUID()] }), 'GroupNotFound');
    problem(await admin.post(USERS, { userName: 'z' }), 400, 'One or more validation errors occurred.');
    problem(await admin.post(USERS, { ...more, userName: 'z', email: 'nowhere' }), 400);
  });

  it('are made all at once, or none of them', async () => {
    const users = ['ann', 'ben'].map((name) => ({
      userName: `${name}@example.com`,
      email: `${name}@example.com`,
      type: 0,
    }));
    const bulk = `${USERS}/BulkCreate`;
    const answer = await admin.post(bulk, { users, partitionGlobalId: organizationId, groupIDs: [] });
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(answer.body.result, { succeeded: true, errors: [] });
    assert.deepEqual(
      answer.body.users.map((user: { userName: string }) => user.userName),
      ['ann@example.com', 'ben@example.com'],
    );
    const again = await admin.post(bulk, {
      users: [{ userName: 'cleo' }, ...users],
      partitionGlobalId: organizationId,
    });
    failed(again, 'DuplicateUserName');
    assert.deepEqual(again.body.users, []);
    assert.equal(again.body.result.succeeded, false);
    const cleo = await admin.get(`${USERS}/users/${organizationId}?searchTerm=cleo`);
    assert.equal(cleo.body.totalCount, 0);
    problem(await admin.post(bulk, { partitionGlobalId: organizationId }), 400);
  });

  it('are listed with search, sort and pages', async () => {
    for (const name of ['zoe', 'yann', 'xara'])
      await newUser({ userName: `sorted-${name}`, email: null, name, surname: '100%_Sure' });
    const list = async (query: string) => {
      const answer = await admin.get(`${USERS}/users/${organizationId}?${query}`);
      assert.equal(answer.status, 200, answer.text);
      return [answer.body.totalCount, answer.body.results.map((user: { name: string }) => user.name)];
    };
    assert.deepEqual(await list('searchTerm=sorted-'), [3, ['xara', 'yann', 'zoe']]);
    assert.deepEqual(await list('searchTerm=SORTED-&top=1&skip=1'), [3, ['yann']]);
    assert.deepEqual(await list('searchTerm=sorted-&sortBy=name&sortOrder=desc'), [
      3,
      ['zoe', 'yann', 'xara'],
    ]);
    assert.deepEqual(await list('searchTerm=sorted-&sortBy=creationTime&sortOrder=0'), [
      3,
      ['zoe', 'yann', 'xara'],
    ]);
    assert.deepEqual(await list('searchTerm=100%25_S&top=0&%24count=false'), [3, []]);
    assert.deepEqual(await list('searchTerm=100_S'), [0, []]);
    for (const query of ['top=1001', 'top=x', 'skip=-1', 'sortBy=password', 'sortOrder=up'])
      problem(await admin.get(`${USERS}/users/${organizationId}?${query}`), 400);
    problem(await admin.get(`${USERS}/users/har-3107`), 400);
    assert.deepEqual((await admin.get(`${USERS}/users/har-3107`)).body.errors, {
      partitionGlobalId: ["The value 'har-3107' is not valid."],
    });
    // What clients of standalone servers call.
    const old = await admin.get(`/identity/api/UserPartition/users/${organizationId}?searchTerm=sorted-`);
    assert.equal(old.body.results.length, 3);
  });

  it('are changed member by member', async () => {
    const id = await newUser();
    const group = (
      await admin.post('/identity/api/Group', { partitionGlobalId: organizationId, name: 'Changers' })
    ).body.id;
    succeeded(
      await admin.put(`${USERS}/${id}`, {
        name: 'Nina',
        surname: null,
        isActive: true,
        groupIDsToAdd: [group],
        bypassBasicAuthRestriction: true,
        extensionUserAttributesToAddOrUpdate: { city: 'Cluj' },
      }),
    );
    const user = await read(id);
    assert.deepEqual(
      [user.name, user.surname, user.groupIDs.includes(group), user.bypassBasicAuthRestriction],
      ['Nina', '', true, true],
    );
    assert.ok(user.lastModificationTime);
    succeeded(
      await admin.put(`${USERS}/${id}`, { groupIDsToRemove: [group], password: 'a quite different phrase' }),
    );
    assert.equal((await read(id)).groupIDs.includes(group), false);
    const other = await read(await newUser());
    failed(await admin.put(`${USERS}/${id}`, { email: other.email }), 'DuplicateEmail');
    failed(await admin.put(`${USERS}/${id}`, { password: 'short' }), 'PasswordTooShort');
    problem(await admin.put(`${USERS}/${randomUUID()}`, { name: 'x' }), 404, 'Not Found');
    problem(await admin.put(`${USERS}/har-3107`, { name: 'x' }), 400);
  });

  it("tells where a body goes wrong, in the guide's words", async () => {
    const id = await newUser();
    const put = (body: string, type = 'application/json') =>
      admin.send('PUT', `${USERS}/${id}`, { body, headers: { 'content-type': type } });
    const lines = [
      '{',
      '    "name": "x",',
      ...Array.from({ length: 14 }, (_, i) => `    "m${i}": "",`),
      '    "bypassBasicAuthRestriction": happy',
      '}',
    ];
    const answer = await put(lines.join('\n'));
    problem(answer, 400, 'One or more validation errors occurred.');
    assert.deepEqual(answer.body.errors, {
      bypassBasicAuthRestriction: ['h', 'a'].map(
        (c) =>
          `Unexpected character encountered while parsing value: ${c}. Path 'bypassBasicAuthRestriction', line 17, position 35.`,
      ),
    });
    const cases: [string, Record<string, string[]>][] = [
      [
        '{"name":"x"',
        { name: ["Unexpected end when deserializing object. Path 'name', line 1, position 11."] },
      ],
      [
        '{"isActive":"yes"}',
        { isActive: ["Could not convert string to boolean: yes. Path 'isActive', line 1, position 17."] },
      ],
      [
        '{"name":{}}',
        {
          name: ["Unexpected character encountered while parsing value: {. Path 'name', line 1, position 9."],
        },
      ],
      [
        '{"groupIDsToAdd":["x"]}',
        {
          'groupIDsToAdd[0]': [
            `Error converting value "x" to type 'System.Guid'. Path 'groupIDsToAdd[0]', line 1, position 21.`,
          ],
        },
      ],
      ['', { '': ['A non-empty request body is required.'] }],
    ];
    for (const [body, errors] of cases) assert.deepEqual((await put(body)).body.errors, errors, body);
    const type = await admin.post(USERS, { type: 'wizard', partitionGlobalId: organizationId });
    assert.deepEqual(type.body.errors, {
      type: [`Error converting value "wizard" to type 'UserType'. Path 'type', line 1, position 16.`],
    });
    problem(await put('{}', 'text/plain'), 415, 'Unsupported Media Type');
    assert.equal((await read(id)).name, '');
  });

  it('are deleted, one and many', async () => {
    const [first, second, third] = [await newUser(), await newUser(), await newUser()];
    assert.equal((await admin.delete(`${USERS}/${first}`)).status, 204);
    problem(await admin.get(`${USERS}/${first}`), 404);
    problem(await admin.delete(`${USERS}/${first}`), 404);
    const body = { partitionGlobalId: organizationId, userIds: [first, second, third] };
    assert.equal((await admin.delete(USERS, body)).status, 204);
    problem(await admin.get(`${USERS}/${third}`), 404);
    problem(await admin.delete(USERS, { partitionGlobalId: organizationId }), 400);
  });

  it('always leave the organization an administrator', async () => {
    const [self] = (await admin.get(`${USERS}/users/${organizationId}?searchTerm=admin&sortBy=creationTime`))
      .body.results;
    const groups = (await admin.get(`/identity/api/Group/${organizationId}`)).body;
    const administrators = groups.find((group: { name: string }) => group.name === 'Administrators').id;
    const inIt = (await admin.get(`/identity/api/Group/${organizationId}/${administrators}`)).body.members;
    for (const { identifier } of inIt)
      if (identifier !== self.id) await admin.delete(`${USERS}/${identifier}`);
    failed(await admin.put(`${USERS}/${self.id}`, { isActive: false }), 'LastAdministrator');
    failed(
      await admin.put(`${USERS}/${self.id}`, { groupIDsToRemove: [administrators] }),
      'LastAdministrator',
    );
    problem(await admin.delete(`${USERS}/${self.id}`), 400);
    problem(
      await admin.put(`/identity/api/Group/${administrators}`, {
        partitionGlobalId: organizationId,
        directoryUserIDsToRemove: [self.id],
      }),
      400,
    );
    assert.equal((await read(self.id)).isActive, true);
  });

  it('manage their own password, and nobody else theirs', async () => {
    const { userId } = await server.user();
    const id = (await server.db.first<{ id: string }>({
      text: 'select directory_identifier as id from users where id = $1',
      values: [userId],
    }))!.id;
    succeeded(await admin.put(`${USERS}/${id}`, { password: PASSWORD }));
    const change = (by: Caller, oldPassword: string, newPassword: string, of = id) =>
      by.post(`${USERS}/${of}/changepassword`, { oldPassword, newPassword });
    failed(await change(admin, 'not the one', 'another long phrase'), 'PasswordMismatch');
    failed(await change(admin, PASSWORD, 'short'), 'PasswordTooShort');
    failed(await change(admin, PASSWORD, 'ScoobyDoo7'), 'PasswordTooCommon');
    // A password that is changed ends the tokens that were there.
    succeeded(await change(await signedIn(server, id), PASSWORD, 'another long phrase'));
    const user = await signedIn(server, id);
    problem(await change(user, 'x', 'y', await newUser()), 403);
    problem(await change(admin, 'x', 'y', randomUUID()), 404);
    problem(await user.get(`${USERS}/users/${organizationId}`), 403);
    problem(await user.put(`${USERS}/${id}`, { name: 'x' }), 403);
    assert.equal((await read(id, user)).id, id);
    problem(await user.get(`${USERS}/${await newUser()}`), 403);
  });

  it('do not guess passwords by changing them', async () => {
    const id = await newUser({ password: PASSWORD });
    const guess = () =>
      admin.post(`${USERS}/${id}/changepassword`, { oldPassword: 'a guess', newPassword: PASSWORD });
    for (let n = 0; n < 10; n++) failed(await guess(), 'PasswordMismatch');
    const refusal = await guess();
    problem(refusal, 429, 'Too Many Requests');
    assert.ok(Number(refusal.headers.get('retry-after')) > 0);
  });

  it('see who tried to sign in as them', async () => {
    const id = await newUser();
    await server.db.execute({
      text: `insert into login_attempts (organization_id, user_id, login, result, client_ip, created_at)
             values ($1, $2, 'a', 1, '10.0.0.1', '2026-01-01'), ($1, $2, 'a', 0, '10.0.0.2', '2026-02-01')`,
      values: [organizationId, id],
    });
    const all = await admin.get(`${USERS}/${id}/loginAttempts`);
    assert.equal(all.status, 200, all.text);
    assert.equal(all.body.totalCount, 2);
    assert.deepEqual(
      [all.body.results[0].result, all.body.results[0].partitionGlobalId],
      [0, organizationId],
    );
    const since = await admin.get(
      `${USERS}/${id}/loginAttempts?since=2026-01-15&top=5&sortBy=creationTime&sortOrder=asc`,
    );
    assert.equal(since.body.totalCount, 1);
    problem(await admin.get(`${USERS}/${randomUUID()}/loginAttempts`), 404);
    problem(await admin.get(`${USERS}/${id}/loginAttempts?since=whenever`), 400);
  });
});
