import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { openArchive, readAll } from '@baton/nupkg/archive';
import sql from 'sql-template-tag';
import { type Item, queueKit, SERVICE } from '../apps/server/src/orchestrator/queues/queues.fixture.ts';
import { archiveItems } from '../apps/server/src/orchestrator/queues/retention/archive-items.ts';
import { expireItems } from '../apps/server/src/orchestrator/queues/retention/expire-items.ts';
import type { Answer, Caller } from '../apps/server/src/server.fixture.ts';
import { type Race, race, type World } from './races.fixture.ts';

// What is acknowledged of an item while it leaves: it stays with the item, goes where the
// item goes, or is refused.

interface OldItems {
  readonly queueId: number;
  readonly bucketId: number;
  readonly items: readonly Item[];
  /** Texts whose comments were acknowledged during the round. */
  readonly heard: string[];
  /** One comment on each, written before. */
  readonly comments: readonly { readonly Id: number }[];
}

const COMMENTS = '/odata/QueueItemComments';

/** Items that are older than their queue keeps them, which archives them, or deletes them. */
async function oldItems({ nodes: [a], db }: World, count: number, action: string): Promise<OldItems> {
  const { newQueue, add } = queueKit(a);
  const queue = await newQueue();
  const items: Item[] = [];
  for (let n = 0; n < count; n++) items.push(await add(queue.Name));
  const comments = await Promise.all(
    items.map(async ({ Id }) => made(await a.post(COMMENTS, { QueueItemId: Id, Text: `before ${Id}` }))),
  );
  const bucket = made(await a.post('/odata/Buckets', { Name: randomUUID(), Identifier: randomUUID() }));
  await db.execute(
    sql`update queue_items set created_at = now() - interval '9 days' where queue_id = ${queue.Id}`,
  );
  const { status, text } = await a.put(`/odata/QueueRetention(${queue.Id})`, {
    Type: 'Stale',
    Action: action,
    Period: 8,
    ...(action === 'Archive' && { BucketId: bucket.Id }),
  });
  assert.equal(status, 200, text);
  return { queueId: queue.Id, bucketId: bucket.Id, items, heard: [], comments };
}

function made(answer: Answer): { readonly Id: number } {
  assert.equal(answer.status, 201, answer.text);
  return answer.body;
}

const archive = ({ db, services: { files, log } }: World) => archiveItems({ db, files, log, now: Date.now });

/** Texts of all files of a bucket, unpacked. */
async function archived({ db, services }: World, bucketId: number): Promise<string> {
  let texts = '';
  for (const { file_key: key } of await db.query<{ file_key: string }>(
    sql`select file_key from bucket_files where bucket_id = ${bucketId}`,
  )) {
    const chunks: Buffer[] = [];
    for await (const chunk of (await services.files.read(key))!.stream) chunks.push(chunk as Buffer);
    const zip = await openArchive(Buffer.concat(chunks));
    for (const file of zip.files) texts += (await readAll(file, 1e8)).toString();
    zip.close();
  }
  return texts;
}

const commentCall =
  (caller: Caller, { Id }: Item, text: string) =>
  (): Promise<Answer> =>
    caller.post(COMMENTS, { QueueItemId: Id, Text: text });

/** One after the other, until the item is gone or so many are written: archiving takes longer than one. */
const commentsCall = (caller: Caller, item: Item, heard: string[]) => async (): Promise<Answer> => {
  let answer: Answer | undefined;
  for (let n = 1; n <= 12 && (answer?.status ?? 201) === 201; n++) {
    answer = await commentCall(caller, item, `${n} on ${item.Id}`)();
    if (answer.status === 201) heard.push(answer.body.Text);
  }
  return answer!;
};

/** What belongs to items of the queue that are not there. */
async function orphans({ db }: World, queueId: number): Promise<readonly string[]> {
  const rows = await db.query<{ what: string; id: string }>(sql`
    select 'comment' as what, c.id::text from queue_item_comments c where c.queue_id = ${queueId}
       and not exists (select from queue_items i where i.id = c.item_id)
    union all
    select 'event ' || e.type, e.id::text from events e where e.entity = 'QueueItem'
       and (e.payload ->> 'queueId')::bigint = ${queueId}
       and not exists (select from queue_items i where i.id = e.entity_key::bigint)
    union all
    select 'item', i.id::text from queue_items i where i.queue_id = ${queueId}
       and not exists (select from queue_definitions d where d.id = i.queue_id)`);
  return rows.map(({ what, id }) => `${what} ${id} has nothing that it belongs to`);
}

/** Texts that were acknowledged, and are neither with an item nor in an archive. */
async function lost(world: World, { queueId, bucketId }: OldItems, texts: readonly string[]) {
  const there = await world.db.query<{ text: string }>(
    sql`select text from queue_item_comments where queue_id = ${queueId}`,
  );
  const kept = new Set(there.map(({ text }) => text));
  const files = await archived(world, bucketId);
  return texts
    .filter((text) => !kept.has(text) && !files.includes(text))
    .map((text) => `'${text}' was acknowledged and is nowhere`);
}

const unexpected = (answers: readonly Answer[], ...expected: readonly number[]): readonly string[] =>
  answers
    .filter(({ status }) => !expected.includes(status))
    .map(({ status, text }) => `answered ${status} ${text}`);

export const LEAVING_ITEM_RACES: readonly Race[] = [
  race({
    name: 'comments are written while items are archived',
    prepare: (world) => oldItems(world, 6, 'Archive'),
    calls: ({ items, heard }, nodes, world) => [
      () => archive(world),
      ...items.map((item, n) => commentsCall(nodes[n % 2]!, item, heard)),
    ],
    check: async (things, [, ...answers], world) => [
      ...unexpected(answers, 201, 404),
      ...(await lost(world, things, things.heard)),
      ...(await orphans(world, things.queueId)),
    ],
  }),
  race({
    name: 'comments are changed while items are archived',
    prepare: (world) => oldItems(world, 6, 'Archive'),
    calls: ({ comments }, nodes, world) => [
      () => archive(world),
      ...comments.map(
        ({ Id }, n) =>
          () =>
            nodes[n % 2]!.put(`${COMMENTS}(${Id})`, { Text: `changed ${Id}` }),
      ),
    ],
    async check(things, [, ...answers], world) {
      const texts = answers.flatMap(({ status }, n) =>
        status === 200 ? [`changed ${things.comments[n]!.Id}`] : [],
      );
      return [
        ...unexpected(answers, 200, 404),
        ...(await lost(world, things, texts)),
        ...(await orphans(world, things.queueId)),
      ];
    },
  }),
  race({
    name: 'comments are written while items are deleted for their age',
    prepare: (world) => oldItems(world, 6, 'Delete'),
    calls: ({ items, heard }, nodes, { db }) => [
      () => expireItems(db),
      ...items.map((item, n) => commentsCall(nodes[n % 2]!, item, heard)),
    ],
    check: async ({ queueId }, [, ...answers], world) => [
      ...unexpected(answers, 201, 404),
      ...(await orphans(world, queueId)),
    ],
  }),
  race({
    name: 'a queue is deleted while its items are added, started, ended and commented on',
    async prepare({ nodes: [a] }) {
      const { newQueue, begin, add } = queueKit(a);
      const queue = await newQueue({ AcceptAutomaticallyRetry: true, MaxNumberOfRetries: 9 });
      const running = [await begin(queue.Name), await begin(queue.Name), await begin(queue.Name)];
      return { queue, running, waiting: await add(queue.Name) };
    },
    calls({ queue, running, waiting }, [a, b]) {
      const exception = {
        IsSuccessful: false,
        ProcessingException: { Reason: 'x', Type: 'ApplicationException' },
      };
      return [
        () => a.delete(`/odata/QueueDefinitions(${queue.Id})`),
        ...running.flatMap(({ Id }, n) => [
          () => queueKit(n % 2 ? a : b).end(Id, n === 2 ? { IsSuccessful: true } : exception),
          () => b.post(`/odata/Queues(${Id})/${SERVICE}.SetTransactionProgress`, { progress: 'half' }),
        ]),
        () => queueKit(b).start(queue.Name),
        () => b.put(`/odata/QueueItems(${waiting.Id})`, { Priority: 'High' }),
        () =>
          b.post(`/odata/Queues/${SERVICE}.AddQueueItem`, {
            itemData: { Name: queue.Name, SpecificContent: {} },
          }),
        commentCall(b, waiting, 'Look.'),
        commentCall(a, running[0]!, 'Look.'),
      ];
    },
    check: async ({ queue }, [gone, ...answers], world) => [
      ...unexpected([gone!], 204),
      ...unexpected(answers, 200, 201, 204, 404, 409),
      ...(await orphans(world, queue.Id)),
    ],
  }),
];
