import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { Assets } from '@uipath/uipath-typescript/assets';
import { UiPath } from '@uipath/uipath-typescript/core';
import { Jobs } from '@uipath/uipath-typescript/jobs';
import { Processes } from '@uipath/uipath-typescript/processes';
import { Queues } from '@uipath/uipath-typescript/queues';
import { testServer } from '../apps/server/src/testing.ts';
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
