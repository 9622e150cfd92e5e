import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { readToken } from '@baton/odata/order';
import { routes } from '../apps/server/src/areas.ts';
import type { Operation } from '../apps/server/src/kernel/contract/operation.ts';
import { type Answer, type Caller, testServer } from '../apps/server/src/server.fixture.ts';
import { createEntities, type Entities } from './entities.fixture.ts';
import { pathOf } from './paths.fixture.ts';

// Each list, read in every way that clients page: by $top and $skip, by the links of a server that cuts, and
// by links to pages of the size that they prefer.
const PAGE = 3;
const server = await testServer(
  { after },
  { BATON_PAGE_ROWS: String(PAGE), BATON_QUEUE_ITEM_PAGE_ROWS: String(PAGE) },
);
let entities!: Entities;
for (let i = 0; i < 5; i++) entities = await createEntities(server, server.admin, server.folder.id);
await server.db.execute({
  text: `insert into queue_items (tenant_id, folder_id, queue_id, reference)
         select tenant_id, folder_id, queue_id, 'A-' || n from queue_items, generate_series(1, 3) n`,
  values: [],
});
await server.db.execute({
  text: `insert into robot_logs (tenant_id, folder_id, job_key, level, time_stamp, message, raw_message)
         select tenant_id, folder_id, key, n % 5, now() - n / 2 * interval '1 minute', 'line', '{}'
           from jobs, generate_series(1, 3) n where folder_id = $1`,
  values: [server.folder.id],
});

const lists = routes
  .map(({ operation }) => operation)
  .filter(
    ({ method, odata, answer }) => method === 'GET' && answer.kind === 'many' && odata?.options.includes('t'),
  );

const callerOf = ({ folder }: Operation): Caller =>
  folder === 'none' ? server.admin : server.admin.in(server.folder.id);

const ok = async (answer: Promise<Answer>): Promise<Answer> => {
  const { status, text } = await answer;
  assert.equal(status, 200, text);
  return answer;
};

/** The address with one more parameter. */
const and = (path: string, more: string): string => `${path}${path.includes('?') ? '&' : '?'}${more}`;

async function bySkip(caller: Caller, path: string): Promise<unknown[]> {
  const rows: unknown[] = [];
  for (;;) {
    const { body, text } = await ok(caller.get(and(path, `$top=${PAGE}&$skip=${rows.length}`)));
    assert.ok(!text.includes('nextLink'), 'who says $top gets what it asks for, and no link');
    rows.push(...withoutUris(body.value));
    if (body.value.length < PAGE) {
      assert.equal(body['@odata.count'], rows.length);
      return rows;
    }
  }
}

/** Addresses of files are signed anew in each answer. */
const withoutUris = (rows: readonly unknown[]): unknown[] =>
  JSON.parse(JSON.stringify(rows, (name, value: unknown) => (name === 'Uri' ? 'signed' : value)));

/** Each link says behind which row the next page begins: a number of rows would be another place tomorrow. */
async function byLinks(caller: Caller, first: string, size: number): Promise<unknown[]> {
  const rows: unknown[] = [];
  for (let path: string | undefined = first; path !== undefined; ) {
    const { body }: Answer = await ok(caller.get(path));
    path = body['@odata.nextLink'];
    if (path !== undefined) assert.ok(Array.isArray(readToken(path.split('$skiptoken=')[1]!)), path);
    assert.ok(path === undefined ? body.value.length <= size : body.value.length === size);
    rows.push(...withoutUris(body.value));
  }
  return rows;
}

let paged = 0;

for (const operation of lists) {
  describe(operation.id, () => {
    const path = pathOf(operation, entities);
    const caller = callerOf(operation);
    const sortable = Object.entries(operation.odata!.entity.type.properties)
      .filter(([, { filterable, collection, complex }]) => filterable && !collection && !complex)
      .map(([name]) => name);
    const orders = operation.odata!.options.includes('o') ? [sortable[0]!, sortable.at(-1)!] : [];
    for (const order of ['', ...orders.flatMap((name) => [name, `${name} desc`])]) {
      it(`in pages, by '${order}'`, async () => {
        const ordered = order === '' ? path : and(path, `$orderby=${encodeURIComponent(order)}`);
        const rows = await bySkip(caller, ordered);
        if (rows.length > PAGE) paged++;
        assert.deepEqual(await byLinks(caller, ordered, PAGE), rows);
        const smaller = caller.with({ prefer: 'respond-async, odata.maxpagesize=2' });
        assert.deepEqual(await byLinks(smaller, ordered, 2), rows);
        assert.deepEqual(await byLinks(smaller, and(ordered, `$top=${PAGE}`), 2), rows.slice(0, PAGE));
        const { key } = operation.odata!.entity.type;
        if (key === null || typeof rows[0] !== 'object') return;
        const keys = rows.map((row) => ({ [key]: (row as Record<string, unknown>)[key] }));
        assert.deepEqual(await byLinks(smaller, and(ordered, `$select=${key}`), 2), keys);
      });
    }
    if (!operation.odata!.options.includes('c')) return;
    it('counted, as plain text', async () => {
      const [route, query = ''] = path.split('?') as [string, string?];
      const { text, headers } = await ok(caller.get(`${route}/$count?${query}&$top=1&$skip=1`));
      assert.equal(headers.get('content-type'), 'text/plain; charset=utf-8');
      assert.equal(text, String((await bySkip(caller, path)).length));
      const nobody = await server.anonymous.get(`${route}/$count?${query}`);
      assert.equal(nobody.status, 401, nobody.text);
    });
  });
}

after(() => assert.ok(paged > 50, `only ${paged} of the lists above had several pages`));

describe('links', () => {
  const jobs = server.admin.in(server.folder.id);

  it('keep what was asked, at the address that the client wrote', async () => {
    const asked = `/odata/Jobs?$filter=Id%20gt%200&$orderby=Id&%24skip=1&$select=Id`;
    const { body } = await ok(jobs.get(asked));
    const [address, token] = body['@odata.nextLink'].split('&$skiptoken=');
    assert.equal(address, `${server.url}/odata/Jobs?$filter=Id%20gt%200&$orderby=Id&$select=Id`);
    assert.match(token, /^[\w-]+$/);
    assert.equal(body['@odata.count'], 5);
    assert.deepEqual(Object.keys(body.value[0]), ['Id']);
  });

  it('lead on from where they were made, whatever came or went meanwhile', async () => {
    const { body } = await ok(jobs.get('/odata/Jobs?$orderby=Id desc'));
    const { rows } = await server.db.transaction(async (tx) => ({
      rows: await tx.query<{ id: number }>({
        text: `insert into jobs (tenant_id, folder_id, release_name, process_key, process_version, runtime_kind,
                      batch_execution_key)
               select tenant_id, folder_id, release_name, process_key, process_version, runtime_kind, key
                 from jobs order by id limit 1 returning id`,
        values: [],
      }),
    }));
    const next = await ok(jobs.get(body['@odata.nextLink']));
    assert.ok(next.body.value[0].Id < body.value.at(-1).Id);
    assert.equal('@odata.count' in next.body, false);
    const counted = await ok(jobs.get(`${body['@odata.nextLink']}&$count=true`));
    assert.equal(counted.body['@odata.count'], 6);
    await server.db.execute({ text: 'delete from jobs where id = $1', values: [rows[0]!.id] });
  });

  it('with a token of another order are refused', async () => {
    const { body } = await ok(jobs.get('/odata/Jobs?$orderby=CreationTime'));
    const token = body['@odata.nextLink'].split('$skiptoken=')[1];
    for (const wrong of [`$orderby=Key&$skiptoken=${token}`, `$skiptoken=${token}`, '$skiptoken=x']) {
      const answer = await jobs.get(`/odata/Jobs?${wrong}`);
      assert.equal(answer.status, 400, wrong);
      assert.match(answer.body.message, /\$skiptoken/);
    }
  });

  it('say which size of page was taken', async () => {
    const sizes = { 'odata.maxpagesize=2': 2, 'maxpagesize="1"; x=1': 1, 'odata.maxpagesize=500': PAGE };
    for (const [prefer, size] of Object.entries(sizes)) {
      const { body, headers } = await ok(jobs.with({ prefer }).get('/odata/Jobs'));
      assert.equal(headers.get('preference-applied'), `odata.maxpagesize=${size}`);
      assert.equal(body.value.length, size);
    }
    for (const prefer of ['odata.maxpagesize=0', 'odata.maxpagesize=many', 'return=minimal']) {
      const { body, headers } = await ok(jobs.with({ prefer }).get('/odata/Jobs'));
      assert.equal(headers.get('preference-applied'), null);
      assert.equal(body.value.length, PAGE);
    }
  });

  it('tell about how many there are, to those who ask for it and want no count', async () => {
    const applied = 'odata.include-annotations="baton.estimatedCount"';
    const asking = (terms: string): Caller =>
      jobs.with({ prefer: `odata.maxpagesize=2, odata.include-annotations="${terms}"` });
    await server.db.execute({ text: 'analyze jobs', values: [] });
    for (const terms of ['baton.estimatedCount', 'display.*,Baton.*', '*']) {
      const { body, headers } = await ok(asking(terms).get('/odata/Jobs?$count=false'));
      assert.equal(body['@baton.estimatedCount'], 5);
      assert.equal('@odata.count' in body, false);
      assert.equal(headers.get('preference-applied'), `odata.maxpagesize=2, ${applied}`);
      const next = await ok(asking(terms).get(body['@odata.nextLink']));
      assert.equal(next.body['@baton.estimatedCount'], 5);
    }
    // The page itself tells.
    const none = await ok(asking('*').get(`/odata/Jobs?$count=false&$filter=ReleaseName eq 'none'`));
    assert.equal(none.body['@baton.estimatedCount'], 0);
    for (const [terms, query] of [
      ['baton.estimatedCount', '$count=true'],
      ['*,-baton.estimatedCount', '$count=false'],
      ['display.*', '$count=false'],
    ]) {
      const { body, headers } = await ok(asking(terms!).get(`/odata/Jobs?${query}`));
      assert.equal('@baton.estimatedCount' in body, false, terms);
      assert.equal(headers.get('preference-applied'), 'odata.maxpagesize=2');
    }
  });

  it('are counted for those who may read the list', async () => {
    const nobody = await server.user({ permissions: ['Assets.View'] });
    assert.equal((await nobody.in(server.folder.id).get('/odata/Jobs/$count')).status, 403);
    const filtered = await ok(jobs.get(`/odata/Jobs/$count?$filter=State eq 'Pending' and Id gt 1`));
    assert.equal(filtered.text, '4');
    assert.equal((await jobs.get('/odata/Jobs/$count?$filter=Odd eq 1')).status, 400);
  });
});
