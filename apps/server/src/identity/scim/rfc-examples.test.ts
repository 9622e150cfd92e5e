import assert from 'node:assert/strict';
import { test } from 'node:test';
import sql from 'sql-template-tag';
import { type Directory, directory, filtered, PATCH, USER } from './scim.fixture.ts';

// The examples of RFC 7643 and RFC 7644, with what is kept of them here.

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const SEARCH = ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'];

/** RFC 7643, 8.3: much of it is of no use here, and read over. */
const BARBARA = {
  schemas: [USER, ENTERPRISE],
  externalId: '701984',
  userName: 'bjensen@example.com',
  name: {
    formatted: 'Ms. Barbara J Jensen, III',
    familyName: 'Jensen',
    givenName: 'Barbara',
    middleName: 'Jane',
    honorificPrefix: 'Ms.',
    honorificSuffix: 'III',
  },
  displayName: 'Babs Jensen',
  nickName: 'Babs',
  emails: [
    { value: 'bjensen@example.com', type: 'work', primary: true },
    { value: 'babs@jensen.org', type: 'home' },
  ],
  addresses: [{ type: 'work', streetAddress: '100 Universal City Plaza', locality: 'Hollywood' }],
  phoneNumbers: [{ value: '555-555-5555', type: 'work' }],
  ims: [{ value: 'someaimhandle', type: 'aim' }],
  userType: 'Employee',
  title: 'Tour Guide',
  preferredLanguage: 'en-US',
  active: true,
  groups: [{ value: 'e9e30dba-f08f-4109-8486-d5c6a331660a', display: 'Tour Guides' }],
  [ENTERPRISE]: { employeeNumber: '701984', manager: { value: '26118915-6090-4610-87e4-49d8ca9f808d' } },
};
const MANDY = {
  schemas: [USER],
  userName: 'Jmandy',
  name: { familyName: "O'Malley", givenName: 'Mandy' },
  emails: [{ value: 'mandy@example.org', type: 'work' }],
};

const idsOf = (body: { Resources: { id: string }[] }): string[] => body.Resources.map(({ id }) => id);

async function people({ send }: Directory) {
  const { body: barbara } = await send('POST', '/Users', BARBARA);
  const { body: mandy } = await send('POST', '/Users', MANDY);
  return { barbara, mandy };
}

test('7644, 3.3 and 3.4.1: made, and found by its location', async (t) => {
  const of = await directory(t);
  const made = await of.send('POST', '/Users', BARBARA);
  assert.equal(made.status, 201);
  assert.equal(made.headers.get('location'), made.body.meta.location);
  assert.deepEqual(made.body.schemas, [USER]);
  assert.deepEqual(
    made.body.groups.map(({ display }: { display: string }) => display),
    ['Everyone'],
    'groups are not taken from a user',
  );
  const found = await of.send('GET', `/Users/${made.body.id}`);
  assert.deepEqual([found.status, found.body], [200, made.body]);
});

test('7644, 3.4.2.2: filters', async (t) => {
  const of = await directory(t);
  const { barbara, mandy } = await people(of);
  const both = [barbara.id, mandy.id];
  const past = '2011-05-13T04:42:34Z';
  const cases: Record<string, string[]> = {
    'userName eq "bjensen@example.com"': [barbara.id],
    'name.familyName co "O\'Malley"': [mandy.id],
    'userName sw "J"': [mandy.id],
    [`${USER}:userName sw "J"`]: [mandy.id],
    'title pr': [],
    [`meta.lastModified gt "${past}"`]: both,
    [`meta.lastModified ge "${past}"`]: both,
    [`meta.lastModified lt "${past}"`]: [],
    [`meta.lastModified le "${past}"`]: [],
    [`meta.lastModified eq "${barbara.meta.lastModified}"`]: [barbara.id],
    [`meta.created ge "${mandy.meta.created}"`]: [mandy.id],
    'title pr and userType eq "Employee"': [],
    'title pr or userType eq "Intern"': [],
    [`schemas eq "${ENTERPRISE}"`]: [],
    [`schemas eq "${USER}"`]: both,
    'userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")': [],
    'userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")': [],
    'userType ne "Employee" and not (emails co "example.com")': [mandy.id],
    'userType ne "Employee" and (emails.type eq "work")': both,
    'userType ne "Employee" and emails[type eq "work" and value co "@example.com"]': [barbara.id],
    'emails[type eq "home" and value co "@example.com"]': [],
    'emails[not (value co "@example.com")]': [mandy.id],
    'emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]': [
      barbara.id,
    ],
    'emails[primary eq true].value ew "example.org"': [mandy.id],
    'groups[display eq "everyone"]': both,
    'groups.display eq "Administrators"': [],
    [`${ENTERPRISE}:employeeNumber eq "701984"`]: [],
    [`${ENTERPRISE}:manager.value pr`]: [],
  };
  for (const [filter, ids] of Object.entries(cases)) {
    const { status, body } = await of.send('GET', filtered('/Users', `(${filter}) and userName ne "admin"`));
    assert.equal(status, 200, filter);
    assert.deepEqual(idsOf(body).sort(), [...ids].sort(), filter);
  }
});

test('7644, 3.4.2 and 3.9: attributes and excludedAttributes, wherever a resource is answered', async (t) => {
  const { send } = await directory(t);
  const { body: barbara } = await send('POST', '/Users', BARBARA);
  const keys = (body: object): string[] => Object.keys(body).sort();
  const patch = (value: unknown) => ({ schemas: PATCH, Operations: [{ op: 'replace', value }] });
  const one = `/Users/${barbara.id}`;
  const answers: readonly (readonly [string, string, unknown?])[] = [
    ['GET', one],
    ['PUT', one, BARBARA],
    ['PATCH', one, patch({ active: true })],
    ['POST', '/Users', { ...MANDY, userName: `m${crypto.randomUUID()}`, emails: [] }],
  ];
  const choices: readonly (readonly [query: string, expected: readonly string[]])[] = [
    ['attributes=userName', ['id', 'schemas', 'userName']],
    ['attributes=USERNAME,active', ['active', 'id', 'schemas', 'userName']],
    [`attributes=${USER}:active&attributes=meta.location`, ['active', 'id', 'meta', 'schemas']],
    ['attributes=nonsense', ['id', 'schemas']],
    [
      'excludedAttributes=id,schemas,name,emails,groups,meta,externalId',
      ['active', 'displayName', 'id', 'schemas', 'userName'],
    ],
    ['attributes=name.familyName,active&excludedAttributes=active', ['id', 'name', 'schemas']],
  ];
  for (const [method, path, body] of answers)
    for (const [query, expected] of choices) {
      const given = method === 'POST' ? { ...(body as object), userName: crypto.randomUUID() } : body;
      const answer = await send(method, `${path}?${query}`, given);
      assert.deepEqual(keys(answer.body), expected, `${method} ${path}?${query}`);
    }
  const part = await send('GET', `${one}?attributes=name.familyName,emails.value,meta.resourceType`);
  assert.deepEqual(part.body, {
    schemas: [USER],
    id: barbara.id,
    name: { familyName: 'Jensen' },
    emails: [{ value: 'bjensen@example.com' }],
    meta: { resourceType: 'User' },
  });
  const but = await send('GET', `${one}?excludedAttributes=name.formatted,emails.primary`);
  assert.deepEqual(but.body.name, { givenName: 'Barbara', familyName: 'Jensen' });
  assert.deepEqual(but.body.emails, [{ value: 'bjensen@example.com', type: 'work' }]);
  assert.deepEqual((await send('GET', `${one}?attributes=${USER}`)).body, (await send('GET', one)).body);

  const groups = await send('POST', '/Groups?excludedAttributes=members', {
    displayName: 'Guides',
    members: [{ value: barbara.id }],
  });
  assert.deepEqual([groups.status, groups.body.members], [201, undefined]);
  assert.ok(groups.headers.get('location')!.endsWith(groups.body.id));
  const group = `/Groups/${groups.body.id}`;
  const named = await send('GET', `${group}?attributes=members.display`);
  assert.deepEqual(named.body.members, [{ display: 'bjensen@example.com' }]);
  assert.deepEqual(keys((await send('GET', `${group}?attributes=displayName`)).body), [
    'displayName',
    'id',
    'schemas',
  ]);
  for (const path of ['/Users', '/Groups', '/']) {
    const { body } = await send('GET', `${path}?attributes=displayName`);
    for (const each of body.Resources) assert.deepEqual(keys(each), ['displayName', 'id', 'schemas'], path);
  }
  const schema = await send('GET', `/Schemas/${USER}?attributes=name`);
  assert.deepEqual(keys(schema.body), ['id', 'name', 'schemas']);
});

test('7644, 3.4.3: searches by POST, of people, of groups and of both', async (t) => {
  const of = await directory(t);
  const { barbara, mandy } = await people(of);
  const { body: group } = await of.send('POST', '/Groups', {
    displayName: 'Smiths',
    members: [{ value: mandy.id }],
  });
  const search = async (path: string, more: object) => {
    const { status, body } = await of.send('POST', `${path}/.search`, { schemas: SEARCH, ...more });
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  const both = await search('', {
    attributes: ['displayName', 'userName'],
    filter: 'displayName sw "smith" or userName eq "jmandy"',
    startIndex: 1,
    count: 10,
  });
  assert.deepEqual([both.totalResults, both.itemsPerPage, both.startIndex], [2, 2, 1]);
  assert.deepEqual(both.Resources, [
    { schemas: [USER], id: mandy.id, userName: 'Jmandy', displayName: "Mandy O'Malley" },
    { schemas: group.schemas, id: group.id, displayName: 'Smiths' },
  ]);
  const second = await search('', { filter: 'displayName pr', startIndex: 2, count: 1 });
  assert.deepEqual([second.startIndex, second.itemsPerPage], [2, 1]);
  assert.ok(second.totalResults > 3);
  const users = await search('/Users', {
    filter: 'name.familyName eq "Jensen"',
    excludedAttributes: ['groups'],
  });
  assert.deepEqual([idsOf(users), users.Resources[0].groups], [[barbara.id], undefined]);
  const groups = await search('/Groups', { filter: `members[value eq "${mandy.id}" and type eq "User"]` });
  assert.deepEqual(groups.Resources.map((each: { displayName: string }) => each.displayName).sort(), [
    'Everyone',
    'Smiths',
  ]);
  const others = await search('/Groups', {
    filter: `members ne "${mandy.id}" and displayName ne "Everyone"`,
  });
  assert.ok(!idsOf(others).includes(group.id));
  const byKind = await search('', { filter: 'meta.resourceType eq "Group" and id eq "' + group.id + '"' });
  assert.deepEqual(idsOf(byKind), [group.id]);
  assert.equal((await search('', { count: 0 })).Resources.length, 0);
});

test('7644, 3.5.2: changes of a user', async (t) => {
  const { send, server } = await directory(t);
  const { body: barbara } = await send('POST', '/Users', BARBARA);
  const patch = async (...Operations: object[]) =>
    send('PATCH', `/Users/${barbara.id}`, { schemas: PATCH, Operations });
  const addressAfter = async (...Operations: object[]): Promise<string | undefined> => {
    const { status, body } = await patch(...Operations);
    assert.equal(status, 200, JSON.stringify(body));
    return body.emails[0]?.value;
  };
  const WORK = 'bjensen@example.com';
  // Only the address of work is kept, so what is said of others changes nothing.
  const home = { value: 'babs@jensen.org', type: 'home' };
  assert.equal(await addressAfter({ op: 'add', value: { emails: [home], nickname: 'Babs' } }), WORK);
  assert.equal(await addressAfter({ op: 'replace', path: 'emails[type eq "home"].value', value: 'x' }), WORK);
  assert.equal(
    await addressAfter({ op: 'remove', path: 'emails[type eq "work" and value ew "example.org"]' }),
    WORK,
  );
  assert.equal(
    await addressAfter({ op: 'remove', path: 'emails[type eq "work" and value ew "example.com"]' }),
    undefined,
  );
  const asEntra = { op: 'Replace', path: 'emails[type eq "work"].value', value: 'b@example.com' };
  assert.equal(await addressAfter(asEntra), 'b@example.com');
  const primary = { value: 'new@example.com', primary: true };
  assert.equal(await addressAfter({ op: 'add', path: 'emails', value: [primary] }), 'new@example.com');
  assert.equal(
    await addressAfter({ op: 'replace', path: 'emails', value: [home, { value: WORK, type: 'work' }] }),
    WORK,
  );
  // Of what is not kept the paths are read, and no more.
  assert.equal(
    await addressAfter(
      { op: 'replace', path: 'addresses[type eq "work"].streetAddress', value: '1010 Broadway Ave' },
      { op: 'replace', path: 'addresses[type eq "work"]', value: { type: 'work', locality: 'Hollywood' } },
    ),
    WORK,
  );
  const { body: after } = await patch({ op: 'replace', path: 'name.familyName', value: 'Smith' });
  assert.equal(after.name.familyName, 'Smith');
  assert.ok(after.meta.lastModified > barbara.meta.lastModified);
  const { body: changed } = await send(
    'GET',
    filtered('/Users', `meta.lastModified gt "${barbara.meta.lastModified}"`),
  );
  assert.deepEqual(idsOf(changed), [barbara.id]);

  const refused: readonly (readonly [operation: object, scimType: string])[] = [
    [{ op: 'replace', path: 'id', value: crypto.randomUUID() }, 'mutability'],
    [{ op: 'replace', value: { id: crypto.randomUUID() } }, 'mutability'],
    [{ op: 'add', path: 'groups', value: [{ value: crypto.randomUUID() }] }, 'mutability'],
    [{ op: 'remove', path: `${USER}:groups[display eq "Everyone"]` }, 'mutability'],
    [{ op: 'replace', path: 'meta.created', value: '2011-05-13T04:42:34Z' }, 'mutability'],
    [{ op: 'remove', path: 'userName' }, 'mutability'],
    [{ op: 'replace', path: 'emails[value eq "nobody@example.com"].value', value: 'x' }, 'noTarget'],
    [{ op: 'replace', path: 'emails[type eq "work"', value: 'x' }, 'invalidPath'],
    [{ op: 'replace', path: 'emails[type is "work"].value', value: 'x' }, 'invalidPath'],
    [{ op: 'replace', path: 'name familyName', value: 'x' }, 'invalidPath'],
    [{ op: 'replace', path: 'emails[type eq "work"]value', value: 'x' }, 'invalidPath'],
  ];
  for (const [operation, scimType] of refused) {
    // With a change that would be good by itself: all or nothing.
    const { status, body } = await patch({ op: 'replace', path: 'title', value: 'x' }, operation);
    assert.deepEqual([status, body.scimType], [400, scimType], JSON.stringify(operation));
  }
  const row = await server.db.first<{ surname: string }>(
    sql`select surname from identity_users where id = ${barbara.id}`,
  );
  assert.equal(row!.surname, 'Smith');
  const okta = await patch({ op: 'replace', value: { id: barbara.id.toUpperCase(), active: false } });
  assert.deepEqual([okta.status, okta.body.active], [200, false], 'its own id once more');
});

test('7644, 3.5.2: changes of a group', async (t) => {
  const of = await directory(t);
  const { barbara, mandy } = await people(of);
  const { body: group } = await of.send('POST', '/Groups', {
    displayName: 'Tour Guides',
    members: [{ value: barbara.id, display: 'Babs Jensen' }],
  });
  const patch = (...Operations: object[]) =>
    of.send('PATCH', `/Groups/${group.id}`, { schemas: PATCH, Operations });
  const membersAfter = async (...Operations: object[]): Promise<string[]> => {
    const { status, body } = await patch(...Operations);
    assert.equal(status, 200, JSON.stringify(body));
    return body.members.map(({ value }: { value: string }) => value).sort();
  };
  const both = [barbara.id, mandy.id].sort();
  const member = ({ id }: { id: string }) => ({ value: id, display: 'x', $ref: `../Users/${id}` });
  const only = async (path: string): Promise<string[]> => {
    await membersAfter({ op: 'replace', path: 'members', value: both.map((value) => ({ value })) });
    return membersAfter({ op: 'remove', path });
  };
  assert.deepEqual(await membersAfter({ op: 'add', path: 'members', value: [member(mandy)] }), both);
  assert.deepEqual(await only(`members[value eq "${barbara.id.toUpperCase()}"]`), [mandy.id]);
  assert.deepEqual(await only('members[display sw "bjensen"]'), [mandy.id]);
  assert.deepEqual(await only('members[type eq "User" and not (display co "mandy")]'), [mandy.id]);
  assert.deepEqual(await only('members[type eq "Group"]'), both);
  assert.deepEqual(await only('members'), []);
  assert.deepEqual(
    await membersAfter(
      { op: 'remove', path: 'members' },
      { op: 'add', path: 'members', value: both.map((value) => ({ value })) },
    ),
    both,
  );
  const exchanged = {
    op: 'replace',
    path: `members[value eq "${mandy.id}"]`,
    value: [{ value: barbara.id }],
  };
  assert.deepEqual(await membersAfter(exchanged), [barbara.id]);

  const refused: readonly (readonly [operation: object, scimType: string])[] = [
    [{ op: 'replace', path: `members[value eq "${barbara.id}"].value`, value: mandy.id }, 'mutability'],
    [{ op: 'replace', path: `members[value eq "${barbara.id}"].display`, value: 'x' }, 'mutability'],
    [{ op: 'replace', path: 'members.value', value: mandy.id }, 'mutability'],
    [{ op: 'replace', path: 'id', value: mandy.id }, 'mutability'],
    [{ op: 'add', path: 'meta', value: {} }, 'mutability'],
    [{ op: 'remove', path: 'displayName' }, 'mutability'],
    [exchanged, 'noTarget'],
    [{ op: 'remove', path: 'members[value eq]' }, 'invalidPath'],
  ];
  for (const [operation, scimType] of refused) {
    const { status, body } = await patch(operation);
    assert.deepEqual([status, body.scimType], [400, scimType], JSON.stringify(operation));
  }
  const put = await of.send('PUT', `/Groups/${group.id}`, {
    id: mandy.id,
    displayName: 'Guides',
    meta: { created: '2011-05-13T04:42:34Z' },
    members: [{ value: mandy.id }],
  });
  assert.deepEqual([put.status, put.body.id, put.body.meta.created], [200, group.id, group.meta.created]);
});
