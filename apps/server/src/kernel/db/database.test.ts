import assert from 'node:assert/strict';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import sql, { raw } from 'sql-template-tag';
import { until } from '../../../../../tests/until.fixture.ts';
import { openDatabase } from './database.ts';
import type { Database } from './sql.ts';
import { silent, type TestDatabase, testDatabase } from './test-database.ts';
import { DatabaseUnavailable } from './unavailable.ts';

let place: TestDatabase;
let db: Database;

before(async () => {
  const migrations = mkdtempSync(join(tmpdir(), 'baton-migrations-'));
  place = await testDatabase(undefined, { migrations }); // none: this is about the connection
  rmdirSync(migrations);
  db = place.db;
  await db.execute(sql`CREATE TABLE account (id int PRIMARY KEY, balance int NOT NULL)`);
  await db.execute(sql`INSERT INTO account VALUES (1, 0), (2, 0)`);
});
after(() => place.drop());

test('values', async (t) => {
  const cases: [expression: string, value: unknown][] = [
    ['9007199254740991::int8', 9007199254740991],
    ['(-5)::int2', -5],
    ['12.50::numeric', 12.5],
    [`'2026-01-02 03:04:05.123456+00'::timestamptz`, '2026-01-02T03:04:05.123456Z'],
    [`'2026-01-02 03:04:05.120000+00'::timestamptz`, '2026-01-02T03:04:05.12Z'],
    [`'2026-01-02 05:04:05+02'::timestamptz`, '2026-01-02T03:04:05Z'],
    [`'infinity'::timestamptz`, 'infinity'],
    [`'2026-01-02'::date`, '2026-01-02'],
    [`'{"a": [1, null]}'::jsonb`, { a: [1, null] }],
    [`'0198c0de-0000-7000-8000-000000000000'::uuid`, '0198c0de-0000-7000-8000-000000000000'],
    [`'\\xcafe'::bytea`, Buffer.from('cafe', 'hex')],
    ['ARRAY[1, NULL, 3]::int8[]', [1, null, 3]],
    ['ARRAY[[1.5], [2]]::numeric[]', [[1.5], [2]]],
    [`ARRAY['2026-01-02 03:04:05+00']::timestamptz[]`, ['2026-01-02T03:04:05Z']],
    [`ARRAY['a', NULL, 'b"c']::text[]`, ['a', null, 'b"c']],
    ['NULL::timestamptz', null],
  ];
  for (const [expression, value] of cases) {
    await t.test(expression, async () => {
      assert.deepEqual(await db.first(sql`SELECT ${raw(expression)} AS value`), { value });
    });
  }
});

test('microseconds go round unharmed', async () => {
  const at = '2026-01-02T03:04:05.123456Z';
  assert.deepEqual(await db.first(sql`SELECT ${at}::timestamptz AS at`), { at });
});

test('query gives rows, first one or none, execute a count; a name makes a prepared statement', async () => {
  const byId = { name: 'account', text: 'SELECT id FROM account WHERE id = $1' };
  assert.deepEqual(await db.query({ ...byId, values: [1] }), [{ id: 1 }]);
  assert.equal(await db.first({ ...byId, values: [99] }), undefined);
  assert.equal(await db.execute(sql`UPDATE account SET balance = balance`), 2);
  assert.equal(await db.execute(sql`UPDATE account SET balance = balance WHERE id = 99`), 0);
});

test('a transaction is whole or nothing, and its afterCommit runs only after a commit', async () => {
  const heard: string[] = [];
  const failed = db.transaction(async (tx) => {
    tx.afterCommit(() => heard.push('never'));
    await tx.execute(sql`UPDATE account SET balance = 100 WHERE id = 1`);
    throw new Error('changed my mind');
  });
  await assert.rejects(failed, /changed my mind/);
  const answer = await db.transaction(async (tx) => {
    tx.afterCommit(() => heard.push('first'));
    tx.afterCommit(() => {
      throw new Error('is logged');
    });
    tx.afterCommit(() => heard.push('second'));
    assert.deepEqual(await tx.first(sql`SELECT balance FROM account WHERE id = 1`), { balance: 0 });
    assert.deepEqual(heard, []);
    return 'answer';
  });
  assert.equal(answer, 'answer');
  assert.deepEqual(heard, ['first', 'second']);
});

test('what the work of a transaction meets elsewhere is not taken for a database that is away', async () => {
  for (const code of ['ENOENT', 'ECONNREFUSED', 'ETIMEDOUT']) {
    const met = Object.assign(new Error('of a file, or of another server'), { code });
    await assert.rejects(
      db.transaction(() => Promise.reject(met)),
      (error) => error === met,
      code,
    );
  }
});

test('a commit that PostgreSQL turns into a rollback is an error', async () => {
  const ignored = db.transaction(async (tx) => {
    await tx.execute(sql`SELECT 1 / 0`).catch(() => {});
  });
  await assert.rejects(ignored, /was rolled back/);
});

test('a deadlock runs the work of its victim again', async () => {
  let runs = 0;
  const bothHoldOne = Promise.withResolvers<void>();
  const holding = new Set<number>();
  const move = (from: number, to: number) =>
    db.transaction(async (tx) => {
      runs++;
      await tx.execute(sql`SET LOCAL deadlock_timeout = '20ms'`);
      await tx.execute(sql`UPDATE account SET balance = balance - 1 WHERE id = ${from}`);
      if (holding.add(from).size === 2) bothHoldOne.resolve();
      await bothHoldOne.promise;
      await tx.execute(sql`UPDATE account SET balance = balance + 1 WHERE id = ${to}`);
    });
  await Promise.all([move(1, 2), move(2, 1)]);
  assert.equal(runs, 3);
  assert.deepEqual(await db.query(sql`SELECT balance FROM account`), [{ balance: 0 }, { balance: 0 }]);
});

test('a serialization failure gets four runs in all', async () => {
  let runs = 0;
  const failing = db.transaction(async (tx) => {
    runs++;
    await tx.execute(sql`DO $$ BEGIN RAISE 'conflict' USING ERRCODE = '40001'; END $$`);
  });
  await assert.rejects(failing, { code: '40001' });
  assert.equal(runs, 4);
});

test('a lost connection fails one query, and the pool goes on', async () => {
  const killed = db.query(sql`SELECT pg_terminate_backend(pg_backend_pid())`);
  await assert.rejects(killed, DatabaseUnavailable);
  const inTransaction = db.transaction((tx) => tx.query(sql`SELECT pg_terminate_backend(pg_backend_pid())`));
  await assert.rejects(inTransaction, DatabaseUnavailable);
  assert.deepEqual(await db.first(sql`SELECT 1 AS one`), { one: 1 });
});

test('an error of SQL stays itself', async () => {
  await assert.rejects(db.execute(sql`INSERT INTO account VALUES (1, 0)`), { code: '23505' });
});

test('no server: DatabaseUnavailable', async () => {
  const cases = ['postgresql://x@127.0.0.1:1/x', 'postgresql://x@/x?host=/nowhere'];
  for (const url of cases) await assert.rejects(openDatabase({ url, log: silent() }), DatabaseUnavailable);
});

test('a server that is not up yet is waited for', async (t) => {
  const { host, port } = new pg.Client({ connectionString: place.url });
  const gate = createServer((from) => {
    const to = connect(host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port });
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      one.pipe(other);
      one.on('error', () => other.destroy());
    }
  });
  const open = (at: number): Promise<void> => new Promise((done) => void gate.listen(at, '127.0.0.1', done));
  await open(0);
  const { port: free } = gate.address() as AddressInfo;
  await new Promise((done) => gate.close(done));

  const asked = Promise.withResolvers<void>();
  const log = silent();
  log.warn = () => asked.resolve(); // it has found nobody there
  const { user, password, database } = new pg.Client({ connectionString: place.url });
  const opening = openDatabase({
    host: '127.0.0.1',
    port: free,
    user,
    password: typeof password === 'string' ? password : undefined,
    database,
    waitSeconds: 60,
    log,
  });
  await asked.promise;
  await open(free);
  t.after(() => gate.close());
  const late = await opening;
  t.after(() => late.close());
  assert.deepEqual(await late.first(sql`SELECT 1 AS one`), { one: 1 });
});

test('listen hears, survives the loss of its connection, and stops', async () => {
  const queue: string[] = [];
  let wake = Promise.withResolvers<void>();
  const stop = await db.listen('News', (payload) => {
    queue.push(payload);
    wake.resolve();
  });
  const next = async (): Promise<string> => {
    while (queue.length === 0) await wake.promise;
    wake = Promise.withResolvers<void>();
    return queue.shift() ?? '';
  };
  await db.query(sql`SELECT pg_notify('News', 'one')`);
  assert.equal(await next(), 'one');

  const listeners = sql`FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`;
  await db.query(sql`SELECT pg_terminate_backend(pid) ${listeners}`);
  assert.equal(await next(), '', 'look again');
  await db.query(sql`SELECT pg_notify('News', 'two')`);
  assert.equal(await next(), 'two');

  await stop();
  await until('it is so', async () => (await db.query(sql`SELECT pid ${listeners}`)).length === 0);
});

test('an URL that takes our session settings away is refused', async () => {
  const url = `${place.url}${place.url.includes('?') ? '&' : '?'}options=-c%20timezone%3DAsia/Tokyo`;
  await assert.rejects(openDatabase({ url, log: silent() }), /time zone is Asia\/Tokyo, not UTC/);
});
