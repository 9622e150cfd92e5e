import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import sql from 'sql-template-tag';
import { openDatabase } from './database.ts';
import { MigrationChanged, migrate, NewerSchema, readMigrations } from './migrate.ts';
import { silent, testDatabase } from './test-database.ts';

const files = {
  '0001_robot.sql': "CREATE TABLE robot (name text);\nINSERT INTO robot VALUES ('one'), ('two');",
  '0002_job.sql': 'CREATE TABLE job (id int); -- a comment; with a semicolon',
  'README.md': 'not a migration',
};

function folderOf(t: TestContext, contents: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-migrations-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(contents)) writeFileSync(join(folder, name), text);
  return folder;
}

/** A database without migrations. */
async function emptyDatabase(t: TestContext) {
  return await testDatabase(t, { migrations: folderOf(t, {}) });
}

test('applies what is missing, in order, once', async (t) => {
  const { db } = await emptyDatabase(t);
  const folder = folderOf(t, files);
  assert.deepEqual(await migrate(db, folder), ['0001_robot.sql', '0002_job.sql']);
  assert.deepEqual(await migrate(db, folder), []);
  writeFileSync(join(folder, '0010_log.sql'), 'CREATE TABLE log ()');
  assert.deepEqual(await migrate(db, folder), ['0010_log.sql']);
  assert.deepEqual(await db.query(sql`SELECT number, name FROM schema_migrations ORDER BY 1`), [
    { number: 1, name: 'robot' },
    { number: 2, name: 'job' },
    { number: 10, name: 'log' },
  ]);
});

test('five servers that start at once share the work', async (t) => {
  const { db, url } = await emptyDatabase(t);
  const folder = folderOf(t, files);
  const servers = await Promise.all(
    Array.from({ length: 5 }, () => openDatabase({ url, max: 2, log: silent() })),
  );
  const applied = await Promise.all(servers.map((server) => migrate(server, folder)));
  await Promise.all(servers.map((server) => server.close()));
  assert.deepEqual(applied.flat().sort(), ['0001_robot.sql', '0002_job.sql']);
  assert.deepEqual(await db.first(sql`SELECT count(*) FROM robot`), { count: 2 });
});

test('a file that fails leaves nothing of itself, and its name is in the error', async (t) => {
  const { db } = await emptyDatabase(t);
  const folder = folderOf(t, { ...files, '0002_job.sql': 'CREATE TABLE job (id int);\nSELECT nonsense;' });
  await assert.rejects(migrate(db, folder), /0002_job\.sql line 2: column "nonsense" does not exist/);
  assert.deepEqual(
    await db.first(sql`SELECT to_regclass('job') AS job, (SELECT max(number) FROM schema_migrations) AS at`),
    { job: null, at: 1 },
  );
});

test('an old server refuses a newer schema', async (t) => {
  const { db } = await emptyDatabase(t);
  await migrate(db, folderOf(t, files));
  const old = folderOf(t, { '0001_robot.sql': files['0001_robot.sql'] });
  await assert.rejects(migrate(db, old), (error) => {
    assert(error instanceof NewerSchema);
    assert.deepEqual([error.found, error.known], [2, 1]);
    return true;
  });
});

test('a file changed after it was applied is named; line ends do not count', async (t) => {
  const { db } = await emptyDatabase(t);
  const folder = folderOf(t, files);
  await migrate(db, folder);
  writeFileSync(join(folder, '0001_robot.sql'), files['0001_robot.sql'].replaceAll('\n', '\r\n'));
  assert.deepEqual(await migrate(db, folder), []);
  writeFileSync(join(folder, '0001_robot.sql'), 'CREATE TABLE robot (name text, kind text)');
  await assert.rejects(migrate(db, folder), (error) => {
    assert(error instanceof MigrationChanged);
    assert.match(error.message, /0001_robot\.sql/);
    return true;
  });
});

test('two files of one number are refused', async (t) => {
  const folder = folderOf(t, { '0001_a.sql': '', '0001_b.sql': '' });
  await assert.rejects(readMigrations(folder), /0001_a\.sql and 0001_b\.sql/);
});

test('test databases are copies of one migrated template', async (t) => {
  const migrations = folderOf(t, files);
  const [one, two] = await Promise.all([testDatabase(t, { migrations }), testDatabase(t, { migrations })]);
  await one.db.execute(sql`DELETE FROM robot`);
  assert.deepEqual(await two.db.first(sql`SELECT count(*) FROM robot`), { count: 2 });
  assert.deepEqual(await migrate(two.db, migrations), []);
});
