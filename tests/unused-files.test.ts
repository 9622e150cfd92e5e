import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { after, afterEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { removeUnused } from '../apps/server/src/kernel/files/unused-files.ts';
import { follow, ofBucket } from '../apps/server/src/orchestrator/buckets/buckets.fixture.ts';
import {
  publishSample,
  samplePackage,
  UPLOAD,
} from '../apps/server/src/orchestrator/packages/packages.fixture.ts';
import { queueKit } from '../apps/server/src/orchestrator/queues/queues.fixture.ts';
import { archiveItems } from '../apps/server/src/orchestrator/queues/retention/archive-items.ts';
import { foldStatistics } from '../apps/server/src/orchestrator/queues/statistics/fold-statistics.ts';
import { testServer } from '../apps/server/src/server.fixture.ts';

// Everything that writes into the file store, each succeeding, failing at its last step, and stopped
// as by a power cut between content and row: after the sweep the store holds what rows speak of,
// all of it and nothing else.
const server = await testServer({ after });
const admin = server.admin.in(server.folder.id);
const { db } = server;
const { files } = server.parts.services;
const filesFolder = join(server.dataFolder, 'files');
const NS = 'UiPath.Server.Configuration.OData';

const queue = await queueKit(admin).newQueue();
await queueKit(admin).add(queue.Name);
const bucket = (
  await admin.post('/odata/Buckets', { Name: 'Files', Identifier: '3f2504e0-4f89-41d3-9a0c-0305e82c3301' })
).body;
let versions = 0;

async function exported(): Promise<void> {
  const asked = await admin.post(`/odata/QueueDefinitions(${queue.Id})/UiPathODataSvc.Export`);
  assert.equal(asked.status, 200, asked.text);
  const deadline = performance.now() + 120_000;
  for (;;) {
    const { body } = await admin.get(`/odata/Exports(${asked.body.Id})`);
    if (body.Status === 'Completed' || body.Status === 'Failed') return;
    assert.ok(performance.now() < deadline, 'the export does not end');
    await delay(10);
  }
}

async function archived(): Promise<void> {
  const { Name, Id } = await queueKit(admin).newQueue();
  const kept = await admin.put(`/odata/QueueRetention(${Id})`, {
    Action: 'Archive',
    Period: 1,
    BucketId: bucket.Id,
  });
  assert.equal(kept.status, 200, kept.text);
  const { Id: item } = await queueKit(admin).begin(Name);
  await queueKit(admin).end(item, { IsSuccessful: true });
  await db.execute(sql`
    update queue_items set created_at = created_at - interval '3 days', start_processing = start_processing - interval '3 days',
           end_processing = end_processing - interval '3 days' where queue_id = ${Id}`);
  await db.execute(sql`
    update queue_definitions set created_at = created_at - interval '3 days' where id = ${Id}`);
  await foldStatistics(db);
  await archiveItems({ db, files, log: server.parts.services.log, now: Date.now });
}

interface Writer {
  readonly what: string;
  readonly write: () => Promise<unknown>;
  /** Its last statement: the insert, or the update, that makes the content somebody's. Absent: nobody's. */
  readonly row?: string;
}

const WRITERS: readonly Writer[] = [
  {
    what: 'a file of a bucket',
    write: async () => {
      const { body } = await admin.get(`${ofBucket(bucket.Id, 'GetWriteUri')}?path=a.txt`);
      await (await follow(body, { body: 'content' })).text();
    },
    row: 'insert on bucket_files',
  },
  {
    what: 'a package',
    write: () => publishSample(admin, 'Sample', `1.0.${++versions}`),
    row: 'insert on packages',
  },
  {
    what: 'a package with an Idempotency-Key',
    write: async () =>
      admin.with({ 'idempotency-key': `upload ${++versions}` }).upload(UPLOAD, {
        fileName: 'x.nupkg',
        bytes: await samplePackage('Sample', `1.0.${versions}`),
      }),
    row: 'update on idempotent_answers',
  },
  { what: 'an export', write: exported, row: 'update of file_key on exports' },
  { what: 'an archive of a queue', write: archived, row: 'insert on bucket_files' },
  {
    what: 'a report of a queue',
    write: () => admin.get(`/odata/QueueDefinitions(${queue.Id})/UiPathODataSvc.Reports`),
  },
  { what: 'a report of logs', write: () => admin.get(`/odata/RobotLogs/${NS}.Reports`) },
];

await db.execute(sql`
  create function breaks() returns trigger language plpgsql as $$ begin raise 'broken by a test'; end $$`);
const breakAt = (row: string) =>
  db.execute({
    text: `create trigger broken before ${row} for each row execute function breaks()`,
    values: [],
  });

async function mendAll(): Promise<void> {
  for (const table of ['bucket_files', 'packages', 'idempotent_answers', 'exports', 'unused_files'])
    await db.execute({ text: `drop trigger if exists broken on ${table}`, values: [] });
}
afterEach(mendAll);

async function inStore(): Promise<string[]> {
  const entries = await readdir(filesFolder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(filesFolder, join(entry.parentPath, entry.name)))
    .sort();
}

async function ofRows(): Promise<string[]> {
  const rows = await db.query<{ key: string }>(sql`
    select file_key as key from bucket_files union select file_key from packages
    union select file_key from exports where file_key is not null order by 1`);
  return rows.map(({ key }) => key).sort();
}

async function sweep(): Promise<void> {
  await mendAll();
  await db.execute(sql`update unused_files set remove_after = now() - interval '1 s'`);
  await removeUnused(db, files);
}

/** Some go when a client has read them, a moment after the answer. */
async function untilNothingElse(): Promise<void> {
  const deadline = performance.now() + 120_000;
  for (;;) {
    const [stored, spokenOf] = [await inStore(), await ofRows()];
    if (stored.join() === spokenOf.join()) return;
    if (performance.now() > deadline) assert.deepEqual(stored, spokenOf);
    await delay(10);
  }
}

describe('content and its row', () => {
  for (const { what, write, row } of WRITERS) {
    it(`${what}: written`, async () => {
      const before = await ofRows();
      await write();
      await untilNothingElse();
      if (row) assert.notDeepEqual(await ofRows(), before);
    });
    if (!row) continue;
    it(`${what}: rolled back`, async () => {
      const before = await ofRows();
      await breakAt(row);
      await write();
      await sweep();
      assert.deepEqual([await inStore(), await ofRows()], [before, before]);
    });
    it(`${what}: rolled back, and nobody left to clean up`, async () => {
      const before = await ofRows();
      await breakAt(row);
      await breakAt('update on unused_files');
      await write();
      // What keeps the content from staying for ever.
      assert.ok((await inStore()).length > before.length, 'the content was never there');
      await sweep();
      assert.deepEqual([await inStore(), await ofRows()], [before, before]);
    });
  }
});

it('goes with its row, whatever made that go', async () => {
  assert.equal((await admin.delete(`/odata/Processes('Sample')`)).status, 204);
  assert.equal((await admin.delete(`/odata/Buckets(${bucket.Id})`)).status, 204);
  await db.execute(sql`delete from exports`);
  await sweep();
  assert.deepEqual(await inStore(), []);
});

it('keeps a file that packages of before share, until the last of them goes', async () => {
  for (const version of ['2.0.1', '2.0.2'])
    assert.equal((await publishSample(admin, 'Sample', version)).status, 200);
  await db.execute(sql`
    update packages p set file_key = o.file_key, sha256 = o.sha256 from packages o where o.version = '2.0.1'`);
  const [shared] = await ofRows();
  assert.equal((await admin.delete(`/odata/Processes('Sample:2.0.1')`)).status, 204);
  await sweep();
  assert.ok((await inStore()).includes(shared!));
  assert.equal((await admin.delete(`/odata/Processes('Sample:2.0.2')`)).status, 204);
  await sweep();
  assert.ok(!(await inStore()).includes(shared!));
});
