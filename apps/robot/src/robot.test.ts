import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { describe } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../../tests/until.fixture.ts';
import { isFinal, lastReport, messages } from './fake-server.fixture.ts';
import { openKit, silent } from './kit.fixture.ts';
import { startRobot as openRobot } from './robot.ts';

/** A program that records its start, and waits for a file in the middle. */
const twoHalves = (dataFolder: string) => `
import os, time
with open('${dataFolder}/starts', 'a') as f: f.write('x')
print('first')
while not os.path.exists('${dataFolder}/go'): time.sleep(0.01)
print('second')
import baton; baton.output({'done': True})`;

describe('a job', { concurrency: 2 }, () => {
  test('in Python: arguments, environment, log, output', async (context) => {
    const { server, startRobot, journaled } = await openKit(context);
    const ref = await server.addPackage(
      {
        'main.py': `
import baton, os, sys, logging
baton.log.info('begin %s', baton.input()['name'], extra={'row': 7})
logging.getLogger('lib').warning('careful')
print('token', os.environ['UIPATH_ACCESS_TOKEN'])
assert 'ROBOT_OWNERS_SECRET' not in os.environ
sys.stderr.write('oops\\n')
baton.output({'hello': baton.input()['name'], 'job': os.environ['UIPATH_JOB_KEY'], 'own': os.environ['OWN']})
`,
      },
      ['main.py'],
    );
    await startRobot();
    const job = server.startJob(ref, {
      inputArguments: '{"name":"Ada"}',
      environmentVariables: { OWN: 'x', UIPATH_JOB_KEY: 'not this' },
    });
    await until('it has ended', () => isFinal(job));
    const report = lastReport(job);
    assert.equal(report.jobState, 'Successful', report.info ?? '');
    assert.equal(report.exitCode, 0);
    assert.deepEqual(JSON.parse(report.outputArguments ?? ''), {
      hello: 'Ada',
      job: job.order.key,
      own: 'x',
    });
    const lines = [...job.lines.values()];
    const line = (message: string) => lines.find((known) => known['message'] === message);
    assert.deepEqual(messages(job).sort(), ['begin Ada', 'careful', 'oops', 'token ***']);
    assert.equal(line('begin Ada')?.['level'], 'Information');
    assert.equal(line('begin Ada')?.['row'], 7);
    assert.equal(line('begin Ada')?.['robotName'], 'robbie');
    assert.equal(line('careful')?.['level'], 'Warning');
    assert.equal(line('oops')?.['level'], 'Error');
    await until('it is forgotten', () => journaled().length === 0);
  });

  test('in Node: a default function, and the helper by its name', async (context) => {
    const { server, startRobot } = await openKit(context);
    const ref = await server.addPackage(
      {
        'main.ts': `
import { log } from 'baton';
export default async function run(input: { a: number; b: number }) {
  log.warn('adding', { a: input.a });
  console.log('printed');
  return input.a + input.b;
}`,
        'old.cjs': `module.exports = (input) => ({ doubled: input.a * 2, helper: typeof require('baton').input });`,
      },
      ['main.ts', 'old.cjs'],
    );
    await startRobot();
    const jobs = [
      server.startJob(ref, { inputArguments: '{"a":1,"b":2}' }),
      server.startJob(ref, { inputArguments: '{"a":4}', entryPointPath: 'old.cjs' }),
    ];
    await until('both have ended', () => jobs.every(isFinal));
    const outputs = jobs.map((job) =>
      JSON.parse(lastReport(job).outputArguments ?? lastReport(job).info ?? ''),
    );
    assert.deepEqual(outputs, [{ result: 3 }, { doubled: 8, helper: 'function' }]);
    assert.deepEqual(messages(jobs[0]!).sort(), ['adding', 'printed']);
    assert.equal(server.count('/packages/'), 1, 'two jobs, one download');
  });

  test('of a command, which fails', async (context) => {
    const { server, startRobot } = await openKit(context);
    const ref = await server.addPackage({
      'baton.json': '{ "runtime": "command", "command": ["./go.sh", "now"] }',
      'go.sh': '#!/bin/sh\necho "went $1"; echo "could not" >&2; exit 3\n',
    });
    await startRobot();
    const job = server.startJob(ref);
    await until('it has ended', () => isFinal(job));
    const report = lastReport(job);
    assert.equal(report.jobState, 'Faulted');
    assert.equal(report.exitCode, 3);
    assert.equal(report.info, 'The process exited with code 3\ncould not');
    assert.deepEqual(messages(job).sort(), ['could not', 'went now']);
  });

  test('prints much while answers get lost: every line once and in order', async (context) => {
    const { server, startRobot } = await openKit(context);
    const ref = await server.addPackage(
      { 'main.py': "for i in range(3000): print('line', i)\nprint('x' * 70000)\nprint('end', end='')" },
      ['main.py'],
    );
    await startRobot();
    server.losses.set('/SubmitLogs', 3);
    server.losses.set('/SubmitJobState', 1);
    const job = server.startJob(ref);
    await until('it has ended', () => isFinal(job));
    const expected = Array.from({ length: 3000 }, (_, i) => `line ${i}`);
    const printed = messages(job);
    assert.deepEqual(printed.slice(0, 3000), expected);
    assert.match(printed[3000] ?? '', /^x{65536} \.\.\. \[4464 characters cut\]$/);
    assert.deepEqual(printed.slice(3001), ['end']);
    const batches = server.calls.filter(({ path }) => path.endsWith('/SubmitLogs'));
    assert.ok(batches.every(({ body }) => Array.isArray(body) && body.length <= 2000));
  });

  test('that the server gives to somebody else is not started', async (context) => {
    const { server, startRobot, dataFolder, journaled } = await openKit(context);
    const ref = await server.addPackage({ 'main.py': `open('${dataFolder}/ran', 'w')` }, ['main.py']);
    server.acceptRunning = (job) => job !== refused;
    await startRobot();
    const refused = server.startJob(ref);
    await until('it was refused and forgotten', () => refused.reports.length > 0 && journaled().length === 0);
    assert.equal(existsSync(join(dataFolder, 'ran')), false);
    assert.equal(server.startJob(ref).state, 'Pending');
    await until('the next one has run', () => server.jobs.at(-1)?.state === 'Successful');
  });

  test('never more than there are slots', async (context) => {
    const { server, startRobot, dataFolder } = await openKit(context);
    const ref = await server.addPackage(
      { 'main.py': `import os, time\nwhile not os.path.exists('${dataFolder}/go'): time.sleep(0.01)` },
      ['main.py'],
    );
    await startRobot({ slots: 2 });
    const jobs = [1, 2, 3].map(() => server.startJob(ref));
    await until('two are running', () => jobs.filter(({ state }) => state === 'Running').length === 2);
    server.wake();
    const { length } = server.calls;
    await until('it was asked again', () => server.calls.length > length);
    assert.equal(jobs.filter(({ state }) => state === 'Pending').length, 1);
    writeFileSync(join(dataFolder, 'go'), '');
    await until('all have ended', () => jobs.every(({ state }) => state === 'Successful'));
  });

  test('whose package is not what it should be, or cannot be run', async (context) => {
    const { server, startRobot } = await openKit(context);
    const ref = await server.addPackage({ 'main.py': '' }, ['main.py']);
    const studio = await server.addPackage({ 'project.json': '{"main":"Main.xaml"}', 'Main.xaml': '' }, [
      'Main.xaml',
    ]);
    await startRobot();
    const jobs = [
      server.startJob({ ...ref, packageSha256: '0'.repeat(64) }),
      server.startJob(studio),
      server.startJob(ref, { entryPointPath: 'missing.py' }),
      server.startJob({ ...ref, packageId: 'Gone', packageSha256: null, packageUrl: '/nowhere' }),
    ];
    await until('all have ended', () => jobs.every(isFinal));
    assert.deepEqual(
      jobs.map(({ state }) => state),
      ['Faulted', 'Faulted', 'Faulted', 'Faulted'],
    );
    const infos = jobs.map((job) => lastReport(job).info ?? '');
    assert.match(infos[0] ?? '', /is not the one the server stored/);
    assert.match(infos[1] ?? '', /XAML/);
    assert.match(infos[2] ?? '', /missing\.py/);
    assert.match(infos[3] ?? '', /404/);
  });

  test('is asked to stop: Python, Node, and a shell that does not listen', async (context) => {
    const { server, startRobot } = await openKit(context);
    const python = await server.addPackage(
      {
        'main.py':
          "import baton, time\nprint('up')\nwhile not baton.stop_requested(): time.sleep(0.01)\nbaton.output({'at': 1})",
      },
      ['main.py'],
    );
    const node = await server.addPackage(
      {
        'main.mjs':
          "import { stopRequested } from 'baton';\nimport { setTimeout } from 'node:timers/promises';\n" +
          "console.log('up');\nwhile (!stopRequested()) await setTimeout(10);",
      },
      ['main.mjs'],
    );
    const shell = await server.addPackage({
      'baton.json': '{ "runtime": "command", "command": ["sh", "-c", "echo up; sleep 1000"] }',
    });
    // This job ends when it is asked to stop, but does not acknowledge the request.
    const careless = await server.addPackage(
      {
        'main.py':
          "import os, time\nprint('up')\nwhile not os.path.exists(os.environ['BATON_STOP']): time.sleep(0.01)",
      },
      ['main.py'],
    );
    await startRobot();
    const jobs = [python, node, shell, careless].map((ref) => server.startJob(ref));
    await until('all are up', () => jobs.every((job) => messages(job).includes('up')));
    for (const job of jobs) server.ask(job, 'StopProcess');
    await until('all have ended', () => jobs.every(isFinal));
    assert.deepEqual(
      jobs.map(({ state }) => state),
      ['Stopped', 'Stopped', 'Stopped', 'Successful'],
    );
    assert.deepEqual(JSON.parse(lastReport(jobs[0]!).outputArguments ?? ''), { at: 1 });
  });

  test('has done its work, and is asked to stop while Python ends', async (context) => {
    const { server, startRobot } = await openKit(context);
    const ending = await server.addPackage(
      {
        'main.py':
          'import builtins, os\nclass Last:\n' +
          '    def __del__(self, kill=os.kill, pid=os.getpid()): kill(pid, 15)\n' +
          "builtins.last = Last()\nprint('up')\n" +
          "while not os.path.exists(os.environ['BATON_STOP']): pass",
      },
      ['main.py'],
    );
    await startRobot();
    const job = server.startJob(ending);
    await until('it is up', () => messages(job).includes('up'));
    server.ask(job, 'StopProcess');
    await until('it has ended', () => isFinal(job));
    assert.equal(job.state, 'Successful');
  });

  test('has limits of its own', async (context) => {
    const { server, startRobot } = await openKit(context);
    const ref = await server.addPackage({
      'baton.json': `{ "runtime": "command", "command": ["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"] }`,
    });
    await startRobot();
    const job = server.startJob(ref, { stopAfterSeconds: 0.5, killAfterSeconds: 0.3 });
    await until('it has ended', () => isFinal(job));
    assert.equal(lastReport(job).jobState, 'Stopped');
    assert.match(lastReport(job).info ?? '', /^Killed 0\.3 seconds after it was asked to stop/);
  });

  test('is killed with all its processes', async (context) => {
    const { server, startRobot, dataFolder } = await openKit(context);
    const sleeper = '["sleep", "1000"]';
    const ref = await server.addPackage(
      {
        'main.py': `
import os, subprocess, sys, time
subprocess.Popen([sys.executable, 'child.py'])
if os.fork() == 0:
    os.setsid()
    if os.fork() > 0: os._exit(0)
    open('${dataFolder}/orphan', 'w').write(str(os.getpid()))
    time.sleep(1000)
time.sleep(1000)`,
        'child.py': `
import os, subprocess, time
free = subprocess.Popen(${sleeper}, start_new_session=True)
bare = subprocess.Popen(${sleeper}, start_new_session=True, env={}, cwd='/')
open('${dataFolder}/tree', 'w').write('%d %d %d %d' % (os.getppid(), os.getpid(), free.pid, bare.pid))
time.sleep(1000)`,
      },
      ['main.py'],
    );
    await startRobot();
    const job = server.startJob(ref);
    const pids = () =>
      ['tree', 'orphan'].flatMap((name) => {
        const file = join(dataFolder, name);
        return existsSync(file) ? readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number) : [];
      });
    await until('the tree has grown', () => pids().length === 5);
    assert.deepEqual(pids().map(runs), [true, true, true, true, true]);
    server.ask(job, 'KillProcess');
    await until('it has ended', () => isFinal(job));
    assert.equal(job.state, 'Stopped');
    assert.deepEqual(pids().map(runs), [false, false, false, false, false]);
  });
});

describe('a robot', { concurrency: 2 }, () => {
  test('that is killed again and again at any moment: each job runs once and ends once', async (context) => {
    const { server, startRobot, killRobot, dataFolder, journaled } = await openKit(context);
    const ref = await server.addPackage(
      {
        'main.py': `
import os, time
open('${dataFolder}/ran-' + os.environ['UIPATH_JOB_KEY'], 'a').write('x')
for i in range(3):
    print(i)
    time.sleep(0.1)`,
      },
      ['main.py'],
    );
    const jobs = Array.from({ length: 8 }, () => server.startJob(ref));
    for (const moment of [0, 40, 80, 120, 160, 250, 400]) {
      await startRobot({ slots: 2 });
      await delay(moment); // not a wait for something: the moment of the kill is the case
      await killRobot();
    }
    await startRobot();
    await until('all have ended', () => jobs.every(isFinal) && journaled().length === 0);
    for (const job of jobs) {
      assert.equal(job.state, 'Successful', lastReport(job).info ?? '');
      assert.deepEqual(messages(job), ['0', '1', '2']);
      assert.equal(readFileSync(join(dataFolder, `ran-${job.order.key}`), 'utf8'), 'x');
      assert.equal(job.reports.filter(({ report }) => report.jobState === 'Successful').length, 1);
    }
  });

  test('that is killed: its job goes on, and the next robot reports it once', async (context) => {
    const { server, startRobot, killRobot, dataFolder, journaled } = await openKit(context);
    const ref = await server.addPackage({ 'main.py': twoHalves(dataFolder) }, ['main.py']);
    await startRobot();
    const ended = server.startJob(ref);
    await until('it is in the middle', () => messages(ended).includes('first'));
    await killRobot();
    writeFileSync(join(dataFolder, 'go'), '');
    await until('it has ended by itself', () =>
      existsSync(join(dataFolder, 'jobs', ended.executionId, 'exit.json')),
    );
    await startRobot();
    await until('it is reported', () => isFinal(ended) && journaled().length === 0);
    assert.equal(ended.state, 'Successful');
    assert.deepEqual(messages(ended), ['first', 'second']);
    assert.deepEqual(
      ended.reports.map(({ report }) => report.jobState),
      ['Running', 'Successful'],
    );
    assert.equal(readFileSync(join(dataFolder, 'starts'), 'utf8'), 'x');
  });

  test('that is killed and back before the job ends', async (context) => {
    const { server, startRobot, killRobot, dataFolder } = await openKit(context);
    const ref = await server.addPackage({ 'main.py': twoHalves(dataFolder) }, ['main.py']);
    await startRobot();
    const job = server.startJob(ref);
    await until('it is in the middle', () => messages(job).includes('first'));
    await killRobot();
    await startRobot();
    writeFileSync(join(dataFolder, 'go'), '');
    await until('it is reported', () => isFinal(job));
    assert.equal(job.state, 'Successful');
    assert.deepEqual(messages(job), ['first', 'second']);
    assert.equal(readFileSync(join(dataFolder, 'starts'), 'utf8'), 'x');
  });

  test('that is killed between the word of the server and its own note of it', async (context) => {
    const { server, startRobot, killRobot, dataFolder } = await openKit(context);
    const ref = await server.addPackage({ 'main.py': "print('ran')" }, ['main.py']);
    server.losses.set('/SubmitJobState', 1000);
    await startRobot();
    const job = server.startJob(ref);
    await until('the server has accepted', () => job.state === 'Running');
    await killRobot();
    assert.equal(existsSync(join(dataFolder, 'jobs', job.executionId, 'accepted.json')), false);
    server.losses.clear();
    await startRobot();
    await until('it is reported', () => isFinal(job));
    assert.equal(job.state, 'Successful');
    assert.deepEqual(messages(job), ['ran']);
  });

  test('that was killed before a runner had the job asks again, and may be too late', async (context) => {
    const { server, startRobot, killRobot, dataFolder, journaled } = await openKit(context);
    const ref = await server.addPackage({ 'main.py': "print('ran')" }, ['main.py']);
    server.losses.set('/SubmitJobState', 1000);
    await startRobot();
    const [late, inTime] = [server.startJob(ref), server.startJob(ref)];
    await until('the server has accepted', () => [late, inTime].every(({ state }) => state === 'Running'));
    await killRobot();
    for (const { executionId } of [late, inTime]) {
      writeFileSync(join(dataFolder, 'jobs', executionId, 'accepted.json'), '{}');
    }
    server.losses.clear();
    late.state = 'Faulted';
    await startRobot();
    await until('both are settled', () => isFinal(inTime) && journaled().length === 0);
    assert.deepEqual([late.state, inTime.state], ['Faulted', 'Successful']);
    assert.deepEqual([messages(late), messages(inTime)], [[], ['ran']]);
  });

  test('whose job is killed together with its runner', async (context) => {
    const { server, startRobot, killRobot, dataFolder } = await openKit(context);
    const ref = await server.addPackage({ 'main.py': twoHalves(dataFolder) }, ['main.py']);
    await startRobot();
    const [first, second] = [server.startJob(ref), server.startJob(ref)];
    await until('both are up', () => [first, second].every((job) => messages(job).includes('first')));
    const pid = (job: typeof first, file: string): number =>
      JSON.parse(readFileSync(join(dataFolder, 'jobs', job.executionId, file), 'utf8')).pid;
    // The robot notices that the first runner was killed. The next robot finds the second job without a
    // runner, and its process still there.
    process.kill(pid(first, 'runner.json'), 'SIGKILL');
    process.kill(pid(first, 'process.json'), 'SIGKILL');
    await until('the first is reported', () => isFinal(first));
    await killRobot();
    const orphan = pid(second, 'process.json');
    process.kill(pid(second, 'runner.json'), 'SIGKILL');
    assert.equal(runs(orphan), true);
    await startRobot();
    await until('the second is reported', () => isFinal(second));
    assert.equal(runs(orphan), false);
    for (const job of [first, second]) {
      assert.equal(job.state, 'Faulted');
      assert.match(lastReport(job).info ?? '', /together with its runner/);
      assert.deepEqual(messages(job), ['first']);
    }
  });

  test('whose server is away for a while', async (context) => {
    const { server, startRobot, dataFolder } = await openKit(context);
    const ref = await server.addPackage({ 'main.py': twoHalves(dataFolder) }, ['main.py']);
    await startRobot();
    const job = server.startJob(ref);
    await until('it is in the middle', () => messages(job).includes('first'));
    await server.vanish();
    writeFileSync(join(dataFolder, 'go'), '');
    await until('it has ended', () => existsSync(join(dataFolder, 'jobs', job.executionId, 'exit.json')));
    await server.listen();
    await until('it is reported', () => isFinal(job));
    assert.equal(job.state, 'Successful');
    assert.deepEqual(messages(job), ['first', 'second']);
  });

  test('that the server has forgotten introduces itself again', async (context) => {
    const { server, startRobot } = await openKit(context);
    const ref = await server.addPackage({ 'main.py': '' }, ['main.py']);
    await startRobot();
    server.forgetSession();
    const job = server.startJob(ref);
    await until('the job has run in the new session', () => job.state === 'Successful');
    assert.equal(server.sessions, 2);
    const ids = server.calls.filter(({ path }) => path.endsWith('/StartService')).map(({ body }) => body);
    assert.deepEqual(ids[0], ids[1]);
  });

  test('that is stopped leaves its job running, and its folder to the next', async (context) => {
    const { server, startRobot, dataFolder } = await openKit(context);
    const ref = await server.addPackage({ 'main.py': twoHalves(dataFolder) }, ['main.py']);
    const robot = await startRobot();
    const job = server.startJob(ref);
    await until('it is in the middle', () => messages(job).includes('first'));
    const options = { url: server.url, machineKey: 'k', machineSecret: 'wrong', dataFolder, log: silent };
    await assert.rejects(openRobot(options), { name: 'FolderInUse' });
    robot.kill('SIGTERM');
    await until('it has left', () => robot.exitCode !== null);
    assert.equal(server.count('/api/RobotsService/StopService'), 1);
    await startRobot();
    writeFileSync(join(dataFolder, 'go'), '');
    await until('it is reported', () => isFinal(job));
    assert.equal(job.state, 'Successful');
  });

  test('with a wrong secret says so', async (context) => {
    const { server } = await openKit(context);
    const dataFolder = mkdtempSync(join(tmpdir(), 'baton-robot-'));
    const options = {
      url: server.url,
      machineKey: 'machine-key',
      machineSecret: 'wrong',
      dataFolder,
      log: silent,
    };
    const robot = await openRobot(options);
    await assert.rejects(robot.connected, { name: 'Refused', status: 400 });
    await robot.stop();
    rmSync(dataFolder, { recursive: true });
  });
});

function runs(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
