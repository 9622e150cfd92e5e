import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import sql from 'sql-template-tag';
import { testDatabase } from '../kernel/db/test-database.ts';
import { hashPassword, verifyPassword } from './passwords/passwords.ts';
import { firstStart } from './seed.ts';

test('a first start on several nodes makes one of each', async (t) => {
  const { db } = await testDatabase(t);
  let tenants = 0;
  const onTenantCreated = async (): Promise<void> => void tenants++;
  const starts = await Promise.all(
    [1, 2, 3, 4].map(() => firstStart(db, { random: randomBytes, onTenantCreated })),
  );
  const [made, ...others] = starts.filter((start) => start.adminPassword !== undefined);
  assert.equal(others.length, 0);
  assert.equal(tenants, 1);
  assert.match(made!.adminPassword!, /^[a-z2-9]{5}(-[a-z2-9]{5}){4}$/);
  for (const { organization, tenant } of starts)
    assert.deepEqual(
      { organization, tenant },
      {
        organization: made!.organization,
        tenant: made!.tenant,
      },
    );
  const counts = await db.first(sql`
    select (select count(*) from organizations) as organizations, (select count(*) from tenants) as tenants,
           (select count(*) from identity_users) as users`);
  assert.deepEqual(counts, { organizations: 1, tenants: 1, users: 1 });
  await db.execute(sql`update organizations set name = 'Renamed'`);
  assert.equal((await firstStart(db, { random: randomBytes })).organization.name, 'Renamed');
});

test('a password that could not be told is replaced by the next start, and one that was told is kept', async (t) => {
  const { db } = await testDatabase(t);
  const start = (tell: () => void) => firstStart(db, { random: randomBytes, tell });
  let untold: string | undefined;
  await assert.rejects(
    firstStart(db, {
      random: randomBytes,
      tell(first) {
        untold = first.adminPassword;
        throw new Error('killed here');
      },
    }),
  );
  const told = await start(() => undefined);
  assert.ok(told.adminPassword !== undefined && told.adminPassword !== untold);
  const row = await db.first<{ password_hash: string }>(sql`select password_hash from identity_users`);
  assert.equal(await verifyPassword(row!.password_hash, told.adminPassword), true);
  assert.equal((await start(() => undefined)).adminPassword, undefined);
  const audit = await db.query<{ details: { after: Record<string, unknown> } }>(sql`
    select action, category, target_name as name, actor, source, details from identity_audit order by id`);
  assert.deepEqual(
    audit.map(({ details, ...entry }) => ({ ...entry, password: details.after['password'] })),
    [
      { action: 'Create', password: '(secret)' },
      { action: 'ResetPassword', password: '(changed)' },
    ].map((entry) => ({ ...entry, category: 'User', name: 'admin', actor: null, source: 'Command' })),
    'by the server itself, each once',
  );
});

test('a password that the administrator chose is not replaced, told or not', async (t) => {
  const { db } = await testDatabase(t);
  const fail = (): void => {
    throw new Error('killed here');
  };
  await assert.rejects(firstStart(db, { random: randomBytes, tell: fail }));
  const chosen = await hashPassword('violet cellar door');
  await db.execute(sql`update identity_users set password_hash = ${chosen}`);
  assert.equal((await firstStart(db, { random: randomBytes })).adminPassword, undefined);
  const row = await db.first<{ password_hash: string }>(sql`select password_hash from identity_users`);
  assert.equal(row!.password_hash, chosen);
});

const fail = () => Promise.reject(new Error('no'));

test('a first start that fails leaves nothing', async (t) => {
  const { db } = await testDatabase(t);
  await assert.rejects(firstStart(db, { random: randomBytes, onTenantCreated: fail }), { message: 'no' });
  assert.equal((await db.query(sql`select from organizations`)).length, 0);
});
