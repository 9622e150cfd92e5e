import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { untilWaiting } from '../../kernel/db/test-database.ts';
import { type Answer, callerWith, testServer } from '../../server.fixture.ts';
import { publishSample } from '../packages/packages.fixture.ts';
import { NEEDS } from './needs.ts';
import { reap } from './reap.ts';
import {
  type Account,
  addAccount,
  addMachine,
  addProcess,
  connect,
  type Host,
  jobs,
  type MachineKit,
  type Order,
  refused,
  type StartedJob,
  started,
} from './robot-kit.fixture.ts';

const NS = 'UiPath.Server.Configuration.OData';
const server = await testServer({ after });
const { db } = server;
let names = 0;

/** A folder of its own, with one account, one machine and one process. */
interface Place {
  readonly folder: number;
  readonly admin: typeof server.admin;
  readonly account: Account;
  readonly machine: MachineKit;
  readonly process: { readonly Key: string; readonly Id: number };
  readonly package: string;
}

async function newPlace(): Promise<Place> {
  const name = `Place-${++names}`;
  const made = await server.admin.post('/odata/Folders', {
    DisplayName: name,
    ProvisionType: 'Automatic',
    PermissionModel: 'FineGrained',
  });
  const folder = made.body.Id;
  const admin = server.admin.in(folder);
  return {
    folder,
    admin,
    account: await addAccount(server, folder),
    machine: await addMachine(server, { folderId: folder }),
    process: await addProcess(admin, name),
    package: name,
  };
}

interface AtHost {
  readonly job: StartedJob;
  readonly host: Host;
  readonly order: Order;
}

async function ordered(place: Place): Promise<AtHost> {
  const host = await connect(place.machine);
  const [job] = await started(place.admin, place.process.Key);
  const [order] = await host.orders();
  return { job: job!, host, order: order! };
}

async function running(place: Place): Promise<AtHost> {
  const at = await ordered(place);
  await at.host.report(at.order, 'Running');
  return at;
}

const waiting = async (place: Place, more: object = {}): Promise<StartedJob> =>
  (await started(place.admin, place.process.Key, { ...more }))[0]!;
const pinned = (place: Place): Promise<StartedJob> =>
  waiting(place, { MachineRobots: [{ RobotId: place.account.robotId, MachineId: place.machine.id }] });

const removeRole = ({ folder, account }: Place): Promise<Answer> =>
  server.admin.post(`/odata/Folders(${folder})/${NS}.RemoveUserFromFolder`, { userId: account.userId });
const removeMachine = ({ folder, machine }: Place): Promise<Answer> =>
  server.admin.post(`/odata/Folders(${folder})/${NS}.RemoveMachinesFromFolder`, {
    machineIds: [machine.id],
  });
const deletePackage = (place: Place): Promise<Answer> =>
  place.admin.delete(`/odata/Processes('${place.package}:1.0.0')`);
const deleteMachine = ({ machine }: Place) => server.admin.delete(`/odata/Machines(${machine.id})`);
const deleteUser = ({ account }: Place) => server.admin.delete(`/odata/Users(${account.userId})`);
const deleteRobot = async ({ account }: Place): Promise<Answer> => {
  await server.admin.patch(`/odata/Users(${account.userId})`, { MayHaveUnattendedSession: false });
  return server.admin.delete(`/odata/Robots(${account.robotId})`);
};
const switchOff = ({ account }: Place): Promise<Answer> =>
  server.admin.post(`/odata/Users(${account.userId})/${NS}.SetActive`, { active: false });
const identityOf = async ({ account }: Place): Promise<string> =>
  (await db.first<{ id: string }>(
    sql`select directory_identifier as id from users where id = ${account.userId}`,
  ))!.id;
const deleteIdentity = async (place: Place): Promise<Answer> =>
  server.admin.delete(`/identity/api/User/${await identityOf(place)}`);
async function forgetSession(place: Place): Promise<Answer> {
  await db.execute(sql`update sessions set state = 2 where machine_id = ${place.machine.id}`);
  return server.admin.post(`/odata/Sessions/${NS}.DeleteInactiveUnattendedSessions`, { sessionIds: [] });
}
async function pinnedToSession(place: Place): Promise<StartedJob> {
  await connect(place.machine);
  const session = await db.first<{ id: number }>(
    sql`select id from sessions where machine_id = ${place.machine.id}`,
  );
  return waiting(place, { MachineSessionIds: [session!.id] });
}

type Case = readonly [
  begin: (place: Place) => Promise<StartedJob>,
  take: (place: Place) => Promise<Answer>,
  tells: RegExp,
];
const run = async (place: Place): Promise<StartedJob> => (await running(place)).job;
const handedOut = async (place: Place): Promise<StartedJob> => (await ordered(place)).job;
const CASES: Readonly<Record<keyof typeof NEEDS, Case>> = {
  packageOfWaiting: [
    async (place) => {
      const job = await waiting(place);
      // The process moves on, so that only the job needs the version.
      await db.execute(sql`update jobs set release_id = null where id = ${job.Id}`);
      assert.equal((await place.admin.delete(`/odata/Releases(${place.process.Id})`)).status, 204);
      return job;
    },
    deletePackage,
    /needed by a job/,
  ],
  machineOfRunning: [run, deleteMachine, /runs jobs/],
  machineOfHandedOut: [handedOut, deleteMachine, /runs jobs/],
  machineOfPinned: [pinned, deleteMachine, /needed by a job/],
  robotOfRunning: [run, deleteRobot, /needed by a job/],
  robotOfHandedOut: [handedOut, deleteRobot, /needed by a job/],
  robotOfPinned: [pinned, deleteRobot, /needed by a job/],
  userOfRunning: [run, deleteUser, /needed by a job/],
  userOfHandedOut: [handedOut, deleteUser, /needed by a job/],
  userOfPinned: [pinned, deleteUser, /needed by a job/],
  processOfLive: [run, (place) => place.admin.delete(`/odata/Releases(${place.process.Id})`), /not ended/],
  folderOfLive: [run, (place) => server.admin.delete(`/odata/Folders(${place.folder})`), /not ended/],
  identityOfRunning: [run, deleteIdentity, /account .* is gone/],
  identityOfPinned: [pinned, deleteIdentity, /robot .* is gone/],
  activityOfRunning: [run, switchOff, /switched off/],
  folderRoleOfRunning: [run, removeRole, /no role in the folder/],
  sessionOfPinned: [pinnedToSession, forgetSession, /session .* is gone/],
  folderRoleOfPinned: [
    async (place) => {
      await addAccount(server, place.folder);
      return pinned(place);
    },
    removeRole,
    /^Waits for its robot/,
  ],
  folderOfPinnedMachine: [
    async (place) => {
      await addMachine(server, { folderId: place.folder });
      return pinned(place);
    },
    removeMachine,
    /^Waits for its machine/,
  ],
  lastMachineOfFolder: [waiting, removeMachine, /^Waits for a machine/],
  lastAccountOfFolder: [waiting, removeRole, /^Waits for an account/],
};

const shown = async (place: Place, { Id }: StartedJob): Promise<Answer['body']> =>
  (await place.admin.get(`/odata/Jobs(${Id})`)).body;

/** Reaps until it shows: a round of the server's own may be under way, and then ours does nothing. */
async function reaped(
  place: Place,
  job: StartedJob,
  isDone: (info: string | null) => boolean,
): Promise<Answer['body']> {
  const deadline = performance.now() + 120_000;
  for (;;) {
    await reap(server.parts.services, db);
    const found = await shown(place, job);
    if (isDone(found.Info) || performance.now() > deadline) return found;
    await delay(20);
  }
}

describe('what a job needs is taken', () => {
  for (const [what, outcome] of Object.entries(NEEDS)) {
    const [begin, take, tells] = CASES[what as keyof typeof NEEDS];
    it(`${what}: ${outcome}`, async () => {
      const place = await newPlace();
      const job = await begin(place);
      const before = (await shown(place, job)).State;
      const taken = await take(place);
      if (outcome === 'refuse') {
        refused(taken, 409, undefined, tells);
        await reap(server.parts.services, db);
        assert.equal((await shown(place, job)).State, before);
        return;
      }
      assert.ok(taken.status < 300, taken.text);
      const { State, Info, Key } = await reaped(place, job, (info) => tells.test(info ?? ''));
      assert.equal(State, outcome === 'end' ? 'Faulted' : 'Pending');
      assert.match(Info, tells);
      const [event] = await db.query<{ payload: { reason?: string } }>(sql`
        select payload from events where entity_key = ${Key} and type = 'job.faulted'`);
      assert.equal(event?.payload.reason, outcome === 'end' ? Info : undefined);
    });
  }
});

it('is looked at in each version that a deletion takes: one that comes in meanwhile stays', async () => {
  const { admin } = await newPlace();
  assert.equal((await publishSample(admin, 'Late', '1.0.0')).status, 200);
  let deleted: Promise<Answer> | undefined;
  await db.transaction(async (tx) => {
    await tx.execute(sql`select from packages where package_id = 'Late' for key share`);
    deleted = admin.delete(`/odata/Processes('Late')`);
    await untilWaiting(db, 1);
    assert.equal((await publishSample(admin, 'Late', '2.0.0')).status, 200);
  });
  assert.equal((await deleted)!.status, 204);
  const left = await db.query(sql`select version from packages where package_id = 'Late'`);
  assert.deepEqual(left, [{ version: '2.0.0' }]);
});

const giveMachineBack = ({ folder, machine }: Place): Promise<Answer> =>
  server.admin.post(`/odata/Folders/${NS}.AssignMachines`, {
    assignments: { MachineIds: [machine.id], FolderIds: [folder] },
  });

it('says of a waiting job what is missing now, and nothing when all is there', async () => {
  const place = await newPlace();
  const job = await waiting(place);
  const NO_HOST = /^Waits for a host to connect/;
  assert.match((await shown(place, job)).Info, NO_HOST);
  await removeMachine(place);
  await reaped(place, job, (info) => info?.startsWith('Waits for a machine') === true);
  await giveMachineBack(place);
  const isAgain = await reaped(place, job, (info) => NO_HOST.test(info ?? ''));
  assert.match(isAgain.Info, NO_HOST);
  await connect(place.machine, { capabilities: ['node'] });
  assert.match((await shown(place, job)).Info, /of the kind 'python'/);
  await db.execute(sql`update sessions set state = 2 where machine_id = ${place.machine.id}`);
  await connect(place.machine);
  assert.equal((await shown(place, job)).Info, null);
});

it('shows why a host gave a job back, whatever else was missing in between', async () => {
  const place = await newPlace();
  const { job, host, order } = await ordered(place);
  await host.report(order, 'Pending', { info: 'On the host h: The disk is full.' });
  const info = async (): Promise<string | null> => (await shown(place, job)).Info;
  assert.equal(await info(), 'On the host h: The disk is full.');
  await removeMachine(place);
  const bare = await reaped(place, job, (now) => now?.startsWith('Waits for a machine') === true);
  assert.match(bare.Info, /^Waits for a machine/);
  await giveMachineBack(place);
  const back = await reaped(place, job, (now) => now?.startsWith('On the host') === true);
  assert.equal(back.Info, 'On the host h: The disk is full.');
  // Nor does a host that connects take it out: it may not run the job either.
  await connect(await addMachine(server, { folderId: place.folder }));
  assert.equal(await info(), 'On the host h: The disk is full.');
  await place.admin.post(jobs('StopJobs'), { jobIds: [job.Id], strategy: 'Kill' });
  const ended = await shown(place, job);
  assert.deepEqual([ended.State, ended.Info], ['Stopped', 'On the host h: The disk is full.']);
});

it('tells the robot of a job that was ended to end its process', async () => {
  const place = await newPlace();
  const { job, host, order } = await running(place);
  await removeRole(place);
  await reaped(place, job, (info) => info !== null);
  const held = [{ robotState: 'Busy', jobKey: order.key, executionId: order.executionId }];
  assert.deepEqual(
    (await host.commands(held)).map(({ type, jobKey }) => [type, jobKey]),
    [['KillProcess', order.key]],
  );
});

it('lets a job whose folder was moved go on under the path that it was handed', async () => {
  const place = await newPlace();
  const { order } = await running(place);
  const { folderPath, accessToken } = order.job as { folderPath: string; accessToken: string };
  const job = callerWith(server.url, accessToken).with({ 'x-uipath-folderpath': folderPath });
  const made = await place.admin.post('/odata/Assets', {
    Name: 'Here',
    ValueScope: 'Global',
    ValueType: 'Text',
    StringValue: 'x',
  });
  assert.equal(made.status, 201, made.text);
  const read = () =>
    job.get(`/odata/Assets/${NS}.GetRobotAsset(robotId='${place.account.robotKey}',assetName='Here')`);
  assert.equal((await read()).status, 200);
  const moved = await server.admin.put(
    `/odata/Folders(${place.folder})/${NS}.MoveFolder?targetParentId=${(await newPlace()).folder}`,
  );
  assert.equal(moved.status, 204, moved.text);
  const after = await read();
  assert.equal(after.status, 200, after.text);
  // People are told of the new place instead.
  const person = await server.admin.with({ 'x-uipath-folderpath': folderPath }).get('/odata/Assets');
  assert.equal(person.status, 400, person.text);
});

it('makes one job of ten restarts at once, and another when that one has ended', async () => {
  const place = await newPlace();
  const { job, host, order } = await running(place);
  await host.report(order, 'Successful');
  const restart = async (): Promise<number> => {
    const { status, body, text } = await place.admin.post(jobs('RestartJob'), { jobId: job.Id });
    assert.equal(status, 200, text);
    return body.Id;
  };
  const ids = new Set(await Promise.all(Array.from({ length: 10 }, restart)));
  assert.equal(ids.size, 1);
  await host.report((await host.orders())[0]!, 'Faulted');
  assert.ok(!ids.has(await restart()));
});
