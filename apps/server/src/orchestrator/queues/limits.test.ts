import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { readConfig } from '../../config.ts';
import { testServer } from '../../server.fixture.ts';
import { queueKit, SERVICE } from './queues.fixture.ts';

// Every limit at another value than its default: what has just its size passes, one more is refused.
const server = await testServer(
  { after },
  {
    BATON_PAGE_ROWS: '3',
    BATON_QUEUE_ITEM_PAGE_ROWS: '2',
    BATON_QUEUE_BULK_ITEMS: '4',
    BATON_QUEUE_DATA_BYTES: '20',
    BATON_QUEUE_PROGRESS_CHARACTERS: '10',
    BATON_QUEUE_EXCEPTION_CHARACTERS: '11',
    BATON_QUEUE_SLA_MINUTES: '60',
  },
);
const caller = server.admin.in(server.folder.id);
const { newQueue, begin } = queueKit(caller);
const ADD = `/odata/Queues/${SERVICE}.AddQueueItem`;
const START = `/odata/Queues/${SERVICE}.StartTransaction`;
const BULK = `/odata/Queues/${SERVICE}.BulkAddQueueItems`;

/** As JSON 20 bytes long with 12 characters: {"A":"xxxxxxxxxxxx"} */
const fits = { A: 'x'.repeat(12) };
const isTooLong = { A: 'x'.repeat(13) };
/** Characters of two bytes: {"A":"ääääää"} */
const isTooWide = { A: `${'ä'.repeat(6)}x` };

const failure = (exception: object) => ({ IsSuccessful: false, ProcessingException: exception });

describe('limits that are set', () => {
  it('hold for what an item may bring', async () => {
    const { Name } = await newQueue();
    for (const [name, itemData] of [
      ['QueueItemContentSizeExceeded', { SpecificContent: isTooLong }],
      ['QueueItemContentSizeExceeded', { SpecificContent: isTooWide }],
      ['QueueItemProgressDataSizeExceeded', { SpecificContent: fits, Progress: 'x'.repeat(11) }],
    ] as const) {
      const answer = await caller.post(ADD, { itemData: { Name, ...itemData } });
      assert.equal(answer.status, 400, name);
      assert.match(answer.body.message, new RegExp(name));
    }
    const started = await caller.post(START, { transactionData: { Name, SpecificContent: isTooLong } });
    assert.match(started.body.message, /20 are allowed. .QueueItemContentSizeExceeded/);
    const itemData = { Name, SpecificContent: fits, Progress: 'x'.repeat(10) };
    const added = await caller.post(ADD, { itemData });
    assert.equal(added.status, 201, added.text);
    const path = `/odata/QueueItems(${added.body.Id})`;
    assert.equal((await caller.put(path, { SpecificContent: isTooLong })).status, 400);
    assert.equal((await caller.put(path, { Progress: 'x'.repeat(11) })).status, 400);
    assert.equal((await caller.put(path, { SpecificContent: fits })).status, 200);
  });

  it('hold for what a result may bring', async () => {
    const { Name } = await newQueue();
    const { Id } = await begin(Name);
    const end = (transactionResult: object) =>
      caller.post(`/odata/Queues(${Id})/${SERVICE}.SetTransactionResult`, { transactionResult });
    const Reason = 'x'.repeat(11);
    for (const [name, result] of [
      ['QueueItemOutputDataSizeExceeded', { IsSuccessful: true, Output: isTooLong }],
      ['QueueItemAnalyticsDataSizeExceeded', { IsSuccessful: true, Analytics: isTooLong }],
      ['QueueItemProgressDataSizeExceeded', { IsSuccessful: true, Progress: 'x'.repeat(11) }],
      ['QueueProcessingExceptionFieldSizeExceeded', failure({ Reason: `${Reason}x` })],
      ['QueueProcessingExceptionFieldSizeExceeded', failure({ Reason, Details: `${Reason}x` })],
    ] as const) {
      const answer = await end(result);
      assert.equal(answer.status, 400, name);
      assert.match(answer.body.message, new RegExp(name));
    }
    const noting = (progress: string) =>
      caller.post(`/odata/QueueItems(${Id})/${SERVICE}.SetTransactionProgress`, { progress });
    assert.equal((await noting('x'.repeat(11))).status, 400);
    assert.equal((await noting('x'.repeat(10))).status, 200);
    const all = { Output: fits, Analytics: fits, Progress: 'x'.repeat(10) };
    const ended = await end({ ...failure({ Reason, Details: Reason }), ...all });
    assert.equal(ended.status, 200, ended.text);
  });

  it('hold for a bulk add', async () => {
    const { Name } = await newQueue();
    const bulk = (count: number) =>
      caller.post(BULK, {
        queueName: Name,
        commitType: 'AllOrNothing',
        queueItems: Array.from({ length: count }, () => ({ SpecificContent: fits })),
      });
    const refused = await bulk(5);
    assert.equal(refused.status, 400);
    assert.match(refused.body.message, /queueItems.*5 items, 4 are allowed/);
    assert.equal((await bulk(4)).body.Success, true);
  });

  it('hold for the SLA of a queue', async () => {
    for (const member of ['SlaInMinutes', 'RiskSlaInMinutes']) {
      const answer = await caller.post('/odata/QueueDefinitions', { Name: `SLA by ${member}`, [member]: 61 });
      assert.equal(answer.status, 400);
      assert.match(answer.body.message, new RegExp(`${member}.*60`));
    }
    const { Id, Name } = await newQueue({ SlaInMinutes: 60 });
    const changed = await caller.put(`/odata/QueueDefinitions(${Id})`, { Name, SlaInMinutes: 61 });
    assert.equal(changed.status, 400);
  });

  it('hold for pages, with $top and without, and the count is right all the same', async () => {
    const { Name } = await newQueue();
    for (let n = 0; n < 4; n++) await begin(Name);
    for (const [path, most] of [
      ['/odata/QueueItems', 2],
      ['/odata/QueueDefinitions', 3],
      ['/odata/Roles', 3],
    ] as const) {
      const refused = await caller.get(`${path}?$top=${most + 1}`);
      assert.equal(refused.status, 400, path);
      assert.match(refused.body.message, new RegExp(`limit of '${most}' for Top`));
      const page = await caller.get(path);
      assert.equal(page.body.value.length, most, path);
      assert.ok(page.body['@odata.count'] > most, path);
      assert.equal((await caller.get(`${path}?$top=${most}`)).body.value.length, most);
    }
    const filter = encodeURIComponent(`QueueDefinitionName eq '${Name}'`);
    const last = await caller.get(`/odata/QueueItems?$filter=${filter}&$skip=3`);
    assert.deepEqual([last.body.value.length, last.body['@odata.count']], [1, 4]);
  });
});

describe('a limit that cannot be', () => {
  for (const [name, value] of [
    ['BATON_PAGE_ROWS', '0'],
    ['BATON_QUEUE_ITEM_PAGE_ROWS', 'many'],
    ['BATON_QUEUE_BULK_ITEMS', '-1'],
    ['BATON_QUEUE_DATA_BYTES', '1'],
    ['BATON_QUEUE_PROGRESS_CHARACTERS', '1.5'],
    ['BATON_QUEUE_EXCEPTION_CHARACTERS', '1e12'],
    ['BATON_QUEUE_SLA_MINUTES', '0'],
  ] as const)
    it(`is refused at the start and named: ${name}=${value}`, () => {
      assert.throws(() => readConfig({ [name]: value }), new RegExp(`${name}: '${value}'`));
    });
});
