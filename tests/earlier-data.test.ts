import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import sql, { raw } from 'sql-template-tag';
import { migrate } from '../apps/server/src/kernel/db/migrate.ts';
import type { Database } from '../apps/server/src/kernel/db/sql.ts';
import { testDatabase } from '../apps/server/src/kernel/db/test-database.ts';
import { readEvents } from '../apps/server/src/kernel/events/read-events.ts';

// What migrations make of data that stood there before them.
const MIGRATIONS = fileURLToPath(new URL('../apps/server/migrations', import.meta.url));

/** A database as it was before a migration, with an organization, a tenant and a folder. */
async function before(
  t: TestContext,
  number: string,
): Promise<{ db: Database; tenant: number; folder: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-migrations-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const file of await readdir(MIGRATIONS))
    if (file < number) await copyFile(join(MIGRATIONS, file), join(folder, file));
  const { db } = await testDatabase(t, { migrations: folder });
  await db.execute(sql`insert into organizations (name, display_name) values ('Acme', 'Acme')`);
  const tenant = await added(db, 'tenants', { name: 'Prod', display_name: 'Prod' }, 'organization');
  return { db, tenant, folder: await addedFolder(db, tenant, 'Finance') };
}

/** Adds a row, answers its id. */
async function added(
  db: Database,
  table: string,
  values: Readonly<Record<string, unknown>>,
  of?: 'organization',
): Promise<number> {
  const row = await db.first<{ id: number }>({
    text: `insert into ${table} (${[...Object.keys(values), ...(of ? ['organization_id'] : [])].join(', ')})
           select ${Object.keys(values)
             .map((_, i) => `$${i + 1}`)
             .join(', ')} ${of ? ', o.id from organizations o' : ''} returning id`,
    values: Object.values(values),
  });
  return row!.id;
}

async function addedFolder(
  db: Database,
  tenant: number,
  name: string,
  parent?: { readonly id: number; readonly path: string },
): Promise<number> {
  return added(db, 'folders', {
    tenant_id: tenant,
    display_name: name,
    path: parent ? `${parent.path}/${name}` : name,
    parent_id: parent?.id ?? null,
    ancestors: parent ? [parent.id] : [],
  });
}

async function addedQueue(
  db: Database,
  tenant: number,
  name: string,
  folders: readonly number[],
): Promise<number> {
  const id = await added(db, 'queue_definitions', { tenant_id: tenant, folder_id: folders[0], name });
  for (const folder of folders)
    await db.execute(
      sql`insert into queue_folders (queue_id, folder_id, name) values (${id}, ${folder}, ${name})`,
    );
  return id;
}

const namesIn = async (db: Database, table: string, column = 'name'): Promise<readonly unknown[]> =>
  (await db.query<{ name: string }>(sql`select ${raw(column)} as name from ${raw(table)} order by id`)).map(
    ({ name }) => name,
  );

const COMPOSED = 'Élan'.normalize('NFC');
const DECOMPOSED = COMPOSED.normalize('NFD');

test('0102: names that have become one are told apart, by the id of the younger', async (t) => {
  const { db, tenant } = await before(t, '0102');
  const roles: number[] = [];
  for (const name of ['Clerk', ' clerk\u00a0', DECOMPOSED, COMPOSED, '  ', 'Other'])
    roles.push(await added(db, 'roles', { tenant_id: tenant, name, display_name: name, type: 2 }));
  await migrate(db, MIGRATIONS);
  assert.deepEqual(await namesIn(db, 'roles'), [
    'Clerk',
    `clerk (${roles[1]})`,
    COMPOSED,
    `${COMPOSED} (${roles[3]})`,
    `(${roles[4]})`,
    'Other',
  ]);
});

test('0102: what is in several folders keeps one name in all of them, which is free in each', async (t) => {
  const { db, tenant, folder } = await before(t, '0102');
  const [second, third] = [await addedFolder(db, tenant, 'Second'), await addedFolder(db, tenant, 'Third')];
  await addedQueue(db, tenant, 'Trail', [folder]);
  const taken = await addedQueue(db, tenant, ' Trail', [folder]);
  await addedQueue(db, tenant, ' Trail', [second]);
  const shared = await addedQueue(db, tenant, 'trail ', [third, second]);
  await migrate(db, MIGRATIONS);
  const names = ['Trail', `Trail (${taken})`, 'Trail', `trail (${shared})`];
  assert.deepEqual(await namesIn(db, 'queue_definitions'), names);
  const links = await db.query<{ name: string }>(
    sql`select name from queue_folders order by queue_id, folder_id`,
  );
  assert.deepEqual(
    links.map(({ name }) => name),
    [...names, names[3]],
  );
});

test('0102: of two people with one address the younger is found by the name alone', async (t) => {
  const { db } = await before(t, '0102');
  const people: [name: string, email: string | null][] = [
    ['ada', 'ada@example.com'],
    ['ADA ', ' Ada@example.com'],
    ['ben', null],
  ];
  const ids: string[] = [];
  for (const [user_name, email] of people)
    ids.push(String(await added(db, 'identity_users', { user_name, email }, 'organization')));
  await migrate(db, MIGRATIONS);
  const rows = await db.query<{ name: string; email: string | null }>(sql`
    select user_name as name, email from identity_users where user_name <> 'ben' order by email nulls last, user_name`);
  const [, younger] = ids.slice(0, 2).sort();
  assert.deepEqual(
    rows.map(({ name, email }) => [name.toLowerCase(), email?.toLowerCase() ?? null]),
    [
      ['ada', 'ada@example.com'],
      [`ada (${younger})`, null],
    ],
  );
});

test('0102: the paths of folders follow the names above them', async (t) => {
  const { db, tenant, folder } = await before(t, '0102');
  const one = await addedFolder(db, tenant, COMPOSED);
  const other = await addedFolder(db, tenant, DECOMPOSED);
  await addedFolder(db, tenant, 'Below', { id: one, path: COMPOSED });
  await addedFolder(db, tenant, DECOMPOSED, { id: other, path: DECOMPOSED });
  await addedFolder(db, tenant, ' Finance ');
  await migrate(db, MIGRATIONS);
  const rows = await db.query<{ id: number; path: string; name: string }>(
    sql`select id, path, display_name as name from folders order by id`,
  );
  assert.deepEqual(
    rows.map(({ path, name }) => [path, name]),
    [
      ['Finance', 'Finance'],
      [COMPOSED, COMPOSED],
      [`${COMPOSED} (${other})`, `${COMPOSED} (${other})`],
      [`${COMPOSED}/Below`, 'Below'],
      [`${COMPOSED} (${other})/${COMPOSED}`, COMPOSED],
      [`Finance (${rows[5]!.id})`, `Finance (${rows[5]!.id})`],
    ],
  );
  assert.equal(rows[0]!.id, folder);
});

async function addedItem(db: Database, tenant: number, folder: number): Promise<number> {
  const [row] = await db.query<{ id: number }>(sql`select id from queue_definitions`);
  const queue = row?.id ?? (await addedQueue(db, tenant, 'Q', [folder]));
  return added(db, 'queue_items', { tenant_id: tenant, folder_id: folder, queue_id: queue });
}

test('0075: events of items that are gone go, and no others', async (t) => {
  const { db, tenant, folder } = await before(t, '0075');
  const item = await addedItem(db, tenant, folder);
  for (const [entity, key] of [
    ['QueueItem', item],
    ['QueueItem', item + 1],
    ['Job', item + 1],
  ])
    await db.execute(sql`
      insert into events (tenant_id, folder_id, type, entity, entity_key) values (${tenant}, ${folder}, 'x', ${entity}, ${String(key)})`);
  await migrate(db, MIGRATIONS);
  const left = await db.query<{ entity: string; key: string }>(
    sql`select entity, entity_key as key from events where type = 'x' order by 1`,
  );
  assert.deepEqual(
    left.map(({ entity, key }) => `${entity} ${key}`),
    [`Job ${item + 1}`, `QueueItem ${item}`],
  );
});

test('0091: comments without their item go, and no others', async (t) => {
  const { db, tenant, folder } = await before(t, '0091');
  const item = await addedItem(db, tenant, folder);
  for (const id of [item, item + 1])
    await db.execute(sql`
      insert into queue_item_comments (tenant_id, queue_id, item_id, text, author)
      select ${tenant}, id, ${id}, 'x', 'user:1' from queue_definitions`);
  await migrate(db, MIGRATIONS);
  const left = await db.query<{ item: number }>(sql`select item_id as item from queue_item_comments`);
  assert.deepEqual(left, [{ item }]);
});

test('0137: groups that a provider is mapped to by name are meant by id, and the audit says which are none', async (t) => {
  const { db } = await before(t, '0137');
  const operators = await added(db, 'identity_groups', { name: 'Operators' }, 'organization');
  const groups = JSON.stringify({ ops: ' operators ', all: 'Everyone', lost: 'Nobody', gone: 'Former' });
  const provider = { name: 'Company', issuer: 'https://id.example', client_id: 'baton', groups };
  const id = await added(db, 'sign_in_providers', provider, 'organization');
  await migrate(db, MIGRATIONS);
  const mapped = await db.query(sql`
    select value, g.id, g.name from sign_in_provider_groups m join identity_groups g on g.id = m.group_id order by 1`);
  const [everyone] = await db.query<{ id: string }>(
    sql`select id from identity_groups where name = 'Everyone'`,
  );
  assert.deepEqual(mapped, [
    { value: 'all', id: everyone!.id, name: 'Everyone' },
    { value: 'ops', id: operators, name: 'Operators' },
  ]);
  const told = await db.query(sql`select action, target, target_name, details from identity_audit`);
  const details = { before: { groups: { gone: 'Former', lost: 'Nobody' } }, after: { groups: {} } };
  assert.deepEqual(told, [{ action: 'Update', target: id, target_name: 'Company', details }]);
});

test('0180: events name their rows by the key, and what is gone as before', async (t) => {
  const { db, tenant, folder } = await before(t, '0180');
  const queue = await addedQueue(db, tenant, 'Q', [folder]);
  const library = { entity: 'Library', key: 'Lib:1.0.0', type: 'package.uploaded' };
  for (const { entity, key, type } of [
    { entity: 'QueueDefinition', key: String(queue), type: 'queue.created' },
    { entity: 'QueueDefinition', key: String(queue + 1), type: 'queue.deleted' },
    library,
  ])
    await db.execute(sql`
      insert into events (tenant_id, folder_id, type, entity, entity_key) values (${tenant}, ${folder}, ${type}, ${entity}, ${key})`);
  await migrate(db, MIGRATIONS);
  const told = await db.query<{ type: string; entity_key: string }>(
    sql`select type, entity_key from events order by id`,
  );
  const [{ key }] = (await db.query(sql`select key from queue_definitions`)) as [{ key: string }];
  assert.deepEqual(
    told.map((one) => [one.type, one.entity_key]),
    [
      ['queue.created', key],
      ['queue.deleted', String(queue + 1)],
      ['library.uploaded', 'Lib:1.0.0'],
    ],
  );
});

test('0220: events are in the months of their kind, none is lost, and what follows them goes on', async (t) => {
  const { db, tenant, folder } = await before(t, '0220');
  const queue = await addedQueue(db, tenant, 'Q', [folder]);
  await db.execute(sql`
    insert into events (tenant_id, folder_id, type, entity, entity_key, actor, payload, created_at)
    select ${tenant}, ${folder}, 'x.y', case n % 3 when 0 then 'Job' else 'QueueItem' end, n::text, 'user:x',
           jsonb_build_object('queueId', ${queue}::bigint, 'n', n), now() - n * interval '9 days'
      from generate_series(1, 60) n`);
  // Ids that no event has any more are not given again.
  await db.execute(sql`delete from events where id = (select max(id) from events)`);
  await db.execute(
    sql`insert into event_cursors (name, xid, id) select 'reader', xid, id from events where id = 20`,
  );
  const all = sql`
    select id, tenant_id, folder_id, type, entity, entity_key, actor, payload, created_at, xid::text from events order by xid, id`;
  const then = await db.query(all);
  await migrate(db, MIGRATIONS);
  assert.deepEqual(await db.query(all), then);
  assert.equal(then.length, 59);
  const stray = await db.query(sql`
    select tableoid::regclass::text as place, to_char(created_at at time zone 'UTC', 'YYYY_MM') as month from events
     where tableoid::regclass::text <> case entity when 'QueueItem' then 'item' else 'other' end || '_events_'
             || to_char(created_at at time zone 'UTC', 'YYYY_MM')`);
  assert.deepEqual(stray, []);
  const id = await added(db, 'events', { tenant_id: tenant, type: 'x.y', entity: 'Job', entity_key: '1' });
  assert.equal(id, 61);
  const item = sql`select id from events where entity = 'QueueItem' and entity_key::bigint = any('{7}'::bigint[])`;
  assert.deepEqual(await db.query(item), [{ id: 7 }]);
  const { events } = await readEvents(db, { xid: (then[19] as { xid: string }).xid, id: 20 }, { most: 100 });
  assert.deepEqual(
    events.map((event) => event.id),
    [...Array.from({ length: 39 }, (_, i) => i + 21), 61],
  );
});
