import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { until } from '../../../../tests/until.fixture.ts';
import { isFinal, lastReport } from '../fake-server.fixture.ts';
import { openKit } from '../kit.fixture.ts';
import { joinGroup, openCgroups } from './cgroups.ts';
import { watchUse } from './watch-use.ts';

/** Files as the kernel has them, in a folder of the test: what is written to them stays there. */
function fakeGroups(context: TestContext, controllers: string) {
  const root = mkdtempSync(join(tmpdir(), 'baton-cgroup-'));
  context.after(() => rmSync(root, { recursive: true, force: true }));
  const own = join(root, 'system.slice', 'robot.service');
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'cgroup.controllers'), `${controllers}\n`);
  writeFileSync(join(root, 'self'), '12:memory:/\n0::/system.slice/robot.service\n');
  return { own, places: { root, self: join(root, 'self'), pid: 4711 } };
}

const text = (...path: string[]) => readFileSync(join(...path), 'utf8');

test('a group is divided: the robot in a child, each job in another with its limits', (context) => {
  const { own, places } = fakeGroups(context, 'cpuset cpu io memory pids');
  assert.deepEqual(openCgroups(places), { folder: own, why: null });
  assert.equal(text(own, 'baton-robot', 'cgroup.procs'), '4711');
  assert.equal(text(own, 'cgroup.subtree_control'), '+cpu +memory');

  const group = joinGroup(own, 'e1', 4712, { memoryBytes: 1e8, processors: 0.5 });
  const job = join(own, 'job-e1');
  assert.deepEqual(
    ['memory.max', 'memory.swap.max', 'memory.oom.group', 'cpu.max', 'cgroup.procs'].map((file) =>
      text(job, file),
    ),
    ['100000000', '0', '1', '50000 100000', '4712'],
  );
  assert.deepEqual(
    [group.peakMemory(), group.processorSeconds(), group.wasOutOfMemory()],
    [null, null, false],
  );
  writeFileSync(join(job, 'memory.current'), '5000\n');
  writeFileSync(join(job, 'memory.peak'), '7000\n');
  writeFileSync(join(job, 'cpu.stat'), 'usage_usec 2500000\nuser_usec 2000000\nsystem_usec 500000\n');
  writeFileSync(join(job, 'memory.events'), 'low 0\nhigh 0\nmax 9\noom 1\noom_kill 1\noom_group_kill 1\n');
  assert.deepEqual(
    [group.memory(), group.peakMemory(), group.processorSeconds(), group.wasOutOfMemory()],
    [5000, 7000, 2.5, true],
  );

  // The next robot begins in the child that this one moved to.
  writeFileSync(places.self, '0::/system.slice/robot.service/baton-robot\n');
  assert.deepEqual(openCgroups(places), { folder: own, why: null });
});

test('what the kernel ended because of its memory says so, however little a look found', (context) => {
  const { own } = fakeGroups(context, 'cpu memory');
  const limits = { memoryBytes: 104_857_600, processors: null, cgroups: own };
  writeFileSync(join(own, 'limits.json'), JSON.stringify(limits));
  const watched = ['e1', 'e2'].map((id) => watchUse(own, id, 4712, () => {}));
  writeFileSync(join(own, 'job-e2', 'memory.events'), 'max 9\noom 1\noom_kill 1\n');
  const said = 'The job was ended because it used more than its 100 MB of memory';
  assert.deepEqual(
    watched.map((each) => each.end()),
    [null, said],
  );
});

test('a host without such groups says why', (context) => {
  const { places } = fakeGroups(context, 'cpu');
  assert.match(openCgroups(places).why ?? '', /no controllers memory/);
  writeFileSync(places.self, '4:memory:/\n');
  assert.match(openCgroups(places).why ?? '', /no control groups of version 2/);
});

/** Elsewhere nothing cheap tells what a job uses: it is not told, and no limit is held. */
const IS_TOLD = process.platform === 'linux';

test('a job that uses more memory than it may is ended, and says so', async (context) => {
  const { server, startRobot } = await openKit(context);
  const child = `import time; held = bytearray(150_000_000); time.sleep(${IS_TOLD ? 600 : 0})`;
  const ref = await server.addPackage(
    { 'main.py': `import subprocess, sys\nsubprocess.run([sys.executable, '-c', ${JSON.stringify(child)}])` },
    ['main.py'],
  );
  await startRobot();
  const job = server.startJob(ref, { memoryLimitMegabytes: 100 });
  await until('it has ended', () => isFinal(job));
  const { jobState, info, peakMemoryBytes } = lastReport(job);
  if (!IS_TOLD) return assert.equal(jobState, 'Successful', info ?? '');
  assert.equal(jobState, 'Faulted', info ?? '');
  assert.match(info ?? '', /^The job was ended because it used more than its 100 MB of memory/);
  assert.ok((peakMemoryBytes ?? 0) > 100 * 1024 * 1024, String(peakMemoryBytes));
});

test('what a job used is in its report', async (context) => {
  const { server, startRobot } = await openKit(context);
  const program = `
import time
held = bytearray(60_000_000)
while time.process_time() < 0.5: pass
time.sleep(0.5)`;
  const ref = await server.addPackage({ 'main.py': program }, ['main.py']);
  await startRobot();
  const job = server.startJob(ref);
  await until('it has ended', () => isFinal(job));
  const { jobState, info, processorSeconds, peakMemoryBytes } = lastReport(job);
  assert.equal(jobState, 'Successful', info ?? '');
  if (!IS_TOLD) return assert.deepEqual([processorSeconds, peakMemoryBytes], [undefined, undefined]);
  assert.ok((processorSeconds ?? 0) >= 0.5 && (processorSeconds ?? 0) < 60, String(processorSeconds));
  assert.ok((peakMemoryBytes ?? 0) > 60_000_000, String(peakMemoryBytes));
});

test('the first heartbeat tells how busy the host is, the next ones do not', async (context) => {
  const { server, startRobot } = await openKit(context);
  await startRobot({ labels: ['gpu'] });
  const uses = () =>
    server.calls
      .filter(({ path }) => path.endsWith('/HeartbeatV2'))
      .map(({ body }) => (body as { use?: object }).use);
  await until('two heartbeats', () => {
    server.wake();
    return uses().length > 1;
  });
  const [first, ...others] = uses() as { freeDiskBytes?: number; memoryBytes?: number }[];
  assert.ok((first?.freeDiskBytes ?? 0) > 0 && (first?.memoryBytes ?? 0) > 0, JSON.stringify(first));
  assert.deepEqual([...new Set(others)], [undefined]);
  const started = server.calls.find(({ path }) => path.endsWith('/StartService'))!.body as {
    labels: string[];
  };
  assert.ok(started.labels.includes('gpu'));
});

test('below the mark of its disk a host begins nothing and says why', async (context) => {
  const { server, startRobot } = await openKit(context);
  server.ignoresTrouble = true;
  await startRobot({ minFreeDiskBytes: 1e18 });
  await until('it says so', () => server.trouble !== null);
  assert.match(
    server.trouble!,
    /^On the host .*: only \d+ MB of its disk are free, and jobs start from 1000000000000 MB on$/,
  );
  const ref = await server.addPackage({ 'main.py': 'print(1)' }, ['main.py']);
  const job = server.startJob(ref);
  await until('it is given back', () => job.reports.length > 0);
  assert.deepEqual(
    [job.reports[0]!.report.jobState, job.reports[0]!.report.info],
    ['Pending', server.trouble],
  );
});
