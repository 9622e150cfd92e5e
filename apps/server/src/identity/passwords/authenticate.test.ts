import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeJwt } from 'jose';
import sql from 'sql-template-tag';
import { startIdentity } from '../identity.fixture.ts';
import { hashPassword, verifyPassword } from './passwords.ts';

const FAILURE = {
  status: 400,
  body: {
    result: null,
    targetUrl: null,
    success: false,
    error: {
      code: 0,
      message: 'Invalid login request',
      details: 'Invalid credentials, failed to login.',
      validationErrors: null,
    },
    unAuthorizedRequest: false,
    __abp: true,
  },
};

test('passwords are Argon2id', async () => {
  const phc = await hashPassword('Grüße, 密码');
  assert.match(phc, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.equal(await verifyPassword(phc, 'Grüße, 密码'), true);
  assert.equal(await verifyPassword(phc, 'other'), false);
  assert.equal(await verifyPassword(null, 'nobody has this password'), false);
});

test('old clients sign in with a password for half an hour', async (t) => {
  const { identity, first, db } = await startIdentity(t);
  await db.execute(sql`update identity_users set email = 'Admin@example.com'`);
  const password = first.adminPassword!;
  for (const input of [
    { tenancyName: 'default', usernameOrEmailAddress: 'ADMIN', password },
    { usernameOrEmailAddress: 'admin@example.com', password },
    { tenancyName: ' ', usernameOrEmailAddress: 'admin', password },
    { tenancyName: null, usernameOrEmailAddress: 'admin', password, organization: 'DEFAULT' },
    {
      tenancyName: 'Default',
      usernameOrEmailAddress: 'admin',
      password,
      organization: first.organization.id,
    },
  ]) {
    const { status, body } = await identity.signInWithPassword(input);
    assert.equal(status, 200, JSON.stringify(input));
    const { result, ...rest } = body;
    assert.deepEqual(rest, {
      targetUrl: null,
      success: true,
      error: null,
      unAuthorizedRequest: false,
      __abp: true,
    });
    const claims = decodeJwt(result!);
    assert.equal(claims.exp! - claims.iat!, 1800);
    assert.equal(claims.preferred_username, 'admin');
    assert.equal(claims.name, 'Administrator');
    assert.equal(claims.email, 'Admin@example.com');
    const principal = await identity.verifyToken(result!);
    assert.equal(principal.kind, 'user');
    assert.equal(principal.tenantId, input.tenancyName?.trim() ? first.tenant.id : undefined);
    assert.deepEqual([...principal.scopes], ['OrchestratorApiUserAccess']);
  }
  const { last_login_at } = (await db.first<{ last_login_at: string | null }>(
    sql`select last_login_at from identity_users`,
  ))!;
  assert.ok(last_login_at);
});

test('every refusal looks the same and takes the same time', async (t) => {
  const { identity, first, db } = await startIdentity(t);
  const good = { usernameOrEmailAddress: 'admin', password: first.adminPassword! };
  const refused = {
    'wrong password': { ...good, password: 'x' },
    'unknown user': { ...good, usernameOrEmailAddress: 'nobody' },
    'empty password': { ...good, password: '' },
    'unknown tenant': { ...good, tenancyName: 'Nowhere' },
    host: { ...good, tenancyName: 'host' },
    'unknown organization': { ...good, organization: 'Nowhere' },
    'a password that is too long': { ...good, password: 'x'.repeat(100_000) },
    wildcard: { ...good, usernameOrEmailAddress: '%' },
  };
  const times: number[] = [];
  for (const [name, input] of Object.entries(refused)) {
    const start = performance.now();
    assert.deepEqual(await identity.signInWithPassword(input), FAILURE, name);
    times.push(performance.now() - start);
  }
  // At least what startIdentity() sets; how long Argon2 takes beyond it depends on the machine.
  assert.ok(Math.min(...times) >= 29, times.join(' '));
  await db.execute(sql`update identity_users set is_active = false`);
  assert.deepEqual(await identity.signInWithPassword(good), FAILURE);
  await db.execute(sql`update identity_users set is_active = true, password_hash = null`);
  assert.deepEqual(await identity.signInWithPassword(good), FAILURE);
});

test('ten failures in a row lock for five minutes', async (t) => {
  const { identity, first, time, db } = await startIdentity(t);
  const good = { usernameOrEmailAddress: 'admin', password: first.adminPassword! };
  const fail = async (times: number): Promise<void> => {
    await Promise.all(
      Array.from({ length: times }, () => identity.signInWithPassword({ ...good, password: 'x' })),
    );
  };
  const status = async (): Promise<number> => (await identity.signInWithPassword(good)).status;
  await fail(9);
  assert.equal(await status(), 200);
  await fail(9);
  assert.equal(await status(), 200, 'a success counts anew');
  await fail(10);
  assert.deepEqual(await identity.signInWithPassword(good), FAILURE);
  time.ahead = 240_000;
  await fail(1);
  assert.equal(await status(), 400);
  time.ahead = 301_000;
  assert.equal(await status(), 200, 'failures while locked do not prolong it');
  const row = await db.first(sql`select failed_logins, locked_until from identity_users`);
  assert.deepEqual(row, { failed_logins: 0, locked_until: null });
});
