import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { testServer } from '../../../server.fixture.ts';
import { CONFIG, queueKit, refuses, SERVICE } from '../queues.fixture.ts';
import { expireItems } from '../retention/expire-items.ts';
import { foldStatistics } from './fold-statistics.ts';

const server = await testServer({ after });
const caller = server.admin.in(server.folder.id);
const { newQueue, add, begin, start, end, fail, item } = queueKit(caller);

/** Time passes: everything of a queue happened so many hours earlier. */
async function age(queueId: number, hours: number): Promise<void> {
  const text = `update queue_items set created_at = created_at - make_interval(hours => $2),
    start_processing = start_processing - make_interval(hours => $2),
    end_processing = end_processing - make_interval(hours => $2) where queue_id = $1`;
  await server.db.execute({ text, values: [queueId, hours] });
  await server.db.execute({
    text: `update queue_definitions set created_at = created_at - make_interval(hours => $2) where id = $1`,
    values: [queueId, hours],
  });
}

/** One success, one technical failure with its retry, one of business, one running, two waiting. */
const busyQueue = async (): Promise<{ Id: number; Name: string }> => {
  const queue = await newQueue({ AcceptAutomaticallyRetry: true, MaxNumberOfRetries: 1 });
  const [good, bad, business] = [await begin(queue.Name), await begin(queue.Name), await begin(queue.Name)];
  await end(good.Id, { IsSuccessful: true });
  await fail(bad.Id, { Type: 'ApplicationException' });
  await fail(business.Id);
  await begin(queue.Name);
  await add(queue.Name);
  return queue;
};
const recordsOf = (days: number | string, id: number): string =>
  `/odata/QueueProcessingRecords/${SERVICE}.RetrieveLastDaysProcessingRecords(daysNo=${days},queueDefinitionId=${id})`;
const records = async (days: number, id: number) => {
  const { status, body, text } = await caller.get(recordsOf(days, id));
  assert.equal(status, 200, text);
  return body.value;
};
const statusOf = async (id: number) => {
  const path = `/odata/QueueProcessingRecords/${SERVICE}.RetrieveQueuesProcessingStatus?$filter=QueueDefinitionId eq ${id}`;
  const { status, body, text } = await caller.get(path);
  assert.equal(status, 200, text);
  return body.value[0];
};
const counts = (row: Record<string, number>): number[] =>
  [
    'NumberOfSuccessfulTransactions',
    'NumberOfApplicationExceptions',
    'NumberOfBusinessExceptions',
    'NumberOfRetriedItems',
    'TotalNumberOfTransactions',
  ].map((name) => row[name]!);

const retentionOf = (id: number): string => `/odata/QueueRetention(${id})`;
const idsOf = async (id: number): Promise<number[]> =>
  (await caller.get(`/odata/QueueItems?$filter=QueueDefinitionId eq ${id}`)).body.value.map(
    (one: { Id: number }) => one.Id,
  );

describe('statistics', () => {
  it('tell the last hour by minutes, the last day by hours, and more by days', async () => {
    const { Id } = await busyQueue();
    for (const [days, rows, type] of [
      [0, 60, 'Minute'],
      [1, 24, 'Hour'],
      [30, 30, 'Day'],
    ] as const) {
      const list = await records(days, Id);
      assert.equal(list.length, rows);
      const newest = list.at(-1);
      assert.equal(newest.ReportType, type);
      assert.deepEqual([newest.NumberOfRemainingTransactions, newest.NumberOfInProgressTransactions], [2, 1]);
      const sums = list.map(counts).reduce((a: number[], b: number[]) => a.map((n, i) => n + b[i]!));
      assert.deepEqual(sums, [1, 1, 1, 1, 3]);
    }
    const path = recordsOf(1, Id);
    const { body } = await caller.get(
      `${path}?$filter=TotalNumberOfTransactions gt 0&$expand=UiQueueMetadata`,
    );
    assert.ok(body.value.length >= 1);
    assert.equal(body.value[0].UiQueueMetadata.Id, Id);
  });

  it('tell how each queue stands, the same before and after the hours were counted', async () => {
    const { Id, Name } = await busyQueue();
    await age(Id, 5);
    const before = await statusOf(Id);
    assert.deepEqual(
      [
        before.ItemsToProcess,
        before.ItemsInProgress,
        before.SuccessfulTransactionsNo,
        before.ApplicationExceptionsNo,
        before.BusinessExceptionsNo,
        before.TotalNumberOfTransactions,
        before.QueueDefinitionName,
        before.QueueFoldersCount,
      ],
      [2, 1, 1, 1, 1, 3, Name, 1],
    );
    const day = await records(1, Id);
    assert.ok((await foldStatistics(server.db)) >= 1);
    assert.deepEqual(await statusOf(Id), before);
    assert.deepEqual(await records(1, Id), day);
    assert.equal(await foldStatistics(server.db), 0);
    await end((await start(Name)).body.Id, { IsSuccessful: true });
    assert.equal((await statusOf(Id)).SuccessfulTransactionsNo, 2);
  });

  it('are counted once, however many nodes count', async () => {
    const { Id } = await busyQueue();
    await age(Id, 50);
    await Promise.all(Array.from({ length: 5 }, () => foldStatistics(server.db)));
    await foldStatistics(server.db);
    assert.equal((await statusOf(Id)).TotalNumberOfTransactions, 3);
  });

  it('are in the list of queues that pages show', async () => {
    const { Id, Name } = await busyQueue();
    const path = `/odata/QueueDefinitions/${CONFIG}.ListQueues`;
    const { status, body } = await caller.get(`${path}?$filter=Id eq ${Id}`);
    assert.equal(status, 200);
    assert.deepEqual(
      [body.value[0].Name, body.value[0].ItemsToProcess, body.value[0].MaxNumberOfRetries],
      [Name, 2, 1],
    );
    assert.equal((await caller.get(`${path}?$filter=Nope eq 1`)).status, 400);
  });

  it('are refused for what is not there', async () => {
    const { Id } = await newQueue();
    await refuses(caller, [
      ['an unknown queue', 'get', recordsOf(1, 999_999), undefined, 404, 1002],
      ['more than three months', 'get', recordsOf(93, Id), undefined, 400, 1009],
      ['days in words', 'get', recordsOf('x', Id), undefined, 400, 1009],
    ]);
    const user = await server.user({ permissions: ['Assets.View'] });
    const denied = await user
      .in(server.folder.id)
      .get(`/odata/QueueProcessingRecords/${SERVICE}.RetrieveQueuesProcessingStatus`);
    assert.equal(denied.status, 403);
    await refuses(server.otherTenant.in(server.otherFolder.id), [
      ['a queue of another tenant', 'get', recordsOf(1, Id), undefined, 404, 1002],
    ]);
  });
});

describe('retention', () => {
  it('is set for items that have ended and for those that never did', async () => {
    const { Id } = await newQueue();
    const unset = await caller.get(retentionOf(Id));
    assert.deepEqual(
      { ...unset.body, '@odata.context': undefined },
      {
        '@odata.context': undefined,
        QueueDefinitionId: Id,
        Action: 'None',
        Period: 30,
        BucketId: null,
        Type: 'Final',
      },
    );
    assert.equal((await caller.put(retentionOf(Id), { Action: 'Delete', Period: 7 })).status, 200);
    assert.equal(
      (await caller.put(retentionOf(Id), { Action: 'Delete', Period: 90, Type: 'Stale' })).status,
      200,
    );
    assert.equal((await caller.get(retentionOf(Id))).body.Period, 7);
    assert.equal((await caller.get(`${retentionOf(Id)}?retentionType=Stale`)).body.Period, 90);
    const listed = await caller.get(`/odata/QueueRetention?$filter=QueueDefinitionId eq ${Id}`);
    assert.deepEqual([listed.body['@odata.count'], listed.body.value[0].Period], [1, 7]);
    assert.equal((await caller.delete(retentionOf(Id))).status, 204);
    assert.equal((await caller.get(retentionOf(Id))).body.Action, 'None');
  });

  it('comes with the queue, by whichever operation', async () => {
    const { Id, Name } = await newQueue({ RetentionAction: 'Delete', RetentionPeriod: 12 });
    const { body } = await caller.get(retentionOf(Id));
    assert.deepEqual([body.Action, body.Period], ['Delete', 12]);
    const put = await caller.put(`/odata/QueueDefinitions(${Id})`, { Name, StaleRetentionAction: 'Delete' });
    assert.equal(put.status, 200, put.text);
    const actions = ['Final', 'Stale'].map(
      async (type) => (await caller.get(`${retentionOf(Id)}?retentionType=${type}`)).body.Action,
    );
    assert.deepEqual(await Promise.all(actions), ['Delete', 'Delete']);
  });

  it('comes with the queue where newer clients make it', async () => {
    const path = `/odata/QueueDefinitions/${CONFIG}`;
    const made = await caller.post(`${path}.CreateQueue`, {
      Name: 'With retention',
      RetentionAction: 'Delete',
      RetentionPeriod: 60,
    });
    assert.equal(made.status, 201);
    assert.deepEqual(
      [made.body.RetentionAction, made.body.RetentionPeriod, made.body.StaleRetentionAction],
      ['Delete', 60, 'None'],
    );
    const { Id, Name } = made.body;
    const edit = { Id, Name, StaleRetentionAction: 'Delete', StaleRetentionPeriod: 100 };
    assert.equal((await caller.post(`${path}.EditQueue`, edit)).status, 200);
    const { body } = await caller.get(`${path}.GetQueue(id=${Id})`);
    assert.deepEqual([body.RetentionPeriod, body.StaleRetentionPeriod], [60, 100]);
    assert.equal((await caller.get(retentionOf(Id))).body.Period, 60);
  });

  it('deletes what is old enough, with its comments and history, and frees its reference', async () => {
    const { Id, Name } = await newQueue({ EnforceUniqueReference: true });
    const ended = await begin(Name, { Reference: 'old' });
    await fail(ended.Id);
    await caller.post('/odata/QueueItemComments', { QueueItemId: ended.Id, Text: 'Why?' });
    const deleted = await add(Name, { Reference: 'deleted' });
    await caller.delete(`/odata/QueueItems(${deleted.Id})`);
    const waiting = await add(Name, { Reference: 'waiting' });
    await age(Id, 24 * 8);
    const young = await begin(Name, { Reference: 'young' });
    await end(young.Id, { IsSuccessful: true });
    await caller.put(retentionOf(Id), { Action: 'Delete', Period: 7 });
    await expireItems(server.db);
    assert.ok((await idsOf(Id)).includes(ended.Id), 'what the statistics have not counted stays');
    await foldStatistics(server.db);
    await expireItems(server.db);
    assert.deepEqual(await idsOf(Id), [waiting.Id, young.Id]);
    const left = await server.db.query({
      text: `select from events where entity = 'QueueItem' and entity_key = $1
             union all select from queue_item_comments where item_id = $1::bigint`,
      values: [String(ended.Id)],
    });
    assert.equal(left.length, 0);
    await add(Name, { Reference: 'old' });
    await caller.put(retentionOf(Id), { Action: 'Delete', Period: 7, Type: 'Stale' });
    await expireItems(server.db);
    assert.equal((await caller.get(`/odata/QueueItems(${waiting.Id})`)).status, 404);
    assert.equal((await item(young.Id)).Status, 'Successful');
    const { body } = await caller.get(
      `/odata/QueueProcessingRecords/${SERVICE}.RetrieveQueuesProcessingStatus?$filter=QueueDefinitionId eq ${Id}`,
    );
    assert.equal(body.value[0].BusinessExceptionsNo, 1, 'statistics outlive the items');
  });

  it('goes on until everything old is gone', async () => {
    const { Id, Name } = await newQueue();
    const queueItems = Array.from({ length: 2500 }, (_, i) => ({ SpecificContent: { i } }));
    const commitType = 'AllOrNothing';
    await caller.post(`/odata/Queues/${SERVICE}.BulkAddQueueItems`, {
      queueName: Name,
      commitType,
      queueItems,
    });
    await age(Id, 24 * 40);
    const young = await add(Name);
    await caller.put(retentionOf(Id), { Action: 'Delete', Period: 30, Type: 'Stale' });
    assert.equal(await expireItems(server.db), 2500);
    assert.deepEqual(await idsOf(Id), [young.Id]);
  });

  it('refuses what it cannot do', async () => {
    const { Id } = await newQueue();
    const path = '/odata/QueueDefinitions';
    await refuses(caller, [
      ['archiving', 'put', retentionOf(Id), { Action: 'Archive', Period: 7, BucketId: 1 }, 400, 1009],
      ['no action', 'put', retentionOf(Id), { Period: 7 }, 400, 1009],
      ['no time', 'put', retentionOf(Id), { Action: 'Delete' }, 400, 1009],
      ['too long a time', 'put', retentionOf(Id), { Action: 'Delete', Period: 181 }, 400, 1009],
      ['an unknown queue', 'put', retentionOf(999_999), { Action: 'Delete', Period: 7 }, 404, 1002],
      ['reading an unknown queue', 'get', retentionOf(999_999), undefined, 404, 1002],
      ['forgetting an unknown queue', 'delete', retentionOf(999_999), undefined, 404, 1002],
      ['a type that is none', 'get', `${retentionOf(Id)}?retentionType=Old`, undefined, 400, 1009],
      ['a filter that is none', 'get', '/odata/QueueRetention?$filter=Nope eq 1', undefined, 400, 1000],
      [
        'archiving from the start',
        'post',
        `${path}/${CONFIG}.CreateQueue`,
        { Name: 'x', RetentionAction: 'Archive' },
        400,
        1009,
      ],
    ]);
  });
});

describe('how queues are doing', () => {
  it('shows what waits and since when, what the last day did, and when the queue will be empty', async () => {
    const queue = await busyQueue();
    const pulse = async (by = caller, query = `?queueId=${queue.Id}`) => {
      const { status, body, text } = await by.get(`/api/QueueDefinitions/Pulse${query}`);
      assert.equal(status, 200, text);
      return body;
    };
    const [now] = await pulse();
    assert.deepEqual(
      [now.name, now.waiting, now.inProgress, now.endedLastHour, now.failedLastHour],
      [queue.Name, 2, 1, 2, 2],
      'the attempt that is made again did not leave the queue',
    );
    assert.equal(now.hours.length, 24);
    const last = now.hours.slice(-2);
    const sum = (name: string): number =>
      last.reduce((all: number, hour: Record<string, number>) => all + hour[name]!, 0);
    assert.deepEqual([sum('successful'), sum('businessExceptions'), sum('applicationExceptions')], [1, 1, 1]);
    // Two wait, and two left in the last hour.
    const left = Date.parse(now.empty) - Date.now();
    assert.ok(left > 50 * 60_000 && left < 61 * 60_000, now.empty);
    assert.ok(Date.now() - Date.parse(now.oldestWaiting) < 600_000);

    await age(queue.Id, 3);
    await foldStatistics(server.db);
    const [later] = await pulse();
    assert.deepEqual([later.waiting, later.endedLastHour, later.empty], [2, 0, null]);
    assert.equal(
      later.hours.reduce((all: number, hour: { successful: number }) => all + hour.successful, 0),
      1,
      'hours that were counted are shown, too',
    );
    const elsewhere = await server.admin.post('/odata/Folders', {
      DisplayName: 'Elsewhere',
      ProvisionType: 'Automatic',
      PermissionModel: 'FineGrained',
    });
    const stranger = await server.user({
      permissions: ['Queues.View', 'Transactions.View'],
      folder: elsewhere.body.Id,
    });
    assert.deepEqual(await pulse(stranger), []);
    const ids = (all: readonly { id: number }[]) => all.map(({ id }) => id);
    assert.ok(ids(await pulse(server.admin, '')).includes(queue.Id));
    assert.ok(ids(await pulse(caller, '?withSubfolders=true')).includes(queue.Id));
  });
});
