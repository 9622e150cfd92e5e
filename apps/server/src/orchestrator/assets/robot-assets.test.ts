import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import sql from 'sql-template-tag';
import { refuse } from '../../refuse.fixture.ts';
import type { Answer, Caller } from '../../server.fixture.ts';
import { type RunningJob, runningJob } from '../logs/running-job.fixture.ts';
import { assetServer, credential, operation, text } from './assets.fixture.ts';

const { server, admin, create, show } = await assetServer({ after });

const byKey = ({ robot }: RunningJob, caller: Caller, name: string): Promise<Answer> =>
  caller.in(server.folder.id).post(operation('GetRobotAssetByNameForRobotKey'), {
    robotKey: robot.key,
    assetName: name,
    supportsCredentialsProxyDisconnected: true,
  });

describe('assets of robots', () => {
  it('are read with their secrets, the same by key and by id', async () => {
    const job = await runningJob(server);
    const asset = await create(credential);
    const expected = {
      Name: asset.Name,
      ValueType: 'Credential',
      StringValue: '',
      BoolValue: false,
      IntValue: 0,
      CredentialUsername: 'bob',
      CredentialPassword: 's3cret',
      SecretValue: '',
      ExternalName: '',
      CredentialStoreId: null,
      KeyValueList: [],
      ConnectionData: null,
      Id: asset.Id,
    };
    const reader = await server.user({ permissions: ['Assets.View'] });
    for (const caller of [job.process, reader, admin]) {
      const read = [
        await byKey(job, caller, asset.Name.toUpperCase()),
        await caller
          .in(server.folder.id)
          .get(operation(`GetRobotAsset(robotId='${job.robot.key}',assetName='${asset.Name}')`)),
        await caller
          .in(server.folder.id)
          .get(operation(`GetRobotAsset(robotId='${job.robot.id}',assetName='${asset.Name}')`)),
        await caller
          .in(server.folder.id)
          .get(operation(`GetRobotAssetByRobotId(robotId=${job.robot.id},assetName='${asset.Name}')`)),
      ];
      for (const {
        status,
        body: { '@odata.context': _, ...body },
        text,
      } of read) {
        assert.equal(status, 200, text);
        assert.deepEqual(body, expected);
      }
    }
    const narrow = await admin.get(
      operation(
        `GetRobotAssetByRobotId(robotId=${job.robot.id},assetName='${asset.Name}')?$select=StringValue`,
      ),
    );
    assert.deepEqual(Object.keys(narrow.body), ['@odata.context', 'StringValue']);
  });

  it('is never kept for an Idempotency-Key', async () => {
    const job = await runningJob(server);
    const asset = await create(credential);
    const { status } = await byKey(job, admin.with({ 'idempotency-key': 'read' }), asset.Name);
    assert.equal(status, 200);
    assert.deepEqual(await server.db.query(sql`select from idempotent_answers where key = 'read'`), []);
  });

  it('come from the nearest holder: user on machine, user, machine, robot, default', async () => {
    const job = await runningJob(server);
    const asset = await create({
      ...text,
      ValueScope: 'PerRobot',
      HasDefaultValue: true,
      UserValues: [
        { MachineId: job.machineId, StringValue: 'machine' },
        { UserId: job.userId, StringValue: 'user' },
        { UserId: job.userId, MachineId: job.machineId, StringValue: 'user on machine' },
        { UserId: server.admin.userId, StringValue: 'somebody else' },
      ],
      RobotValues: [{ RobotId: job.robot.id, StringValue: 'robot' }],
    });
    const full = await show(asset.Id, '?$expand=UserValues,RobotValues');
    const without = (...values: string[]): object => ({
      ...full,
      UserValues: full.UserValues.filter((v: { StringValue: string }) => !values.includes(v.StringValue)),
    });
    for (const [gone, expected] of [
      [[], 'user on machine'],
      [['user on machine'], 'user'],
      [['user on machine', 'user'], 'machine'],
      [['user on machine', 'user', 'machine'], 'robot'],
    ] as const) {
      assert.equal((await admin.put(`/odata/Assets(${asset.Id})`, without(...gone))).status, 200);
      assert.equal((await byKey(job, job.process, asset.Name)).body.StringValue, expected);
    }
    // A caller that is no job has no machine.
    assert.equal((await admin.put(`/odata/Assets(${asset.Id})`, without())).status, 200);
    assert.equal((await byKey(job, admin, asset.Name)).body.StringValue, 'user');
    const otherJob = await runningJob(server);
    assert.equal((await byKey(otherJob, otherJob.process, asset.Name)).body.StringValue, 'hello');
    assert.equal(
      (await admin.put(`/odata/Assets(${asset.Id})`, { ...full, HasDefaultValue: false })).status,
      200,
    );
    await refuse([['no value for this one', byKey(otherJob, otherJob.process, asset.Name), 400, 1503]]);
  });

  it("are written: the value of everybody, or the robot's own", async () => {
    const job = await runningJob(server);
    const set = (name: string, robotAsset: object, caller: Caller = job.process): Promise<Answer> =>
      caller.in(server.folder.id).post(operation('SetRobotAssetByRobotKey'), {
        robotKey: job.robot.key,
        robotAsset: { Name: name, ...robotAsset },
      });
    const global = await create({ ValueScope: 'Global', ValueType: 'Integer', IntValue: 1 });
    assert.equal((await set(global.Name, { ValueType: 'Integer', IntValue: 2 })).status, 204);
    assert.equal((await show(global.Id)).Value, '2');

    const own = await create({ ...credential, ValueScope: 'PerRobot', HasDefaultValue: true });
    await refuse([
      [
        'a user without password',
        set(own.Name, { CredentialUsername: 'bot' }),
        400,
        1500,
        /^robotAsset\.CredentialPassword: /,
      ],
    ]);
    for (const body of [
      { CredentialUsername: 'bot', CredentialPassword: 'first' },
      { CredentialUsername: 'bot' },
    ]) {
      assert.equal((await set(own.Name, body)).status, 204);
      assert.partialDeepStrictEqual((await byKey(job, job.process, own.Name)).body, {
        CredentialUsername: 'bot',
        CredentialPassword: 'first',
      });
    }
    const shown = await show(own.Id, '?$expand=UserValues');
    assert.equal(shown.CredentialUsername, 'bob');
    assert.deepEqual(
      shown.UserValues.map((v: { UserId: number }) => v.UserId),
      [job.userId],
    );

    const other = await runningJob(server);
    const viewer = await server.user({ permissions: ['Assets.View'] });
    await refuse([
      ['another type', set(own.Name, { ValueType: 'Text', StringValue: 'x' }), 400, 1502],
      ['an unknown asset', set('Nothing', { StringValue: 'x' }), 404, 1002],
      ['no name', set('', {}), 400, 1009, /^robotAsset\.Name: /],
      ['no body', job.process.in(server.folder.id).post(operation('SetRobotAssetByRobotKey')), 400, 0],
      ['no right', set(own.Name, {}, viewer), 403, 0],
      ['another robot', set(own.Name, { StringValue: 'x' }, other.process), 403, 0],
    ]);
  });

  it('refuses', async () => {
    const job = await runningJob(server);
    const other = await runningJob(server);
    const asset = await create(text);
    const get = (robot: string, name: string, caller: Caller = admin): Promise<Answer> =>
      caller.in(server.folder.id).get(operation(`GetRobotAsset(robotId='${robot}',assetName='${name}')`));
    await refuse([
      ['an unknown asset', get(job.robot.key, 'Nothing'), 404, 1002, /^Asset /],
      ['an unknown robot', get('0f5be6bb-4d1e-4f2f-9b5b-d62b2cb5a9a4', asset.Name), 404, 1002, /^Robot /],
      ['a robot without a GUID', get('R1', asset.Name), 404, 1002, /^Robot /],
      ['an unknown id of a robot', get('987654321', asset.Name), 404, 1002, /^Robot /],
      [
        'a robot of another tenant',
        server.otherTenant
          .in(server.otherFolder.id)
          .get(operation(`GetRobotAssetByRobotId(robotId=${job.robot.id},assetName='${asset.Name}')`)),
        404,
        1002,
        /^Robot /,
      ],
      ['another robot, by a job', get(job.robot.key, asset.Name, other.process), 403, 0],
      ['another robot, by a job, posted', byKey(job, other.process, asset.Name), 403, 0],
      ['an agent', get(job.robot.key, asset.Name, job.agent), 403, 0],
      [
        'no name',
        admin.post(operation('GetRobotAssetByNameForRobotKey'), { robotKey: job.robot.key }),
        400,
        1009,
        /^assetName: /,
      ],
    ]);
  });
});
