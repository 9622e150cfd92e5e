import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readConfig } from '@baton/server/config';
import { verifyPassword } from '@baton/server/identity/passwords/passwords';
import { openInstallation } from '@baton/server/open-installation';
import { pino } from 'pino';
import sql from 'sql-template-tag';
import { until } from '../../../tests/until.fixture.ts';
import type { Database } from '../../server/src/kernel/db/sql.ts';
import { testDatabase } from '../../server/src/kernel/db/test-database.ts';
import { baton, type Env, type Live, live, type Ran } from './cli.fixture.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');

const passwordOf = ({ json }: Ran): string => String(json['password']);

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-admin-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

interface Person {
  readonly hash: string;
  readonly mustChange: boolean;
  readonly stamp: number;
}

const findAdmin = async (db: Database): Promise<Person> =>
  (await db.first<Person>(sql`
    select password_hash as hash, must_change_password as "mustChange", session_stamp as stamp
      from identity_users where user_name = 'admin'`))!;

const entriesOf = (db: Database): Promise<Record<string, unknown>[]> =>
  db.query(sql`
    select action, actor, actor_name as "actorName", target_name as "targetName", source, details::text as details
      from identity_audit where source = 'Command' order by id`);

async function startServer(t: TestContext, env: Env): Promise<{ server: Live; password: string }> {
  const server = live(['server'], { BATON_PORT: '0', ...env });
  t.after(() => server.end('SIGKILL'));
  await server.event('listening');
  const password = await until('the password', () => /password (\S+)/.exec(server.errors())?.[1]);
  return { server, password };
}

test('with the embedded database, while the server runs and while it does not', async (t) => {
  const env = { BATON_DATA: await temporaryFolder(t), BATON_PASSWORD_SIGN_IN: 'true' };
  const { server, password: lost } = await startServer(t, env);
  const { url } = await server.event('listening');
  const signIn = async (password: string): Promise<number> => {
    const body = JSON.stringify({ usernameOrEmailAddress: 'admin', password });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/api/Account/Authenticate`, { method: 'POST', headers, body });
    return answer.status;
  };
  const before = await signIn(lost);
  const meanwhile = await baton(['admin', 'reset-password', 'ADMIN', '--json'], env);
  assert.equal(meanwhile.code, 0, meanwhile.err);
  assert.match(passwordOf(meanwhile), /^(\w{5}-){4}\w{5}$/);
  assert.notEqual(await signIn(lost), 200, `${before} before`);
  assert.equal(await server.interrupt(), 0);

  const alone = await baton(['admin', 'reset-password', 'admin', '--json'], env);
  assert.equal(alone.code, 0, alone.err);
  // Everything that the command started is stopped, so the folder can be opened.
  const { db, close } = await openInstallation(readConfig(env), pino({ level: 'silent' }));
  try {
    const admin = await findAdmin(db);
    assert.equal(admin.mustChange, true);
    assert.equal(await verifyPassword(admin.hash, passwordOf(alone)), true);
    assert.equal(await verifyPassword(admin.hash, passwordOf(meanwhile)), false);
    const entries = await entriesOf(db);
    assert.deepEqual(
      entries.map(({ action, targetName }) => [action, targetName]),
      [
        ['Create', 'admin'],
        ['ResetPassword', 'admin'],
        ['ResetPassword', 'admin'],
      ],
    );
    assert.match(String(entries[1]!['actor']), /^operator:\S+@\S+$/);
    const told = JSON.stringify(entries);
    for (const secret of [passwordOf(alone), passwordOf(meanwhile), admin.hash])
      assert.ok(!told.includes(secret), told);
  } finally {
    await close();
  }
});

test("with one's own PostgreSQL: sessions end, the owner is told, a lost second factor goes", async (t) => {
  const { url: DATABASE_URL, db } = await testDatabase(t);
  const env = { DATABASE_URL, BATON_DATA: await temporaryFolder(t), BATON_ENCRYPTION_KEY: KEY };
  const { server } = await startServer(t, env);
  t.after(() => server.interrupt());
  await db.execute(sql`update identity_users set email = 'admin@example.com' where user_name = 'admin'`);
  await db.execute(sql`
    insert into second_factors (user_id, secret, is_confirmed)
    select id, '\\x00', true from identity_users where user_name = 'admin'`);
  const { stamp } = await findAdmin(db);
  // Identifying a person does not take the encryption key.
  const own = { DATABASE_URL };
  const first = await baton(['admin', 'reset-password', 'admin@example.com'], own);
  assert.equal(first.code, 0, first.err);
  assert.match(first.out, /^admin \(Default\): password \S+ \(shown this once\)\n$/);
  assert.match(first.err, /second factor is still asked for: --remove-second-factor/);
  assert.ok((await findAdmin(db)).stamp > stamp, 'all tokens of before are refused');
  const outbox = join(env.BATON_DATA, 'outbox');
  await until('a mail to the owner', async () => {
    const mails = await Promise.all(
      (await readdir(outbox)).map((name) => readFile(join(outbox, name), 'utf8')),
    );
    return mails.some((mail) => /^To: admin@example\.com$/im.test(mail));
  });

  await db.execute(sql`update identity_users set is_active = false where user_name = 'admin'`);
  const second = await baton(['admin', 'reset-password', 'admin', '--remove-second-factor'], own);
  assert.match(second.err, /admin is disabled: another administrator has to enable the account/);
  assert.ok(!/second factor/.test(second.err), second.err);
  assert.deepEqual(
    (await entriesOf(db)).map(({ action }) => action),
    ['Create', 'ResetPassword', 'DisableSecondFactor', 'ResetPassword'],
  );

  await t.test('refusals', async () => {
    await db.execute(sql`
      with o as (insert into organizations (name, display_name) values ('Other', 'Other') returning id)
      insert into identity_users (organization_id, user_name, name, display_name)
      select id, 'admin', 'A', 'A' from o`);
    const cases: readonly (readonly [args: string, code: number, err: RegExp])[] = [
      ['nobody', 1, /There is nobody named 'nobody'/],
      ['admin', 1, /in several organizations: name one with --organization \(Default, Other\)/],
      ['admin --organization Third', 1, /There is nobody named 'admin'/],
      ['admin --organization other', 0, /has to be changed/],
      ['', 2, /USER is missing/],
    ];
    for (const [args, code, err] of cases) {
      const ran = await baton(['admin', 'reset-password', ...args.split(' ').filter(Boolean)], own);
      assert.match(ran.err, err);
      assert.equal(ran.code, code);
    }
    assert.equal((await entriesOf(db)).length, 5, 'what was refused is not told');
  });
});

test('where there is no installation nothing is made', async (t) => {
  const folder = await temporaryFolder(t);
  const nowhere = await baton(['admin', 'reset-password', 'admin'], { BATON_DATA: join(folder, 'none') });
  assert.match(nowhere.err, /none holds no installation: name its folder with BATON_DATA/);
  await assert.rejects(async () => rm(join(folder, 'none')), { code: 'ENOENT' });
});
