import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writePackage } from '@baton/nupkg/write';
import { type Robot, startRobot } from '@baton/robot';
import sql from 'sql-template-tag';
import {
  addAccount,
  addMachine,
  type MachineKit,
  started,
} from '../apps/server/src/orchestrator/jobs/robot-kit.fixture.ts';
import { UPLOAD } from '../apps/server/src/orchestrator/packages/packages.fixture.ts';
import type { TestServer } from '../apps/server/src/server.fixture.ts';
import { until } from './until.fixture.ts';

/*
 * Real robots with jobs of a real server; each robot is drained in its turn and replaced. Each has one slot,
 * so what the events say of it is easily read: it has a job, or it has none.
 */

/** How long the jobs of a fleet may take. */
const DEADLINE_MS = 3_600_000;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

export interface Fleet {
  readonly robots: Robot[];
  readonly releaseKey: string;
  /** Lets the jobs go on that wait for it. */
  open(): Promise<void>;
  /** Keys of the jobs whose programs have begun, once for each time. */
  begun(): Promise<string[]>;
  /** Drains a robot, and starts another one on its data folder. */
  replace(index: number): Promise<void>;
  start(index: number): Promise<void>;
  close(): Promise<void>;
}

/** @param seconds how long each job takes; `gate` waits for `open` */
export async function openFleet(server: TestServer, size: number, seconds: number | 'gate'): Promise<Fleet> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-fleet-'));
  const [ran, gate] = [join(folder, 'ran'), join(folder, 'gate')];
  await writeFile(ran, '');
  const wait = seconds === 'gate' ? `while [ ! -e '${gate}' ]; do sleep 0.05; done` : `sleep ${seconds}`;
  const id = `Fleet${Math.random().toString(36).slice(2, 8)}`;
  const command = ['sh', '-c', `echo "$UIPATH_JOB_KEY" >> '${ran}'; ${wait}`];
  const about = JSON.stringify({ runtime: 'command', command });
  const bytes = await writePackage({
    id,
    version: '1.0.0',
    files: [{ path: 'baton.json', content: about }],
    entryPoints: [{ path: 'main' }],
  });
  const admin = server.admin.in(server.folder.id);
  const uploaded = await admin.upload(UPLOAD, { fileName: `${id}.1.0.0.nupkg`, bytes });
  assert.equal(uploaded.status, 200, uploaded.text);
  const made = await admin.post('/odata/Releases', { Name: id, ProcessKey: id, ProcessVersion: '1.0.0' });
  assert.equal(made.status, 201, made.text);
  await addAccount(server);
  const machine = await addMachine(server);
  const robots: Robot[] = [];
  const start = async (index: number): Promise<void> => {
    const robot = await startRobot(optionsOf(server, machine, join(folder, `robot-${index}`), index));
    await robot.connected;
    robots[index] = robot;
  };
  return {
    robots,
    releaseKey: made.body.Key,
    open: () => writeFile(gate, ''),
    begun: async () => (await readFile(ran, 'utf8')).split('\n').filter(Boolean),
    start,
    async replace(index) {
      await robots[index]!.stop({ drain: true });
      await start(index);
    },
    async close() {
      await writeFile(gate, '');
      await Promise.all(robots.map((robot) => robot.stop({ drain: true })));
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const hostOf = (index: number): string => `fleet-${index}`;

const optionsOf = (
  server: TestServer,
  { licenseKey, secret }: MachineKit,
  dataFolder: string,
  index: number,
) => ({
  url: server.url,
  machineKey: licenseKey,
  machineSecret: secret,
  dataFolder,
  slots: 1,
  hostMachineName: hostOf(index),
  log: silent,
});

export interface Drained {
  readonly jobs: number;
  readonly robots: number;
  readonly states: Readonly<Record<string, number>>;
  readonly lost: number;
  readonly twice: number;
  /**
   * Milliseconds that a robot that took jobs was without one while jobs waited: its worst, and the median.
   */
  readonly worstIdleMs: number;
  readonly medianIdleMs: number;
  readonly seconds: number;
}

/** Jobs run while each robot of a fleet is drained in its turn and replaced. */
export async function drainInTurns(
  server: TestServer,
  { robots: size, jobs: count, seconds }: { robots: number; jobs: number; seconds: number },
): Promise<Drained> {
  const fleet = await openFleet(server, size, seconds);
  const begin = performance.now();
  try {
    await Promise.all(Array.from({ length: size }, (_, index) => fleet.start(index)));
    const admin = server.admin.in(server.folder.id);
    const ids: number[] = [];
    while (ids.length < count) {
      const JobsCount = Math.min(100, count - ids.length);
      const more = await started(admin, fleet.releaseKey, { JobsCount, InputArguments: undefined });
      ids.push(...more.map(({ Id }) => Id));
    }
    for (let index = 0; index < size; index++) await fleet.replace(index);
    await until('all have ended', async () => (await unfinished(server, ids)) === 0, DEADLINE_MS);
    const begun = await fleet.begun();
    const rows = await server.db.query<{ key: string; state: number }>(
      sql`select key, state from jobs where id = any(${ids}::bigint[])`,
    );
    const states: Record<string, number> = {};
    for (const { state } of rows) states[state] = (states[state] ?? 0) + 1;
    return {
      jobs: count,
      robots: size,
      states,
      lost: rows.filter(({ key }) => !begun.includes(key)).length,
      twice: begun.length - new Set(begun).size,
      ...(await idleTimes(server, ids, size)),
      seconds: (performance.now() - begin) / 1000,
    };
  } finally {
    await fleet.close();
  }
}

const FINAL = [4, 5, 6];

const unfinished = async (server: TestServer, ids: readonly number[]): Promise<number> =>
  (await server.db.first<{ count: number }>(
    sql`select count(*)::int as count from jobs where id = any(${ids}::bigint[]) and state <> all(${FINAL}::int[])`,
  ))!.count;

interface Step {
  readonly at: number;
  readonly host: string | null;
  readonly what: 'created' | 'started' | 'ended' | 'free' | 'away';
}

/** How long robots that took jobs were without one while jobs waited, by the events of the server. */
async function idleTimes(
  server: TestServer,
  ids: readonly number[],
  size: number,
): Promise<Pick<Drained, 'worstIdleMs' | 'medianIdleMs'>> {
  const steps = await server.db.query<Step>(sql`
    with own as (select id, key, host_machine_name as host from jobs where id = any(${ids}::bigint[]))
    select extract(epoch from e.created_at)::float8 * 1000 as at, own.host,
           case e.type when 'job.created' then 'created' when 'job.started' then 'started' else 'ended' end as what
      from events e join own on own.key::text = e.entity_key
     where e.type in ('job.created', 'job.started', 'job.completed', 'job.faulted', 'job.stopped')
    union all
    select extract(epoch from e.created_at)::float8 * 1000, e.payload->>'hostMachineName',
           case when e.payload->>'state' = 'Available' and e.payload->>'info' is null then 'free' else 'away' end
      from events e where e.type = 'robot.status' and e.payload->>'hostMachineName' like 'fleet-%'
     order by at`);
  const idle: number[] = [];
  const isAway = new Set<string>();
  const isBusy = new Set<string>();
  const since = new Map<string, number>();
  let waiting = 0;
  for (const { at, host, what } of steps) {
    if (what === 'created') waiting++;
    if (what === 'started') {
      waiting--;
      isBusy.add(host!);
    }
    if (what === 'ended') isBusy.delete(host!);
    if (what === 'away') isAway.add(host!);
    if (what === 'free') isAway.delete(host!);
    for (let index = 0; index < size; index++) {
      const name = hostOf(index);
      const isIdle = waiting > 0 && !isBusy.has(name) && !isAway.has(name);
      const begun = since.get(name);
      if (isIdle && begun === undefined) since.set(name, at);
      if (!isIdle && begun !== undefined) {
        idle.push(at - begun);
        since.delete(name);
      }
    }
  }
  idle.sort((one, other) => one - other);
  return { worstIdleMs: idle.at(-1) ?? 0, medianIdleMs: idle[Math.floor(idle.length / 2)] ?? 0 };
}

/** The host that a job ran on, and its state by number. */
export const whereRan = (
  server: TestServer,
  id: number,
): Promise<{ host: string; state: number } | undefined> =>
  server.db.first<{ host: string; state: number }>(
    sql`select host_machine_name as host, state from jobs where id = ${id}`,
  );
