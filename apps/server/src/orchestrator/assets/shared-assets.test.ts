import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import sql from 'sql-template-tag';
import { refuse } from '../../refuse.fixture.ts';
import type { Answer, Caller } from '../../server.fixture.ts';
import { assetServer, operation, text } from './assets.fixture.ts';

const { server, admin, create, show, newFolder } = await assetServer({ after });

const share = (caller: Caller, AssetIds: number[], add: number[], remove: number[] = []): Promise<Answer> =>
  caller.post(operation('ShareToFolders'), { AssetIds, ToAddFolderIds: add, ToRemoveFolderIds: remove });

describe('assets in several folders', () => {
  it('are the same in all of them, until the last one', async () => {
    const second = await newFolder('Second');
    const asset = await create(text);
    const inSecond = server.admin.in(second);
    assert.equal((await share(admin, [asset.Id], [second])).status, 204);
    assert.equal((await share(admin, [asset.Id], [second])).status, 204);
    assert.equal((await inSecond.get(`/odata/Assets(${asset.Id})`)).body.FoldersCount, 2);
    assert.equal(
      (await inSecond.put(`/odata/Assets(${asset.Id})`, { ...asset, StringValue: 'changed' })).status,
      200,
    );
    assert.equal((await show(asset.Id)).Value, 'changed');
    const folders = await admin.get(operation(`GetFoldersForAsset(id=${asset.Id})`));
    assert.equal(folders.body.TotalFoldersCount, 2);
    assert.deepEqual(folders.body.AccessibleFolders, [
      { DisplayName: 'Second', FullyQualifiedName: 'Second', Id: second },
      { DisplayName: 'Shared', FullyQualifiedName: 'Shared', Id: server.folder.id },
    ]);
    // The name is taken in every folder that has the asset.
    await refuse([['a used name', inSecond.post('/odata/Assets', { ...text, Name: asset.Name }), 409, 1001]]);

    assert.equal((await share(server.admin, [asset.Id], [], [server.folder.id])).status, 204);
    assert.equal((await admin.get(`/odata/Assets(${asset.Id})`)).status, 404);
    assert.equal((await inSecond.get(`/odata/Assets(${asset.Id})`)).status, 200);
    assert.equal((await share(server.admin, [asset.Id], [], [second])).status, 204);
    assert.deepEqual(await server.db.query(sql`select from assets where id = ${asset.Id}`), []);
  });
});
