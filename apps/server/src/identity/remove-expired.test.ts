import assert from 'node:assert/strict';
import { test } from 'node:test';
import sql, { raw, type Sql } from 'sql-template-tag';
import { MACHINE_CLOCK } from '../kernel/clock.ts';
import { startIdentity } from './identity.fixture.ts';
import { person } from './sign-in/flow.fixture.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/**
 * What ends by itself, told apart by one column: a row of a moment, and how long after it the row is gone.
 */
interface Ending {
  readonly table: string;
  readonly column: string;
  readonly insert: (moment: string, n: number, userId: string) => Sql;
  readonly keptFor: number;
}

const bytes = (n: number): Buffer => Buffer.from(`test ${n}`);

const ENDINGS: readonly Ending[] = [
  {
    table: 'oidc_records',
    column: 'expires_at',
    insert: (moment, n) => sql`(kind, id, payload, expires_at) values ('Test', ${n}::text, '{}', ${moment})`,
    keptFor: 0,
  },
  {
    table: 'revoked_tokens',
    column: 'expires_at',
    insert: (moment, n) => sql`(jti, expires_at) values (${n}::text, ${moment})`,
    keptFor: 0,
  },
  {
    table: 'sign_ins',
    column: 'expires_at',
    insert: (moment, n) => sql`(uid, expires_at) values (${n}::text, ${moment})`,
    keptFor: 0,
  },
  {
    table: 'password_resets',
    column: 'expires_at',
    insert: (moment, n, userId) =>
      sql`(hash, user_id, expires_at) values (${bytes(n)}, ${userId}, ${moment})`,
    keptFor: 0,
  },
  {
    table: 'browser_sessions',
    column: 'expires_at',
    insert: (moment, n, userId) =>
      sql`(uid, user_id, began_at, used_at, expires_at) values (${n}::text, ${userId}, now(), now(), ${moment})`,
    keptFor: 0,
  },
  {
    table: 'known_devices',
    column: 'used_at',
    insert: (moment, n, userId) => sql`(hash, user_id, used_at) values (${bytes(n)}, ${userId}, ${moment})`,
    keptFor: 365 * DAY,
  },
  {
    table: 'known_sources',
    column: 'used_at',
    insert: (moment, n) => sql`(key, used_at) values (${bytes(n)}, ${moment})`,
    keptFor: 90 * DAY,
  },
  {
    table: 'sign_in_attempts',
    column: 'since',
    insert: (moment, n) => sql`(key, failures, since) values (${bytes(n)}, 1, ${moment})`,
    keptFor: 60 * MINUTE,
  },
];

/** Whoever made these sees that they are over. */
const SHOWN_WHEN_OVER: ReadonlySet<string> = new Set([
  'external_app_secrets',
  'personal_access_tokens',
  'scim_tokens',
]);
/** Their areas remove these. */
const REMOVED_ELSEWHERE = ['machine_join_codes'];

test('what is over is removed, and nothing else', async (t) => {
  const server = await startIdentity(t);
  const { db, identity } = server;
  const { id: userId } = await person(server);
  const now = MACHINE_CLOCK.now();
  // The first is over for a minute, and the second good for another one.
  for (const { table, insert, keptFor } of ENDINGS)
    for (const [n, later] of [-MINUTE, MINUTE].entries()) {
      const moment = new Date(now - keptFor + later).toISOString();
      await db.execute(sql`insert into ${raw(table)} ${insert(moment, n, userId)}`);
    }
  const removed = await identity.removeExpired();
  for (const { table, column, keptFor } of ENDINGS) {
    const rows = await db.query<{ age: number }>(sql`
      select extract(epoch from ${new Date(now).toISOString()}::timestamptz - ${raw(column)}) * 1000 as age
        from ${raw(table)}`);
    assert.deepEqual(
      rows.map(({ age }) => Math.round(age)),
      [keptFor - MINUTE],
      table,
    );
  }
  assert.equal(removed, ENDINGS.length);
  assert.equal(await identity.removeExpired(), 0);
});

test('recovery codes that nobody has said to have kept are gone after their hour, and the factor stays', async (t) => {
  const server = await startIdentity(t);
  const { db, identity } = server;
  for (const [userName, minutes] of [
    ['ada', -1],
    ['bob', 1],
  ] as const) {
    const { id } = await person(server, { userName });
    await db.execute(sql`
      insert into second_factors (user_id, secret, is_confirmed, new_codes, new_codes_of, new_codes_until)
      values (${id}, 'x', true, 'codes', 'a page', now() + ${minutes}::int * interval '1 minute')`);
  }
  assert.equal(await identity.removeExpired(), 1);
  const left = await db.query(sql`
    select u.user_name as name, f.new_codes is not null as "hasCodes", f.new_codes_of as of,
           f.new_codes_until is not null as "hasEnd"
      from second_factors f join identity_users u on u.id = f.user_id order by 1`);
  assert.deepEqual(left, [
    { name: 'ada', hasCodes: false, of: null, hasEnd: false },
    { name: 'bob', hasCodes: true, of: 'a page', hasEnd: true },
  ]);
});

test('every table whose rows expire is one of these, shown to whoever made the row, or emptied by the next', async (t) => {
  const { db } = await startIdentity(t);
  const tables = await db.query<{ name: string }>(sql`
    select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'expires_at' order by 1`);
  const removed = ENDINGS.filter(({ column }) => column === 'expires_at').map(({ table }) => table);
  assert.deepEqual(
    tables.map(({ name }) => name),
    [...removed, ...SHOWN_WHEN_OVER, ...REMOVED_ELSEWHERE].toSorted(),
  );
});
