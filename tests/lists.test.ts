import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { parseOptions } from '@baton/odata/options';
import pg from 'pg';
import { routes } from '../apps/server/src/areas.ts';
import type { Database, Queryable, Statement } from '../apps/server/src/kernel/db/sql.ts';
import type { Context } from '../apps/server/src/kernel/http/context.ts';
import { testServer } from '../apps/server/src/server.fixture.ts';
import { fill } from '../bench/lists/fill.ts';
import { lists } from '../bench/lists/lists.ts';

// What PostgreSQL reads for a page of each list that a console shows: about as many rows as the page has,
// found by an index. Those that a deep page passes over stand in the index alone. Times would tell of the
// machine.
const SIZES = { jobs: 4000, items: 20_000, logs: 20_000 };
const server = await testServer({ after });
const pool = new pg.Pool({
  connectionString: server.databaseUrl,
  options: '-c random_page_cost=1.1 -c timezone=UTC',
});
// The database is dropped before this ends.
pool.on('error', () => {});
after(() => pool.end());
await fill(pool, { tenantId: server.tenant.id, folderId: server.folder.id }, SIZES);
const queue = await first<string>(`select id from queue_definitions where name = 'Queue 3'`);
const job = await first<string>('select key from jobs order by id desc limit 1');
const inQueue = Number(await first<string>(`select count(*) from queue_items where queue_id = ${queue}`));

async function first<T>(text: string): Promise<T> {
  const { rows } = await pool.query<Record<string, T>>(text);
  return Object.values(rows[0]!)[0]!;
}

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

/** Rows of tables that were read, whether or not they were then wanted. */
function rowsRead(plan: Plan): number {
  const below = (plan.Plans ?? []).reduce((sum, each) => sum + rowsRead(each), 0);
  // Of these, rows are read only where VACUUM has not come by since they were changed, and the server says of
  // jobs that wait why they do whenever it comes to it.
  if (plan['Node Type'] === 'Index Only Scan') return below;
  if (plan['Relation Name'] === undefined) return below;
  const each = plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0);
  return below + each * plan['Actual Loops'];
}

for (const { name, path, isEverywhere } of lists(SIZES)) {
  test(`${name}: a page reads about its own rows`, async () => {
    const filled = path
      .replace('{queue}', queue)
      .replace('{job}', job)
      .replace('{skip}', String(inQueue - 200));
    const whole = await (isEverywhere ? server.admin : server.admin.in(server.folder.id)).get(
      `/odata/${filled}`,
    );
    assert.equal(whole.status, 200, whole.text);
    const [set, query] = filled.split('?') as [string, string];
    const { operation, handler } = routes.find((route) => route.operation.path === `/odata/${set}`)!;
    const { type } = operation.odata!.entity;
    const options = parseOptions(type, {
      ...Object.fromEntries(new URLSearchParams(query)),
      $count: 'false',
    });
    const statements: Statement[] = [];
    const noting = <Q extends Queryable>(on: Q): Q => ({
      ...on,
      query: (statement: Statement) => {
        statements.push(statement);
        return on.query(statement);
      },
    });
    const db: Database = {
      ...noting(server.db),
      transaction: (work) => server.db.transaction((tx) => work(noting(tx))),
    };
    const folder = isEverywhere ? undefined : server.folder;
    // What the whole call has counted is remembered by the server.
    const { part } = server.parts.services;
    const known = { tenant: server.tenant, folder, access: { folders: () => 'all' }, part };
    const ctx = { ...known, db, shared: db, transaction: db.transaction, options, pageRows: 1000 };
    await handler(ctx as unknown as Context, {} as never);
    const { text, values } = statements.at(-1)!;
    const { rows } = await pool.query(`explain (analyze, format json) ${text}`, [...values]);
    const read = rowsRead(rows[0]['QUERY PLAN'][0].Plan);
    const page = whole.body.value.length;
    // Once chosen, once shown, and what a common value has to be looked for among others.
    assert.ok(page > 0 && read <= 20 * page + 20, `${read} rows for ${page}:\n${text}`);
  });
}
