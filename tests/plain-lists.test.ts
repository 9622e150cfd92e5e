import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import pg from 'pg';
import { type Caller, testServer } from '../apps/server/src/server.fixture.ts';
import { fill } from '../bench/lists/fill.ts';

// Lists of jobs, and of a queue, held against plain statements: of one folder, of several and of all, whose
// pages are put together from parts, and pages near the end, which are walked to from there.
const JOBS = 6000;
const server = await testServer({ after });
const pool = new pg.Pool({ connectionString: server.databaseUrl });
// The database is dropped before this ends.
pool.on('error', () => {});
after(() => pool.end());
const place = { tenantId: server.tenant.id, folderId: server.folder.id };
await fill(pool, place, { jobs: JOBS, items: 60_000, logs: 10 });
// Names that bytes and people sort differently, and many jobs of one moment.
await pool.query(`update jobs set release_name = (array['Ärger', 'apple', 'Zebra', 'zebra', '_x'])[1 + id % 5]
                   where id % 3 = 0`);
await pool.query(`update jobs set created_at = date_trunc('day', created_at) where id % 2 = 0`);
await pool.query('vacuum analyze jobs');
const { rows } = await pool.query<{ id: string }>(
  `select id from folders where path like 'Bench %' order by id`,
);
const some = rows.slice(2, 5).map(({ id }) => Number(id));

const ORDERS: Readonly<Record<string, string>> = {
  Id: 'id',
  CreationTime: 'created_at',
  StartTime: 'started_at',
  EndTime: 'ended_at',
  State: 'state',
  ReleaseName: 'folded(release_name) collate "und-x-icu"',
};
const FILTERS: Readonly<Record<string, string>> = {
  '': 'true',
  "State eq 'Faulted'": 'state = 4',
  "State ne 'Successful' and State ne 'Faulted'": 'state not in (4, 5)',
  "ReleaseName eq 'zebra'": `folded(release_name) = 'zebra'`,
};
const WHERE: readonly (readonly [string, Caller, string])[] = [
  ['one folder', server.admin.in(server.folder.id), `folder_id = ${server.folder.id}`],
  ['all folders', server.admin, 'true'],
  [
    'some folders',
    await server.user({ folderRoles: Object.fromEntries(some.map((id) => [id, ['Folder Administrator']])) }),
    `folder_id in (${some.join(', ')})`,
  ],
];

for (const [where, caller, inFolders] of WHERE) {
  for (const [filter, condition] of Object.entries(FILTERS)) {
    test(`jobs of ${where}, ${filter || 'unfiltered'}, are those of a plain statement on every page`, async () => {
      for (const [member, column] of Object.entries(ORDERS)) {
        for (const direction of ['asc', 'desc']) {
          const nulls = direction === 'asc' ? 'nulls first' : 'nulls last';
          const found = await pool.query<{ id: string }>(`
            select id from jobs where ${inFolders} and ${condition}
             order by ${column} ${direction} ${nulls}, ${member === 'Id' ? '' : `created_at ${direction},`} id ${direction}`);
          const ids = found.rows.map(({ id }) => Number(id));
          // Near the start, near the end, its last rows, and behind it.
          for (const skip of [0, 40, 5500, ids.length - 3, ids.length + 5]) {
            const query = `$orderby=${member} ${direction}&$top=7&$skip=${Math.max(0, skip)}&$select=Id,State`;
            const filtered = filter === '' ? query : `${query}&$filter=${filter}`;
            const { status, body, text } = await caller.get(`/odata/Jobs?${filtered}`);
            assert.equal(status, 200, text);
            assert.equal(body['@odata.count'], ids.length, filtered);
            const page = body.value.map(({ Id }: { Id: number }) => Id);
            const plain = ids.slice(Math.max(0, skip)).slice(0, 7);
            assert.deepEqual(page, plain, `${where}: ${filtered}`);
          }
        }
      }
    });
  }
}

test('items of a queue, far from its start', async () => {
  const { rows: queues } = await pool.query<{ id: string }>(
    `select id from queue_definitions where name = 'Queue 3'`,
  );
  const queue = queues[0]!.id;
  for (const [order, direction] of [
    ['', 'asc'],
    ['Id', 'asc'],
    ['Id desc', 'desc'],
    ['CreationTime desc', 'desc'],
  ]) {
    for (const [filter, condition] of [
      ['', 'true'],
      [`Status ne 'Failed'`, 'status <> 2'],
    ]) {
      const found = await pool.query<{ id: string }>(
        `select id from queue_items where queue_id = ${queue} and ${condition} order by id ${direction}`,
      );
      const ids = found.rows.map(({ id }) => Number(id));
      for (const skip of [5000, 5300, ids.length - 4, ids.length, ids.length + 9]) {
        const filters = [`QueueDefinitionId eq ${queue}`, filter].filter((each) => each !== '').join(' and ');
        const query = `$filter=${filters}&$orderby=${order}&$top=7&$skip=${skip}&$select=Id`;
        const { status, body, text } = await server.admin
          .in(server.folder.id)
          .get(`/odata/QueueItems?${query}`);
        assert.equal(status, 200, text);
        const page = body.value.map(({ Id }: { Id: number }) => Id);
        assert.deepEqual(page, ids.slice(skip, skip + 7), query);
        assert.equal(body['@odata.count'], ids.length, query);
      }
    }
  }
});

test('jobs by name, where each has a name of its own: more than are looked up one by one', async () => {
  await pool.query(`update jobs set release_name = case when id % 7 = 0 then '_' else '' end || id`);
  for (const direction of ['asc', 'desc']) {
    const found = await pool.query<{ id: string }>(
      `select id from jobs order by ${ORDERS['ReleaseName']} ${direction} limit 60`,
    );
    const ids = found.rows.map(({ id }) => Number(id));
    for (const skip of [0, 50]) {
      const query = `$orderby=ReleaseName ${direction}&$top=7&$skip=${skip}&$select=Id`;
      const { status, body, text } = await server.admin.get(`/odata/Jobs?${query}`);
      assert.equal(status, 200, text);
      const page = body.value.map(({ Id }: { Id: number }) => Id);
      assert.deepEqual(page, ids.slice(skip, skip + 7), query);
    }
  }
});
