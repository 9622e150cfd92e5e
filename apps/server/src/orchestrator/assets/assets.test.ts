import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import sql from 'sql-template-tag';
import { refuse } from '../../refuse.fixture.ts';
import type { Answer, Caller } from '../../server.fixture.ts';
import { runningJob } from '../logs/running-job.fixture.ts';
import { assetServer, credential, operation, text } from './assets.fixture.ts';

const { server, admin, create, show, newFolder } = await assetServer({ after });

/** An asset with values for single users. */
const users = (...UserValues: object[]): object => ({
  ...text,
  Name: 'X',
  ValueScope: 'PerRobot',
  UserValues,
});

describe('assets', () => {
  it('has values of every type; members of other types are empty, never null', async () => {
    const empty = {
      StringValue: '',
      BoolValue: false,
      IntValue: 0,
      CredentialUsername: '',
      CredentialPassword: '',
      SecretValue: '',
      ExternalName: '',
      CredentialStoreId: null,
      KeyValueList: [],
      RobotValues: [],
      HasDefaultValue: true,
      CanBeDeleted: true,
      FoldersCount: 1,
      ValueScope: 'Global',
    };
    const list = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ];
    const cases: [string, object, object][] = [
      ['Text', { StringValue: 'hello' }, { StringValue: 'hello', Value: 'hello' }],
      ['DBConnectionString', { StringValue: 'db' }, { StringValue: 'db', Value: 'db' }],
      ['HttpConnectionString', { StringValue: 'http' }, { StringValue: 'http', Value: 'http' }],
      ['Bool', { BoolValue: true }, { BoolValue: true, Value: 'True' }],
      ['Bool', { BoolValue: 'false' }, { BoolValue: false, Value: 'False' }],
      ['Integer', { IntValue: -42 }, { IntValue: -42, Value: '-42' }],
      [
        'Credential',
        { CredentialUsername: 'u', CredentialPassword: 'p' },
        { CredentialUsername: 'u', Value: 'username: u' },
      ],
      [
        'WindowsCredential',
        { CredentialUsername: 'D\\u', CredentialPassword: 'p' },
        { CredentialUsername: 'D\\u', Value: 'username: D\\u' },
      ],
      ['KeyValueList', { KeyValueList: list }, { KeyValueList: list, Value: 'a=1;b=2' }],
      ['Secret', { SecretValue: 'p', ExternalName: 'x' }, { ExternalName: 'x', Value: '' }],
    ];
    for (const [ValueType, given, shown] of cases) {
      const created = await create({ ValueScope: 'Global', ValueType, ...given });
      const expected = { ...empty, ValueType, ...shown };
      assert.partialDeepStrictEqual(created, expected);
      const found = await show(created.Id);
      assert.partialDeepStrictEqual(found, expected);
      assert.equal(found.Name, created.Name);
    }
  });

  it('lists them, those of type Secret apart', async () => {
    const secret = await create({
      ValueScope: 'Global',
      ValueType: 'Secret',
      SecretValue: 'x',
      Description: 'hidden',
    });
    const plain = await create({ ...text, Tags: [{ Name: 't', Value: '1' }] });
    const filter = `$filter=Name in ('${secret.Name}','${plain.Name}')&$orderby=Id`;
    const listed = await admin.get(`/odata/Assets?${filter}`);
    assert.equal(listed.body['@odata.count'], 1);
    assert.deepEqual(listed.body.value[0].RobotValues, []);
    assert.deepEqual(listed.body.value[0].Tags, [
      { Name: 't', DisplayName: null, Value: '1', DisplayValue: null },
    ]);
    const filtered = await admin.get(
      `${operation('GetFiltered')}?${filter}&$expand=UserValues,RobotValues,KeyValueList`,
    );
    assert.deepEqual(
      filtered.body.value.map((row: { Id: number }) => row.Id),
      [secret.Id, plain.Id],
    );
    assert.deepEqual(filtered.body.value[0].UserValues, []);
    const selected = await admin.get(
      `/odata/Assets?$select=Id,value&$filter=contains(tolower(Value),'hello') and Id eq ${plain.Id}`,
    );
    assert.deepEqual(selected.body.value, [{ Value: 'hello', Id: plain.Id }]);
  });

  it('changes them; a blank password stays', async () => {
    const asset = await create(credential);
    const { process, robot } = await runningJob(server);
    const password = async (): Promise<string> =>
      (
        await process
          .in(server.folder.id)
          .get(operation(`GetRobotAsset(robotId='${robot.key}',assetName='${asset.Name}')`))
      ).body.CredentialPassword;
    assert.equal(await password(), 's3cret');
    // Clients put back what they read, with one thing changed.
    const put = (more: object): Promise<Answer> =>
      admin.put(`/odata/Assets(${asset.Id})`, { ...asset, ...more });
    const renamed = await put({ Description: 'new', Name: `${asset.Name} renamed` });
    assert.equal(renamed.status, 200, renamed.text);
    assert.equal(renamed.text, '');
    const shown = await show(asset.Id);
    assert.equal(shown.Description, 'new');
    assert.equal(shown.Name, `${asset.Name} renamed`);
    assert.equal(shown.LastModifierUserId, server.admin.userId);
    await put({});
    assert.equal(await password(), 's3cret');
    await refuse([['a new user without a password', put({ CredentialUsername: 'eve' }), 400, 1500]]);
    assert.equal((await put({ CredentialUsername: 'eve', CredentialPassword: 'other' })).status, 200);
    assert.equal(await password(), 'other');
    const secret = await create({ ValueScope: 'Global', ValueType: 'Secret', SecretValue: 'kept' });
    assert.equal((await admin.put(`/odata/Assets(${secret.Id})`, secret)).status, 200);
    const read = await process
      .in(server.folder.id)
      .get(operation(`GetRobotAsset(robotId='${robot.key}',assetName='${secret.Name}')`));
    assert.equal(read.body.SecretValue, 'kept');
    assert.equal(read.body.CredentialPassword, '');
  });

  it('keeps passwords from lists, answers, events and the database', async () => {
    const asset = await create({ ...credential, CredentialPassword: 'Xy-very-secret' });
    const secret = await create({ ValueScope: 'Global', ValueType: 'Secret', SecretValue: 'Xy-very-secret' });
    for (const path of [
      '/odata/Assets',
      operation('GetFiltered'),
      `/odata/Assets(${secret.Id})`,
      operation('GetAssetsAcrossFolders'),
    ]) {
      const { text } = await admin.get(`${path}?$expand=UserValues,RobotValues`);
      assert.doesNotMatch(text, /Xy-very-secret/, path);
    }
    const hits = await server.db.query(sql`
      select 1 from events where payload::text like '%Xy-very%'
      union all
      select 1 from asset_values where asset_values::text like '%Xy-very%' or secret = 'Xy-very-secret'`);
    assert.deepEqual(hits, []);
    const told = await server.db.query<{ type: string }>(
      sql`select type from events where entity = 'Asset' and payload ->> 'id' = ${String(asset.Id)}`,
    );
    assert.deepEqual(told, [{ type: 'asset.created' }]);
  });

  it('has values for users, machines and robots', async () => {
    const { userId, machineId, robot } = await runningJob(server);
    const asset = await create({
      ...credential,
      ValueScope: 'PerRobot',
      HasDefaultValue: true,
      UserValues: [
        { UserId: userId, ValueType: 'Credential', CredentialUsername: 'u', CredentialPassword: 'pu' },
        { UserId: userId, MachineId: machineId, CredentialUsername: 'um', CredentialPassword: 'pum' },
        { MachineId: machineId, CredentialUsername: 'm', CredentialPassword: 'pm' },
      ],
      RobotValues: [{ RobotId: robot.id, CredentialUsername: 'r', CredentialPassword: 'pr' }],
    });
    const full = '?$expand=UserValues($orderby=Id),RobotValues,KeyValueList';
    const shown = await show(asset.Id, full);
    assert.equal(shown.UserValues.length, 3);
    const { Id: _, ...first } = shown.UserValues[0];
    assert.deepEqual(first, {
      UserId: userId,
      UserName: first.UserName,
      MachineId: null,
      MachineName: null,
      ValueType: 'Credential',
      Value: 'username: u',
      StringValue: '',
      BoolValue: false,
      IntValue: 0,
      CredentialUsername: 'u',
      CredentialPassword: '',
      SecretValue: '',
      ExternalName: '',
      CredentialStoreId: null,
      KeyValueList: [],
      Name: asset.Name,
    });
    assert.equal(shown.UserValues[1].MachineName, robot.name);
    assert.equal(shown.UserValues[2].UserId, null);
    assert.partialDeepStrictEqual(shown.RobotValues, [
      {
        RobotId: robot.id,
        RobotName: robot.name,
        KeyTrail: `***${robot.key.slice(-7)}`,
        CredentialUsername: 'r',
      },
    ]);

    const put = async (body: object): Promise<void> => {
      const { status, text } = await admin.put(`/odata/Assets(${asset.Id})`, body);
      assert.equal(status, 200, text);
    };
    const holders = async (): Promise<string> => {
      const { UserValues, RobotValues, HasDefaultValue } = await show(asset.Id, full);
      const all = [...UserValues, ...RobotValues].map(
        (v: { CredentialUsername: string }) => v.CredentialUsername,
      );
      return [...all, ...(HasDefaultValue ? ['*'] : [])].join(' ');
    };
    // If an asset is read without expanding and put back, nothing is lost, although RobotValues was empty.
    await put(await show(asset.Id));
    assert.equal(await holders(), 'u um m r *');
    await put(shown);
    assert.equal(await holders(), 'u um m r *');
    await put({ ...shown, UserValues: [shown.UserValues[1]] });
    assert.equal(await holders(), 'um r *');
    await put({ ...shown, UserValues: [] });
    assert.equal(await holders(), 'r *');
    await put({ ...shown, UserValues: [], HasDefaultValue: false });
    assert.equal(await holders(), 'r');
    await put({ ...credential, Name: asset.Name });
    assert.equal(await holders(), '*');
  });

  it('takes an asset without a scope for Global, and leaves the scope of one that is changed', async () => {
    const { body } = await admin.post('/odata/Assets', {
      Name: 'Scopeless',
      ValueType: 'Text',
      StringValue: 'x',
    });
    assert.equal(body.ValueScope, 'Global');
    const held = await create({ ...users({ UserId: server.admin.userId }), Name: 'Held' });
    const { ValueScope: _, ...rest } = held;
    assert.equal((await admin.put(`/odata/Assets(${held.Id})`, rest)).status, 200);
    const after = await admin.get(`/odata/Assets(${held.Id})?$expand=UserValues`);
    assert.equal(after.body.ValueScope, 'PerRobot');
    assert.equal(after.body.UserValues.length, 1);
  });

  it('refuses', async () => {
    const asset = await create({ ...text, Name: 'Taken' });
    const shared = await create(credential);
    const other = await newFolder('Elsewhere');
    const inOther = await create(text, server.admin.in(other));
    const post = (body: unknown): Promise<Answer> => admin.post('/odata/Assets', body);
    const put = (body: unknown, id = asset.Id): Promise<Answer> => admin.put(`/odata/Assets(${id})`, body);
    await refuse([
      ['nothing', post(undefined), 400, 0, /assetDto must not be null/],
      ['no name', post(text), 400, 1009, /^Name: /],
      ['a long name', post({ ...text, Name: 'x'.repeat(257) }), 400, 1009, /^Name: /],
      ['an unknown type', post({ ...text, Name: 'X', ValueType: 'Colour' }), 400, 1009, /^ValueType: /],
      [
        'a wrong integer',
        post({ ...text, Name: 'X', ValueType: 'Integer', IntValue: 'many' }),
        400,
        1009,
        /^IntValue: /,
      ],
      ['a used name', post({ ...text, Name: 'tAKEN' }), 409, 1001],
      ['no password', post({ ...credential, Name: 'X', CredentialPassword: '' }), 400, 1500],
      [
        'no secret',
        post({ Name: 'X', ValueScope: 'Global', ValueType: 'Secret' }),
        400,
        1009,
        /^SecretValue: /,
      ],
      ['an unknown store', post({ ...credential, Name: 'X', CredentialStoreId: 7 }), 404, 2301],
      [
        'values of users in a Global one',
        post({ ...users({ UserId: server.admin.userId }), ValueScope: 'Global' }),
        400,
        1009,
        /^ValueScope: /,
      ],
      ['a value of nobody', post(users({ StringValue: 'x' })), 400, 1009, /^UserValues\[0\]\.UserId: /],
      ['a user that is not there', post(users({ UserId: 1e9 })), 400, 1009, /^UserValues\[0\]\.UserId: /],
      [
        'a user of another tenant',
        post(users({ UserId: server.otherTenant.userId })),
        400,
        1009,
        /^UserValues\[0\]\.UserId: /,
      ],
      [
        'a machine that is not there',
        post(users({ MachineId: 1e9 })),
        400,
        1009,
        /^UserValues\[0\]\.MachineId: /,
      ],
      [
        'one holder twice',
        post(users({ UserId: server.admin.userId }, { UserId: server.admin.userId })),
        400,
        1009,
        /^UserValues\[1\]: /,
      ],
      [
        'another type for a user',
        post(users({ UserId: server.admin.userId, ValueType: 'Bool' })),
        400,
        1502,
        /^UserValues\[0\]\.ValueType: /,
      ],
      ['another type', put({ ...text, Name: 'Taken', ValueType: 'Bool' }), 400, 1502],
      ['a name used by another', put({ ...credential, Name: 'Taken' }, shared.Id), 409, 1001],
      ['an unknown asset', put({ ...text, Name: 'X' }, 1e9), 404, 1002],
      ['an asset of another folder', put({ ...text, Name: 'X' }, inOther.Id), 404, 1002],
      [
        'an asset of another tenant',
        server.otherTenant.in(server.otherFolder.id).get(`/odata/Assets(${asset.Id})`),
        404,
        1002,
      ],
      ['delete an unknown one', admin.delete('/odata/Assets(1000000)'), 404, 1002],
      ['show one of another folder', admin.get(`/odata/Assets(${inOther.Id})`), 404, 1002],
      ['a bad filter', admin.get('/odata/Assets?$filter=Colour eq 1'), 400, 1000],
    ]);
    assert.equal((await show(asset.Id)).Value, 'hello');
  });

  it('deletes one with its values', async () => {
    const { Id } = await create(credential);
    assert.equal((await admin.delete(`/odata/Assets(${Id})`)).status, 204);
    assert.equal((await admin.get(`/odata/Assets(${Id})`)).status, 404);
    assert.deepEqual(await server.db.query(sql`select from asset_values where asset_id = ${Id}`), []);
  });
});

describe('who may', () => {
  it('is checked for each operation: token, scope, folder, permission', async () => {
    const asset = await create(text);
    const example = { ...text, Name: 'Y' };
    const robotAsset = {
      robotKey: '0f5be6bb-4d1e-4f2f-9b5b-d62b2cb5a9a4',
      assetName: 'x',
      robotAsset: { Name: 'x' },
    };
    const calls: [keyof Pick<Caller, 'get' | 'post' | 'put' | 'delete'>, string, unknown, string | null][] = [
      ['get', '/odata/Assets', undefined, 'Assets.View'],
      ['post', '/odata/Assets', example, 'Assets.Create'],
      ['get', `/odata/Assets(${asset.Id})`, undefined, 'Assets.View'],
      ['put', `/odata/Assets(${asset.Id})`, example, 'Assets.Edit'],
      ['delete', `/odata/Assets(${asset.Id})`, undefined, 'Assets.Delete'],
      ['get', operation('GetFiltered'), undefined, 'Assets.View'],
      ['get', operation("GetRobotAsset(robotId='x',assetName='x')"), undefined, 'Assets.View'],
      ['get', operation("GetRobotAssetByRobotId(robotId=1,assetName='x')"), undefined, 'Assets.View'],
      ['post', operation('GetRobotAssetByNameForRobotKey'), robotAsset, 'Assets.View'],
      ['post', operation('SetRobotAssetByRobotKey'), robotAsset, 'Assets.Edit'],
      ['get', operation('GetAssetsAcrossFolders'), undefined, null],
      ['get', operation(`GetFoldersForAsset(id=${asset.Id})`), undefined, null],
      ['post', operation('ShareToFolders'), { AssetIds: [asset.Id] }, null],
    ];
    const scopeless = await server.app(['OR.Queues']);
    const all = ['Assets.View', 'Assets.Create', 'Assets.Edit', 'Assets.Delete'];
    for (const [method, path, body, permission] of calls) {
      await refuse([
        ['no token', await server.anonymous.in(server.folder.id)[method](path, body), 401, 0],
        ['no scope', await scopeless.in(server.folder.id)[method](path, body), 403, 0],
      ]);
      if (permission === null) continue;
      const others = await server.user({ permissions: all.filter((each) => each !== permission) });
      await refuse([
        ['no folder', await server.admin[method](path, body), 400, 1101],
        ['no permission', await others.in(server.folder.id)[method](path, body), 403, 0],
        ["another tenant's folder", await admin.in(server.otherFolder.id)[method](path, body), 400, 1100],
      ]);
    }
  });
});
