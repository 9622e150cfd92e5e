import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import sql from 'sql-template-tag';
import { AREAS } from './areas.ts';
import { readConfig, settingsOf } from './config.ts';
import { area } from './kernel/area.ts';
import { repeat } from './kernel/background/repeat.ts';
import { dto, Int32 } from './kernel/contract/fields.ts';
import { operation, plain } from './kernel/contract/operation.ts';
import { dialectOf } from './kernel/http/dialects/dialects.ts';
import { orchestrator } from './kernel/http/dialects/orchestrator.ts';
import { handle } from './kernel/http/mount.ts';
import { part } from './kernel/http/part.ts';
import { flag, wholeNumber } from './kernel/settings.ts';
import { testServer } from './server.fixture.ts';

const settings = {
  most: wholeNumber('BATON_THINGS', { help: 'most things', default: 7, min: 1, max: 9 }),
  isOn: flag('BATON_HAS_THINGS', { help: 'true: there are things' }),
};
const calls = part(() => ({ count: 0 }));

const turned = Promise.withResolvers<void>();
let stops = 0;
/** Uses everything that an area can declare. Its table belongs to another area. */
const things = area({
  name: 'things',
  isOn: settings.isOn,
  settings,
  routes: [
    handle(
      operation({
        id: 'Things_Count',
        tag: 'Things',
        method: 'GET',
        path: '/api/Things',
        summary: 'How many things there may be, and how often that was asked.',
        scope: 'OR.Folders',
        permission: 'Units.View',
        folder: 'none',
        answer: plain(dto('ThingsDto', { most: Int32({ notNull: true }), calls: Int32({ notNull: true }) })),
      }),
      (ctx) => ({ most: ctx.setting(settings.most), calls: ++ctx.part(calls).count }),
    ),
  ],
  background: ({ services }) => {
    const stop = repeat({ name: 'count', everySeconds: 1, run: async () => turned.resolve() }, services);
    return [() => stop().then(() => void stops++)];
  },
  metrics: [
    { name: 'baton_things', kind: 'gauge', help: 'Things that there are.', read: () => [{ value: 3 }] },
  ],
  folderContents: [{ what: 'things', find: (ids) => sql`select where ${ids.length}::int > 0` }],
  async seed(tx, { tenantId }) {
    await tx.execute(sql`
      insert into roles (tenant_id, name, display_name, type) values (${tenantId}, 'Thinker', 'Thinker', 2)
      on conflict do nothing`);
  },
});
const areas = [...AREAS, things];

const METRICS = { BATON_METRICS_TOKEN: 'a-token-of-operators' };
const metricsOf = async (url: string): Promise<string> => {
  const headers = { authorization: `Bearer ${METRICS.BATON_METRICS_TOKEN}` };
  return (await fetch(`${url}/metrics`, { headers })).text();
};

it('an area that is listed is there with all that it declares', async (t) => {
  const server = await testServer(t, { BATON_HAS_THINGS: 'true', BATON_THINGS: '8', ...METRICS }, { areas });
  const { admin } = server;
  assert.deepEqual((await admin.get('/api/Things')).body, { most: 8, calls: 1 });
  assert.deepEqual((await admin.get('/api/Things')).body, { most: 8, calls: 2 });
  assert.equal((await server.anonymous.get('/api/Things')).status, 401);
  assert.equal((await (await server.app(['OR.Jobs'])).get('/api/Things')).status, 403);
  assert.equal((await (await server.user()).get('/api/Things')).status, 403);

  const { body: described } = await admin.get('/swagger/v20.0/swagger.json');
  assert.ok(described.paths['/api/Things'].get);
  const { body: roles } = await admin.get("/odata/Roles?$filter=Name eq 'Thinker'");
  assert.equal(roles.value.length, 1);

  const { body: folder } = await admin.post('/odata/Folders', { DisplayName: 'Empty' });
  const refused = await admin.delete(`/odata/Folders(${folder.Id})`);
  assert.equal(refused.status, 409);
  assert.match(refused.body.message, /still has things/);

  assert.match(await metricsOf(server.url), /^# TYPE baton_things gauge\nbaton_things 3$/m);
  await turned.promise;
});

it('what it does by itself has ended with the server', () => assert.equal(stops, 1));

it('an area that is not set to be on is not there, and another server has its own parts', async () => {
  const server = await testServer({ after }, METRICS, { areas });
  assert.doesNotMatch(await metricsOf(server.url), /baton_things/);
  assert.equal((await server.admin.get('/api/Things')).status, 404);
  const { body: folder } = await server.admin.post('/odata/Folders', { DisplayName: 'Empty' });
  assert.equal((await server.admin.delete(`/odata/Folders(${folder.Id})`)).status, 204);
});

it('settings of areas are read, refused by their name, and listed', () => {
  assert.throws(() => readConfig({ BATON_THINGS: '10' }, areas), /^Error: BATON_THINGS: '10' is not a whole/);
  assert.throws(
    () => readConfig({ BATON_HAS_THINGS: 'yes' }, areas),
    /^Error: BATON_HAS_THINGS: 'yes' is nei/,
  );
  assert.throws(
    () => readConfig({ BATON_JSON_LIMIT: '65536', BATON_QUEUE_DATA_BYTES: '65537' }),
    /^Error: BATON_QUEUE_DATA_BYTES: 65537 is more than BATON_JSON_LIMIT, which is 65536\./,
  );
  const names = settingsOf(areas).map(({ name }) => name);
  assert.ok(names.includes('BATON_THINGS') && names.includes('BATON_PORT'));
  assert.equal(new Set(names).size, names.length, 'a variable is declared once');
});

it('every area of the orchestrator is listed under the name of its folder', async () => {
  const folder = join(dirname(fileURLToPath(import.meta.url)), 'orchestrator');
  const entries = await readdir(folder, { withFileTypes: true });
  const names = new Set(AREAS.map(({ name }) => name));
  for (const { name } of entries.filter((entry) => entry.isDirectory())) assert.ok(names.has(name), name);
  assert.equal(names.size, AREAS.length);
});

it('the dialect of an area is that of its paths, which is how what fails on the way is told', () => {
  for (const { dialect = orchestrator, routes } of AREAS)
    for (const { operation } of routes) assert.equal(dialectOf(operation.path), dialect, operation.path);
});
