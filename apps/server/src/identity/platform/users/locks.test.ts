import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { type Answer, type Caller, signedIn, testServer } from '../../../server.fixture.ts';
import { countAttempt, LIMITS, passwordChangeOf, secondFactorOf } from '../../sign-in/throttle.ts';
import { good, problem } from '../platform.fixture.ts';

const server = await testServer({ after });
const { admin, organizationId } = server;
const USERS = '/identity/api/User';
const PASSWORD = 'grey otters paddle upstream';

async function newUser(): Promise<{ readonly id: string; readonly caller: Caller }> {
  const id = randomUUID();
  const userName = `person-${id}@example.com`;
  const body = { id, userName, email: userName, password: PASSWORD, partitionGlobalId: organizationId };
  good(await admin.post(USERS, body));
  return { id, caller: await signedIn(server, id) };
}

/** Old password, new password. */
const change = (by: Caller, id: string, oldPassword: string, newPassword: string): Promise<Answer> =>
  by.post(`${USERS}/${id}/changepassword`, { oldPassword, newPassword });

async function lockOut(by: Caller, id: string): Promise<void> {
  for (let i = 0; i < 10; i++) assert.equal((await change(by, id, 'a guess', PASSWORD)).status, 400);
  assert.equal((await change(by, id, 'a guess', PASSWORD)).status, 429);
}

describe('wrong passwords', () => {
  it('are no right ones with a new one that is not allowed', async () => {
    const { id, caller } = await newUser();
    for (let i = 0; i < 12; i++) {
      const answer = await change(caller, id, PASSWORD, 'short');
      assert.equal(answer.status, 400, answer.text);
      assert.equal(answer.body.errors[0].code, 'PasswordTooShort');
    }
    const { results } = good(await admin.get(`${USERS}/${id}/loginAttempts`));
    assert.deepEqual(results, [], 'no guess, and no sign-in');
    good(await change(caller, id, PASSWORD, 'brown otters paddle downstream'));
  });

  it('lock, and an administrator sees the lock and frees it', async () => {
    const { id, caller } = await newUser();
    const lock = `${USERS}/${id}/Lock`;
    assert.deepEqual(good(await admin.get(lock)), { isLocked: false, lockedUntil: null, failures: 0 });
    await lockOut(caller, id);
    const seen = good(await admin.get(lock));
    assert.deepEqual([seen.isLocked, seen.failures], [true, 10], 'each is counted once');
    assert.ok(Date.parse(seen.lockedUntil) > Date.now());
    const { results } = good(await admin.get(`${USERS}/${id}/loginAttempts?top=20`));
    assert.deepEqual([results.length, results[0].result, results[1].result], [11, 7, 1]);
    problem(await caller.get(lock), 403);
    problem(await caller.delete(lock), 403);
    problem(await admin.get(`${USERS}/${randomUUID()}/Lock`), 404);
    problem(await admin.delete(`${USERS}/${randomUUID()}/Lock`), 404);
    assert.equal((await admin.delete(lock)).status, 204);
    assert.equal(good(await admin.get(lock)).isLocked, false);
    assert.equal((await admin.delete(lock)).status, 204, 'again is no error');
    good(await change(caller, id, PASSWORD, 'brown otters paddle downstream'));
    const told = await server.db.query<{ details: { before: { isLocked: boolean } } }>({
      text: `select details from identity_audit where target = $1 and action = 'Unlock'`,
      values: [id],
    });
    assert.deepEqual(
      told.map(({ details }) => details.before.isLocked),
      [true],
    );
  });

  it('lock under each name that a person is counted by, and are freed under all of them', async () => {
    const id = randomUUID();
    const [userName, email] = [`name-${id}`, `address-${id}@example.com`];
    const body = { id, userName, email, password: PASSWORD, partitionGlobalId: organizationId };
    good(await admin.post(USERS, body));
    const lock = `${USERS}/${id}/Lock`;
    for (const login of [userName, email, passwordChangeOf(id), secondFactorOf(id)]) {
      const attempt = { organizationId, login, source: '192.0.2.7', device: undefined };
      for (let i = 0; i <= LIMITS.name; i++) await countAttempt(server.db, new Date(), attempt);
      assert.equal(good(await admin.get(lock)).isLocked, true, login);
      assert.equal((await admin.delete(lock)).status, 204);
      const free = { isLocked: false, lockedUntil: null, failures: 0 };
      assert.deepEqual(good(await admin.get(lock)), free, login);
    }
  });

  it('lock until an administrator sets another password', async () => {
    const { id, caller } = await newUser();
    await lockOut(caller, id);
    good(await admin.put(`${USERS}/${id}`, { password: 'brown otters paddle downstream' }));
    assert.equal(good(await admin.get(`${USERS}/${id}/Lock`)).isLocked, false);
  });
});
