import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import sql from 'sql-template-tag';
import { testServer } from '../../server.fixture.ts';
import { forgetHostUse } from '../sessions/host-use.ts';
import {
  addAccount,
  addMachine,
  addProcess,
  connect,
  type Host,
  JOBS,
  job,
  type Order,
  reapNow,
  refused,
  start,
  started,
} from './robot-kit.fixture.ts';

const server = await testServer({ after });
const admin = server.admin.in(server.folder.id);
await addAccount(server);
const machine = await addMachine(server, { slots: 5 });
const release = await addProcess(admin, 'Limited', {
  StopProcessExpression: '600',
  StopStrategy: 'SoftStop',
  KillProcessExpression: '30',
  MaxNumberOfRetries: 2,
  RetryDelaySeconds: 10,
  RetryDelayFactor: 3,
  MemoryLimitMegabytes: 512,
  ProcessorLimit: 0.5,
});
const at = `/odata/Releases(${release.Id})`;
const read = async (id: number) => (await admin.get(`${JOBS}(${id})`)).body;
const byKey = async (key: string) => (await admin.get(`${JOBS}?$filter=Key eq ${key}`)).body.value[0];
const limitsOf = (body: Record<string, unknown>) => [
  body['StopProcessExpression'],
  body['StopStrategy'],
  body['KillProcessExpression'],
  body['MaxNumberOfRetries'],
  body['RetryDelaySeconds'],
  body['RetryDelayFactor'],
  body['MemoryLimitMegabytes'],
  body['ProcessorLimit'],
];
const LIMITS = ['600', 'SoftStop', '30', 2, 10, 3, 512, 0.5];

/** Starts a job and lets the host begin it. */
async function begun(host: Host, more: Record<string, unknown> = {}): Promise<{ id: number; order: Order }> {
  const [one] = await started(admin, release.Key, more);
  const order = (await host.orders()).find(({ key }) => key === one!.Key)!;
  assert.equal((await host.report(order, 'Running')).accepted, true);
  return { id: one!.Id, order };
}

/** What time would do. */
async function passTo(key: string): Promise<void> {
  await server.db.execute(sql`update jobs set due_at = now() - interval '1 second' where key = ${key}::uuid`);
  await reapNow(server);
}

describe('limits', () => {
  it('are of a process, kept by clients that do not know them, and other for a start', async () => {
    assert.deepEqual(limitsOf((await admin.get(at)).body), LIMITS);
    const body = { Name: 'Limited', ProcessKey: 'Limited', ProcessVersion: '1.0.0' };
    assert.equal((await admin.put(at, body)).status, 200);
    assert.deepEqual(limitsOf((await admin.get(at)).body), LIMITS);
    assert.equal((await admin.patch(at, { MemoryLimitMegabytes: 1024 })).status, 200);
    assert.deepEqual(limitsOf((await admin.get(at)).body), LIMITS.with(6, 1024));
    for (const wrong of [{ MaxNumberOfRetries: 101 }, { RetryDelaySeconds: 0 }, { ProcessorLimit: -1 }]) {
      const answer = await admin.patch(at, wrong);
      refused(answer, 400, 1009, new RegExp(Object.keys(wrong)[0]!));
    }
    const host = await connect(machine);
    const usual = await begun(host);
    const { stopAfterSeconds, killAfterSeconds, memoryLimitMegabytes, processorLimit } = usual.order.job;
    assert.deepEqual(
      [stopAfterSeconds, killAfterSeconds, memoryLimitMegabytes, processorLimit],
      [600, 30, 1024, 0.5],
    );
    const other = await begun(host, {
      StopProcessExpression: '0',
      MemoryLimitMegabytes: 0,
      ProcessorLimit: 2,
    });
    assert.deepEqual(
      [
        other.order.job.stopAfterSeconds,
        other.order.job.memoryLimitMegabytes,
        other.order.job.processorLimit,
      ],
      [null, null, 2],
    );
    assert.equal((await read(other.id)).MaxExpectedRunningTimeSeconds, null);
    for (const { order } of [usual, other]) await host.report(order, 'Successful');
    await machine.caller.post('/api/RobotsService/StopService', { sessionKey: host.sessionKey });
  });
});

describe('a job that faults', () => {
  it('is run again as a new job, later each time, as often as was said', async () => {
    const host = await connect(machine);
    const { id, order } = await begun(host, { Reference: 'A-17' });
    await host.report(order, 'Faulted', { info: 'boom\nline 2' });
    const first = await read(id);
    assert.deepEqual([first.State, first.Attempt, first.FirstJobKey], ['Faulted', 1, null]);
    const second = await byKey(first.NextJobKey);
    assert.deepEqual(
      [
        second.State,
        second.Attempt,
        second.FirstJobKey,
        second.RetryReason,
        second.Reference,
        second.NextJobKey,
      ],
      ['Pending', 2, first.Key, 'Attempt 1 failed: boom', 'A-17', null],
    );
    assert.match(second.Info, /^Waits until \d\d:\d\d:\d\d UTC for attempt 2 of 3\. Attempt 1 failed: boom$/);
    const waited = Date.parse(second.DueTime) - Date.parse(second.CreationTime);
    assert.equal(waited, 10_000);
    assert.deepEqual(await host.orders(), [], 'it is not due');
    const why = await admin.post(job(second.Id, 'ValidateExistingJob'));
    assert.deepEqual(why.body.Errors, [second.Info]);
    const events = await server.db.query<{ reason: string }>(sql`
      select payload->>'reason' as reason from events where type = 'job.created' and entity_key = ${second.Key}`);
    assert.deepEqual(events, [{ reason: 'Attempt 1 failed: boom' }]);

    await passTo(second.Key);
    assert.deepEqual([(await read(second.Id)).Info, (await read(second.Id)).DueTime], [null, null]);
    const [again] = await host.orders();
    assert.equal(again!.key, second.Key);
    await host.report(again!, 'Faulted', { info: 'no interpreter' });
    const third = await byKey((await read(second.Id)).NextJobKey);
    assert.deepEqual(
      [third.Attempt, third.FirstJobKey, third.RetryReason],
      [3, first.Key, 'Attempt 2 failed: no interpreter'],
    );
    assert.equal(Date.parse(third.DueTime) - Date.parse(third.CreationTime), 30_000);
    await passTo(third.Key);
    const [last] = await host.orders();
    await host.report(last!, 'Running');
    await host.report(last!, 'Faulted', { info: 'boom' });
    assert.equal((await read(third.Id)).NextJobKey, null, 'it had three attempts');
    await machine.caller.post('/api/RobotsService/StopService', { sessionKey: host.sessionKey });
  });

  it('is not run again after somebody stopped it, nor where nothing says so', async () => {
    const host = await connect(machine);
    const asked = await begun(host);
    assert.equal((await admin.post(job(asked.id, 'StopJob'), { strategy: 'SoftStop' })).status, 200);
    await host.report(asked.order, 'Faulted', { info: 'boom' });
    const stopped = await begun(host);
    await host.report(stopped.order, 'Stopped');
    const never = await begun(host, { MaxNumberOfRetries: 0 });
    await host.report(never.order, 'Faulted', { info: 'boom' });
    const gone = await begun(host);
    await server.db.execute(sql`update jobs set process_version = '0.0.1' where id = ${gone.id}`);
    await host.report(gone.order, 'Faulted', { info: 'its package is not in the feed any more' });
    for (const { id } of [asked, stopped, never, gone]) assert.equal((await read(id)).NextJobKey, null);
    await machine.caller.post('/api/RobotsService/StopService', { sessionKey: host.sessionKey });
  });

  it('is run again when its robot was lost', async () => {
    const host = await connect(machine);
    const { id } = await begun(host);
    await server.db.execute(sql`
      update sessions set reporting_at = now() - interval '1 hour', responsive_until = now() - interval '1 hour'
       where key = ${host.sessionKey}::uuid`);
    await reapNow(server);
    const lost = await read(id);
    assert.deepEqual([lost.State, lost.ErrorCode], ['Faulted', 'RobotLost']);
    const next = await byKey(lost.NextJobKey);
    assert.match(next.RetryReason, /The robot was lost/);
    assert.equal((await admin.post(job(next.Id, 'StopJob'), { strategy: 'Kill' })).status, 200);
    assert.equal((await read(next.Id)).State, 'Stopped');
  });
});

describe('use', () => {
  it('of a job is told with its end', async () => {
    const host = await connect(machine);
    const { id, order } = await begun(host);
    const use = { processorSeconds: 1.25, peakMemoryBytes: 52_428_800 };
    await host.report(order, 'Successful', use);
    const ended = await read(id);
    assert.deepEqual([ended.ProcessorSeconds, ended.PeakMemoryBytes], [1.25, 52_428_800]);
    await machine.caller.post('/api/RobotsService/StopService', { sessionKey: host.sessionKey });
  });

  it('of a host is kept by the minute, and for some days', async () => {
    const host = await connect(machine);
    const use = {
      load: 0.5,
      processors: 8,
      memoryBytes: 16e9,
      freeMemoryBytes: 4e9,
      diskBytes: 1e11,
      freeDiskBytes: 2e10,
    };
    const say = (more: object) =>
      machine.caller.post('/api/RobotsService/HeartbeatV2', { sessionKey: host.sessionKey, use: more });
    refused(await say({ load: -1 }), 400, 1009, /load/);
    for (const load of [0.25, 0.5]) assert.equal((await say({ ...use, load })).status, 200);
    const found = await server.admin.get(`/odata/Sessions?$filter=HostMachineName eq '${host.name}'`);
    const [{ Id: sessionId, Use: last }] = found.body.value;
    const { minute, ...numbers } = last;
    assert.deepEqual(numbers, use);
    const history = (minutes: number) =>
      server.admin.get(`/api/Sessions/HostUse?sessionId=${sessionId}&minutes=${minutes}`);
    await server.db.execute(sql`
      insert into host_use (session_id, minute, load) select ${sessionId}, now() - n * interval '1 day', n from generate_series(1, 3) n`);
    assert.deepEqual((await history(10)).body.map((row: { load: number }) => row.load).at(-1), 0.5);
    const all = await history(525_600);
    assert.deepEqual(all.body.map((row: { load: number }) => row.load).slice(0, 3), [3, 2, 1]);
    assert.equal(await forgetHostUse(server.db, 2), 2);
    assert.equal((await history(525_600)).body.length, all.body.length - 2);
    assert.ok(minute);
    refused(await server.admin.get('/api/Sessions/HostUse?sessionId=999999'), 404, 1002);
    refused(
      await (await server.user({ permissions: ['Machines.View'] })).get(
        `/api/Sessions/HostUse?sessionId=${sessionId}`,
      ),
      403,
    );
    refused(await server.admin.get(`/api/Sessions/HostUse?sessionId=${sessionId}&minutes=0`), 400, 1009);
    assert.equal((await start(admin, { ReleaseKey: release.Key, RetryDelayFactor: 11 })).status, 400);
  });
});
