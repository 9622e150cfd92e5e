import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { openArchive, readAll } from '@baton/nupkg/archive';
import sql from 'sql-template-tag';
import type { Database } from '../../../kernel/db/sql.ts';
import { silent } from '../../../kernel/db/test-database.ts';
import type { FileStore } from '../../../kernel/files/store.ts';
import { removeUnused } from '../../../kernel/files/unused-files.ts';
import { type Caller, testServer } from '../../../server.fixture.ts';
import { CONFIG, queueKit, refuses, SERVICE } from '../queues.fixture.ts';
import { foldStatistics } from '../statistics/fold-statistics.ts';
import { archiveItems } from './archive-items.ts';
import { expireItems } from './expire-items.ts';

const server = await testServer({ after });
const caller = server.admin.in(server.folder.id);
const { newQueue, add, begin, end, fail } = queueKit(caller);
const { files } = server.parts.services;
const log = silent();

/** One turn of the background work. */
const archive = (more: { db?: Database; files?: FileStore; log?: typeof log } = {}): Promise<number> =>
  archiveItems({ db: server.db, files, log, now: Date.now, ...more });

const newBucket = async (more: object = {}, by: Caller = caller) => {
  const made = await by.post('/odata/Buckets', {
    Name: `Bucket ${randomUUID()}`,
    Identifier: randomUUID(),
    ...more,
  });
  assert.equal(made.status, 201, made.text);
  return made.body;
};
const retentionOf = (id: number): string => `/odata/QueueRetention(${id})`;
const keep = async (id: number, BucketId: number, more: object = {}): Promise<void> => {
  const { status, text } = await caller.put(retentionOf(id), {
    Action: 'Archive',
    Period: 7,
    BucketId,
    ...more,
  });
  assert.equal(status, 200, text);
};
/** Time passes: everything of a queue happened so many days earlier. */
async function age(queueId: number, days: number): Promise<void> {
  await server.db.execute(sql`
    update queue_items set created_at = created_at - make_interval(days => ${days}),
           start_processing = start_processing - make_interval(days => ${days}),
           end_processing = end_processing - make_interval(days => ${days}) where queue_id = ${queueId}`);
  await server.db.execute(sql`
    update queue_definitions set created_at = created_at - make_interval(days => ${days}) where id = ${queueId}`);
  await foldStatistics(server.db);
}
const idsOf = async (id: number): Promise<number[]> =>
  (
    await server.db.query<{ id: number }>(sql`select id from queue_items where queue_id = ${id} order by id`)
  ).map((row) => row.id);
/** Path and content of the files of a bucket, as a client gets them. */
async function filesOf(bucketId: number): Promise<{ path: string; bytes: Buffer }[]> {
  const { body } = await caller.get(`/api/Buckets/${bucketId}/ListFiles?expiryInMinutes=1`);
  return Promise.all(
    body.items.map(async (item: { fullPath: string; accessInfo: { Uri: string } }) => ({
      path: item.fullPath,
      bytes: Buffer.from(await (await fetch(item.accessInfo.Uri)).arrayBuffer()),
    })),
  );
}
async function unzip(bytes: Buffer): Promise<Record<string, string>> {
  const zip = await openArchive(bytes);
  const texts: Record<string, string> = {};
  for (const file of zip.files) texts[file.path] = (await readAll(file, 1e9)).toString();
  zip.close();
  return texts;
}
const rows = (csv: string): string[] => csv.trimEnd().split('\r\n').slice(1);
const unused = (): Promise<unknown[]> => server.db.query(sql`select from unused_files`);

/** A queue with three old items that have ended, and its bucket. */
async function oldQueue(more: object = {}) {
  const queue = await newQueue(more);
  for (let i = 0; i < 3; i++)
    await fail((await begin(queue.Name, { SpecificContent: { Secret: 'plain words' } })).Id);
  await age(queue.Id, 8);
  const bucket = await newBucket();
  await keep(queue.Id, bucket.Id);
  return { queue, bucket, ids: await idsOf(queue.Id) };
}

describe('archiving', () => {
  it('moves items that are old enough into a file, with their comments and history', async () => {
    const queue = await newQueue({ EnforceUniqueReference: true });
    const ended = await begin(queue.Name, {
      Reference: 'old',
      SpecificContent: { Number: 12.5, Text: 'ü, "x"' },
    });
    await end(ended.Id, { IsSuccessful: true, Output: { Total: 1 } });
    await caller.post('/odata/QueueItemComments', { QueueItemId: ended.Id, Text: 'Why?' });
    const deleted = await add(queue.Name, { Reference: 'deleted' });
    await caller.delete(`/odata/QueueItems(${deleted.Id})`);
    const waiting = await add(queue.Name, { Reference: 'waiting' });
    await age(queue.Id, 8);
    const young = await begin(queue.Name, { Reference: 'young' });
    await end(young.Id, { IsSuccessful: true });
    const bucket = await newBucket();
    await keep(queue.Id, bucket.Id);
    const { body: shown } = await caller.get(retentionOf(queue.Id));
    assert.deepEqual([shown.Action, shown.Period, shown.BucketId], ['Archive', 7, bucket.Id]);

    await expireItems(server.db);
    assert.equal((await idsOf(queue.Id)).length, 4, 'what is to be archived is not deleted');
    assert.equal(await archive(), 2);
    assert.deepEqual(await idsOf(queue.Id), [waiting.Id, young.Id]);
    const [file, ...others] = await filesOf(bucket.Id);
    assert.equal(others.length, 0);
    const { body: definition } = await caller.get(`/odata/QueueDefinitions(${queue.Id})`);
    const [, folder, name] = /^(.*)\/(.*)\.zip$/.exec(file!.path)!;
    assert.equal(folder, `/Archive/Queues/Queue-${definition.Key}`);
    assert.match(name!, /^\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d-\d{3}-\d{13}$/);
    const texts = await unzip(file!.bytes);
    const base = `Queue-${definition.Key}-${name}`;
    assert.deepEqual(
      Object.keys(texts),
      ['.csv', '-comments.csv', '-history.csv', '-metadata.json'].map((end) => base + end),
    );
    const items = rows(texts[`${base}.csv`]!);
    assert.equal(items.length, 2);
    assert.match(
      items.join(),
      /"\{""DynamicProperties"":\{""Number"":12\.50?,""Text"":""ü, \\""x\\""""\}\}"/,
    );
    assert.match(items.join(), new RegExp(`Successful.*,old,.*Deleted.*,deleted,`, 's'));
    assert.match(texts[`${base}-comments.csv`]!, new RegExp(`,${ended.Id},Why\\?,`));
    assert.match(texts[`${base}-history.csv`]!, new RegExp(`,${ended.Id},queueItem\\.`));
    const metadata = JSON.parse(texts[`${base}-metadata.json`]!);
    assert.deepEqual(
      [metadata.queueKey, metadata.queueName, metadata.retentionType, metadata.numberOfItems],
      [definition.Key, queue.Name, 'Final', 2],
    );
    const told = await server.db.first<{ payload: object; actor: null }>(sql`
      select payload, actor from events where type = 'blobfile.uploaded' order by id desc limit 1`);
    assert.deepEqual(told, { payload: { bucketName: bucket.Name, fullPath: file!.path }, actor: null });
    await add(queue.Name, { Reference: 'old' });

    // What is old enough later on the same day goes with the next day's file.
    await age(queue.Id, 8);
    assert.equal(await archive(), 0);
    await server.db.execute(sql`update queue_retention set archived_at = archived_at - interval '1 day'`);
    assert.equal(await archive(), 1);
    assert.equal((await filesOf(bucket.Id)).length, 2);
    await keep(queue.Id, bucket.Id, { Type: 'Stale' });
    assert.equal(await archive(), 2);
    assert.deepEqual(await idsOf(queue.Id), []);
    assert.deepEqual(await unused(), []);
  });

  it('goes on until everything old is there, each item once', async () => {
    const queue = await newQueue();
    const queueItems = Array.from({ length: 10_050 }, (_, i) => ({ SpecificContent: { i } }));
    const commitType = 'AllOrNothing';
    await caller.post(`/odata/Queues/${SERVICE}.BulkAddQueueItems`, {
      queueName: queue.Name,
      commitType,
      queueItems,
    });
    await age(queue.Id, 40);
    const expected = await idsOf(queue.Id);
    const bucket = await newBucket();
    await keep(queue.Id, bucket.Id, { Type: 'Stale' });
    assert.equal(await archive(), 10_050);
    assert.deepEqual(await idsOf(queue.Id), []);
    const archived: number[] = [];
    for (const { bytes } of await filesOf(bucket.Id)) {
      const [items] = Object.values(await unzip(bytes));
      const id = items!.slice(0, items!.indexOf('\r\n')).split(',').indexOf('Id');
      archived.push(
        ...rows(items!).map((row) =>
          Number(row.split(',').at(id - items!.split('\r\n')[0]!.split(',').length)),
        ),
      );
    }
    assert.deepEqual(
      archived.sort((a, b) => a - b),
      expected,
    );
  });

  it('leaves sealed what an encrypted queue keeps sealed', async () => {
    const { bucket } = await oldQueue({ Encrypted: true });
    assert.equal(await archive(), 3);
    const [file] = await filesOf(bucket.Id);
    const text = Object.values(await unzip(file!.bytes)).join('\n');
    assert.match(text, /DynamicProperties/);
    assert.doesNotMatch(text, /plain words|no such customer/);
  });
});

describe('archiving that breaks off', () => {
  const halfway: FileStore['write'] = async (key, content) => {
    for await (const _ of content as AsyncIterable<Buffer>) throw new Error('killed');
    await files.write(key, content);
  };
  const written: FileStore['write'] = async (key, content) => {
    await files.write(key, content);
    throw new Error('killed');
  };
  /** Nothing after the last step of the transaction, not even its commit. */
  const noCommit: Database = {
    ...server.db,
    transaction: (work) =>
      server.db.transaction(async (tx) => {
        const result = await work(tx);
        if (typeof result === 'number') throw new Error('killed'); // how many items went
        return result;
      }),
  };
  for (const [what, broken] of [
    [
      'before anything is written',
      { files: { ...files, write: () => Promise.reject(new Error('no disk')) } },
    ],
    ['while the file is written', { files: { ...files, write: halfway } }],
    ['between the file and the items', { files: { ...files, write: written } }],
    ['between the items and the commit', { db: noCommit }],
    [
      'and cannot even clear away',
      { files: { ...files, write: written, remove: () => Promise.reject(new Error('no disk')) } },
    ],
  ] as const) {
    it(`${what} loses nothing and shows nothing`, async () => {
      const { queue, bucket, ids } = await oldQueue();
      const errors: unknown[] = [];
      const deaf = { ...log, error: (about: object) => errors.push(about) } as unknown as typeof log;
      assert.equal(await archive({ ...broken, log: deaf }), 0);
      assert.equal(errors.length, 1);
      assert.deepEqual(await idsOf(queue.Id), ids);
      assert.deepEqual(await filesOf(bucket.Id), []);
      const left = await server.db.query<{ key: string }>(sql`select key from unused_files`);
      assert.equal(
        left.length,
        'files' in broken && 'remove' in broken.files && what.startsWith('and') ? 1 : 0,
      );

      assert.equal(await archive(), 3);
      assert.deepEqual(await idsOf(queue.Id), []);
      const [file, ...others] = await filesOf(bucket.Id);
      assert.equal(others.length, 0);
      assert.equal(rows(Object.values(await unzip(file!.bytes))[0]!).length, 3);
      // What a dead server left goes in time.
      await server.db.execute(sql`update unused_files set remove_after = now() - interval '1 s'`);
      await removeUnused(server.db, files);
      for (const { key } of left) assert.equal(await files.read(key), undefined);
      assert.equal((await filesOf(bucket.Id)).length, 1);
    });
  }

  it('never takes the place of a file that is there', async () => {
    const { queue, bucket } = await oldQueue();
    const now = (): number => 1_793_588_408_496;
    assert.equal(await archiveItems({ db: server.db, files, log, now }), 3);
    const before = await filesOf(bucket.Id);
    assert.match(before[0]!.path, /\/2026-11-02-03-00-08-496-1793588408496\.zip$/);
    await fail((await begin(queue.Name)).Id);
    await age(queue.Id, 8);
    await server.db.execute(sql`update queue_retention set archived_at = null`);
    assert.equal(await archiveItems({ db: server.db, files, log, now }), 0);
    assert.deepEqual(await filesOf(bucket.Id), before);
    assert.equal(await archive(), 1);
    assert.equal((await filesOf(bucket.Id)).length, 2);
  });

  it('leaves what somebody is changing for the next time, and archives the other queues', async () => {
    const [one, two] = [await oldQueue(), await oldQueue()];
    await server.db.transaction(async (tx) => {
      await tx.execute(sql`select from queue_items where id = ${one.ids[0]} for update`);
      assert.equal(await archive(), 5);
    });
    assert.deepEqual(await idsOf(one.queue.Id), [one.ids[0]]);
    assert.deepEqual(await idsOf(two.queue.Id), []);
    assert.equal(await archive(), 1, 'the next turn, not the next day');
  });
});

describe('archiving without a bucket to write to', () => {
  const gone = {
    'is deleted': (id: number) => caller.delete(`/odata/Buckets(${id})`),
    'is read-only': async (id: number) => {
      const { body } = await caller.get(`/odata/Buckets(${id})`);
      return caller.put(`/odata/Buckets(${id})`, { ...body, Options: 'ReadOnly' });
    },
    'is in another folder': async (id: number) => {
      const folder = { DisplayName: 'Elsewhere', ProvisionType: 'Automatic', PermissionModel: 'FineGrained' };
      const { body } = await server.admin.post('/odata/Folders', folder);
      return caller.post(`/odata/Buckets/${CONFIG}.ShareToFolders`, {
        BucketIds: [id],
        ToAddFolderIds: [body.Id],
        ToRemoveFolderIds: [server.folder.id],
      });
    },
  };
  for (const [what, take] of Object.entries(gone)) {
    it(`keeps the items and says so: it ${what}`, async () => {
      const { queue, bucket, ids } = await oldQueue();
      assert.ok((await take(bucket.Id)).status < 300);
      const warnings: [object, string][] = [];
      const heard = { ...log, warn: (about: object, text: string) => warnings.push([about, text]) };
      assert.equal(await archive({ log: heard as unknown as typeof log }), 0);
      await expireItems(server.db);
      assert.deepEqual(await idsOf(queue.Id), ids);
      assert.deepEqual(warnings, [
        [
          { queue: queue.Id, bucket: bucket.Id },
          `items of the queue ${queue.Name} are kept: its bucket is gone or read-only`,
        ],
      ]);
      await caller.delete(`/odata/QueueDefinitions(${queue.Id})`);
    });
  }
});

describe('retention that archives', () => {
  it('comes with the queue where newer clients make it', async () => {
    const [one, two] = [await newBucket(), await newBucket()];
    const path = `/odata/QueueDefinitions/${CONFIG}`;
    const made = await caller.post(`${path}.CreateQueue`, {
      Name: 'Archived',
      RetentionAction: 'Archive',
      RetentionPeriod: 60,
      RetentionBucketId: one.Id,
    });
    assert.equal(made.status, 201, made.text);
    const { Id, Name } = made.body;
    assert.deepEqual(
      [made.body.RetentionAction, made.body.RetentionBucketId, made.body.RetentionBucketName],
      ['Archive', one.Id, one.Name],
    );
    const edit = { Id, Name, StaleRetentionAction: 'Archive', StaleRetentionBucketId: two.Id };
    assert.equal((await caller.post(`${path}.EditQueue`, edit)).status, 200);
    const { body } = await caller.get(`${path}.GetQueue(id=${Id})`);
    assert.deepEqual(
      [body.RetentionBucketId, body.StaleRetentionBucketId, body.StaleRetentionBucketName],
      [one.Id, two.Id, two.Name],
    );
    await caller.put(retentionOf(Id), { Action: 'Delete', Period: 7, BucketId: one.Id });
    assert.equal((await caller.get(retentionOf(Id))).body.BucketId, null);
  });

  it('refuses buckets that it could not write to', async () => {
    const { Id, Name } = await newQueue();
    const bucket = await newBucket();
    const readOnly = await newBucket({ Options: 'ReadOnly' });
    const elsewhere = await newBucket({}, server.otherTenant.in(server.otherFolder.id));
    const path = retentionOf(Id);
    const archived = { Action: 'Archive', Period: 7 };
    await refuses(caller, [
      ['no bucket', 'put', path, archived, 400, 1009],
      ['bucket 0', 'put', path, { ...archived, BucketId: 0 }, 400, 1009],
      ['an unknown bucket', 'put', path, { ...archived, BucketId: 999_999 }, 400, 1009],
      ['a read-only bucket', 'put', path, { ...archived, BucketId: readOnly.Id }, 400, 1009],
      ["another tenant's bucket", 'put', path, { ...archived, BucketId: elsewhere.Id }, 400, 1009],
      [
        'no bucket from the start',
        'post',
        `/odata/QueueDefinitions/${CONFIG}.CreateQueue`,
        { Name: 'x', RetentionAction: 'Archive' },
        400,
        1009,
      ],
      [
        'no bucket for stale items',
        'post',
        `/odata/QueueDefinitions/${CONFIG}.EditQueue`,
        { Id, Name, StaleRetentionAction: 'Archive' },
        400,
        1009,
      ],
    ]);
    const named = await caller.post(`/odata/QueueDefinitions/${CONFIG}.EditQueue`, {
      Id,
      Name,
      StaleRetentionAction: 'Archive',
      StaleRetentionBucketId: readOnly.Id,
    });
    assert.match(named.body.message, /^StaleRetentionBucketId: /);
    const rights = ['Queues.View', 'Queues.Edit'];
    for (const [permissions, status] of [
      [rights, 400],
      [[...rights, 'Buckets.View'], 403],
      [[...rights, 'Buckets.View', 'BlobFiles.Create'], 200],
    ] as const) {
      const user = (await server.user({ permissions })).in(server.folder.id);
      const answer = await user.put(path, { ...archived, BucketId: bucket.Id });
      assert.equal(answer.status, status, answer.text);
    }
  });
});
