import assert from 'node:assert/strict';
import { test } from 'node:test';
import sql from 'sql-template-tag';
import { until } from '../../../../../tests/until.fixture.ts';
import { untilWaiting } from '../../kernel/db/testing.ts';
import { startIdentity, type TestIdentity } from '../testing.ts';
import { admitPerson } from './admit-person.ts';
import { person } from './flow.fixture.ts';
import { saveOutsideProvider } from './save-outside-provider.ts';

/** Lets people in as a company's provider tells of them. */
async function admissionOf(
  server: TestIdentity,
  groups: Readonly<Record<string, string>>,
): Promise<{
  readonly providerId: string;
  admit(subject: string, userName: string, groups?: string[]): ReturnType<typeof admitPerson>;
}> {
  const given = {
    organizationId: server.first.organization.id,
    name: 'Company',
    issuer: 'https://company.example',
    clientId: 'x',
    scopes: 'openid',
    claims: {},
    groups,
    provisions: true,
  };
  const id = await saveOutsideProvider(server.db, server.sealer, { ...given, clientSecret: undefined });
  const told = { email: undefined, name: 'Ada', surname: 'King', displayName: '' };
  return {
    providerId: id,
    admit: (subject, userName, theirGroups = []) =>
      admitPerson(
        server.db,
        { ...given, id },
        { ...told, subject, userName, groups: theirGroups },
        '10.0.0.1',
      ),
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
  assert.equal((await late)?.id, made!.id);
  const users = await Promise.all(Array.from({ length: 8 }, () => admit('s2', 'grace')));
  assert.equal(new Set(users.map((user) => user?.id)).size, 1);
  assert.ok(users[0]);
});

test('somebody whom the directory has made is the one who signs in from there', async (t) => {
  const server = await startIdentity(t);
  const organizationId = server.first.organization.id;
  const { providerId, admit } = await admissionOf(server, { admins: 'Administrators' });
  const local = await person(server, { userName: 'local' });
  const made = (await server.db.first<{ id: string }>(sql`
    insert into identity_users (organization_id, user_name, type) values (${organizationId}, 'directory', 2)
    returning id`))!;
  assert.equal((await admit('s1', 'Directory'))?.id, made.id);
  assert.equal((await admit('s1', 'renamed there'))?.id, made.id, 'known by the subject from now on');
  assert.equal(await admit('s2', 'directory'), undefined, 'another subject of that name');
  assert.equal(await admit('s3', 'local'), undefined, 'an account with a password is not taken over');
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
  assert.equal(await late, undefined);
});
