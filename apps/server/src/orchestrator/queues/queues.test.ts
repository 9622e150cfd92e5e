import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { testServer } from '../../server.fixture.ts';

const ADD = '/odata/Queues/UiPathODataSvc.AddQueueItem';
const BULK = '/odata/Queues/UiPathODataSvc.BulkAddQueueItems';
const START = '/odata/Queues/UiPathODataSvc.StartTransaction';
const resultOf = (id: number): string => `/odata/Queues(${id})/UiPathODataSvc.SetTransactionResult`;

const server = await testServer({ after });
const caller = server.admin.in(server.folder.id);

describe('queues', () => {
  let names = 0;
  const newQueue = async (more: object = {}): Promise<{ Id: number; Name: string; Key: string }> => {
    const { status, body, text } = await caller.post('/odata/QueueDefinitions', {
      Name: `Queue ${++names}`,
      ...more,
    });
    assert.equal(status, 201, text);
    return body;
  };
  const add = async (queue: string, item: object = {}): Promise<{ Id: number; Key: string }> => {
    const { status, body, text } = await caller.post(ADD, {
      itemData: { Name: queue, SpecificContent: { A: 1 }, ...item },
    });
    assert.equal(status, 201, text);
    return body;
  };
  const start = (queue: string, more: object = {}) =>
    caller.post(START, { transactionData: { Name: queue, ...more } });

  it('defines a queue, shows it, changes it and deletes it', async () => {
    const queue = await newQueue({
      MaxNumberOfRetries: 2,
      AcceptAutomaticallyRetry: true,
      EnforceUniqueReference: true,
    });
    for (const path of [
      `/odata/QueueDefinitions(${queue.Id})`,
      `/odata/QueueDefinitions/UiPath.Server.Configuration.OData.GetByKey(identifier=${queue.Key})`,
      `/odata/QueueDefinitions/UiPath.Server.Configuration.OData.GetQueue(id=${queue.Id})`,
    ]) {
      const { status, body } = await caller.get(path);
      assert.equal(status, 200);
      assert.equal(body.Name, queue.Name);
      assert.equal(body.OrganizationUnitFullyQualifiedName, 'Shared');
    }
    const listed = await caller.get(`/odata/QueueDefinitions?$filter=Name eq '${queue.Name}'`);
    assert.equal(listed.body['@odata.count'], 1);
    assert.equal(
      (await caller.put(`/odata/QueueDefinitions(${queue.Id})`, { Name: queue.Name, Description: 'new' }))
        .status,
      200,
    );
    assert.equal((await caller.get(`/odata/QueueDefinitions(${queue.Id})`)).body.Description, 'new');
    const edited = await caller.post('/odata/QueueDefinitions/UiPath.Server.Configuration.OData.EditQueue', {
      Id: queue.Id,
      Name: queue.Name,
      Description: 'newer',
    });
    assert.equal(edited.status, 200);
    assert.equal((await caller.delete(`/odata/QueueDefinitions(${queue.Id})`)).status, 204);
    assert.equal((await caller.get(`/odata/QueueDefinitions(${queue.Id})`)).status, 404);
  });

  it('creates by the action that newer clients call', async () => {
    const { status, body } = await caller.post(
      '/odata/QueueDefinitions/UiPath.Server.Configuration.OData.CreateQueue',
      {
        Name: 'By action',
        RetentionAction: 'Delete',
        RetentionPeriod: 30,
      },
    );
    assert.equal(status, 201);
    assert.equal(body.Name, 'By action');
  });

  const refusals: readonly [
    what: string,
    method: 'post' | 'put' | 'delete' | 'get',
    path: string,
    body: unknown,
    status: number,
    code: number,
  ][] = [
    ['a name that is used', 'post', '/odata/QueueDefinitions', { Name: 'Taken' }, 409, 1001],
    ['no name', 'post', '/odata/QueueDefinitions', { Description: 'x' }, 400, 1009],
    ['a wrong type', 'post', '/odata/QueueDefinitions', { Name: 'x', MaxNumberOfRetries: 'many' }, 400, 1009],
    ['too many retries', 'post', '/odata/QueueDefinitions', { Name: 'x', MaxNumberOfRetries: 51 }, 400, 1009],
    [
      'a schema that is none',
      'post',
      '/odata/QueueDefinitions',
      { Name: 'x', SpecificDataJsonSchema: '{"type":"nonsense"}' },
      400,
      1009,
    ],
    ['no body', 'post', '/odata/QueueDefinitions', undefined, 400, 0],
    ['an unknown queue', 'get', '/odata/QueueDefinitions(999999)', undefined, 404, 1002],
    ['changing an unknown queue', 'put', '/odata/QueueDefinitions(999999)', { Name: 'x' }, 404, 1002],
    ['deleting an unknown queue', 'delete', '/odata/QueueDefinitions(999999)', undefined, 404, 1002],
    [
      'adding to an unknown queue',
      'post',
      ADD,
      { itemData: { Name: 'NoSuchQueue', SpecificContent: {} } },
      404,
      1002,
    ],
    ['adding without itemData', 'post', ADD, {}, 400, 1009],
    [
      'content that is no object',
      'post',
      ADD,
      { itemData: { Name: 'Taken', SpecificContent: [1] } },
      400,
      1009,
    ],
    [
      'a member name with a dot',
      'post',
      ADD,
      { itemData: { Name: 'Taken', SpecificContent: { 'a.b': 1 } } },
      400,
      1009,
    ],
    ['an unknown priority', 'post', ADD, { itemData: { Name: 'Taken', Priority: 'Urgent' } }, 400, 1009],
    ['starting in an unknown queue', 'post', START, { transactionData: { Name: 'NoSuchQueue' } }, 404, 1002],
    [
      'starting as an unknown robot',
      'post',
      START,
      { transactionData: { Name: 'Taken', RobotIdentifier: crypto.randomUUID() } },
      404,
      1002,
    ],
    [
      'bulk into an unknown queue',
      'post',
      BULK,
      { queueName: 'Nowhere', commitType: 'AllOrNothing', queueItems: [] },
      404,
      1002,
    ],
    [
      'a result for an unknown item',
      'post',
      resultOf(999999),
      { transactionResult: { IsSuccessful: true } },
      404,
      1002,
    ],
    [
      'a failure without a reason',
      'post',
      resultOf(999999),
      { transactionResult: { IsSuccessful: false } },
      400,
      1009,
    ],
    [
      'progress of an unknown item',
      'post',
      '/odata/QueueItems(999999)/UiPathODataSvc.SetTransactionProgress',
      { progress: 'x' },
      404,
      1002,
    ],
    ['an unknown item', 'get', '/odata/QueueItems(999999)', undefined, 404, 1002],
    ['editing an unknown item', 'put', '/odata/QueueItems(999999)', { Progress: 'x' }, 404, 1002],
    ['deleting an unknown item', 'delete', '/odata/QueueItems(999999)', undefined, 404, 1002],
    [
      'history of an unknown item',
      'get',
      '/odata/QueueItems(999999)/UiPathODataSvc.GetItemProcessingHistory',
      undefined,
      404,
      1002,
    ],
    [
      'last retry of an unknown item',
      'get',
      '/odata/QueueItems(999999)/UiPath.Server.Configuration.OData.GetItemLastRetry',
      undefined,
      404,
      1002,
    ],
    [
      'last retry of an unknown key',
      'get',
      `/odata/QueueItems/UiPathODataSvc.GetItemLastRetryByKey(key=${crypto.randomUUID()})`,
      undefined,
      404,
      1002,
    ],
  ];
  it('refuses, naming what is wrong', async (t) => {
    await newQueue({ Name: 'Taken' });
    for (const [what, method, path, body, status, code] of refusals) {
      await t.test(what, async () => {
        const answer = await caller[method](path, body);
        assert.equal(answer.status, status, answer.text);
        assert.equal(answer.body.errorCode, code, answer.text);
        assert.equal(typeof answer.body.message, 'string');
      });
    }
  });

  it('keeps the names and order of SpecificContent', async () => {
    const { Name } = await newQueue();
    const content = { zeta: 1, Alpha: 'x', 'with space': true, amount: 12.5, none: null };
    const { body } = await caller.post(ADD, {
      itemData: { Name, SpecificContent: { ...content, 'amount@odata.type': '#Double' } },
    });
    assert.equal(JSON.stringify(body.SpecificContent), JSON.stringify(content));
    assert.deepEqual(JSON.parse(body.SpecificData), { DynamicProperties: content });
    assert.equal(body.Status, 'New');
    assert.equal(body.RowVersion, 'AAAAAAAAAAE=');
    assert.equal(body.StartProcessing, null);
  });

  it('starts by deadline, then priority, then age; a deferred item waits', async () => {
    const { Name } = await newQueue();
    const soon = '2030-01-01T00:00:00Z';
    const expected = [
      (await add(Name, { Priority: 'High', DueDate: '2031-01-01T00:00:00Z' })).Id,
      (await add(Name, { Priority: 'Low', DueDate: soon })).Id,
    ];
    const low = (await add(Name, { Priority: 'Low' })).Id;
    const first = (await add(Name)).Id;
    const second = (await add(Name)).Id;
    const high = (await add(Name, { Priority: 'High' })).Id;
    await add(Name, { Priority: 'High', DeferDate: '2999-01-01T00:00:00Z' });
    expected.push(high, first, second, low);
    const taken = [];
    for (;;) {
      const { status, body, text } = await start(Name);
      if (status === 204) {
        assert.equal(text, '');
        break;
      }
      assert.equal(body.Status, 'InProgress');
      assert.match(body['@odata.context'], /\$metadata#Queues\/\$entity$/);
      taken.push(body.Id);
    }
    assert.deepEqual(taken, expected);
  });

  it('gives an item to one of many that ask at once', async () => {
    const { Name } = await newQueue();
    for (let i = 0; i < 10; i++) await add(Name);
    const answers = await Promise.all(Array.from({ length: 30 }, () => start(Name)));
    const ids = answers.filter((a) => a.status === 200).map((a) => a.body.Id);
    assert.equal(ids.length, 10);
    assert.equal(new Set(ids).size, 10);
  });

  it('starts by reference, and creates and starts at once', async () => {
    const { Name } = await newQueue();
    await add(Name, { Reference: 'A-1' });
    await add(Name, { Reference: 'B-1' });
    assert.equal((await start(Name, { Reference: 'B' })).status, 204);
    assert.equal(
      (await start(Name, { Reference: 'B', ReferenceFilterOption: 'StartsWith' })).body.Reference,
      'B-1',
    );
    const created = await start(Name, { SpecificContent: { X: 1 }, Reference: 'C-1' });
    assert.equal(created.status, 200);
    assert.equal(created.body.Status, 'InProgress');
    assert.equal(created.body.Reference, 'C-1');
  });

  it('ends a transaction once', async () => {
    const { Name } = await newQueue();
    await add(Name);
    const { Id } = (await start(Name)).body;
    assert.equal(
      (
        await caller.post(`/odata/QueueItems(${Id})/UiPathODataSvc.SetTransactionProgress`, {
          progress: 'half',
        })
      ).status,
      200,
    );
    const done = await caller.post(resultOf(Id), {
      transactionResult: { IsSuccessful: true, Output: { Total: 3 } },
    });
    assert.equal(done.status, 200);
    assert.deepEqual(done.body, {});
    assert.equal(
      (await caller.post(resultOf(Id), { transactionResult: { IsSuccessful: true } })).status,
      409,
    );
    assert.equal(
      (
        await caller.post(`/odata/QueueItems(${Id})/UiPathODataSvc.SetTransactionProgress`, {
          progress: 'late',
        })
      ).status,
      409,
    );
    const { body } = await caller.get(`/odata/QueueItems(${Id})`);
    assert.equal(body.Status, 'Successful');
    assert.equal(body.Progress, 'half');
    assert.deepEqual(body.Output, { Total: 3 });
    assert.ok(body.EndProcessing >= body.StartProcessing);
  });

  it('retries application exceptions as often as the queue says, business exceptions never', async () => {
    const { Name } = await newQueue({
      MaxNumberOfRetries: 1,
      AcceptAutomaticallyRetry: true,
      EnforceUniqueReference: true,
    });
    const fail = (id: number, Type: string) =>
      caller.post(`/odata/QueueItems(${id})/UiPathODataSvc.SetTransactionResult`, {
        transactionResult: { IsSuccessful: false, ProcessingException: { Reason: 'broken', Type } },
      });
    const item = await add(Name, { Reference: 'R-1' });
    await start(Name);
    assert.equal((await fail(item.Id, 'ApplicationException')).status, 200);
    assert.equal((await caller.get(`/odata/QueueItems(${item.Id})`)).body.Status, 'Retried');
    const again = (await start(Name)).body;
    assert.equal(again.RetryNumber, 1);
    assert.equal(again.AncestorId, item.Id);
    assert.equal(again.Key, item.Key);
    assert.equal(again.Reference, 'R-1');
    await fail(again.Id, 'ApplicationException');
    const last = await caller.get(
      `/odata/QueueItems(${item.Id})/UiPath.Server.Configuration.OData.GetItemLastRetry`,
    );
    assert.equal(last.body.Id, again.Id);
    assert.equal(last.body.Status, 'Failed');
    assert.equal(last.body.ProcessingException.Reason, 'broken');
    const byKey = await caller.get(`/odata/QueueItems/UiPathODataSvc.GetItemLastRetryByKey(key=${item.Key})`);
    assert.equal(byKey.body.Id, again.Id);
    const history = await caller.get(
      `/odata/QueueItems(${again.Id})/UiPathODataSvc.GetItemProcessingHistory`,
    );
    assert.deepEqual(
      history.body.value.map((i: { Id: number }) => i.Id),
      [item.Id, again.Id],
    );
    const business = await add(Name, { Reference: 'R-2' });
    await start(Name);
    await fail(business.Id, 'BusinessException');
    assert.equal((await caller.get(`/odata/QueueItems(${business.Id})`)).body.Status, 'Failed');
  });

  it('postpones a transaction', async () => {
    const { Name } = await newQueue();
    const { Id } = await add(Name);
    await start(Name);
    const answer = await caller.post(resultOf(Id), {
      transactionResult: { IsSuccessful: false, DeferDate: '2999-01-01T00:00:00Z' },
    });
    assert.equal(answer.status, 200, answer.text);
    const { body } = await caller.get(`/odata/QueueItems(${Id})`);
    assert.equal(body.Status, 'New');
    assert.equal(body.StartProcessing, null);
    assert.equal((await start(Name)).status, 204);
  });

  it('wants unique references where the queue says so, until the item is deleted', async () => {
    const { Name } = await newQueue({ EnforceUniqueReference: true });
    const item = await add(Name, { Reference: 'U-1' });
    const second = await caller.post(ADD, { itemData: { Name, Reference: 'U-1', SpecificContent: {} } });
    assert.equal(second.status, 409);
    assert.equal(second.body.errorCode, 1016);
    assert.equal(second.body.message, 'Error creating Transaction. Duplicate Reference.');
    assert.equal((await caller.post(ADD, { itemData: { Name, SpecificContent: {} } })).status, 400);
    assert.equal((await caller.delete(`/odata/QueueItems(${item.Id})`)).status, 204);
    assert.equal((await caller.delete(`/odata/QueueItems(${item.Id})`)).status, 409);
    await add(Name, { Reference: 'U-1' });
  });

  it('checks content against schemas', async () => {
    const schema = JSON.stringify({
      type: 'object',
      required: ['Amount'],
      properties: { Amount: { type: 'number' } },
    });
    const { Name } = await newQueue({ SpecificDataJsonSchema: schema });
    const bad = await caller.post(ADD, { itemData: { Name, SpecificContent: { Amount: 'much' } } });
    assert.equal(bad.status, 400);
    assert.match(bad.body.message, /Amount must be number/);
    await add(Name, { SpecificContent: { Amount: 3 } });
  });

  it('edits an item while it is New', async () => {
    const { Name } = await newQueue();
    const { Id } = await add(Name);
    assert.equal(
      (
        await caller.put(`/odata/QueueItems(${Id})`, {
          Priority: 'High',
          Progress: 'p',
          SpecificContent: { B: 2 },
        })
      ).status,
      200,
    );
    const { body } = await caller.get(`/odata/QueueItems(${Id})?$expand=QueueDefinition`);
    assert.equal(body.Priority, 'High');
    assert.deepEqual(body.SpecificContent, { B: 2 });
    assert.equal(body.QueueDefinition.Name, Name);
    await start(Name);
    assert.equal((await caller.put(`/odata/QueueItems(${Id})`, { Priority: 'Low' })).status, 409);
  });

  it('lists by what clients filter on', async () => {
    const { Name, Id } = await newQueue();
    await add(Name, { Reference: 'F-1' });
    await add(Name, { Reference: 'F-2', Priority: 'High' });
    for (const [filter, count] of [
      [`QueueDefinitionName eq '${Name}'`, 2],
      [`queueDefinitionId eq ${Id} and status eq 'New'`, 2],
      [`QueueDefinitionId eq ${Id} and Status eq '0' and Reference eq 'F-2'`, 1],
      [`QueueDefinition/Name eq '${Name}' and Priority eq 'High'`, 1],
      [`QueueDefinitionId eq ${Id} and startswith(Reference,'F-')`, 2],
      [`QueueDefinitionId eq ${Id} and StartProcessing ne null`, 0],
    ] as const) {
      const { status, body, text } = await caller.get(
        `/odata/QueueItems?$filter=${encodeURIComponent(filter)}`,
      );
      assert.equal(status, 200, text);
      assert.equal(body['@odata.count'], count, filter);
    }
  });

  it('adds in bulk by each commit type', async () => {
    for (const [commitType, stored, failed] of [
      ['AllOrNothing', 0, 1],
      // The first value, as where any enumeration is left out that cannot be null.
      [undefined, 0, 1],
      ['StopOnFirstFailure', 1, 1],
      ['ProcessAllIndependently', 2, 1],
    ] as const) {
      const { Name } = await newQueue({ EnforceUniqueReference: true });
      const queueItems = ['B-1', 'B-1', 'B-2'].map((Reference) => ({ Reference, SpecificContent: { A: 1 } }));
      const { status, body } = await caller.post(BULK, { queueName: Name, commitType, queueItems });
      assert.equal(status, 200);
      assert.equal(body.Success, false);
      assert.equal(body.FailedItems.length, failed);
      assert.equal(body.FailedItems[0].Ordinal, 1);
      assert.equal(body.FailedItems[0].ErrorCode, 'DuplicateReference');
      const { body: listed } = await caller.get(`/odata/QueueItems?$filter=QueueDefinitionName eq '${Name}'`);
      assert.equal(listed['@odata.count'], stored, commitType);
    }
    const { Name } = await newQueue();
    const all = await caller.post(BULK, {
      queueName: Name,
      commitType: 'AllOrNothing',
      queueItems: [{ SpecificContent: { A: 1 } }],
    });
    assert.deepEqual(all.body, { Success: true, Message: null, FailedItems: [] });
  });

  it('answers a repeated POST with the first answer', async () => {
    const { Name } = await newQueue();
    await add(Name);
    await add(Name);
    const once = caller.with({ 'idempotency-key': crypto.randomUUID() });
    const answers = await Promise.all([1, 2, 3].map(() => once.post(START, { transactionData: { Name } })));
    assert.deepEqual(
      answers.map((a) => a.status),
      [200, 200, 200],
    );
    assert.equal(new Set(answers.map((a) => a.body.Id)).size, 1);
    const other = await once.post(START, { transactionData: { Name, Reference: 'x' } });
    assert.equal(other.status, 409);
    assert.equal((await start(Name)).status, 200);
  });

  it('writes an event for each change, with the change', async () => {
    const { Name } = await newQueue();
    const { Id } = await add(Name);
    await start(Name);
    await caller.post(resultOf(Id), { transactionResult: { IsSuccessful: true } });
    const events = await server.db.query<{ type: string }>({
      text: `select type from events where entity = 'QueueItem' and entity_key = $1 order by id`,
      values: [String(Id)],
    });
    assert.deepEqual(
      events.map((e) => e.type),
      ['queueItem.added', 'queueItem.transactionStarted', 'queueItem.transactionCompleted'],
    );
  });
});
