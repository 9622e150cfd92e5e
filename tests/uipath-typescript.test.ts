import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { Assets } from '@uipath/uipath-typescript/assets';
import { Buckets } from '@uipath/uipath-typescript/buckets';
import { UiPath } from '@uipath/uipath-typescript/core';
import { Jobs } from '@uipath/uipath-typescript/jobs';
import { Processes } from '@uipath/uipath-typescript/processes';
import { Queues } from '@uipath/uipath-typescript/queues';
import { testServer } from '../apps/server/src/server.fixture.ts';
import { createEntities } from './entities.fixture.ts';

// The official TypeScript SDK, unchanged, against the server.
const server = await testServer({ after });
const folderId = server.folder.id;
const { ids, keys } = await createEntities(server, server.admin, folderId);
const sdk = new UiPath({
  baseUrl: server.url,
  orgName: 'Default',
  tenantName: 'Default',
  secret: server.admin.token!,
});

describe('the official TypeScript SDK', () => {
  it('reads and starts processes', async () => {
    const processes = new Processes(sdk);
    const all = await processes.getAll({ folderId });
    assert.deepEqual(
      all.items.map((item) => item.id),
      [ids.Releases],
    );
    assert.equal((await processes.getAll()).items.length, 1);
    assert.equal((await processes.getById(ids.Releases!, folderId)).key, keys.Releases);
    assert.equal((await processes.getByName('Matrix1', { folderId })).key, keys.Releases);
    const [job] = await processes.start({ processKey: keys.Releases! }, folderId);
    assert.equal(job!.state, 'Pending');
  });

  it('reads and stops jobs', async () => {
    const jobs = new Jobs(sdk);
    const waiting = await jobs.getAll({
      folderId,
      filter: "state eq 'Pending'",
      orderby: 'creationTime desc',
      pageSize: 1,
    });
    assert.equal(waiting.items.length, 1);
    const { key } = waiting.items[0]!;
    assert.equal((await jobs.getById(key, folderId)).state, 'Pending');
    await jobs.stop([key], folderId);
    assert.equal((await jobs.getById(key, folderId)).state, 'Stopped');
  });

  it('reads queues', async () => {
    const queues = new Queues(sdk);
    const all = await queues.getAll({ folderId });
    assert.deepEqual(
      all.items.map((item) => item.id),
      [ids.QueueDefinitions],
    );
    assert.equal((await queues.getById(ids.QueueDefinitions!, folderId)).name, 'Matrix1');
  });

  it('reads assets', async () => {
    const assets = new Assets(sdk);
    const all = await assets.getAll({ folderId });
    assert.equal(all.items[0]!.value, 'x');
    assert.equal((await assets.getById(ids.Assets!, folderId)).name, 'Matrix1');
  });

  it('reads buckets, and moves files up and down', async () => {
    const buckets = new Buckets(sdk);
    const bucketId = ids.Buckets!;
    assert.deepEqual(
      (await buckets.getAll({ folderId })).items.map(({ id, identifier }) => [id, identifier]),
      [[bucketId, keys.Buckets]],
    );
    assert.equal((await buckets.getAll()).items.length, 1);
    assert.equal((await buckets.getById(bucketId, folderId)).name, 'Matrix1');

    const text = 'Grüße\n'.repeat(1000);
    for (const [path, content] of [
      ['/sdk/buffer.txt', Buffer.from(text)],
      ['sdk/blob.txt', new Blob([text], { type: 'text/plain' })],
    ] as const)
      assert.deepEqual(await buckets.uploadFile({ bucketId, folderId, path, content }), {
        success: true,
        statusCode: 201,
      });
    const listed = await buckets.getFileMetaData(bucketId, folderId, { prefix: '/sdk' });
    assert.deepEqual(
      listed.items.map(({ path, contentType, size }) => [path, contentType, size]),
      [
        ['/sdk/blob.txt', 'text/plain', 8000],
        ['/sdk/buffer.txt', 'application/octet-stream', 8000],
      ],
    );
    const first = await buckets.getFileMetaData(bucketId, folderId, { prefix: 'sdk', pageSize: 1 });
    assert.equal(first.hasNextPage, true);
    const second = await buckets.getFileMetaData(bucketId, folderId, {
      prefix: 'sdk',
      pageSize: 1,
      cursor: first.nextCursor!,
    });
    assert.deepEqual([second.items[0]!.path, second.hasNextPage], ['/sdk/buffer.txt', false]);
    const { uri, httpMethod, requiresAuth, headers } = await buckets.getReadUri({
      bucketId,
      folderId,
      path: 'sdk/blob.txt',
      expiryInMinutes: 5,
    });
    assert.deepEqual([httpMethod, requiresAuth, headers], ['GET', false, {}]);
    assert.equal(await (await fetch(uri)).text(), text);
    await assert.rejects(
      buckets.getReadUri({ bucketId, folderId, path: 'sdk/none.txt' }),
      /BlobFile does not exist/,
    );
  });

  it('is told why it is refused', async () => {
    await assert.rejects(new Processes(sdk).getById(424242, folderId), /does not exist/);
    const stranger = new UiPath({
      baseUrl: server.url,
      orgName: 'Nowhere',
      tenantName: 'Default',
      secret: server.admin.token!,
    });
    await assert.rejects(new Processes(stranger).getAll({ folderId }));
  });
});
