import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import sql from 'sql-template-tag';
import { passTime, testServer } from '../../../server.fixture.ts';

const DAY = 86_400_000;
const server = await testServer({ after }, { BATON_TEST_CLOCK: 'true', BATON_LOGIN_ATTEMPT_DAYS: '30' });
const { anonymous, db } = server;

const fail = (): Promise<unknown> =>
  anonymous.post('/api/Account/Authenticate', { usernameOrEmailAddress: 'admin', password: 'wrong' });

const listed = async (): Promise<number> => (await db.query(sql`select from login_attempts`)).length;

it('attempts to sign in are kept for so many days, and the newer ones stay', async () => {
  await fail();
  await passTime(server, 20 * DAY);
  await fail();
  assert.equal(await listed(), 2);
  await passTime(server, 9 * DAY);
  assert.equal(await listed(), 2, 'after 29 days');
  await passTime(server, 2 * DAY);
  assert.equal(await listed(), 1, 'after 31 days the older one is gone');
  await passTime(server, 20 * DAY);
  assert.equal(await listed(), 0);
});
