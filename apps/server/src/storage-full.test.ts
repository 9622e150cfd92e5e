import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import sql from 'sql-template-tag';
import { spoiltFolder } from '../../../tests/small-disk.fixture.ts';
import { watchStorage } from './kernel/files/watch-storage.ts';
import { type Answer, testServer } from './server.fixture.ts';

// A disk that is really full (or, where no disk can be mounted, a folder that is really closed), and a
// database that says it is.
const disk = spoiltFolder({ after }, { megabytes: 40 });
const server = await testServer({ after }, { BATON_DATA: disk.folder });
const admin = server.admin.in(server.folder.id);

const FULL = "The server's storage is full: nothing can be stored until there is room again.";

function refused({ status, body, text }: Answer, expected: [number, string]): void {
  assert.deepEqual([status, body?.message ?? body?.detail], expected, text);
}

describe('where nothing can be stored', () => {
  it('a file is refused with the reason, in the envelope, and taken when it can be', async () => {
    const upload = async (): Promise<Answer> => {
      const { body } = await admin.get('/odata/Buckets');
      const [{ Id }] = body.value;
      const at = `/odata/Buckets(${Id})/UiPath.Server.Configuration.OData.GetWriteUri?path=a.txt&expiryInMinutes=5`;
      const { body: link } = await admin.get(at);
      return server.anonymous.send('PUT', link.Uri, { body: Buffer.alloc(100_000) });
    };
    const made = await admin.post('/odata/Buckets', {
      Name: 'Files',
      Identifier: '7d3c9f0e-52d3-4a35-b1e4-6b0b2a0f6a55',
    });
    assert.equal(made.status, 201, made.text);
    assert.equal((await upload()).status, 201);
    disk.spoil();
    const expected: [number, string] =
      disk.code === 'ENOSPC' ? [507, FULL] : [503, 'The server cannot use its storage at the moment.'];
    refused(await upload(), expected);
    if (disk.code === 'ENOSPC') refused(await server.anonymous.get('/api/Status/Get'), [507, FULL]);
    disk.mend();
    assert.equal((await upload()).status, 201);
  });

  it('is known of each folder, whatever disk it is on', () => {
    const storage = watchStorage([import.meta.dirname, disk.folder], () => 0);
    assert.equal(storage.isFull(), false);
    disk.spoil();
    assert.equal(storage.isFull(), disk.code === 'ENOSPC');
    disk.mend();
    assert.equal(storage.isFull(), false);
  });

  it('a database without room is told from one that fails, in every dialect', async () => {
    await server.db.execute(sql`
      create function no_room() returns trigger language plpgsql as $$
        begin raise 'could not extend file: No space left on device' using errcode = 'disk_full'; end $$`);
    for (const table of ['assets', 'queue_items', 'identity_groups'])
      await server.db.execute({
        text: `create trigger no_room before insert on ${table} for each row execute function no_room()`,
        values: [],
      });
    await admin.post('/odata/QueueDefinitions', { Name: 'Q' });
    const calls: [string, object][] = [
      ['/odata/Assets', { Name: 'A', ValueScope: 'Global', ValueType: 'Text', StringValue: 'x' }],
      ['/odata/Queues/UiPathODataSvc.AddQueueItem', { itemData: { Name: 'Q', SpecificContent: { a: 1 } } }],
      ['/identity/api/Group', { partitionGlobalId: server.organizationId, name: 'G' }],
    ];
    for (const [path, body] of calls) refused(await admin.post(path, body), [507, FULL]);
    refused(await server.anonymous.get('/api/Status/Get'), [507, FULL]);
    const { status, body } = await server.anonymous.get('/health/ready');
    assert.deepEqual([status, body.reasons], [503, ['The storage is full.']]);
    assert.equal((await admin.get('/odata/Assets')).status, 200, 'reading goes on');
  });
});
