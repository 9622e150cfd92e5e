import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { testServer } from '../../../server.fixture.ts';
import { runningJob } from '../../logs/running-job.fixture.ts';
import { CONFIG, queueKit, refuses, SERVICE } from '../queues.fixture.ts';

const server = await testServer({ after });
const caller = server.admin.in(server.folder.id);
const { newQueue, add, begin, start, end, item } = queueKit(caller);
const ADD = `/odata/Queues/${SERVICE}.AddQueueItem`;

const SECRET = 'Ragnhild';
const stored = async (): Promise<string> => {
  const rows = await server.db.query<{ text: string }>({
    text: `select row_to_json(i)::text as text from queue_items i union all select row_to_json(e)::text from events e
           union all select row_to_json(a)::text from idempotent_answers a`,
    values: [],
  });
  return rows.map(({ text }) => text).join('\n');
};

const minutes = (from: unknown, to: unknown): number =>
  Math.round((Date.parse(to as string) - Date.parse(from as string)) / 60_000);

describe('encrypted queues', () => {
  it('keep nothing in the clear that an item holds, and answer as others do', async () => {
    const { Name, Id } = await newQueue({
      Encrypted: true,
      AcceptAutomaticallyRetry: true,
      MaxNumberOfRetries: 1,
      SpecificDataJsonSchema: JSON.stringify({ type: 'object', required: ['Name'] }),
    });
    assert.equal((await caller.get(`/odata/QueueDefinitions(${Id})`)).body.Encrypted, true);
    const content = { Name: SECRET, Amount: 12.5 };
    const added = await add(Name, { SpecificContent: content });
    assert.equal(added.Encrypted, true);
    assert.deepEqual(added.SpecificContent, content);
    assert.equal(added.SpecificData, `{"DynamicProperties":${JSON.stringify(content)}}`);
    const started = (await start(Name)).body;
    assert.deepEqual(started.SpecificContent, content);
    const ProcessingException = {
      Reason: `${SECRET} is unknown`,
      Details: SECRET,
      Type: 'ApplicationException',
    };
    const failed = await end(added.Id, {
      IsSuccessful: false,
      ProcessingException,
      Output: { Seen: SECRET },
    });
    assert.equal(failed.status, 200, failed.text);
    const retried = await item(added.Id);
    assert.equal(retried.Status, 'Retried');
    assert.deepEqual(
      { ...(retried.ProcessingException as object), CreationTime: 0, AssociatedImageFilePath: 0 },
      { ...ProcessingException, CreationTime: 0, AssociatedImageFilePath: 0 },
    );
    assert.deepEqual(retried.Output, { Seen: SECRET });
    const next = (await start(Name)).body;
    assert.deepEqual(next.SpecificContent, content);
    const result = { IsSuccessful: true, Output: { Greeting: SECRET }, Analytics: { For: SECRET } };
    assert.equal((await end(next.Id, result)).status, 200);
    const listed = await caller.get(
      `/odata/QueueItems?$filter=QueueDefinitionId eq ${Id}&$select=Output,AnalyticsData`,
    );
    assert.deepEqual(listed.body.value[1], {
      Output: { Greeting: SECRET },
      AnalyticsData: `{"DynamicProperties":{"For":"${SECRET}"}}`,
    });
    assert.equal((await caller.put(`/odata/QueueItems(${next.Id})`, {})).status, 409);
    const fresh = await add(Name, { SpecificContent: content });
    assert.equal(
      (await caller.put(`/odata/QueueItems(${fresh.Id})`, { SpecificContent: { Name: `${SECRET} II` } }))
        .status,
      200,
    );
    assert.deepEqual((await item(fresh.Id)).SpecificContent, { Name: `${SECRET} II` });
    assert.ok(!(await stored()).includes(SECRET));
  });

  it('keep no answer in the clear for those who ask again', async () => {
    const { Name } = await newQueue({ Encrypted: true });
    const once = caller.with({ 'idempotency-key': crypto.randomUUID() });
    const itemData = { Name, SpecificContent: { Name: SECRET } };
    const [first, second] = [await once.post(ADD, { itemData }), await once.post(ADD, { itemData })];
    assert.equal(first.status, 201, first.text);
    assert.deepEqual([second.status, second.text], [201, first.text]);
    assert.equal(first.body.SpecificContent.Name, SECRET);
    assert.ok(!(await stored()).includes(SECRET));
  });

  it('check content before they seal it, in bulk too', async () => {
    const { Name } = await newQueue({
      Encrypted: true,
      OutputDataJsonSchema: JSON.stringify({ type: 'object', required: ['Total'] }),
      SpecificDataJsonSchema: JSON.stringify({ type: 'object', required: ['Name'] }),
    });
    const bulk = await caller.post(`/odata/Queues/${SERVICE}.BulkAddQueueItems`, {
      queueName: Name,
      commitType: 'ProcessAllIndependently',
      queueItems: [{ SpecificContent: { Name: SECRET } }, { SpecificContent: {} }],
    });
    assert.equal(bulk.body.FailedItems[0].ErrorCode, 'QueueItemSchemaViolationException');
    const { body } = await start(Name);
    assert.deepEqual(body.SpecificContent, { Name: SECRET });
    assert.equal((await end(body.Id, { IsSuccessful: true, Output: {} })).status, 400);
    assert.equal((await end(body.Id, { IsSuccessful: true, Output: { Total: 1 } })).status, 200);
    assert.ok(!(await stored()).includes(SECRET));
  });

  it('stay as they were made', async () => {
    for (const [made, other] of [
      [true, false],
      [false, true],
    ]) {
      const { Id, Name } = await newQueue({ Encrypted: made });
      const path = `/odata/QueueDefinitions(${Id})`;
      const { status, body } = await caller.put(path, { Name, Encrypted: other });
      assert.equal(status, 400);
      assert.match(body.message, /QueueDefinitionParametersCannotChange/);
      assert.equal((await caller.put(path, { Name, Encrypted: made })).status, 200);
      assert.equal((await caller.put(path, { Name })).status, 200);
      assert.equal((await caller.get(path)).body.Encrypted, made);
    }
  });
});

describe('limits', () => {
  const large = { Text: 'x'.repeat(1_048_577) };
  it('are named when they are passed', async () => {
    const { Name } = await newQueue();
    const itemData = { Name, SpecificContent: { A: 1 } };
    const { Id } = await begin(Name);
    const failure = { IsSuccessful: false, ProcessingException: { Reason: large.Text } };
    for (const [name, path, body] of [
      ['QueueItemContentSizeExceeded', ADD, { itemData: { Name, SpecificContent: large } }],
      ['QueueItemProgressDataSizeExceeded', ADD, { itemData: { ...itemData, Progress: large.Text } }],
      [
        'QueueItemOutputDataSizeExceeded',
        `/odata/Queues(${Id})/${SERVICE}.SetTransactionResult`,
        { transactionResult: { IsSuccessful: true, Output: large } },
      ],
      [
        'QueueItemAnalyticsDataSizeExceeded',
        `/odata/Queues(${Id})/${SERVICE}.SetTransactionResult`,
        { transactionResult: { IsSuccessful: true, Analytics: large } },
      ],
      [
        'QueueProcessingExceptionFieldSizeExceeded',
        `/odata/Queues(${Id})/${SERVICE}.SetTransactionResult`,
        { transactionResult: failure },
      ],
      [
        'QueueItemProgressDataSizeExceeded',
        `/odata/QueueItems(${Id})/${SERVICE}.SetTransactionProgress`,
        { progress: large.Text },
      ],
    ] as const) {
      const answer = await caller.post(path, body);
      assert.equal(answer.status, 400, name);
      assert.match(answer.body.message, new RegExp(name));
    }
    assert.equal((await item(Id)).Status, 'InProgress');
    const bulk = await caller.post(`/odata/Queues/${SERVICE}.BulkAddQueueItems`, {
      queueName: Name,
      commitType: 'AllOrNothing',
      queueItems: [{ SpecificContent: large }],
    });
    assert.equal(bulk.body.FailedItems[0].ErrorCode, 'QueueItemContentSizeExceeded');
  });
});

describe('deadlines', () => {
  it('of a queue with an SLA are the queue’s', async () => {
    const { Name } = await newQueue({
      SlaInMinutes: 60,
      RiskSlaInMinutes: 45,
      AcceptAutomaticallyRetry: true,
      MaxNumberOfRetries: 1,
    });
    const dates = { DueDate: '2040-01-01T00:00:00Z', RiskSlaDate: '2039-01-01T00:00:00Z' };
    for (const more of [{}, dates]) {
      const { CreationTime, DueDate, RiskSlaDate } = await add(Name, more);
      assert.deepEqual([minutes(CreationTime, DueDate), minutes(CreationTime, RiskSlaDate)], [60, 45]);
    }
    const { body: first } = await start(Name);
    const put = await caller.put(`/odata/QueueItems(${first.Id + 1})`, {
      DueDate: dates.DueDate,
      Progress: 'p',
    });
    assert.equal(put.status, 200, put.text);
    const edited = await item(first.Id + 1);
    assert.deepEqual([edited.Progress, minutes(edited.CreationTime, edited.DueDate)], ['p', 60]);
    const ProcessingException = { Reason: 'broken', Type: 'ApplicationException' };
    await end(first.Id, { IsSuccessful: false, ProcessingException, DueDate: dates.DueDate });
    const retry = await caller.get(`/odata/QueueItems(${first.Id})/${CONFIG}.GetItemLastRetry`);
    assert.deepEqual(
      [retry.body.RetryNumber, retry.body.DueDate, retry.body.RiskSlaDate],
      [1, first.DueDate, first.RiskSlaDate],
    );
  });

  it('of other queues are the item’s, and a result may set those of its retry', async () => {
    const { Name } = await newQueue({ AcceptAutomaticallyRetry: true, MaxNumberOfRetries: 1 });
    const { Id } = await begin(Name, { DueDate: '2040-01-01T00:00:00Z' });
    const ProcessingException = { Reason: 'broken' };
    await end(Id, {
      IsSuccessful: false,
      ProcessingException,
      DueDate: '2041-01-01T00:00:00Z',
      DeferDate: '2040-06-01T00:00:00Z',
    });
    const { body } = await caller.get(`/odata/QueueItems(${Id})/${CONFIG}.GetItemLastRetry`);
    assert.deepEqual(
      [body.DueDate, body.DeferDate, body.Status],
      ['2041-01-01T00:00:00Z', '2040-06-01T00:00:00Z', 'New'],
    );
    assert.equal((await item(Id)).DueDate, '2040-01-01T00:00:00Z');
  });
});

describe('who did it', () => {
  it('is on the item: operations, creator, and the same for its retries', async () => {
    const { Name } = await newQueue({ AcceptAutomaticallyRetry: true, MaxNumberOfRetries: 1 });
    const { Id } = await begin(Name, { ParentOperationId: 'op-1' });
    const ProcessingException = { Reason: 'broken' };
    await end(Id, { IsSuccessful: false, ProcessingException, OperationId: 'op-2' });
    const ended = await item(Id);
    assert.deepEqual([ended.ParentOperationId, ended.OperationId], ['op-1', 'op-2']);
    const { body } = await start(Name);
    assert.deepEqual([body.ParentOperationId, body.OperationId], ['op-1', null]);
    assert.deepEqual(
      [body.CreatorUserId, body.CreatorJobKey, body.ExecutorJobKey],
      [server.admin.userId, null, null],
    );
  });

  it('is the job that added it, the job that worked on it, and its robot', async () => {
    const permissions = ['View', 'Create', 'Edit'].map((right) => `Transactions.${right}`);
    const maker = await runningJob(server, { permissions: ['Queues.View', ...permissions] });
    const worker = await runningJob(server, { permissions: ['Queues.View', ...permissions] });
    const { Name } = await newQueue({ AcceptAutomaticallyRetry: true, MaxNumberOfRetries: 1 });
    const made = await queueKit(maker.process.in(server.folder.id)).add(Name);
    assert.deepEqual([made.CreatorJobKey, made.ExecutorJobKey], [maker.key, null]);
    const robot = queueKit(worker.process.in(server.folder.id));
    assert.equal((await robot.start(Name)).body.ExecutorJobKey, worker.key);
    const { body } = await caller.get(`/odata/QueueItems(${made.Id})?$expand=Robot`);
    assert.deepEqual([body.RobotId, body.Robot.Name], [worker.robot.id, worker.robot.name]);
    await robot.fail(made.Id, { Type: 'ApplicationException' });
    const retry = (await robot.start(Name)).body;
    assert.deepEqual([retry.CreatorJobKey, retry.ExecutorJobKey], [maker.key, worker.key]);
    const events = await caller.get(`/odata/QueueItemEvents?$filter=QueueItemId eq ${made.Id}`);
    assert.deepEqual(
      events.body.value.map((e: { UserId: number }) => e.UserId),
      [maker.userId, worker.userId, worker.userId],
    );
  });
});

describe('definitions', () => {
  it('download their schemas', async () => {
    const schema = '{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object"}';
    const { Id } = await newQueue({ OutputDataJsonSchema: schema });
    const at = (type: string): string =>
      `/odata/QueueDefinitions(${Id})/${SERVICE}.GetJsonSchemaDefinition(jsonSchemaType='${type}')`;
    const { status, text, headers } = await caller.get(at('OutputData'));
    assert.deepEqual([status, text], [200, schema]);
    assert.match(headers.get('content-disposition')!, /attachment; filename=.*OutputData\.json/);
    await refuses(caller, [
      ['a schema that is not there', 'get', at('AnalyticsData'), undefined, 404, 1002],
      ['a kind of schema that is none', 'get', at('Nonsense'), undefined, 400, 1009],
      ['of an unknown queue', 'get', at('OutputData').replace(`${Id}`, '999999'), undefined, 404, 1002],
    ]);
  });

  it('refuse what cannot be', async () => {
    const path = '/odata/QueueDefinitions';
    const { Id } = await newQueue();
    await refuses(caller, [
      ['an unknown process', 'post', path, { Name: 'x', ReleaseId: 999_999 }, 404, 1002],
      [
        'a risk after the deadline',
        'post',
        path,
        { Name: 'x', SlaInMinutes: 5, RiskSlaInMinutes: 9 },
        400,
        1009,
      ],
      ['a schema that is a list', 'post', path, { Name: 'x', OutputDataJsonSchema: '[]' }, 400, 1009],
      [
        'a schema that refers elsewhere',
        'post',
        path,
        { Name: 'x', OutputDataJsonSchema: '{"$ref":"http://127.0.0.1/x.json"}' },
        400,
        1009,
      ],
      ['no filter', 'get', `${path}?$filter=Nope eq 1`, undefined, 400, 1000],
      ['an unknown queue', 'get', `${path}(999999)`, undefined, 404, 1002],
      [
        'an unknown queue with retention',
        'get',
        `${path}/${CONFIG}.GetQueue(id=999999)`,
        undefined,
        404,
        1002,
      ],
      [
        'an unknown key',
        'get',
        `${path}/${CONFIG}.GetByKey(identifier=${crypto.randomUUID()})`,
        undefined,
        404,
        1002,
      ],
      ['changing an unknown one', 'put', `${path}(999999)`, { Name: 'x' }, 404, 1002],
      ['deleting an unknown one', 'delete', `${path}(999999)`, undefined, 404, 1002],
      ['no such list', 'get', `/odata/QueueItems?$filter=Nope eq 1`, undefined, 400, 1000],
    ]);
    assert.equal((await caller.get(`${path}(${Id})?$expand=Nope`)).status, 400);
  });
});
