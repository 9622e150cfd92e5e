import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { testServer } from '../../../server.fixture.ts';
import { SERVICE } from '../queues.fixture.ts';
import { type AddInput, addItems } from './add-batch.ts';
import { endItems } from './end-batch.ts';
import {
  FUTURE,
  type Group,
  type ModelItem,
  PAST,
  plainModel,
  type Rules,
  type Said,
} from './plain-model.fixture.ts';
import { noteProgress } from './progress-batch.ts';
import { raiseFloor } from './raise-floors.ts';
import { startItems, type Walked } from './start-batch.ts';

// The same random history three times: by a plain model, call by call over HTTP (with an Idempotency-Key
// each has a transaction of its own), and gathered, group by group in one statement. All three must say
// and leave the same.

const server = await testServer({ after });
const caller = server.admin.in(server.folder.id);
const { db } = server;

interface Player {
  play(group: Group): Promise<readonly Said[]>;
  items(): Promise<readonly ModelItem[]>;
}

const PRIORITIES = ['High', 'Normal', 'Low'];
const REASON = 'the other system is away';

async function newQueue({ retries, isUnique }: Rules): Promise<{ Id: number; Name: string }> {
  const { body, status, text } = await caller.post('/odata/QueueDefinitions', {
    Name: `Q ${randomUUID()}`,
    MaxNumberOfRetries: retries,
    AcceptAutomaticallyRetry: retries > 0,
    EnforceUniqueReference: isUnique,
  });
  assert.equal(status, 201, text);
  return body;
}

const idsOf = async (queue: number): Promise<number[]> =>
  (
    await db.query<{ id: number }>({
      text: 'select id from queue_items where queue_id = $1 order by id',
      values: [queue],
    })
  ).map(({ id }) => id);

async function itemsOf(queue: number): Promise<ModelItem[]> {
  const ids = await idsOf(queue);
  const rows = await db.query<Record<string, never>>({
    text: `select status, priority, due_at, defer_at, reference, retry_number, ancestor_id, progress from queue_items
            where queue_id = $1 order by id`,
    values: [queue],
  });
  return rows.map((row) => ({
    status: row.status!,
    priority: row.priority!,
    due: row.due_at!,
    defer: row.defer_at!,
    reference: row.reference!,
    retry: row.retry_number!,
    ancestor: row.ancestor_id === null ? null : ids.indexOf(row.ancestor_id!),
    progress: row.progress!,
  }));
}

/** Ids that do not exist stand for items that were never made. */
const NOBODY = 2 ** 40;

async function oneByOne(rules: Rules): Promise<Player> {
  const queue = await newQueue(rules);
  const post = (path: string, body: unknown) =>
    caller.with({ 'idempotency-key': randomUUID() }).post(path, body);
  const said = (status: number): Said =>
    status === 200
      ? 'ended'
      : status === 409
        ? 'not in progress'
        : status === 404
          ? 'unknown'
          : `status ${status}`;
  const step = async (group: Group, n: number, ids: readonly number[]): Promise<Said> => {
    switch (group.kind) {
      case 'add': {
        const { priority, due, defer, reference } = group.steps[n]!;
        const { status, text } = await post(`/odata/Queues/${SERVICE}.AddQueueItem`, {
          itemData: {
            Name: queue.Name,
            Priority: PRIORITIES[priority],
            DueDate: due,
            DeferDate: defer,
            Reference: reference,
            SpecificContent: {},
          },
        });
        return status === 201 ? 'added' : status === 409 ? 'duplicate' : text;
      }
      case 'start': {
        const { status, body } = await post(`/odata/Queues/${SERVICE}.StartTransaction`, {
          transactionData: { Name: queue.Name },
        });
        return status === 204 ? 'nothing' : ids.indexOf(body.Id);
      }
      case 'end': {
        const { item, outcome } = group.steps[n]!;
        const Type = outcome === 'failed' ? 'ApplicationException' : 'BusinessException';
        const { status } = await post(
          `/odata/Queues(${ids[item] ?? NOBODY})/${SERVICE}.SetTransactionResult`,
          {
            transactionResult: {
              IsSuccessful: outcome === 'successful',
              DeferDate: outcome === 'postponed' ? FUTURE : null,
              ProcessingException: outcome.startsWith('failed') ? { Reason: REASON, Type } : null,
            },
          },
        );
        return said(status);
      }
      case 'note': {
        const { item, progress } = group.steps[n]!;
        const id = ids[item] ?? NOBODY;
        return said(
          (await post(`/odata/QueueItems(${id})/${SERVICE}.SetTransactionProgress`, { progress })).status,
        );
      }
    }
  };
  return {
    async play(group) {
      const ids = await idsOf(queue.Id);
      const all: Said[] = [];
      for (const n of group.steps.keys()) all.push(await step(group, n, ids));
      return all;
    },
    items: () => itemsOf(queue.Id),
  };
}

async function gathered(rules: Rules): Promise<Player> {
  const queue = await newQueue(rules);
  const folderId = server.folder.id;
  const actor = 'user:test';
  /** Raised as far as allowed after every start: a wrong floor shows at once. */
  const raise = (walked: readonly Walked[]) =>
    Promise.all(walked.map((one) => db.transaction((tx) => raiseFloor(tx, one))));
  return {
    async play(group) {
      const ids = await idsOf(queue.Id);
      const said = (ended: string, item: number): Said =>
        ended === 'ended'
          ? 'ended'
          : ended === 'notInProgress'
            ? 'not in progress'
            : ids[item] === undefined
              ? 'unknown'
              : ended;
      switch (group.kind) {
        case 'add': {
          const inputs = group.steps.map(
            ({ priority, due, defer, reference }): AddInput => ({
              queueId: queue.Id,
              folderId,
              actor,
              started: undefined,
              creatorJobKey: null,
              creatorUserId: null,
              priority,
              reference,
              uniqueReference: rules.isUnique ? reference : null,
              dueAt: due,
              deferAt: defer,
              riskSlaAt: null,
              content: '{}',
              progress: null,
              source: null,
              parentOperationId: null,
            }),
          );
          return (await addItems(db.hot, inputs)).map((one) =>
            one instanceof Error ? 'duplicate' : 'added',
          );
        }
        case 'start': {
          const { items, walked } = await startItems(
            db.hot,
            group.steps.map(() => ({ queueId: queue.Id, robotId: null, jobKey: null, actor })),
          );
          await raise(walked);
          return items.map((item) => (item ? ids.indexOf(item.id as number) : 'nothing'));
        }
        case 'end': {
          const inputs = group.steps.map(({ item, outcome }) => ({
            id: ids[item] ?? NOBODY,
            folderId,
            actor,
            outcome,
            exception: outcome.startsWith('failed') ? JSON.stringify({ Reason: REASON }) : null,
            exceptionType: outcome === 'failed' ? 0 : outcome === 'failedForGood' ? 1 : null,
            output: null,
            analytics: null,
            progress: null,
            operationId: null,
            deferAt: outcome === 'postponed' ? FUTURE : null,
            dueAt: null,
          }));
          return (await endItems(db.hot, inputs)).map((ended, n) => said(ended, group.steps[n]!.item));
        }
        case 'note': {
          const inputs = group.steps.map(({ item, progress }) => ({
            id: ids[item] ?? NOBODY,
            folderId,
            actor,
            progress,
          }));
          return (await noteProgress(db.hot, inputs)).map((ended, n) => said(ended, group.steps[n]!.item));
        }
      }
    },
    items: () => itemsOf(queue.Id),
  };
}

const add = fc.record({
  priority: fc.integer({ min: 0, max: 2 }),
  due: fc.constantFrom(null, null, '2030-01-01T00:00:00Z', '2031-01-01T00:00:00Z'),
  defer: fc.constantFrom(null, null, null, PAST, FUTURE),
  reference: fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F'),
});
const item = fc.integer({ min: 0, max: 9 });
const outcome = fc.constantFrom('successful', 'failed', 'failed', 'failedForGood', 'postponed');
const several = { minLength: 1, maxLength: 5 };
const group: fc.Arbitrary<Group> = fc.oneof(
  fc.record({ kind: fc.constant('add'), steps: fc.array(add, several) }),
  fc.record({ kind: fc.constant('start'), steps: fc.array(fc.constant(null), several) }),
  fc.record({ kind: fc.constant('end'), steps: fc.array(fc.record({ item, outcome }), several) }),
  fc.record({
    kind: fc.constant('note'),
    steps: fc.array(
      fc.record({ item, progress: fc.string({ maxLength: 3, unit: 'grapheme-ascii' }) }),
      several,
    ),
  }),
) as fc.Arbitrary<Group>;
const rules = fc.record({ retries: fc.integer({ min: 0, max: 2 }), isUnique: fc.boolean() });

test('one by one and gathered do what a plain model does', async () => {
  await fc.assert(
    fc.asyncProperty(rules, fc.array(group, { minLength: 1, maxLength: 12 }), async (chosen, history) => {
      const model = plainModel(chosen);
      const players = [await oneByOne(chosen), await gathered(chosen)];
      for (const each of history) {
        const expected = model.play(each);
        for (const player of players) assert.deepEqual(await player.play(each), expected);
      }
      for (const player of players) assert.deepEqual(await player.items(), model.items);
    }),
    { numRuns: Number(process.env.BATON_HISTORIES ?? 40) },
  );
});

test('floors stay below every item that is ready, whoever makes it so', async () => {
  const { Id, Name } = await newQueue({ retries: 0, isUnique: false });
  const post = (body: object) =>
    caller.post(`/odata/Queues/${SERVICE}.AddQueueItem`, {
      itemData: { Name, SpecificContent: {}, ...body },
    });
  const start = async () =>
    (await caller.post(`/odata/Queues/${SERVICE}.StartTransaction`, { transactionData: { Name } })).body?.Id;
  const early = (await post({ DueDate: '2030-01-01T00:00:00Z' })).body.Id;
  const plain = (await post({})).body.Id;
  await post({ DueDate: '2031-01-01T00:00:00Z' });
  const { walked } = await startItems(
    db.hot,
    [1, 2, 3].map(() => ({ queueId: Id, robotId: null, jobKey: null, actor: null })),
  );
  for (const one of walked) assert.equal(await db.transaction((tx) => raiseFloor(tx, one)), true);
  assert.equal(await start(), undefined);
  // A deadline before the floor, an item that comes back behind it, and one whose priority moves it
  // into another lane.
  const earlier = (await post({ DueDate: '2029-01-01T00:00:00Z' })).body.Id;
  assert.equal(await start(), earlier);
  const postponed = { transactionResult: { IsSuccessful: false, DeferDate: PAST } };
  assert.equal(
    (await caller.post(`/odata/Queues(${plain})/${SERVICE}.SetTransactionResult`, postponed)).status,
    200,
  );
  assert.equal(await start(), plain);
  assert.equal(
    (await caller.post(`/odata/Queues(${early})/${SERVICE}.SetTransactionResult`, postponed)).status,
    200,
  );
  assert.equal((await caller.put(`/odata/QueueItems(${early})`, { Priority: 'Low' })).status, 200);
  assert.equal(await start(), early);
  assert.equal(await start(), undefined);
});

test('a floor is not raised while somebody adds', async () => {
  const { Id } = await newQueue({ retries: 0, isUnique: false });
  await db.transaction(async (tx) => {
    await tx.execute({
      text: `insert into queue_items (tenant_id, folder_id, queue_id, specific_content) select tenant_id, folder_id, id, '{}'
               from queue_definitions where id = $1`,
      values: [Id],
    });
    const walked: Walked = { queueId: Id, lane: 4, place: 'infinity', id: 2 ** 40, count: 1 };
    assert.equal(await db.transaction((other) => raiseFloor(other, walked)), false);
  });
  const { items } = await startItems(db.hot, [{ queueId: Id, robotId: null, jobKey: null, actor: null }]);
  assert.ok(items[0]);
});
