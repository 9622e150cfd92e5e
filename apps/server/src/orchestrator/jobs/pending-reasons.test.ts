import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import sql from 'sql-template-tag';
import { testServer } from '../../server.fixture.ts';
import {
  addAccount,
  addMachine,
  addProcess,
  connect,
  JOBS,
  job,
  type MachineKit,
  reapNow,
  started,
} from './robot-kit.fixture.ts';

const NS = 'UiPath.Server.Configuration.OData';
const server = await testServer({ after });
const admin = server.admin.in(server.folder.id);
const account = await addAccount(server);
const machine = await addMachine(server, { slots: 1 });
const other = await addMachine(server, { slots: 1 });
const process = await addProcess(admin, 'Waits');

interface Reason {
  readonly Code: string;
  readonly Text: string;
  readonly Count: number | null;
  readonly TargetType: string;
  readonly TargetId: number | null;
}
interface Shown {
  readonly Info: string | null;
  readonly PendingReason: string | null;
  readonly PendingReasons: readonly Reason[];
}
const read = async (id: number): Promise<Shown> => {
  const { status, body, text } = await admin.get(`${JOBS}(${id})`);
  assert.equal(status, 200, text);
  return body;
};

/** What a job shows, after it was checked that the list finds it by its first reason and by no other. */
async function reasonsOf(id: number): Promise<readonly Reason[]> {
  const { Info, PendingReason, PendingReasons } = await read(id);
  assert.ok(PendingReasons.length > 0, 'a pending job has a reason');
  assert.equal(PendingReason, PendingReasons[0]!.Code);
  if (Info) assert.ok(PendingReasons[0]!.Text.includes(Info));
  const found = async (filter: string) =>
    (await admin.get(`${JOBS}?$filter=Id eq ${id} and ${filter}&$select=Id`)).body.value.length;
  assert.equal(await found(`PendingReason eq '${PendingReason}'`), 1);
  assert.equal(await found(`PendingReason ne '${PendingReason}'`), 0);
  return PendingReasons;
}
const codes = (reasons: readonly Reason[]) => reasons.map(({ Code }) => Code);
const startOne = async (more: Record<string, unknown> = {}): Promise<number> =>
  (await started(admin, process.Key, more))[0]!.Id;
const stop = (...jobIds: number[]) => admin.post(`${JOBS}/${NS}.StopJobs`, { strategy: 'Kill', jobIds });
const serve = async (which: readonly MachineKit[], isServing: boolean) => {
  for (const { id } of which) {
    const made = await server.admin.post(
      isServing
        ? `/odata/Folders/${NS}.AssignMachines`
        : `/odata/Folders(${server.folder.id})/${NS}.RemoveMachinesFromFolder`,
      isServing ? { assignments: { MachineIds: [id], FolderIds: [server.folder.id] } } : { machineIds: [id] },
    );
    assert.ok(made.status < 300, made.text);
  }
  await reapNow(server);
};

it('says of each pending job what it waits for, and what to look at', async () => {
  // 1. No host is connected.
  const first = await startOne();
  const [away] = await reasonsOf(first);
  assert.deepEqual(away, {
    Code: 'NoHostConnected',
    Text: 'Waits for a host to connect: none of the folder’s machines has one.',
    Count: null,
    TargetType: 'Machine',
    TargetId: machine.id,
  });

  // 2. No machine serves the folder, nor does an account run its jobs: both have to be cured.
  await serve([machine, other], false);
  const user = `/odata/Users(${account.userId})`;
  assert.equal((await server.admin.patch(user, { MayHaveUnattendedSession: false })).status, 200);
  await reapNow(server);
  const both = await read(first);
  assert.deepEqual(codes(both.PendingReasons), ['NoAccount', 'NoMachine']);
  assert.deepEqual(both.PendingReasons[1]!.TargetId, server.folder.id);
  assert.equal((await server.admin.patch(user, { MayHaveUnattendedSession: true })).status, 200);
  await reapNow(server);
  assert.deepEqual(codes(await reasonsOf(first)), ['NoMachine']);
  await serve([machine, other], true);

  // 3. The hosts cannot run the package. 4. They lack a label.
  const unable = await connect(machine, { capabilities: ['node'] });
  assert.deepEqual(codes(await reasonsOf(first)), ['NoHostForPackage']);
  await machine.caller.post('/api/RobotsService/StopService', { sessionKey: unable.sessionKey });
  assert.deepEqual(codes(await reasonsOf(first)), ['NoHostConnected'], 'a host that leaves is noticed');
  const host = await connect(machine);
  const labelled = await startOne({ Requires: ['gpu'] });
  assert.deepEqual(codes(await reasonsOf(labelled)), ['NoHostWithLabels']);

  // 5. Its machine is not connected, while others are.
  const pinned = await startOne({ MachineRobots: [{ MachineId: other.id }] });
  const [gone] = await reasonsOf(pinned);
  assert.deepEqual(
    [gone!.Code, gone!.TargetType, gone!.TargetId],
    ['MachineNotConnected', 'Machine', other.id],
  );

  // 6. The only host is in maintenance.
  const session = await server.db.first<{ id: number }>(
    sql`select id from sessions where key = ${host.sessionKey}`,
  );
  const maintain = (maintenanceMode: string) =>
    server.admin.post(`/odata/Sessions/${NS}.SetMaintenanceMode`, {
      sessionId: session!.id,
      maintenanceMode,
      stopJobsStrategy: 'SoftStop',
    });
  assert.equal((await maintain('Enabled')).status, 204);
  assert.deepEqual(codes(await reasonsOf(first)), ['InMaintenance']);
  assert.equal((await maintain('Default')).status, 204);

  // Nothing lacks any more: the host has it with its next heartbeat, then prepares it.
  assert.deepEqual(codes((await read(first)).PendingReasons), ['NextHeartbeat']);
  const [order] = await host.orders();
  const [prepared] = await reasonsOf(first);
  assert.deepEqual([prepared!.Code, prepared!.TargetId], ['BeingPrepared', session!.id]);
  assert.equal((await host.report(order!, 'Running')).accepted, true);
  const running = await read(first);
  assert.deepEqual([running.PendingReason, running.PendingReasons], [null, []]);

  // 7. No slot is free. 8. Others come first. 9. Its machine is busy.
  const second = await startOne();
  const late = await startOne({ JobPriority: 'Low' });
  const urgent = await startOne({ MachineRobots: [{ MachineId: machine.id }], JobPriority: 'High' });
  const [taken, ahead] = await reasonsOf(second);
  assert.deepEqual(
    [taken!.Code, taken!.Count, taken!.TargetType, taken!.TargetId],
    ['NoFreeSlot', 1, 'Folder', server.folder.id],
  );
  assert.deepEqual(
    [ahead!.Code, ahead!.Count],
    ['OthersFirst', 3],
    'the urgent one and the two that lack something',
  );
  assert.equal((await reasonsOf(late))[1]!.Text, '4 jobs of the folder come first.');
  const [busy] = await reasonsOf(urgent);
  assert.deepEqual([busy!.Code, busy!.TargetId], ['MachineBusy', machine.id]);

  // 10. A further attempt is not due yet.
  await stop(pinned, labelled, late, urgent);
  assert.equal((await host.report(order!, 'Successful')).accepted, true);
  const retried = await addProcess(admin, 'Tries', { MaxNumberOfRetries: 1, RetryDelaySeconds: 600 });
  await stop(second);
  await started(admin, retried.Key);
  const [failing] = await host.orders();
  await host.report(failing!, 'Running');
  await host.report(failing!, 'Faulted', { info: 'boom' });
  const { body } = await admin.get(`${JOBS}?$filter=FirstJobKey eq ${failing!.key}`);
  assert.deepEqual(codes(await reasonsOf(body.value[0].Id)), ['NotDueYet']);
  await stop(body.value[0].Id);

  // 11. A host gave it back, for a reason of its own.
  const back = await startOne();
  const [given] = await host.orders();
  await host.report(given!, 'Pending', { info: 'The disk is full.' });
  const [why] = await reasonsOf(back);
  assert.deepEqual([why!.Code, why!.Text], ['GivenBack', 'A host gave it back: The disk is full.']);
  await admin.post(job(back, 'StopJob'), { strategy: 'Kill' });

  // 12. The host fell silent.
  const waiting = await startOne();
  await server.db.execute(
    sql`update sessions set responsive_until = now() - interval '1 second' where key = ${host.sessionKey}`,
  );
  await reapNow(server);
  assert.deepEqual(codes(await reasonsOf(waiting)), ['NoHostConnected']);
  await stop(waiting);
});
