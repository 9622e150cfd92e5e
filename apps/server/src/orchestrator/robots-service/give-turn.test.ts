import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import sql from 'sql-template-tag';
import { testServer } from '../../server.fixture.ts';
import { reap } from '../jobs/reap.ts';
import { addMachine, refused } from '../jobs/robot-kit.fixture.ts';

const server = await testServer({ after });
const { admin } = server;
const machine = await addMachine(server);

/** A host that changes its version by itself, or not. */
async function newHost(hostMachineName: string, updates = true, of = machine) {
  const installationId = randomUUID();
  let sessionKey = '';
  const start = async (version: string) => {
    const body = { hostMachineName, installationId, version, updates, platform: 'Linux' };
    sessionKey = (await of.caller.post('/api/RobotsService/StartService', body)).body.sessionKey;
  };
  await start('0.1.0');
  return {
    start,
    beat: async (): Promise<[string | null, boolean]> => {
      const answer = await of.caller.post('/api/RobotsService/HeartbeatV2', {
        sessionKey,
        heartbeats: [],
      });
      return [answer.body.wantedVersion, answer.body.isTurn];
    },
    info: async () => {
      const { body } = await admin.get(`/odata/Sessions?$filter=HostMachineName eq '${hostMachineName}'`);
      return body.value[0].UpdateInfo;
    },
  };
}

const want = (UpdatePolicy: object, of = machine) =>
  admin.patch(`/odata/Machines(${of.id})`, { UpdatePolicy });

describe('the version that a machine wants', () => {
  it('is changed to by one host after the other, and stops at the first that fails', async () => {
    const [a, b, byHand] = [await newHost('a'), await newHost('b'), await newHost('hand', false)];
    assert.deepEqual(await a.beat(), [null, false]);
    assert.equal((await a.info()).updateStatus, 'None');
    assert.equal((await want({ Type: 'SpecificVersion', SpecificVersion: '0.2.0' })).status, 200);
    assert.deepEqual(await byHand.beat(), ['0.2.0', false]);
    assert.match((await byHand.info()).statusInfo, /without --update-command/);
    assert.deepEqual(await a.beat(), ['0.2.0', true]);
    assert.deepEqual(await b.beat(), ['0.2.0', false], 'one at a time');
    assert.deepEqual(await a.beat(), ['0.2.0', true], 'its answer may have got lost');
    assert.equal((await a.info()).updateStatus, 'InProgress');
    await a.start('0.1.0');
    assert.deepEqual([(await a.info()).updateStatus, await a.beat()], ['Failed', ['0.2.0', false]]);
    assert.deepEqual(await b.beat(), ['0.2.0', false], 'a failure stops the others');
    await a.start('0.2.0');
    assert.deepEqual([(await a.info()).updateStatus, await a.beat()], ['Compliant', ['0.2.0', false]]);
    assert.deepEqual(await b.beat(), ['0.2.0', true]);
    const told = await server.db.query<{ version: string }>({
      text: `select payload->>'wantedVersion' as version from events where type = 'robot.status' and payload ? 'wantedVersion'`,
      values: [],
    });
    assert.deepEqual(told, [{ version: '0.2.0' }, { version: '0.2.0' }]);
  });

  it('goes on without a host that does not come back, and stops at the second one', async () => {
    const own = await addMachine(server);
    const [a, b, c] = [
      await newHost('m-a', true, own),
      await newHost('m-b', true, own),
      await newHost('m-c', true, own),
    ];
    await want({ Type: 'SpecificVersion', SpecificVersion: '0.3.0' }, own);
    assert.deepEqual(
      [await a.beat(), await b.beat()],
      [
        ['0.3.0', true],
        ['0.3.0', false],
      ],
    );
    const elsewhere = await addMachine(server);
    const stranger = await newHost('m-stranger', true, elsewhere);
    await want({ Type: 'SpecificVersion', SpecificVersion: '0.3.0' }, elsewhere);
    assert.deepEqual(
      await stranger.beat(),
      ['0.3.0', true],
      'hosts of another machine have turns of their own',
    );
    const wait = async (host: string, minutes: number) => {
      await server.db.execute(sql`
        update sessions set update_since = now() - make_interval(mins => ${minutes}),
                            reporting_at = now() - make_interval(mins => ${minutes}), responsive_until = now()
         where host_machine_name = ${host}`);
      await reap(server.parts.services, server.db);
    };
    await wait('m-a', 59);
    assert.equal((await a.info()).updateStatus, 'InProgress');
    assert.deepEqual(await b.beat(), ['0.3.0', false]);
    await wait('m-a', 61);
    const { updateStatus, statusInfo } = await a.info();
    assert.equal(updateStatus, 'Failed');
    assert.match(statusInfo, /has not come back .* 0\.3\.0/);
    assert.deepEqual(await b.beat(), ['0.3.0', true]);
    await wait('m-b', 61);
    assert.deepEqual(await c.beat(), ['0.3.0', false], 'two are missing');
    const told = await server.db.query(sql`
      select payload->>'hostMachineName' as host from events where payload->>'missingVersion' = '0.3.0' order by id`);
    assert.deepEqual(told, [{ host: 'm-a' }, { host: 'm-b' }], 'each is told once');
    await a.start('0.3.0');
    assert.equal((await a.info()).updateStatus, 'Compliant');
    assert.deepEqual(await c.beat(), ['0.3.0', true], 'one is back');
  });

  it('is a certain one, the newest, or the newest of the same minor version', async () => {
    const host = await newHost('c', false);
    const { availableVersions } = (await admin.get('/api/UpdateServer/GetAvailableVersions')).body;
    const [newest] = availableVersions;
    await want({ Type: 'LatestVersion' });
    assert.deepEqual(await host.beat(), [newest, false]);
    await want({ Type: 'LatestPatch' });
    await host.start('77.0.0');
    assert.deepEqual(await host.beat(), [null, false]);
    await host.start(newest.replace(/\d+$/, '999'));
    assert.deepEqual(await host.beat(), [newest, false]);
    await want({ Type: 'None' });
    assert.deepEqual(await host.beat(), [null, false]);
    for (const SpecificVersion of ['1 2', '$(id)', '', '-x'])
      refused(await want({ Type: 'SpecificVersion', SpecificVersion }), 400, 1009, /SpecificVersion/);
  });
});
