import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import sql from 'sql-template-tag';
import { refuse } from '../../refuse.fixture.ts';
import type { Answer, Caller } from '../../testing.ts';
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
    // A name is used in every folder where the asset is.
    await refuse([['a used name', inSecond.post('/odata/Assets', { ...text, Name: asset.Name }), 409, 1001]]);

    assert.equal((await share(server.admin, [asset.Id], [], [server.folder.id])).status, 204);
    assert.equal((await admin.get(`/odata/Assets(${asset.Id})`)).status, 404);
    assert.equal((await inSecond.get(`/odata/Assets(${asset.Id})`)).status, 200);
    assert.equal((await share(server.admin, [asset.Id], [], [second])).status, 204);
    assert.deepEqual(await server.db.query(sql`select from assets where id = ${asset.Id}`), []);
  });

  it('are listed across folders, where the caller may see them', async () => {
    const third = await newFolder('Third');
    const here = await create(text);
    const there = await create(text, server.admin.in(third));
    const ids = async (caller: Caller, exclude = ''): Promise<number[]> => {
      const query = `$filter=Id in (${here.Id},${there.Id})&$orderby=Id${exclude}`;
      const path = operation(`GetAssetsAcrossFolders?${query}`);
      const { status, body, text } = await caller.get(path);
      assert.equal(status, 200, text);
      return body.value.map((row: { Id: number }) => row.Id);
    };
    const viewer = await server.user({ permissions: ['Assets.View'], folder: third });
    assert.deepEqual(await ids(server.admin), [here.Id, there.Id]);
    assert.deepEqual(await ids(server.admin, `&excludeFolderId=${third}`), [here.Id]);
    assert.deepEqual(await ids(viewer), [there.Id]);
    assert.deepEqual(await ids(await server.user()), []);
    assert.deepEqual(await ids(server.otherTenant), []);
  });

  it('refuses', async () => {
    const closed = await newFolder('Closed');
    const twice = await create(text);
    const hidden = await create(text, server.admin.in(closed));
    await create({ ...text, Name: twice.Name }, server.admin.in(closed));
    const asset = await create(text);
    const member = await server.user({ permissions: ['Assets.View', 'Assets.Create', 'Assets.Delete'] });
    const guest = await server.user({
      permissions: ['Assets.View', 'Assets.Create', 'Assets.Delete'],
      folderRoles: { [closed]: ['Automation User'] },
    });
    const both = await create(text);
    assert.equal((await share(server.admin, [both.Id], [closed])).status, 204);
    await refuse([
      ['a folder that is not visible', await share(member, [asset.Id], [closed]), 404, 1002, /^Folder /],
      ['a folder without the right to create', await share(guest, [asset.Id], [closed]), 409, 1017],
      ['a folder without the right to delete', await share(guest, [both.Id], [], [closed]), 409, 1017],
      [
        'delete what is also elsewhere',
        await guest.in(server.folder.id).delete(`/odata/Assets(${both.Id})`),
        409,
        1017,
      ],
      [
        'an asset that is not visible',
        await share(member, [hidden.Id], [server.folder.id]),
        404,
        1002,
        /^Asset /,
      ],
      ['an unknown asset', await share(admin, [asset.Id, 1e9], [closed]), 404, 1002, /^Asset /],
      ['an unknown folder', await share(admin, [asset.Id], [1e9]), 404, 1002, /^Folder /],
      [
        'a folder of another tenant',
        await share(admin, [asset.Id], [server.otherFolder.id]),
        404,
        1002,
        /^Folder /,
      ],
      ['a name that is used there', await share(admin, [asset.Id, twice.Id], [closed]), 409, 1001],
      ['no assets', await share(admin, [], [closed]), 400, 1009, /^AssetIds: /],
      [
        'an asset of another tenant',
        await share(server.otherTenant, [asset.Id], [server.otherFolder.id]),
        404,
        1002,
      ],
      [
        'folders of an unknown asset',
        await admin.get(operation('GetFoldersForAsset(id=1000000)')),
        404,
        1002,
      ],
      [
        'folders of an asset that is not visible',
        await member.get(operation(`GetFoldersForAsset(id=${hidden.Id})`)),
        404,
        1002,
      ],
    ]);
    assert.equal((await show(asset.Id)).FoldersCount, 1);
  });
});
