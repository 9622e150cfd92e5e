import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import sql, { type Sql } from 'sql-template-tag';
import { ODataError } from './errors.ts';
import { type Database, JobDto, openDatabase, SAMPLE } from './jobs.fixture.ts';
import type { EntityType } from './model.ts';
import { parseOptions, type Query } from './options.ts';
import { type Cursor, readToken, tokenOf } from './order.ts';
import { CURSOR, type Scope, selectList } from './select.ts';

let database: Database;
before(async () => {
  database = await openDatabase();
  await database.rows(SAMPLE);
  // Times in the form that the server's sessions use.
  await database.rows(sql`SET TimeZone = 'UTC'`);
  // Copies of all rows: only the key tells them apart where an order does not.
  await database.rows(sql`INSERT INTO odata_jobs SELECT (j).* FROM (
    SELECT jsonb_populate_record(o, jsonb_build_object('id', o.id + 10 * n)) AS j
      FROM odata_jobs o, generate_series(1, 2) n) twins`);
});
after(() => database?.close());

const indexed: EntityType = { ...JobDto, keyIsIndexed: true };

type Row = Record<string, unknown>;

const page = (type: EntityType, query: Query, scope: Scope): Promise<Row[]> =>
  database.rows(selectList(type, parseOptions(type, query), { ...scope, withCursor: true }));

const idsOf = (rows: readonly Row[]): unknown[] => rows.map(({ Id }) => Id);

const keysOf = (rows: readonly Row[]): unknown[] => rows.map(({ Id, Key }) => [Id, Key]);

const pick = (row: Row, like: Row): Row =>
  Object.fromEntries(Object.keys(like).map((name) => [name, row[name]]));

/** Reads all pages. Each is requested with the token of the last row before it. */
async function walk(
  type: EntityType,
  query: Query,
  maxRows: number,
  between = async () => {},
): Promise<Row[]> {
  const found: Row[] = [];
  for (let token: string | undefined; ; ) {
    const rows = await page(type, token ? { ...query, $skiptoken: token } : query, { maxRows });
    found.push(...rows);
    if (rows.length < maxRows) return found;
    token = tokenOf(rows.at(-1)![CURSOR] as Cursor);
    await between();
  }
}

const PROPERTIES = Object.entries(JobDto.properties)
  .filter(([, { type, collection }]) => type !== 'Edm.Untyped' && !collection)
  .map(([name]) => name);
const ORDERS = [
  ...PROPERTIES,
  'Robot/Name',
  'Release/Name,Retries',
  'date(CreationTime)',
  'Retries add 1',
  'length(ReleaseName)',
  'not (Retries gt 1)',
  'State,Ratio desc,Level',
  'Ratio mul 0.1,Id',
  'Id,Retries',
];

for (const orderby of ['', ...ORDERS.flatMap((order) => [order, `${order} desc`])]) {
  test(`pages by '${orderby}', by cursor or $skip, are the list cut in pieces`, async () => {
    const whole = await database.rows(selectList(JobDto, parseOptions(JobDto, { $orderby: orderby })));
    assert.equal(whole.length, 12);
    for (const type of [JobDto, indexed]) {
      for (const maxRows of [1, 5]) {
        for (const asked of [{}, { $select: 'Id' }, { $select: 'Key' }]) {
          const rows = await walk(type, { $orderby: orderby, ...asked }, maxRows);
          assert.deepEqual(keysOf(rows), keysOf(whole.map((row) => pick(row, rows[0]!))));
        }
        const pieces = idsOf(whole.slice(7, 7 + maxRows));
        for (const $select of ['Id', 'Id,Key']) {
          const deep = { $orderby: orderby, $skip: '7', $select };
          assert.deepEqual(idsOf(await page(type, deep, { maxRows })), pieces);
          const fromEnd = { ...deep, $skip: String(12 - 7 - maxRows) };
          assert.deepEqual(idsOf(await page(type, fromEnd, { maxRows, isFromEnd: true })), pieces);
        }
      }
    }
  });
}

test('the opposite order is the same list from its end', async () => {
  const tied: EntityType = { ...JobDto, ties: 'Retries' };
  for (const type of [JobDto, tied]) {
    for (const order of ORDERS.filter((each) => !/,| desc$/.test(each))) {
      const [up, down] = [order, `${order} desc`].map((orderby) =>
        selectList(type, parseOptions(type, { $orderby: orderby })),
      );
      const rows = idsOf(await database.rows(up!));
      assert.deepEqual(idsOf(await database.rows(down!)), rows.toReversed(), order);
    }
  }
});

test('a page computes the members of its own rows only', async () => {
  await database.rows(sql`CREATE TEMP SEQUENCE looked`);
  const counted = (row: Sql): Sql => sql`CASE WHEN ${row}.id IS NOT NULL THEN nextval('looked') END`;
  const Looked = { type: 'Edm.Int64', filterable: false, sql: counted } as const;
  for (const type of [JobDto, indexed]) {
    const counting = { ...type, properties: { ...type.properties, Looked } };
    for (const orderby of ['', 'CreationTime', 'Info/a', 'length(ReleaseName) desc']) {
      await database.rows(sql`SELECT setval('looked', 1)`);
      const options = parseOptions(counting, {
        $orderby: orderby.replace('Info/a', 'Level'),
        $skip: '6',
        $top: '2',
      });
      await database.rows(selectList(counting, options));
      assert.deepEqual(
        await database.rows(sql`SELECT last_value FROM looked`),
        [{ last_value: '3' }],
        orderby,
      );
    }
  }
});

test('a page that is put together from parts is the same page', async () => {
  const where = (row: Sql, part: Sql): Sql => sql`coalesce(${row}.retries, -1) % 3 = ${part}.id - 1`;
  const parts = { count: 6, source: sql`(SELECT unnest(${[-2, 0, 1, 2, 3, 7]}::int8[]) AS id)`, where };
  for (const orderby of ['', 'CreationTime', 'Retries desc', 'ReleaseName,Retries', 'Robot/Name desc']) {
    const options = parseOptions(JobDto, { $orderby: orderby, $filter: 'Retries ne 1' });
    const whole = idsOf(await database.rows(selectList(JobDto, options)));
    for (const type of [JobDto, indexed]) {
      for (const skip of [0, 4, 11, 50]) {
        for (const $select of ['Id', 'Id,Key,ReleaseName']) {
          const asked = { $orderby: orderby, $filter: 'Retries ne 1', $select, $skip: String(skip) };
          const found = await page(type, asked, { maxRows: 3, parts });
          assert.deepEqual(idsOf(found), whole.slice(skip, skip + 3), `${orderby} from ${skip}`);
        }
      }
    }
  }
});

test('rows that come and go between two pages move no other across their edge', async () => {
  let n = 100;
  const between = async (): Promise<void> => {
    await database.rows(
      sql`INSERT INTO odata_jobs (id, release_name, retries) VALUES (${(n += 1)}, 'AAA', -5)`,
    );
    await database.rows(sql`DELETE FROM odata_jobs WHERE id = 1`);
  };
  const walked = idsOf(
    await walk(indexed, { $orderby: 'Retries,ReleaseName desc', $filter: 'Id lt 100' }, 2, between),
  );
  assert.equal(new Set(walked).size, walked.length);
  const all = await database.rows(sql`SELECT id AS "Id" FROM odata_jobs WHERE id < 100`);
  for (const id of idsOf(all)) assert.ok(walked.includes(id), `${id} was left out`);
});

test('a token of another order, or of nobody, is refused', () => {
  const ask = (query: Query): Sql => selectList(JobDto, parseOptions(JobDto, query), { maxRows: 5 });
  for (const position of [['1', '2'], [], ['x'], ['1e5', null]]) {
    assert.throws(() => ask({ $skiptoken: tokenOf(position) }), ODataError, JSON.stringify(position));
  }
  assert.throws(() => ask({ $orderby: 'CreationTime', $skiptoken: tokenOf(['yesterday', '1']) }), ODataError);
  for (const token of ['!', 'bnVsbA', Buffer.from('{}').toString('base64url'), tokenOf(-1), tokenOf(0.5)]) {
    assert.throws(() => ask({ $skiptoken: token }), ODataError, token);
  }
  assert.throws(() => readToken(tokenOf(['a\0'])), ODataError);
  assert.equal(parseOptions(JobDto, { $skip: '3', $skiptoken: tokenOf(7) }).skip, 7);
});
