import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import sql from 'sql-template-tag';
import { testServer } from '../../../server.fixture.ts';
import { type Item, queueKit, SERVICE, versioned } from '../queues.fixture.ts';
import { foldStatistics } from '../statistics/fold-statistics.ts';
import { expireItems } from './expire-items.ts';

const server = await testServer({ after });
const caller = server.admin.in(server.folder.id);
const { newQueue, add, start, end, fail, item } = queueKit(caller);

const SECRET = 'Ragnhild';
const SpecificContent = { Name: SECRET };
const settings = {
  AcceptAutomaticallyRetry: true,
  MaxNumberOfRetries: 1,
  SpecificDataJsonSchema: JSON.stringify({ required: ['Name'] }),
};
type Work = (name: string, id: number) => Promise<unknown>;
const started = async (name: string): Promise<void> => assert.equal((await start(name)).status, 200);

/** Ways into every status that an item can have ended in, and New. */
const ways: Readonly<Record<string, Work>> = {
  New: async () => {},
  Successful: async (name, id) => {
    await started(name);
    assert.equal((await end(id, { IsSuccessful: true, Output: { Total: 1 } })).status, 200);
  },
  Failed: async (name, id) => {
    await started(name);
    await fail(id);
  },
  Retried: async (name, id) => {
    await started(name);
    await fail(id, { Type: 'ApplicationException' });
  },
  Deleted: async (_, id) => assert.equal((await caller.delete(`/odata/QueueItems(${id})`)).status, 204),
  Abandoned: (_, id) =>
    server.db.execute({ text: 'update queue_items set status = 4 where id = $1', values: [id] }),
};

const rest = (whole: Item): object => ({ ...whole, SpecificContent: 0, SpecificData: 0, RowVersion: 0 });

describe('a content of null or {} erases', () => {
  for (const Encrypted of [false, true])
    for (const [status, into] of Object.entries(ways))
      for (const empty of [null, {}, { '@odata.type': '#Collection' }])
        it(`that of an item that is ${status}: ${JSON.stringify(empty)}${Encrypted ? ', encrypted' : ''}`, async () => {
          const { Name } = await newQueue({ ...settings, Encrypted });
          const { Id } = await add(Name, { SpecificContent, Reference: 'R', Progress: 'p' });
          await into(Name, Id);
          const before = await item(Id);
          assert.deepEqual([before.Status, before.SpecificContent], [status, SpecificContent]);
          const { Priority, DueDate, DeferDate, Reference, Progress } = before;
          const body = { Name, Priority, DueDate, DeferDate, Reference, Progress, SpecificContent: empty };
          const { status: answered, text } = await caller.put(`/odata/QueueItems(${Id})`, body);
          assert.equal(answered, 200, text);
          const erased = await item(Id);
          assert.deepEqual([erased.SpecificContent, erased.SpecificData], [null, null]);
          assert.deepEqual(rest(erased), rest(before));
          assert.notEqual(erased.RowVersion, before.RowVersion);
          const [row] = await server.db.query<{ content: unknown }>({
            text: 'select specific_content::text as content from queue_items where id = $1',
            values: [Id],
          });
          assert.equal(row!.content, null);
          const events = await server.db.query<{ type: string; payload: unknown }>({
            text: `select type, payload from events where entity = 'QueueItem' and entity_key = $1 order by id desc limit 1`,
            values: [String(Id)],
          });
          assert.equal(events[0]!.type, 'queueItem.updated');
          assert.ok((events[0]!.payload as { changed: string[] }).changed.includes('SpecificContent'));
          const history = await caller.get(
            `/odata/QueueItemEvents?$filter=QueueItemId eq ${Id}&$orderby=Id desc`,
          );
          assert.equal(history.body.value[0].Status, status);
        });

  it('nothing of an item that is in progress', async () => {
    const { Name } = await newQueue(settings);
    const { Id } = await add(Name, { SpecificContent });
    await started(Name);
    assert.equal((await caller.put(`/odata/QueueItems(${Id})`, { SpecificContent: null })).status, 409);
    assert.deepEqual((await item(Id)).SpecificContent, SpecificContent);
  });

  it('nothing where it is not named, and nothing else of an item that has ended', async () => {
    const { Name } = await newQueue(settings);
    const { Id } = await add(Name, { SpecificContent });
    assert.equal((await caller.put(`/odata/QueueItems(${Id})`, { Priority: 'High' })).status, 200);
    assert.deepEqual((await item(Id)).SpecificContent, SpecificContent);
    await ways.Successful!(Name, Id);
    const before = await item(Id);
    const path = `/odata/QueueItems(${Id})`;
    for (const body of [{}, { Priority: 'Low' }, { SpecificContent: { Name: 'x' } }])
      assert.equal((await caller.put(path, body)).status, 409);
    const more = { Priority: 'Low', Progress: 'other', DueDate: '2040-01-01', SpecificContent: null };
    assert.equal((await caller.put(path, more)).status, 200);
    assert.deepEqual(rest(await item(Id)), rest(before));
  });

  it('nothing of a folder that the caller is not in', async () => {
    const { Name } = await newQueue();
    const { Id } = await add(Name, { SpecificContent });
    const stranger = server.otherTenant.in(server.otherFolder.id);
    assert.equal((await stranger.put(`/odata/QueueItems(${Id})`, { SpecificContent: null })).status, 404);
    assert.deepEqual((await item(Id)).SpecificContent, SpecificContent);
  });
});

describe('a queue that is deleted', () => {
  it('takes along what the outbox says of its items', async () => {
    const { Name, Id } = await newQueue(settings);
    const other = await newQueue(settings);
    const kept = await add(other.Name, { SpecificContent, Reference: SECRET });
    const items: Item[] = [];
    for (const status of ['Successful', 'Retried', 'Deleted', 'New']) {
      items.push(await add(Name, { SpecificContent, Reference: SECRET }));
      await ways[status]!(Name, items.at(-1)!.Id);
      if (status === 'Retried') await started(Name);
    }
    await caller.post('/odata/QueueItemComments', { QueueItemId: items[0]!.Id, Text: SECRET });
    await caller.post('/odata/QueueItems/UiPathODataSvc.DeleteBulk', { queueItems: versioned(items[3]!) });
    assert.equal((await caller.delete(`/odata/QueueDefinitions(${Id})`)).status, 204);
    const left = await server.db.query<{ entity_key: string; payload: object }>({
      text: `select entity_key, payload from events where payload::text like '%' || $1 || '%' or payload ->> 'queueId' = $2`,
      values: [SECRET, String(Id)],
    });
    assert.deepEqual([...new Set(left.map(({ entity_key }) => entity_key))], [String(kept.Id)]);
  });
});

describe('what was answered for an Idempotency-Key goes with the content that it holds', () => {
  const add = (Name: string): readonly [string, object] => [
    `/odata/Queues/${SERVICE}.AddQueueItem`,
    { itemData: { Name, SpecificContent } },
  ];
  const start = (Name: string, more: object = {}): readonly [string, object] => [
    `/odata/Queues/${SERVICE}.StartTransaction`,
    { transactionData: { Name, ...more } },
  ];
  const ended = async ({ Id }: Item): Promise<unknown> => end(Id, { IsSuccessful: true });
  /** Calls whose answer holds an item, and what then lets its content be erased. */
  const calls: Readonly<
    Record<string, readonly [call: (name: string) => readonly [string, object], then?: typeof ended]>
  > = {
    'it was added': [add],
    'it was started': [start, ended],
    'it was added and started': [(name) => start(name, { SpecificContent }), ended],
    'it was started by its reference': [(name) => start(name, { Reference: 'R' }), ended],
  };
  const ways: Readonly<Record<string, (item: Item) => Promise<unknown>>> = {
    'its content is erased': async ({ Id }) =>
      assert.equal((await caller.put(`/odata/QueueItems(${Id})`, { SpecificContent: {} })).status, 200),
    'its queue is deleted': async ({ QueueDefinitionId: id }) =>
      assert.equal((await caller.delete(`/odata/QueueDefinitions(${id})`)).status, 204),
    'it is deleted for its age': async ({ QueueDefinitionId: id, Status }) => {
      const body = { Action: 'Delete', Period: 1, Type: Status === 'New' ? 'Stale' : 'Final' };
      assert.equal((await caller.put(`/odata/QueueRetention(${id})`, body)).status, 200);
      await server.db.execute(sql`
        update queue_items set created_at = created_at - interval '9 days', end_processing = end_processing - interval '9 days'
         where queue_id = ${id}`);
      await server.db.execute(sql`
        update queue_definitions set created_at = created_at - interval '10 days' where id = ${id}`);
      await foldStatistics(server.db);
      assert.ok((await expireItems(server.db)) >= 1);
    },
  };
  for (const [call, [callOf, then]] of Object.entries(calls))
    for (const [way, erase] of Object.entries(ways))
      it(`${call}, and ${way}`, async () => {
        const { Name } = await newQueue();
        await queueKit(caller).add(Name, { SpecificContent, Reference: 'R' });
        const key = randomUUID();
        const again = () => caller.with({ 'idempotency-key': key }).post(...callOf(Name));
        const first = await again();
        assert.deepEqual(first.body?.SpecificContent, SpecificContent, first.text);
        assert.equal((await again()).text, first.text);
        await then?.(first.body);
        await erase(await item(first.body.Id));
        const row = await server.db.first(sql`
          select body, request_hash, holds from idempotent_answers where key = ${key}`);
        assert.deepEqual(row, { body: null, request_hash: Buffer.alloc(0), holds: null });
        const { status, text } = await again();
        assert.deepEqual([status, /has been erased/.test(text)], [409, true], text);
      });
});
