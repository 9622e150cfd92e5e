import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import sql from 'sql-template-tag';
import { until } from '../../../../../tests/until.fixture.ts';
import { startSecondServer } from '../../second-server.fixture.ts';
import { callerWith, testServer } from '../../server.fixture.ts';
import { addAccount, addMachine, addProcess, started } from '../jobs/robot-kit.fixture.ts';
import { queueKit } from '../queues/queues.fixture.ts';

const BATON_ENCRYPTION_KEY = randomBytes(32).toString('base64');
const server = await testServer({ after }, { BATON_ENCRYPTION_KEY });
const data = await mkdtemp(join(tmpdir(), 'baton-bulk-'));
after(() => rm(data, { recursive: true, force: true }));
const admin = server.admin.in(server.folder.id);
const { newQueue } = queueKit(admin);

/** A queue with failed items. */
async function failedItems(count: number): Promise<number> {
  const { Id } = await newQueue();
  await server.db.execute(sql`
    insert into queue_items (tenant_id, folder_id, queue_id, status, processing_exception_type, start_processing, end_processing)
    select ${server.tenant.id}, ${server.folder.id}, ${Id}, 2, 1, now(), now() from generate_series(1, ${count}::int)`);
  return Id;
}
const items = '/api/QueueItems/BulkActions?$filter=';
const retry = (queueId: number, expected: number, by = admin) =>
  by.post(`${items}QueueDefinitionId eq ${queueId} and Status eq 'Failed'`, { action: 'Retry', expected });
const read = async (key: string) => (await server.admin.get(`/api/BulkActions/${key}`)).body;
const ended = (key: string) =>
  until('the action ends', async () => {
    const action = await read(key);
    return action.state === 'Running' ? undefined : action;
  });
const countOf = async (queueId: number, status: number): Promise<number> =>
  (await server.db.first<{ n: number }>(
    sql`select count(*)::int as n from queue_items where queue_id = ${queueId} and status = ${status}`,
  ))!.n;

it('retries what a filter found, once each, also when the action is aborted and goes on on two nodes', async (t) => {
  const queueId = await failedItems(1500);
  const made = await retry(queueId, 1500);
  assert.equal(made.status, 201, made.text);
  assert.deepEqual([made.body.kind, made.body.total, made.body.state], ['RetryItems', 1500, 'Running']);
  const aborted = await server.admin.post(`/api/BulkActions/${made.body.key}/Abort`);
  assert.equal(aborted.status, 200, aborted.text);
  assert.equal(aborted.body.state, 'Aborted');
  const { done } = aborted.body;
  assert.equal(await countOf(queueId, 0), done, 'nothing is changed after the answer');
  const left = await server.admin.get(`/api/BulkActions/${made.body.key}/Rows?outcome=Waiting&take=1000`);
  assert.equal(left.body.length, Math.min(1000, 1500 - done));

  const second = await startSecondServer(t, {
    DATABASE_URL: server.databaseUrl,
    BATON_ENCRYPTION_KEY,
    BATON_DATA: data,
    BATON_HOST: '127.0.0.1',
    BATON_PORT: '0',
  });
  const repeated = await callerWith(second.url, server.admin.token!).post(
    `/api/BulkActions/${made.body.key}/Repeat`,
  );
  assert.equal(repeated.status, 200, repeated.text);
  const finished = await ended(made.body.key);
  assert.deepEqual([finished.state, finished.done, finished.refused], ['Completed', 1500, 0]);
  assert.equal(await countOf(queueId, 0), 1500);
  const events = await server.db.first<{ n: number }>(sql`
    select count(distinct entity_key)::int as n from events where type = 'queueItem.retried'
       and (payload->>'queueId')::bigint = ${queueId}`);
  assert.equal(events!.n, 1500);
  assert.equal((await server.admin.post(`/api/BulkActions/${made.body.key}/Abort`)).status, 409);
});

it('says of each row why it was left, and refuses a count that has moved', async () => {
  const queueId = await failedItems(20);
  const moved = await retry(queueId, 25);
  assert.equal(moved.status, 409);
  assert.match(moved.body.message, /25 rows were seen, 20 match now/);
  assert.equal((await retry(queueId, 22)).status, 201, 'a tenth may come or go');
  await until('all are retried', async () => (await countOf(queueId, 0)) === 20);
  const again = await admin.post(`${items}QueueDefinitionId eq ${queueId}`, {
    action: 'Retry',
    expected: 40,
  });
  const finished = await ended(again.body.key);
  assert.deepEqual([finished.done, finished.refused], [0, 40]);
  const [row] = (await server.admin.get(`/api/BulkActions/${again.body.key}/Rows?outcome=Refused&take=1`))
    .body;
  assert.match(row.reason, /is under review as Retried|is New, not failed/);
  const urgent = await admin.post(`${items}QueueDefinitionId eq ${queueId} and Status eq 'New'`, {
    action: 'SetPriority',
    priority: 'High',
    expected: 20,
  });
  assert.equal((await ended(urgent.body.key)).done, 20);
  const gone = await admin.post(`${items}QueueDefinitionId eq ${queueId} and Priority eq 'High'`, {
    action: 'Delete',
    expected: 20,
  });
  assert.equal((await ended(gone.body.key)).done, 20);
  assert.equal(await countOf(queueId, 6), 20);
  const odd = await admin.post(`${items}QueueDefinitionId eq ${queueId}`, {
    action: 'SetPriority',
    expected: 0,
  });
  assert.match(odd.body.message, /priority/);
});

it('kills and restarts jobs', async () => {
  await addAccount(server);
  await addMachine(server);
  const process = await addProcess(admin, 'Many');
  await started(admin, process.Key, { JobsCount: 12 });
  const jobs = '/api/Jobs/BulkActions?$filter=';
  const killed = await admin.post(`${jobs}ReleaseName eq 'Many' and State eq 'Pending'`, {
    action: 'Kill',
    expected: 12,
  });
  assert.equal(killed.status, 201, killed.text);
  assert.equal((await ended(killed.body.key)).done, 12);
  const restarted = await admin.post(`${jobs}ReleaseName eq 'Many' and State eq 'Stopped'`, {
    action: 'Restart',
    expected: 12,
  });
  assert.equal((await ended(restarted.body.key)).done, 12);
  const { body } = await admin.get("/odata/Jobs?$filter=ReleaseName eq 'Many' and State eq 'Pending'&$top=0");
  assert.equal(body['@odata.count'], 12);
});

it('is its caller’s alone, who needs the right for each of its rows', async () => {
  const queueId = await failedItems(3);
  const viewer = (await server.user({ permissions: ['Queues.View', 'Transactions.View'] })).in(
    server.folder.id,
  );
  assert.equal((await retry(queueId, 3, viewer)).status, 403);
  const made = await retry(queueId, 3);
  for (const path of [`/api/BulkActions/${made.body.key}`, `/api/BulkActions/${made.body.key}/Rows`])
    assert.equal((await viewer.get(path)).status, 404);
  assert.deepEqual((await viewer.get('/api/BulkActions')).body, []);
  await ended(made.body.key);
});
