import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import sql from 'sql-template-tag';
import { openDatabase } from '../apps/server/src/kernel/db/database.ts';
import { migrate, readMigrations } from '../apps/server/src/kernel/db/migrate.ts';
import { testDatabase } from '../apps/server/src/kernel/db/test-database.ts';

const MIGRATIONS = fileURLToPath(new URL('../apps/server/migrations', import.meta.url));
/**
 * From here on names count without blanks at their ends, in any letter case and however their accents
 * are composed.
 */
const NAMES_ARE_FOLDED = 99;

test('a database from before names were folded keeps every row, and its start says what is called otherwise now', async (t) => {
  const before = mkdtempSync(join(tmpdir(), 'baton-former-'));
  t.after(() => rmSync(before, { recursive: true }));
  for (const { number, file } of await readMigrations(MIGRATIONS))
    if (number < NAMES_ARE_FOLDED) copyFileSync(join(MIGRATIONS, file), join(before, file));
  const { db: old, url } = await testDatabase(t, { migrations: before });
  await old.execute(sql`insert into organizations (name, display_name) values ('Acme', 'Acme')`);
  await old.execute(
    sql`insert into tenants (organization_id, name, display_name) select id, 'Prod', 'Prod' from organizations`,
  );
  await old.execute(sql`
    insert into folders (tenant_id, display_name, path, parent_id, ancestors)
    values (1, 'Éclair', 'Éclair', null, '{}'), (1, ${'E\u0301clair'}, ${'E\u0301clair'}, null, '{}'),
           (1, 'Sub', 'Éclair/Sub', 1, '{1}'), (1, ' Sub', ${'E\u0301clair/ Sub'}, 2, '{2}')`);
  await old.execute(sql`
    insert into queue_definitions (tenant_id, folder_id, name)
    values (1, 1, 'Invoices'), (1, 1, ' Invoices'), (1, 1, ${'INVOICES\u00a0'}), (1, 2, ' Trail '), (1, 2, 'Other')`);
  await old.execute(
    sql`insert into queue_folders (queue_id, folder_id, name) select id, folder_id, name from queue_definitions`,
  );
  await old.execute(sql`insert into machines (tenant_id, name) values (1, 'host'), (1, ${'host\t'})`);

  const said: (string | undefined)[] = [];
  const log = pino({}, { write: (line) => void said.push((JSON.parse(line) as { notice?: string }).notice) });
  const db = await openDatabase({ url, max: 1, log });
  t.after(() => db.close());
  await migrate(db, MIGRATIONS);

  const namesIn = async (text: string): Promise<string[]> =>
    (await db.query<{ name: string }>({ text, values: [] })).map(({ name }) => name);
  assert.deepEqual(await namesIn('select path as name from folders order by id'), [
    'Éclair',
    'Éclair (2)',
    'Éclair/Sub',
    'Éclair (2)/Sub',
  ]);
  assert.deepEqual(await namesIn('select name from queue_folders order by queue_id'), [
    'Invoices',
    'Invoices (2)',
    'INVOICES (3)',
    'Trail',
    'Other',
  ]);
  assert.deepEqual(await namesIn('select name from machines order by id'), ['host', 'host (2)']);
  assert.deepEqual(said.filter(Boolean).toSorted(), [
    'folders 2: "E\u0301clair" is called "Éclair (2)" from now on',
    'folders 4: "E\u0301clair/ Sub" is called "Éclair (2)/ Sub" from now on',
    'folders 4: "Éclair (2)/ Sub" is called "Éclair (2)/Sub" from now on',
    'machines 2: "host\t" is called "host (2)" from now on',
    'queue_definitions 2: " Invoices" is called "Invoices (2)" from now on',
    'queue_definitions 3: "INVOICES\u00a0" is called "INVOICES (3)" from now on',
    'queue_definitions 4: " Trail " is called "Trail" from now on',
  ]);
});
