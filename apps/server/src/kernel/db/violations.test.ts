import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import sql, { raw } from 'sql-template-tag';
import { CONSTRAINTS } from './changing.ts';
import { NAMES_OF_ROWS, type NameOfRows, namedAfter } from './names-of-rows.ts';
import { testDatabase, untilWaiting } from './test-database.ts';
import { refusalOf } from './violations.ts';

const { db } = await testDatabase({ after });

interface ForeignKey {
  readonly name: string;
  readonly child: string;
  readonly parent: string;
  readonly refuses: boolean;
}

const foreignKeys = await db.query<ForeignKey>(sql`
  select conname as name, conrelid::regclass::text as child, confrelid::regclass::text as parent,
         confdeltype in ('a', 'r') as refuses
    from pg_constraint where contype = 'f' order by 1`);

/**
 * What PostgreSQL says, made by it: a copy of the two tables' names and the constraint's,
 * with nothing else in them.
 */
async function violate({ name, child, parent }: ForeignKey, how: 'insert' | 'delete'): Promise<unknown> {
  return db
    .transaction(async (tx) => {
      const tables = parent === child ? [raw(child)] : [raw(parent), raw(child)];
      await tx.execute(sql`create schema copy`);
      await tx.execute(sql`set local search_path = copy`);
      for (const table of tables)
        await tx.execute(sql`create table ${table} (id int primary key, other_id int)`);
      await tx.execute(sql`
        alter table ${raw(child)} add constraint ${raw(name)} foreign key (other_id) references ${raw(parent)}`);
      if (how === 'insert') return tx.execute(sql`insert into ${raw(child)} values (1, 2)`);
      await tx.execute(sql`insert into ${raw(parent)} values (2)`);
      await tx.execute(sql`insert into ${raw(child)} values (1, 2)`);
      return tx.execute(sql`delete from ${raw(parent)} where id = 2`);
    })
    .then(
      () => assert.fail('nothing was violated'),
      (error: unknown) => error,
    );
}

const nameOf = (table: string): NameOfRows => NAMES_OF_ROWS[table] ?? namedAfter(table);

it('tells of every foreign key of the schema what is gone, and what holds what', async () => {
  assert.ok(foreignKeys.length > 80);
  for (const key of foreignKeys) {
    const [parent, child] = [key.parent, key.child].map(nameOf) as [NameOfRows, NameOfRows];
    const gone = refusalOf(await violate(key, 'insert'));
    assert.deepEqual([gone?.status, gone?.message], [404, `${parent.one} does not exist.`], key.name);
    const held = refusalOf(await violate(key, 'delete'));
    const message = `The ${parent.one.toLowerCase()} is still used by ${child.many}.`;
    assert.deepEqual([held?.status, held?.message], [409, message], key.name);
  }
});

it('refuses a text that is too long for the index it would stand in', async () => {
  const error = await db
    .transaction(async (tx) => {
      await tx.execute(sql`create temporary table packages (id text primary key)`);
      // Letters that do not compress.
      await tx.execute(sql`
        insert into packages select string_agg(md5(i::text), '') from generate_series(1, 200) i`);
    })
    .catch((refused: unknown) => refused);
  const refusal = refusalOf(error);
  assert.deepEqual(
    [refusal?.status, refusal?.message],
    [400, `${nameOf('packages').one}: a text is too long to be looked for.`],
  );
});

it('names no table that the schema does not have', () => {
  const known = new Set(foreignKeys.flatMap(({ child, parent }) => [child, parent]));
  assert.deepEqual(
    Object.keys(NAMES_OF_ROWS).filter((table) => !known.has(table)),
    [],
  );
});

it('takes values that are names of tables for what they are, in any language', () => {
  const german = {
    code: '23503',
    table: 'queue_folders',
    constraint: 'queue_folders_queue_id_name_fkey',
    message:
      'Einfügen oder Aktualisieren in Tabelle »queue_folders« verletzt Fremdschlüssel-Constraint »queue_folders_queue_id_name_fkey«',
    detail: 'Schlüssel (queue_id, name)=(5, users) ist nicht in Tabelle »queue_definitions« vorhanden.',
  };
  assert.deepEqual([refusalOf(german)?.status, refusalOf(german)?.message], [404, 'Queue does not exist.']);
});

it('leaves no integrity violation and no conflict of transactions to be a 500', () => {
  const status = (code: string) =>
    refusalOf({ code, table: 'machines', constraint: 'machines_name' })?.status;
  for (const code of ['23505', '23P01', '40001', '40P01']) assert.equal(status(code), 409, code);
  for (const code of ['23502', '23514']) assert.equal(status(code), 400, code);
  assert.equal(status('42601'), undefined);
});

it('says of a rule that is broken what PostgreSQL says of it, and names nothing that is not there', async () => {
  const messages: unknown[] = [];
  for (const broken of [
    sql`insert into queue_definitions values (0, 1)`,
    sql`insert into queue_definitions values (1, null)`,
    sql`insert into parts values (1)`,
    sql`do $$ begin raise 'no' using errcode = 'check_violation'; end $$`,
  ])
    await assert.rejects(
      db.transaction(async (tx) => {
        await tx.execute(sql`create schema copy`);
        await tx.execute(sql`set local search_path = copy`);
        await tx.execute(sql`
          create table queue_definitions (age int constraint is_old check (age > 0), name int not null)`);
        await tx.execute(sql`create table parts (at int) partition by range (at)`);
        await tx.execute(broken);
      }),
      (error) => messages.push(refusalOf(error)?.message) > 0,
    );
  const unnamed = 'What was sent has a value that cannot be stored: the log of the server says which.';
  assert.deepEqual(messages, [
    'Queue: the rule is_old does not allow one of the values.',
    'Queue: name must have a value.',
    unnamed,
    unnamed,
  ]);
});

it('runs a single statement again that lost a deadlock', async () => {
  await db.execute(sql`create table pairs (id int primary key, turns int not null default 0)`);
  await db.execute(sql`insert into pairs values (1), (2)`);
  await db.execute(sql`
    create function touch_both() returns void language plpgsql as $$
    begin
      update pairs set turns = turns + 1 where id = 1;
      perform pg_advisory_xact_lock(7);
      update pairs set turns = turns + 1 where id = 2;
    end $$`);
  let both: Promise<unknown> | undefined;
  await db.transaction(async (gate) => {
    await gate.execute(sql`select pg_advisory_xact_lock(7)`);
    const touching = db.execute(sql`select touch_both()`);
    await untilWaiting(db, 1);
    const crossing = db.transaction(async (tx) => {
      // So that the other is the one who finds the deadlock, and loses it.
      await tx.execute(sql`set local deadlock_timeout = '1h'`);
      await tx.execute(sql`update pairs set turns = turns + 1 where id = 2`);
      await tx.execute(sql`update pairs set turns = turns + 1 where id = 1`);
    });
    both = Promise.all([touching, crossing]);
    await untilWaiting(db, 2);
  });
  await both;
  assert.deepEqual(await db.query(sql`select id, turns from pairs order by id`), [
    { id: 1, turns: 2 },
    { id: 2, turns: 2 },
  ]);
});

it('has every constraint that operations word themselves', async () => {
  const known = await db.query<{ name: string }>(sql`
    select relname as name from pg_class where relkind = 'i' union select conname from pg_constraint`);
  const names = new Set(known.map(({ name }) => name));
  assert.deepEqual(
    CONSTRAINTS.filter((name) => !names.has(name)),
    [],
  );
});
