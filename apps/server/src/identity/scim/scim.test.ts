import assert from 'node:assert/strict';
import { test } from 'node:test';
import sql from 'sql-template-tag';
import { ADA, directory, filtered, PATCH, USER } from './scim.fixture.ts';
import { createScimToken, deleteScimToken, listScimTokens } from './tokens.ts';

test('people: made, found, changed as Entra and as Okta do, switched off, deleted', async (t) => {
  const { send, server } = await directory(t);
  const none = await send('GET', filtered('/Users', 'userName eq "ada@example.com"'));
  assert.deepEqual([none.status, none.body.totalResults, none.body.Resources], [200, 0, []]);
  const made = await send('POST', '/Users', ADA);
  assert.equal(made.status, 201);
  assert.match(made.headers.get('content-type')!, /^application\/scim\+json/);
  const { id, meta, ...rest } = made.body;
  assert.equal(made.headers.get('location'), meta.location);
  assert.equal(meta.location, `${server.identity.issuer}/scim/v2/Users/${id}`);
  const everyone = rest.groups[0].value;
  assert.deepEqual(rest, {
    schemas: [USER],
    externalId: 'ada-at-entra',
    userName: 'ada@example.com',
    name: { formatted: 'Ada Lovelace', givenName: 'Ada', familyName: 'Lovelace' },
    displayName: 'Ada Lovelace',
    emails: [{ value: 'ada@example.com', type: 'work', primary: true }],
    active: true,
    groups: [
      { value: everyone, display: 'Everyone', $ref: `${server.identity.issuer}/scim/v2/Groups/${everyone}` },
    ],
  });
  const again = await send('POST', '/Users', ADA);
  assert.deepEqual([again.status, again.body.scimType, again.body.status], [409, 'uniqueness', '409']);

  const entra = await send('PATCH', `/Users/${id}`, {
    schemas: PATCH,
    Operations: [
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'countess@example.com' },
      { op: 'Add', path: 'name.familyName', value: 'King' },
      { op: 'Replace', path: `${USER}:displayName`, value: 'Ada King' },
      {
        op: 'Add',
        path: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department',
        value: 'Poetry',
      },
      { op: 'Replace', path: 'active', value: 'False' },
    ],
  });
  assert.equal(entra.status, 200);
  assert.deepEqual(
    [entra.body.emails[0].value, entra.body.name.familyName, entra.body.displayName, entra.body.active],
    ['countess@example.com', 'King', 'Ada King', false],
  );
  const okta = await send('PATCH', `/Users/${id}`, {
    schemas: PATCH,
    Operations: [{ op: 'replace', value: { active: true, 'name.givenName': 'Augusta' } }],
  });
  assert.deepEqual(
    [okta.body.active, okta.body.name.givenName, okta.body.userName],
    [true, 'Augusta', 'ada@example.com'],
  );
  const put = await send('PUT', `/Users/${id}`, { ...ADA, emails: [], active: false });
  assert.deepEqual([put.status, put.body.emails, put.body.active], [200, [], false]);

  assert.equal((await send('DELETE', `/Users/${id}`)).status, 204);
  assert.equal((await send('GET', `/Users/${id}`)).status, 404);
  assert.equal((await send('DELETE', `/Users/${id}`)).status, 404);
  const audit = await server.db.query<{ action: string }>(
    sql`select action from identity_audit where source = 'SCIM' and category = 'User' order by id`,
  );
  assert.deepEqual(
    audit.map(({ action }) => action),
    ['Create', 'Update', 'Update', 'Update', 'Delete'],
  );
});

test('filters', async (t) => {
  const { send } = await directory(t);
  const { body: ada } = await send('POST', '/Users', ADA);
  const { body: bob } = await send('POST', '/Users', {
    userName: 'bob_100%',
    active: false,
    name: { givenName: 'Bob' },
  });
  const cases: Record<string, string[]> = {
    'userName eq "ADA@example.com"': [ada.id],
    'externalId eq "ada-at-entra"': [ada.id],
    'externalId eq "ADA-AT-ENTRA"': [],
    'emails[type eq "work"].value eq "ada@example.com"': [ada.id],
    'emails.value sw "ada@"': [ada.id],
    [`id eq "${bob.id}"`]: [bob.id],
    'id eq "no guid"': [],
    'active eq false': [bob.id],
    'userName sw "bob_"': [bob.id],
    'userName co "_100%"': [bob.id],
    'userName ew "%%"': [],
    'not (userName eq "admin") and (name.givenName eq "Bob" or name.familyName eq "Lovelace")': [
      ada.id,
      bob.id,
    ],
    'emails pr and userName ne "admin"': [ada.id],
    // Who has no such value differs from every value.
    'name.familyName ne "Lovelace" and userName ne "admin"': [bob.id],
    'emails.value ne "ada@example.com" and userName ne "admin"': [bob.id],
    'externalId ne "ada-at-entra" and userName ne "admin"': [bob.id],
    'name.familyName pr and userName ne "admin"': [ada.id],
    'name.familyName eq null and userName ne "admin"': [bob.id],
    'name.familyName ne null and userName ne "admin"': [ada.id],
    'externalId ne null': [ada.id],
    [`${USER}:userName eq "bob_100%"`]: [bob.id],
    'userName eq "a\\" or true"': [],
  };
  for (const [filter, ids] of Object.entries(cases)) {
    const { status, body } = await send('GET', filtered('/Users', filter));
    assert.equal(status, 200, filter);
    assert.deepEqual(body.Resources.map(({ id }: { id: string }) => id).sort(), [...ids].sort(), filter);
  }
  for (const filter of [
    'nonsense eq "x"',
    'constructor eq "x"',
    'emails.nonsense pr',
    'emails[nonsense pr]',
    'emails[type eq "work"',
    'userName[type eq "work"]',
    'meta.lastModified gt "yesterday"',
    'meta.lastModified co "2026"',
    'userName',
    'userName eq',
    'userName is "x"',
    '(userName pr',
    'userName eq x',
    'active gt 3',
    '"',
  ]) {
    const { status, body } = await send('GET', filtered('/Users', filter));
    assert.deepEqual([status, body.scimType], [400, 'invalidFilter'], filter);
  }
  const second = await send('GET', '/Users?startIndex=2&count=1');
  assert.deepEqual([second.body.totalResults, second.body.startIndex, second.body.itemsPerPage], [3, 2, 1]);
  assert.equal((await send('GET', '/Users?count=0')).body.Resources.length, 0);
});

test('groups: members added and taken out as Entra and as Okta do', async (t) => {
  const { send, server } = await directory(t);
  const { body: ada } = await send('POST', '/Users', ADA);
  const { body: bob } = await send('POST', '/Users', { userName: 'bob' });
  const made = await send('POST', '/Groups', {
    displayName: 'Engineers',
    externalId: 'g1',
    members: [{ value: ada.id }],
  });
  assert.equal(made.status, 201);
  const { id } = made.body;
  assert.deepEqual(
    made.body.members.map((m: { value: string; display: string }) => [m.value, m.display]),
    [[ada.id, 'ada@example.com']],
  );
  const members = async (): Promise<string[]> =>
    (await send('GET', `/Groups/${id}`)).body.members.map(({ value }: { value: string }) => value).sort();
  const patch = async (...Operations: object[]): Promise<number> =>
    (await send('PATCH', `/Groups/${id}`, { schemas: PATCH, Operations })).status;
  const both = [ada.id, bob.id].sort();
  assert.equal(await patch({ op: 'Add', path: 'members', value: [{ value: bob.id }] }), 200);
  assert.deepEqual(await members(), both);
  assert.equal(await patch({ op: 'remove', path: `members[value eq "${ada.id}"]` }), 200);
  assert.deepEqual(await members(), [bob.id]);
  assert.equal(await patch({ op: 'Remove', path: 'members', value: [{ value: bob.id }] }), 200);
  assert.deepEqual(await members(), []);
  assert.equal(await patch({ op: 'replace', path: 'members', value: both.map((value) => ({ value })) }), 200);
  assert.deepEqual(await members(), both);
  assert.equal(await patch({ op: 'replace', value: { id, displayName: 'Builders' } }), 200);
  const found = await send(
    'GET',
    `${filtered('/Groups', 'displayName eq "builders"')}&excludedAttributes=members`,
  );
  assert.deepEqual([found.body.totalResults, found.body.Resources[0].members], [1, undefined]);
  const ofAda = await send('GET', filtered('/Groups', `members eq "${ada.id}"`));
  assert.deepEqual(
    ofAda.body.Resources.map(({ displayName }: { displayName: string }) => displayName).sort(),
    ['Builders', 'Everyone'],
  );
  assert.equal(await patch({ op: 'add', path: 'members', value: [{ value: crypto.randomUUID() }] }), 400);
  assert.equal((await send('POST', '/Groups', { displayName: 'BUILDERS' })).status, 409);
  assert.equal((await send('DELETE', `/Groups/${id}`)).status, 204);

  // What is built in stays, and so does the last administrator.
  const admins = (await send('GET', filtered('/Groups', 'displayName eq "Administrators"'))).body
    .Resources[0];
  assert.equal((await send('DELETE', `/Groups/${admins.id}`)).status, 400);
  const emptied = await send('PUT', `/Groups/${admins.id}`, { displayName: 'Administrators', members: [] });
  assert.deepEqual([emptied.status, emptied.body.scimType], [409, 'mutability']);
  const admin = (await send('GET', filtered('/Users', 'userName eq "admin"'))).body.Resources[0];
  assert.equal((await send('DELETE', `/Users/${admin.id}`)).status, 409);
  const added = await send('PATCH', `/Groups/${admins.id}`, {
    Operations: [{ op: 'add', path: 'members', value: [{ value: ada.id }] }],
  });
  assert.equal(added.status, 200);
  const row = await server.db.first(
    sql`select is_organization_admin from identity_users where id = ${ada.id}`,
  );
  assert.deepEqual(row, { is_organization_admin: true });
});

test('who is switched off by the directory is out within a second', async (t) => {
  const { send, server } = await directory(t);
  const { body: ada } = await send('POST', '/Users', ADA);
  const token = await server.identity.issueToken({
    kind: 'user',
    subject: ada.id,
    clientId: 'tests',
    organizationId: server.first.organization.id,
    scopes: ['OR.Jobs'],
    lifetimeSeconds: 3600,
  });
  await server.identity.verifyToken(token);
  await send('PATCH', `/Users/${ada.id}`, {
    Operations: [{ op: 'Replace', path: 'active', value: 'False' }],
  });
  server.time.ahead = 1001;
  await assert.rejects(server.identity.verifyToken(token), { status: 401 });
});

test('what the service says of itself', async (t) => {
  const { send } = await directory(t);
  const config = await send('GET', '/ServiceProviderConfig');
  assert.deepEqual([config.body.patch.supported, config.body.bulk.supported], [true, false]);
  const types = await send('GET', '/ResourceTypes');
  assert.deepEqual(
    types.body.Resources.map(({ id }: { id: string }) => id),
    ['User', 'Group'],
  );
  assert.equal((await send('GET', '/ResourceTypes/User')).body.endpoint, '/Users');
  assert.equal((await send('GET', '/Schemas')).body.totalResults, 2);
  assert.equal((await send('GET', `/Schemas/${USER}`)).body.name, 'User');
  assert.equal((await send('GET', '/Schemas/none')).status, 404);
});

const as = (token: string) => ({ authorization: `Bearer ${token}` });

test('refusals', async (t) => {
  const { send, server } = await directory(t);
  const other = (await server.db.first<{ id: string }>(
    sql`insert into organizations (name, display_name) values ('Other', 'Other') returning id`,
  ))!;
  const { id, token: othersToken } = await createScimToken(server.db, other.id);
  const { token: oldToken } = await createScimToken(server.db, other.id, {
    expiresAt: new Date(Date.now() - 1000),
  });
  const { body: ada } = await send('POST', '/Users', ADA);
  for (const headers of [as('x'), as(oldToken), { authorization: '' }]) {
    const { status, headers: answered, body } = await send('GET', '/Users', undefined, headers);
    assert.deepEqual([status, answered.get('www-authenticate'), body.status], [401, 'Bearer', '401']);
  }
  for (const [method, body] of [['GET'], ['PUT', ADA], ['PATCH', { Operations: [] }], ['DELETE']] as const) {
    assert.equal((await send(method, `/Users/${ada.id}`, body, as(othersToken))).status, 404, method);
  }
  assert.equal((await send('GET', '/Users', undefined, as(othersToken))).body.totalResults, 0);
  const ofOther = await send(
    'POST',
    '/Groups',
    { displayName: 'X', members: [{ value: ada.id }] },
    as(othersToken),
  );
  assert.equal(ofOther.status, 400, 'nobody of another organization');
  const bad: [string, string, unknown, string | undefined][] = [
    ['POST', '/Users', '{', 'invalidSyntax'],
    ['POST', '/Users', {}, 'invalidValue'],
    ['POST', '/Users', [], 'invalidValue'],
    ['POST', '/Users', { userName: 'x', name: 'Ada' }, 'invalidValue'],
    ['POST', '/Users', { userName: 'x', emails: [5] }, 'invalidValue'],
    ['POST', '/Users', { userName: 'x', emails: [[]] }, 'invalidValue'],
    ['POST', '/Groups', {}, 'invalidValue'],
    ['PATCH', `/Users/${ada.id}`, {}, 'invalidSyntax'],
    ['PATCH', `/Users/${ada.id}`, { Operations: [{ op: 'move', path: 'active' }] }, 'invalidSyntax'],
    ['PATCH', `/Users/${ada.id}`, { Operations: [{ op: 'remove' }] }, 'noTarget'],
    [
      'PATCH',
      `/Users/${ada.id}`,
      { Operations: [{ op: 'replace', path: 'active', value: 'maybe' }] },
      'invalidValue',
    ],
    [
      'PATCH',
      `/Users/${ada.id}`,
      { Operations: [{ op: 'replace', path: 'userName', value: '' }] },
      'invalidValue',
    ],
  ];
  for (const [method, path, body, scimType] of bad) {
    const answer = await send(method, path, body);
    assert.deepEqual([answer.status, answer.body.scimType], [400, scimType], JSON.stringify(body));
  }
  assert.equal((await listScimTokens(server.db, other.id)).length, 2);
  assert.equal(await deleteScimToken(server.db, server.first.organization.id, id), false);
  assert.equal(await deleteScimToken(server.db, other.id, id), true);
  assert.equal((await send('GET', '/Users', undefined, as(othersToken))).status, 401);
});

test('what is refused is named', async (t) => {
  const { send } = await directory(t);
  const { body: ada } = await send('POST', '/Users', ADA);
  const change = (path: string, value: unknown): object => ({
    schemas: PATCH,
    Operations: [{ op: 'replace', path, value }],
  });
  const cases: readonly (readonly [method: string, path: string, body: unknown, named: string])[] = [
    ['POST', '/Users', { ...ADA, userName: 'a\0b' }, 'userName'],
    ['POST', '/Users', { ...ADA, name: { givenName: 'a\ud800' } }, 'name.givenName'],
    ['POST', '/Users', { ...ADA, emails: [{ value: 'x' }, { value: 'a\0b' }] }, 'emails[1].value'],
    ['POST', '/Users', { ...ADA, 'a\0b': 1 }, 'A name in the body'],
    ['POST', '/Users', { ...ADA, userName: {} }, 'userName'],
    ['POST', '/Users', { ...ADA, name: 'Ada' }, 'name'],
    ['POST', '/Users', { ...ADA, name: { familyName: [] } }, 'name.familyName'],
    ['POST', '/Users', { ...ADA, active: 'maybe' }, 'active'],
    ['POST', '/Users', { ...ADA, emails: [5] }, 'emails'],
    ['PUT', `/Users/${ada.id}`, { ...ADA, externalId: 'a\0b' }, 'externalId'],
    ['PATCH', `/Users/${ada.id}`, change('displayName', 'a\0b'), 'Operations[0].value'],
    ['PATCH', `/Users/${ada.id}`, change('displayName', [1]), 'displayName'],
    ['POST', '/Groups', { displayName: 'a\0b' }, 'displayName'],
    ['POST', '/Groups', { displayName: 'X', members: [{ value: {} }] }, 'members.value'],
    ['GET', filtered('/Users', 'userName eq "a\\u0000b"'), undefined, 'username'],
    ['GET', filtered('/Users', `${'('.repeat(5000)}active eq true`), undefined, 'The filter'],
  ];
  for (const [method, path, body, named] of cases) {
    const answer = await send(method, path, body);
    const what = `${method} ${path.slice(0, 60)} ${JSON.stringify(body)}: ${JSON.stringify(answer.body)}`;
    assert.equal(answer.status, 400, what);
    assert.ok(answer.body.detail.startsWith(named), what);
  }
});

test('a whole name is taken apart, unless its parts are told with it', async (t) => {
  const { send } = await directory(t);
  const { body: made } = await send('POST', '/Users', { ...ADA, name: { formatted: 'Ada Byron King' } });
  assert.deepEqual(made.name, { formatted: 'Ada Byron King', givenName: 'Ada Byron', familyName: 'King' });
  const patched = async (...Operations: object[]): Promise<unknown> => {
    const { status, body } = await send('PATCH', `/Users/${made.id}`, { schemas: PATCH, Operations });
    assert.equal(status, 200);
    assert.deepEqual((await send('GET', `/Users/${made.id}`)).body.name, body.name);
    return body.name;
  };
  const formatted = (value: string) => ({ op: 'replace', path: 'name.formatted', value });
  const told = [
    { op: 'replace', path: 'name.givenName', value: 'Ana' },
    { op: 'replace', path: 'name.familyName', value: 'de la Cruz' },
  ];
  const ana = { formatted: 'Ana de la Cruz', givenName: 'Ana', familyName: 'de la Cruz' };
  assert.deepEqual(await patched(formatted('Ada Lovelace')), {
    formatted: 'Ada Lovelace',
    givenName: 'Ada',
    familyName: 'Lovelace',
  });
  assert.deepEqual(await patched({ op: 'replace', value: { 'name.formatted': 'Plato' } }), {
    formatted: 'Plato',
    givenName: 'Plato',
    familyName: '',
  });
  assert.deepEqual(await patched(...told, formatted('Ana de la Cruz')), ana);
  assert.deepEqual(await patched(formatted('Ana Cruz'), ...told), ana);
  assert.deepEqual(await patched(formatted('Ana de la Cruz')), ana, 'it is what it was');
  const refused = await send('PATCH', `/Users/${made.id}`, {
    schemas: PATCH,
    Operations: [formatted('Ada\u202eKing')],
  });
  assert.deepEqual([refused.status, refused.body.scimType], [400, 'invalidValue']);
});
