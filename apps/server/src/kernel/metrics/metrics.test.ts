import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import sql from 'sql-template-tag';
import { until } from '../../../../../tests/until.fixture.ts';
import { AREAS } from '../../areas.ts';
import { readConfig } from '../../config.ts';
import { testServer } from '../../server.fixture.ts';
import { metricsText } from './metrics-text.ts';

const TOKEN = 'a-token-of-operators';
const server = await testServer({ after }, { BATON_METRICS_TOKEN: TOKEN });
const { admin, db, folder } = server;
const here = admin.in(folder.id);

const scrape = (authorization?: string): Promise<Response> =>
  fetch(`${server.url}/metrics`, { headers: authorization === undefined ? {} : { authorization } });
const text = async (): Promise<string> => {
  const answer = await scrape(`Bearer ${TOKEN}`);
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type')!, /^text\/plain; version=0\.0\.4/);
  return answer.text();
};
/** `baton_jobs{state="Pending"}` */
const value = async (series: string): Promise<number> => {
  const line = (await text()).split('\n').find((one) => one.startsWith(`${series} `));
  assert.ok(line !== undefined, series);
  return Number(line.slice(series.length + 1));
};

it('is there for who has its token, where there is one', async () => {
  for (const wrong of [undefined, '', `Bearer ${TOKEN}x`, `Basic ${TOKEN}`, `Bearer ${admin.token}`])
    assert.equal((await scrape(wrong)).status, 401, wrong);
  assert.equal((await scrape(`bearer ${TOKEN}`)).status, 200);
  const other = await testServer({ after });
  assert.equal((await fetch(`${other.url}/metrics`)).status, 404);
  assert.throws(
    () => readConfig({ BATON_METRICS_TOKEN: 'short' }),
    /^Error: BATON_METRICS_TOKEN: (?!.*'short')/,
  );
  assert.throws(
    () => readConfig({ BATON_METRICS_TOKEN: `${TOKEN} ${TOKEN}` }),
    /^Error: BATON_METRICS_TOKEN: /,
  );
});

it('is text that Prometheus reads, each metric once and with its help, and names nobody', async () => {
  const all = await text();
  const LINE =
    /^(# (HELP [a-z_]+ \S.*|TYPE [a-z_]+ (gauge|counter|histogram))|[a-z_]+(\{\w+="[^"\\\n]*"(,\w+="[^"\\\n]*")*\})? -?[\d.e+-]+)$/;
  for (const line of all.trimEnd().split('\n')) assert.match(line, LINE);
  const names = [...all.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!);
  assert.deepEqual([...new Set(names)], names);
  for (const { metrics = [] } of AREAS) for (const { name } of metrics) assert.ok(names.includes(name), name);
  assert.ok(!all.includes(server.tenant.name) && !all.includes(folder.path));
  assert.equal(await value('baton_metrics_failed'), 0);
  for (const series of [
    'process_resident_memory_bytes',
    'process_cpu_seconds_total',
    'process_uptime_seconds',
  ])
    assert.ok((await value(series)) > 0, series);
});

it('writes labels so that they are read as they are', () => {
  const metric = { name: 'a', kind: 'gauge', help: 'b\\c\nd' } as const;
  assert.equal(
    metricsText([{ metric, samples: [{ value: 1.5, labels: { x: 'a"b\\c\nd', y: '' } }] }]),
    '# HELP a b\\\\c\\nd\n# TYPE a gauge\na{x="a\\"b\\\\c\\nd",y=""} 1.5\n',
  );
});

it('counts calls by operation, and how long they took', async () => {
  const series = 'baton_requests_total{operation="Status_Version",status="2xx"}';
  await server.anonymous.get('/api/Status/Version');
  const before = await until('it is counted', async () => {
    const isThere = (await text()).includes(series);
    return isThere ? value(series) : undefined;
  });
  for (let n = 0; n < 3; n++) await server.anonymous.get('/api/Status/Version');
  await until('three more', async () => (await value(series)) === before + 3);
  const counted = await value('baton_request_seconds_count{operation="Status_Version"}');
  assert.equal(counted, before + 3);
  assert.equal(await value('baton_request_seconds_bucket{operation="Status_Version",le="+Inf"}'), counted);
  assert.equal((await server.anonymous.get('/odata/Jobs')).status, 401);
  await until(
    'refusals too',
    async () => (await value('baton_requests_total{operation="Jobs_Get",status="4xx"}')) === 1,
  );
});

it('counts what waits and what is being done', async () => {
  const QUEUES = '/odata/Queues/UiPathODataSvc';
  const { status } = await here.post('/odata/QueueDefinitions', { Name: 'Q' });
  assert.equal(status, 201);
  const add = (more: object) =>
    here.post(`${QUEUES}.AddQueueItem`, { itemData: { Name: 'Q', SpecificContent: { A: 1 }, ...more } });
  for (const more of [{}, {}, { DeferDate: '2999-01-01T00:00:00Z' }])
    assert.equal((await add(more)).status, 201);
  assert.equal(
    (await here.post(`${QUEUES}.StartTransaction`, { transactionData: { Name: 'Q' } })).status,
    200,
  );
  const counts = ['New', 'Deferred', 'InProgress'].map((state) =>
    value(`baton_queue_items{state="${state}"}`),
  );
  assert.deepEqual(await Promise.all(counts), [1, 1, 1]);
  assert.equal(await value('baton_jobs{state="Pending"}'), 0);
  assert.equal(await value('baton_robot_hosts_connected'), 0);
});

it('tells how far followers are behind, and what a long transaction holds up', async () => {
  await db.execute(sql`insert into event_cursors (name, xid, id) values ('slow', '1', 0)`);
  const { count } = (await db.first<{ count: number }>(sql`select count(*) as count from events`))!;
  assert.ok(count > 0);
  assert.equal(await value('baton_events_behind{follower="slow"}'), count);
  await until('nothing is held up', async () => (await value('baton_events_held_seconds')) === 0);
  await db.transaction(async (tx) => {
    await tx.execute(sql`update event_cursors set moved_at = now() where name = 'slow'`);
    await here.post('/odata/QueueDefinitions', { Name: 'Held' });
    await until('it is held up', async () => (await value('baton_events_held_seconds')) > 0.1);
  });
  await until('it is let go', async () => (await value('baton_events_held_seconds')) === 0);
});

it('lacks what cannot be read, and says so', async (t) => {
  const broken = {
    name: 'baton_broken',
    kind: 'gauge',
    help: 'x',
    read: (by: typeof db) => by.query(sql`select 1/0`),
  };
  const areas = [...AREAS, { name: 'broken', routes: [], metrics: [broken as never] }];
  const other = await testServer(t, { BATON_METRICS_TOKEN: TOKEN }, { areas });
  const answer = await fetch(`${other.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
  const all = await answer.text();
  assert.match(all, /^baton_metrics_failed 1$/m);
  assert.ok(!all.includes('baton_broken') && all.includes('baton_jobs'));
});
