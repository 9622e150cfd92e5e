import assert from 'node:assert/strict';
import { test } from 'node:test';
import sql from 'sql-template-tag';
import { until } from '../../../../../tests/until.fixture.ts';
import { untilWaiting } from '../../kernel/db/test-database.ts';
import { startIdentity, type TestIdentity } from '../identity.fixture.ts';
import { admitPerson } from './admit-person.ts';
import { person } from './flow.fixture.ts';
import type { OutsideProvider } from './outside-person.ts';
import { PROVIDER_COLUMNS } from './outside-provider.ts';
import { saveOutsideProvider } from './save-outside-provider.ts';

/** Lets people in as a company's provider tells of them. */
async function admissionOf(
  server: TestIdentity,
  groups: Readonly<Record<string, string>>,
  provisions = true,
): Promise<{
  readonly providerId: string;
  admit(subject: string, userName: string, groups?: string[], email?: string): ReturnType<typeof admitPerson>;
}> {
  const given = {
    organizationId: server.first.organization.id,
    name: 'Company',
    issuer: 'https://company.example',
    clientId: 'x',
    scopes: 'openid',
    claims: {},
    groups,
    provisions,
  };
  const id = await saveOutsideProvider(server.db, server.sealer, { ...given, clientSecret: undefined });
  const told = { name: 'Ada', surname: 'King', displayName: '', isEmailConfirmed: false };
  return {
    providerId: id,
    async admit(subject, userName, theirGroups = [], email) {
      const provider = await server.db.first<OutsideProvider>(
        sql`select ${PROVIDER_COLUMNS} from sign_in_providers where id = ${id}`,
      );
      const someone = { ...told, subject, userName, email, groups: theirGroups };
      return admitPerson(server.db, provider!, someone, '10.0.0.1');
    },
  };
}

test('somebody who comes twice at once for the first time is one person, and let in both times', async (t) => {
  const server = await startIdentity(t);
  const { providerId, admit } = await admissionOf(server, {});
  // By locks and not by luck: the one has made the person, and commits once the other waits for that.
  let made: { id: string } | undefined;
  let late: ReturnType<typeof admit> | undefined;
  await server.db.transaction(async (tx) => {
    made = await tx.first<{ id: string }>(sql`
      insert into identity_users (organization_id, user_name, type)
      values (${server.first.organization.id}, 'ada', 2) returning id`);
    await tx.execute(sql`
      insert into sign_in_provider_users (provider_id, subject, user_id) values (${providerId}, 's1', ${made!.id})`);
    late = admit('s1', 'ada');
    await untilWaiting(server.db, 1);
  });
  assert.equal((await late)?.user?.id, made!.id);
  const users = await Promise.all(Array.from({ length: 8 }, () => admit('s2', 'grace')));
  assert.equal(new Set(users.map(({ user }) => user?.id)).size, 1);
  assert.ok(users[0]?.user);
});

test('somebody whom the directory has made is the one who signs in from there', async (t) => {
  const server = await startIdentity(t);
  const organizationId = server.first.organization.id;
  const { providerId, admit } = await admissionOf(server, { admins: 'Administrators' });
  const local = await person(server, { userName: 'local' });
  const made = (await server.db.first<{ id: string }>(sql`
    insert into identity_users (organization_id, user_name, type) values (${organizationId}, 'directory', 2)
    returning id`))!;
  assert.equal((await admit('s1', 'Directory')).user?.id, made.id);
  assert.equal((await admit('s1', 'renamed there')).user?.id, made.id, 'known by the subject from now on');
  assert.equal((await admit('s2', 'directory')).reason, 'userNameTaken', 'another subject of that name');
  assert.equal((await admit('s3', 'local')).reason, 'userNameTaken', 'one with a password is not taken over');
  assert.ok(local.id);
  const isAdministrator = async () =>
    (await server.db.first<{ is: boolean }>(
      sql`select is_organization_admin as is from identity_users where id = ${made.id}`,
    ))!.is;
  await admit('s1', 'directory', ['admins', 'constructor', '__proto__']);
  assert.equal(await isAdministrator(), true);
  await admit('s1', 'directory');
  assert.equal(await isAdministrator(), false);
  await admit('s1', 'directory', ['admins']);
  await server.db.execute(sql`update identity_users set is_active = false where user_name = 'admin'`);
  await admit('s1', 'directory');
  assert.equal(await isAdministrator(), true, 'the last administrator stays one');

  // Switched off while somebody is on the way in: they wait for that, and stay out.
  let late: Promise<unknown> | undefined;
  await server.db.transaction(async (tx) => {
    await tx.execute(sql`update sign_in_providers set is_active = false where id = ${providerId}`);
    late = admit('s1', 'directory');
    await until('it is there', () =>
      server.db.first(sql`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`),
    );
  });
  assert.deepEqual(await late, { user: undefined, reason: 'providerOff' });
});

test('a refusal has a reason, and is an attempt that failed; who is let in has not signed in yet', async (t) => {
  const server = await startIdentity(t);
  const { db } = server;
  const { admit } = await admissionOf(server, {});
  await person(server, { userName: 'local' });
  const { user } = await admit('s1', 'ada', [], 'ada@company.example');
  const { user: grace } = await admit('s2', 'grace', [], 'grace@company.example');
  const why = async (...given: Parameters<typeof admit>) => (await admit(...given)).reason;
  assert.equal(await why('s3', 'local'), 'userNameTaken');
  assert.equal(await why('s3', 'new', [], 'ADA@company.example'), 'emailTaken');
  assert.equal(await why('s2', 'grace', [], 'ada@company.example'), 'emailTaken');
  await db.execute(sql`update identity_users set is_active = false where id = ${user!.id}`);
  assert.equal(await why('s1', 'ada', [], 'other@company.example'), 'disabled');
  await db.execute(sql`update sign_in_providers set provisions = false`);
  assert.equal(await why('s4', 'nobody'), 'noAccount');
  await db.execute(sql`
    insert into organization_access_restrictions values (${server.first.organization.id})`);
  assert.equal(await why('s2', 'grace'), 'notLetIn');
  const attempts = await db.query(sql`
    select user_id, login, result, reason, client_name from login_attempts order by id`);
  const by = { client_name: 'Company' };
  assert.deepEqual(attempts, [
    { ...by, user_id: null, login: 'local', result: 6, reason: 'userNameTaken' },
    { ...by, user_id: null, login: 'new', result: 6, reason: 'emailTaken' },
    { ...by, user_id: grace!.id, login: 'grace', result: 6, reason: 'emailTaken' },
    { ...by, user_id: user!.id, login: 'ada', result: 2, reason: 'disabled' },
    { ...by, user_id: null, login: 'nobody', result: 6, reason: 'noAccount' },
    { ...by, user_id: grace!.id, login: 'grace', result: 2, reason: 'notLetIn' },
  ]);
  const row = await db.first<{ email: string; last_login_at: string | null }>(
    sql`select email, last_login_at from identity_users where id = ${user!.id}`,
  );
  assert.deepEqual(row, { email: 'ada@company.example', last_login_at: null }, 'who is off is not changed');
});

test('groups are meant by id: one that is renamed keeps nobody and misses nobody', async (t) => {
  const server = await startIdentity(t);
  const { db } = server;
  const organizationId = server.first.organization.id;
  const make = async (name: string) =>
    (await db.first<{ id: string }>(sql`
      insert into identity_groups (organization_id, name) values (${organizationId}, ${name}) returning id`))!
      .id;
  const operators = await make('Operators');
  await make('Guests');
  const refused = (groups: Readonly<Record<string, string>>) => assert.rejects(admissionOf(server, groups));
  await refused({ ops: 'Nobody' });
  await refused({ ops: 'operators' });
  const { admit } = await admissionOf(server, { ops: 'Operators', late: (await make('Late')).toUpperCase() });
  const inGroups = async (groups: string[], userName = 'ada') => {
    const { user } = await admit(userName, userName, groups);
    const rows = await db.query<{ name: string }>(sql`
      select g.name from identity_group_members m join identity_groups g on g.id = m.group_id
       where m.user_id = ${user!.id} and g.built_in is null order by g.name`);
    return rows.map(({ name }) => name);
  };
  assert.deepEqual(await inGroups(['ops', 'late']), ['Late', 'Operators']);
  await db.execute(sql`update identity_groups set name = 'Night shift' where id = ${operators}`);
  const another = await make('Operators');
  assert.deepEqual(await inGroups(['ops']), ['Night shift']);
  assert.deepEqual(await inGroups(['ops'], 'grace'), ['Night shift'], 'who is new is in it');
  await db.execute(sql`insert into identity_group_members (group_id, user_id)
    select ${another}, id from identity_users where user_name = 'ada'`);
  assert.deepEqual(await inGroups([]), ['Operators'], 'who left there is out of it, and of no other');
  await db.execute(sql`delete from identity_groups where id = ${operators}`);
  assert.deepEqual(await inGroups(['ops', 'late'], 'grace'), ['Late']);
  type Groups = { readonly groups: readonly { readonly name: string }[] };
  const entries = await db.query<{
    actor: string;
    actor_name: string;
    details: { before: Groups; after: Groups };
  }>(sql`
    select actor, actor_name, details from identity_audit
     where target_name = 'ada' and action = 'FollowProvider' order by id`);
  const named = ({ groups }: Groups) => groups.map(({ name }) => name).filter((name) => name !== 'Everyone');
  assert.deepEqual(
    entries.map(({ details }) => [named(details.before).toSorted(), named(details.after)]),
    [
      [['Late', 'Night shift'], ['Night shift']],
      [['Night shift', 'Operators'], ['Operators']],
    ],
  );
  for (const { actor, actor_name } of entries) {
    assert.equal(actor_name, 'Company');
    assert.match(actor, /^provider:/);
  }
});
