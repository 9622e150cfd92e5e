import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import sql, { raw, type Sql } from 'sql-template-tag';
import { type Database, JobDto, openDatabase, ReleaseDto, SAMPLE } from './jobs.fixture.ts';
import type { EntityType } from './model.ts';
import { parseOptions, type Query } from './options.ts';
import { by } from './order.ts';
import { selectCount, selectList, selectOne } from './select.ts';

let database: Database;
before(async () => {
  database = await openDatabase();
  await database.rows(SAMPLE);
});
after(() => database?.close());

const list = (query: Query, type: EntityType = JobDto) =>
  database.rows(selectList(type, parseOptions(type, query)));

test('all properties, named as in the model; $select leaves columns out', async () => {
  const [job] = await list({ $top: '1' });
  assert.deepEqual(Object.keys(job ?? {}), Object.keys(JobDto.properties));
  assert.deepEqual(await list({ $select: 'state,Retries,Release', $top: '1' }), [{ State: 1, Retries: 0 }]);
  assert.deepEqual(
    Object.keys((await list({ $select: 'Id,*', $top: '1' }))[0] ?? {}),
    Object.keys(JobDto.properties),
  );
  const select = { $select: 'CurrentVersion/VersionNumber', $top: '1', $filter: 'Id eq 3' };
  assert.deepEqual(await list(select, ReleaseDto), [{ CurrentVersion: null }]);
  assert.deepEqual(await list({ $select: 'Release', $top: '1' }), [{}]);
  assert.deepEqual(await list({ $select: 'Robot', $expand: 'Release($select=Jobs)', $top: '1' }), [
    { Release: {} },
  ]);
});

test('$expand nests objects, nulls and lists', async () => {
  const jobs = await list({
    $select: 'Id',
    $expand: 'robot($select=Name),Release($select=Id;$expand=Jobs($select=Id))',
  });
  const invoices = { Id: 1, Jobs: [{ Id: 1 }, { Id: 2 }] };
  assert.deepEqual(jobs, [
    { Id: '1', Robot: { Name: 'R1' }, Release: invoices },
    { Id: '2', Robot: { Name: 'R2' }, Release: invoices },
    { Id: '3', Robot: null, Release: { Id: 2, Jobs: [{ Id: 3 }] } },
    { Id: '4', Robot: null, Release: null },
  ]);
});

test('nested options: filter, order, page, count, aliases, quotes and parentheses inside', async () => {
  const nested =
    "$filter=Id ge @from and ReleaseName ne ';)(';$orderby=Robot/Name desc;$top=1;$skip=0;$count=true";
  const $expand = `Jobs(${nested};$select=Id)`;
  const releases = await list({ $expand, $select: 'Id', '@from': '1', $top: '3' }, ReleaseDto);
  assert.deepEqual(releases, [
    { Id: '1', Jobs: [{ Id: 2 }], 'Jobs@odata.count': '2' },
    { Id: '2', Jobs: [{ Id: 3 }], 'Jobs@odata.count': '1' },
    { Id: '3', Jobs: [], 'Jobs@odata.count': '0' },
  ]);
});

test('$expand of everything, and of complex values, which are there anyway', async () => {
  const [all] = await list({ $expand: '*', $select: 'Id', $top: '1' });
  assert.deepEqual(Object.keys(all ?? {}), ['Id', 'Release', 'Robot']);
  assert.equal((await list({ $expand: 'CurrentVersion,Jobs' }, ReleaseDto)).length, 3);
  const [job] = await list({ $expand: 'Release($expand=Jobs;$select=Key)', $select: 'Id', $top: '1' });
  assert.equal(
    (job as { Release: { Jobs: { CreationTime: string }[] } }).Release.Jobs[0]?.CreationTime,
    '2024-01-01T05:30:00+05:30',
  );
});

test('an entity with more properties than a function takes arguments', async () => {
  const names = Array.from({ length: 120 }, (_, i) => `P${i}`);
  const property = {
    type: 'Edm.Int64',
    filterable: true,
    sql: (alias: ReturnType<typeof raw>) => sql`${alias}.id`,
  } as const;
  const wide: EntityType = {
    name: 'Wide',
    key: 'P0',
    source: raw('odata_robots'),
    properties: Object.fromEntries(names.map((name) => [name, property])),
    navigations: { Self: { many: false, target: () => wide, on: (a, b) => sql`${a}.id = ${b}.id` } },
  };
  const [row] = await list({ $expand: 'Self', $top: '1' }, wide);
  assert.equal(Object.keys(row?.Self as object).length, 120);
});

const order = (row: Sql) => [by(sql`${row}.id`, 'Edm.Int64', { descending: true, isUnique: true })];

test('the scope narrows, orders and caps what the client may see', async () => {
  const options = parseOptions(JobDto, { $select: 'Id' });
  const scope = { where: (row: ReturnType<typeof raw>) => sql`${row}.release_id = ${1}` };
  assert.deepEqual(await database.rows(selectCount(JobDto, options, scope)), [{ count: '2' }]);
  assert.deepEqual(await database.rows(selectList(JobDto, options, { ...scope, order, maxRows: 1 })), [
    { Id: '2' },
  ]);
  const from = sql`(SELECT * FROM odata_jobs WHERE id = ${3})`;
  assert.deepEqual(await database.rows(selectList(JobDto, options, { from })), [{ Id: '3' }]);
  const or = parseOptions(JobDto, { $select: 'Id', $filter: 'Id eq 3 or true' });
  assert.equal((await database.rows(selectList(JobDto, or, scope))).length, 2);
});

test('a single entity heeds $select and $expand only', async () => {
  const options = parseOptions(JobDto, {
    $select: 'Id',
    $expand: 'Robot($select=Id)',
    $skip: '5',
    $top: '0',
  });
  const one = selectOne(JobDto, options, { where: (row) => sql`${row}.id = ${2}` });
  assert.deepEqual(await database.rows(one), [{ Id: '2', Robot: { Id: 2 } }]);
});

// The shape matters for indexes: a bare column, an operator, a typed constant. A join occurs once, however
// often a path names it.
const SHAPES: readonly (readonly [query: Query, text: string])[] = [
  [{ $filter: 'Id eq 5' }, 'WHERE ((_r1.id = $1::int8)) ORDER BY _r1.id ASC'],
  [
    { $filter: "State in ('Running','Faulted')" },
    'WHERE ((_r1.state = ANY($1::int8[]))) ORDER BY _r1.id ASC',
  ],
  [
    { $filter: 'CreationTime ge 2024-01-01' },
    'WHERE ((_r1.creation_time >= $1::timestamptz)) ORDER BY _r1.id ASC',
  ],
  [{ $filter: 'Ratio lt 5' }, 'WHERE ((_r1.ratio < $1::float8)) ORDER BY _r1.id ASC'],
  [
    { $filter: 'Robot/Id eq 1 or Robot/Id eq 2' },
    'LEFT JOIN (SELECT * FROM odata_robots) AS _r2 ON _r1.robot_id = _r2.id' +
      ' WHERE (((_r2.id = $1::int8) OR (_r2.id = $2::int8))) ORDER BY _r1.id ASC',
  ],
  [{ $orderby: 'Retries desc' }, 'ORDER BY _r1.retries DESC NULLS LAST, _r1.id DESC'],
];

for (const [query, text] of SHAPES) {
  test(`SQL for ${JSON.stringify(query)}`, () => {
    const made = selectList(JobDto, parseOptions(JobDto, { ...query, $select: 'Id' })).text;
    assert.equal(made.replace(/^SELECT _r1\.id AS "Id" FROM odata_jobs AS _r1 /, ''), text);
  });
}
