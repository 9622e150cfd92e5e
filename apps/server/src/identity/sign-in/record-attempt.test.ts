import assert from 'node:assert/strict';
import { test } from 'node:test';
import sql from 'sql-template-tag';
import { startIdentity } from '../identity.fixture.ts';
import { person } from './flow.fixture.ts';
import { recordAttempt } from './record-attempt.ts';

test('a flood of refused attempts is one record a minute from each address, and one mail an hour', async (t) => {
  const server = await startIdentity(t);
  const { db, first } = server;
  const { id: userId } = await person(server);
  const attempt = {
    organizationId: first.organization.id,
    login: 'ada',
    userId,
    result: 'lockedOut',
  } as const;
  const refuse = (source: string): Promise<void> => recordAttempt(db, { ...attempt, source });
  const counts = () =>
    db.first<{ attempts: number; mails: number }>(sql`
      select (select count(*) from login_attempts)::int as attempts, (select count(*) from mails)::int as mails`);
  const pass = (minutes: number): Promise<number> =>
    db.execute(sql`
      update login_attempts set created_at = created_at - ${minutes}::int * interval '1 minute'`);
  for (const source of ['192.0.2.1', '192.0.2.1', '192.0.2.2']) await refuse(source);
  assert.deepEqual(await counts(), { attempts: 2, mails: 1 });
  await pass(2);
  await refuse('192.0.2.1');
  assert.deepEqual(await counts(), { attempts: 3, mails: 1 });
  await pass(60);
  await refuse('192.0.2.1');
  assert.deepEqual(await counts(), { attempts: 4, mails: 2 });
});
