import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import sql from 'sql-template-tag';
import type { Database } from '../apps/server/src/kernel/db/sql.ts';
import { type Item, queueKit, SERVICE } from '../apps/server/src/orchestrator/queues/queues.fixture.ts';
import type { Answer, Caller } from '../apps/server/src/server.fixture.ts';
import { type Race, race, type World } from './races.fixture.ts';

const START = `/odata/Queues/${SERVICE}.StartTransaction`;
const startCall =
  (caller: Caller, queue: string, more: object = {}) =>
  (): Promise<Answer> =>
    caller.post(START, { transactionData: { Name: queue, ...more } });
const idempotent = (caller: Caller): Caller => caller.with({ 'idempotency-key': randomUUID() });

interface Filled {
  readonly queue: { readonly Id: number; readonly Name: string };
  readonly items: readonly Item[];
}

/** A queue of this round's own with so many items. */
async function filled({ nodes }: World, count: number, item: object = {}): Promise<Filled> {
  const { newQueue } = queueKit(nodes[0]);
  const queue = await newQueue({ AcceptAutomaticallyRetry: true, MaxNumberOfRetries: 3 });
  const added = await nodes[0].post(`/odata/Queues/${SERVICE}.BulkAddQueueItems`, {
    queueName: queue.Name,
    commitType: 'AllOrNothing',
    queueItems: Array.from({ length: count }, (_, n) => ({
      Reference: `R-${n}`,
      SpecificContent: { A: 1 },
      ...item,
    })),
  });
  assert.equal(added.status, 200, added.text);
  const { body } = await nodes[0].get(`/odata/QueueItems?$filter=QueueDefinitionId eq ${queue.Id}`);
  return { queue, items: body.value };
}

const LATER = { DeferDate: '2199-01-01T00:00:00Z' };

/** Time passes: what is deferred is due, and no server has noticed yet. */
const becomeDue = (db: Database, queueId: number): Promise<void> =>
  db.transaction(async (tx) => {
    await tx.execute(sql`set local session_replication_role = replica`); // no triggers, as when nobody writes
    await tx.execute(sql`
      update queue_items set defer_at = now() - interval '1 second' where queue_id = ${queueId} and waits`);
  });

async function due(world: World, count: number): Promise<Filled> {
  const things = await filled(world, count, LATER);
  await becomeDue(world.db, things.queue.Id);
  return things;
}

interface State {
  readonly id: number;
  readonly status: number;
  readonly starts: number;
}

/**
 * Starts as a robot sees them: nobody has an item twice, and nobody is told that there is none while one is
 * left. Only for races in which no item becomes ready after the first start.
 */
async function startsHold(
  { queue }: Filled,
  starts: readonly Answer[],
  { db }: World,
): Promise<readonly string[]> {
  const wrong: string[] = [];
  const started = starts.filter(({ status }) => status === 200).map(({ body }) => body.Id as number);
  const empty = starts.filter(({ status }) => status === 204).length;
  if (started.length + empty < starts.length)
    wrong.push(`starts answered ${starts.map(({ status, text }) => `${status} ${text}`)}`);
  if (new Set(started).size < started.length) wrong.push(`one item was started twice: ${started}`);
  const states = await db.query<State>(sql`
    select i.id, i.status, (select count(*)::int from events e where e.entity = 'QueueItem'
             and e.entity_key::bigint = i.id and e.type = 'queueItem.transactionStarted') as starts
      from queue_items i where i.queue_id = ${queue.Id} order by i.id`);
  const left = states.filter(({ status }) => status === 0).length;
  if (empty > 0 && left > 0) wrong.push(`${empty} starts were answered 204 and ${left} items are New`);
  for (const { id, status, starts: told } of states) {
    const times = started.includes(id) ? 1 : 0;
    if (told !== times || (status === 1) !== (times === 1))
      wrong.push(`item ${id} was given out ${times} times, has ${told} events of that and status ${status}`);
  }
  return wrong;
}

const onlyStarts = (things: Filled, answers: readonly Answer[], world: World): Promise<readonly string[]> =>
  startsHold(things, answers, world);

/** Where the first call is no start. */
const startsBeside = (things: Filled, [, ...starts]: readonly Answer[], world: World) =>
  startsHold(things, starts, world);

const edit =
  (caller: Caller, { Id }: Item, more: object) =>
  (): Promise<Answer> =>
    caller.put(`/odata/QueueItems(${Id})`, more);

export const QUEUE_RACES: readonly Race[] = [
  race({
    name: 'deferred items that are due are started',
    prepare: (world) => due(world, 8),
    calls: ({ queue }, nodes) => Array.from({ length: 8 }, (_, n) => startCall(nodes[n % 2]!, queue.Name)),
    check: onlyStarts,
  }),
  race({
    name: 'deferred items that are due are started, some with an Idempotency-Key',
    prepare: (world) => due(world, 6),
    calls: ({ queue }, nodes) =>
      Array.from({ length: 6 }, (_, n) =>
        startCall(n < 2 ? idempotent(nodes[n]!) : nodes[n % 2]!, queue.Name),
      ),
    check: onlyStarts,
  }),
  race({
    name: 'more robots than items',
    prepare: (world) => filled(world, 5),
    calls: ({ queue }, nodes) => Array.from({ length: 10 }, (_, n) => startCall(nodes[n % 2]!, queue.Name)),
    check: onlyStarts,
  }),
  race({
    name: 'an item is edited and started',
    often: 2,
    prepare: (world) => filled(world, 1),
    calls: ({ queue, items: [item] }, [a, b]) => [
      edit(a, item!, { Priority: 'High', SpecificContent: { A: 2 } }),
      startCall(b, queue.Name),
    ],
    check: startsBeside,
  }),
  race({
    name: 'a deferred item that is due is edited and started',
    often: 2,
    prepare: (world) => due(world, 1),
    calls: ({ queue, items: [item] }, [a, b]) => [
      edit(a, item!, { Priority: 'High', SpecificContent: { A: 2 } }),
      startCall(b, queue.Name),
    ],
    check: startsBeside,
  }),
  race({
    name: 'an item is edited and started by its reference',
    often: 2,
    prepare: (world) => filled(world, 1),
    calls: ({ queue, items: [item] }, [a, b]) => [
      edit(a, item!, { Priority: 'High', SpecificContent: { A: 2 } }),
      startCall(b, queue.Name, { Reference: 'R-', ReferenceFilterOption: 'StartsWith' }),
    ],
    check: startsBeside,
  }),
  race({
    name: 'an item is commented on and started',
    prepare: (world) => filled(world, 1),
    calls: ({ queue, items: [item] }, [a, b]) => [
      () => a.post('/odata/QueueItemComments', { QueueItemId: item!.Id, Text: 'Look.' }),
      startCall(b, queue.Name),
    ],
    check: startsBeside,
  }),
  race({
    name: 'some items are deleted while all are started',
    prepare: (world) => filled(world, 6),
    calls: ({ queue, items }, [a, b]) => [
      () =>
        a.post('/odata/QueueItems/UiPathODataSvc.DeleteBulk', {
          queueItems: items.slice(0, 3).map(({ Id, RowVersion }) => ({ Id, RowVersion })),
        }),
      ...items.map((_, n) => startCall(n % 2 ? a : b, queue.Name)),
    ],
    check: startsBeside,
  }),
];
