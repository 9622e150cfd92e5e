import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { describe } from 'node:test';
import { until } from '../../../../tests/until.fixture.ts';
import { type FakeJob, isFinal, lastReport, messages, told } from '../fake-server.fixture.ts';
import { openKit } from '../kit.fixture.ts';
import { openIndexes, settingsFor } from './indexes.fixture.ts';

describe('the environment of a package', { concurrency: 2 }, () => {
  test('fails for all that wait, with the reason in log and info; the next job tries again', async (context) => {
    const indexes = await openIndexes(context);
    const { server, startRobot, dataFolder } = await openKit(context);
    const files = { 'main.py': 'import acme; print(acme.version)', 'requirements.txt': 'acme==1.0' };
    const ref = await server.addPackage(files, ['main.py']);
    indexes.hold('/simple/acme');
    await startRobot({ environment: settingsFor(indexes) });
    const jobs = [server.startJob(ref), server.startJob(ref)];
    await until('both wait for the build', () => jobs.every((job) => told(job).length > 0));
    indexes.release();
    await until('both have ended', () => jobs.every(isFinal));
    for (const job of jobs) {
      const { jobState, info } = lastReport(job);
      assert.equal(jobState, 'Faulted');
      assert.match(info ?? '', /^The environment of the package could not be built: .* ended with code 1\n/);
      assert.match(info ?? '', /No matching distribution found for acme/);
      assert.match(told(job).at(-1) ?? '', /could not be built/);
      assert.equal([...job.lines.values()].at(-1)?.['level'], 'Error');
    }
    assert.deepEqual(readdirSync(join(dataFolder, 'environments')), []);
    indexes.addWheel('acme', '1.0');
    const next = server.startJob(ref);
    await until('the next one has ended', () => isFinal(next));
    assert.equal(lastReport(next).jobState, 'Successful', lastReport(next).info ?? '');
  });

  test('survives kill -9 in the middle: the next robot builds it whole', async (context) => {
    const indexes = await openIndexes(context);
    indexes.addWheel('acme', '1.0');
    const { server, startRobot, killRobot, dataFolder } = await openKit(context);
    const files = { 'main.py': 'import acme; print(acme.version)', 'requirements.txt': 'acme==1.0' };
    const ref = await server.addPackage(files, ['main.py']);
    const environment = settingsFor(indexes);
    indexes.hold('/simple/acme');
    await startRobot({ environment });
    const job = server.startJob(ref);
    await until('the build is in the middle', () => indexes.waiting() > 0 && told(job).length > 0);
    await killRobot();
    const [name = ''] = readdirSync(join(dataFolder, 'environments'));
    assert.equal(existsSync(join(dataFolder, 'environments', name, 'whole.json')), false);
    await startRobot({ environment });
    const begun = () => told(job).filter((line) => line.startsWith('Builds the environment'));
    await until('it is built again', () => begun().length === 2);
    indexes.release();
    await until('it has ended', () => isFinal(job));
    assert.equal(lastReport(job).jobState, 'Successful', lastReport(job).info ?? '');
    assert.deepEqual(messages(job), ['1.0']);
  });

  test('is given up when the robot ends, and made by the next one', async (context) => {
    const indexes = await openIndexes(context);
    indexes.addWheel('acme', '1.0');
    const { server, startRobot, dataFolder } = await openKit(context);
    const files = { 'main.py': 'import acme; print(acme.version)', 'requirements.txt': 'acme==1.0' };
    const ref = await server.addPackage(files, ['main.py']);
    indexes.hold('/simple/acme');
    const robot = await startRobot({ environment: settingsFor(indexes) });
    const job = server.startJob(ref);
    await until('the build is in the middle', () => indexes.waiting() > 0 && told(job).length > 0);
    const ended = new Promise((resolve) => robot.once('exit', resolve));
    robot.kill('SIGTERM');
    await ended;
    assert.deepEqual(readdirSync(join(dataFolder, 'environments')), []);
    assert.equal(job.state, 'Pending');
    indexes.release();
    await startRobot({ environment: settingsFor(indexes) });
    await until('it has ended', () => isFinal(job));
    assert.deepEqual([job.state, messages(job)], ['Successful', ['1.0']]);
  });

  test('is not waited for by a job that is stopped; nobody waits, nothing is built', async (context) => {
    const indexes = await openIndexes(context);
    const { server, startRobot, dataFolder } = await openKit(context);
    const files = { 'main.py': 'import acme', 'requirements.txt': 'acme==1.0' };
    const ref = await server.addPackage(files, ['main.py']);
    indexes.hold('/simple/acme');
    await startRobot({ environment: settingsFor(indexes) });
    const [first, second] = [server.startJob(ref), server.startJob(ref)];
    await until('both wait for the build', () => [first, second].every((job) => told(job).length > 0));
    server.ask(first, 'StopProcess');
    await until('the first one has ended', () => isFinal(first));
    assert.equal(second.state, 'Pending');
    server.ask(second, 'KillProcess');
    await until('the second one has ended', () => isFinal(second));
    assert.deepEqual([lastReport(first).jobState, lastReport(second).jobState], ['Stopped', 'Stopped']);
    assert.deepEqual(readdirSync(join(dataFolder, 'environments')), []);
  });

  test('is given up when it takes too long', async (context) => {
    const indexes = await openIndexes(context);
    const { server, startRobot, dataFolder } = await openKit(context);
    const files = { 'main.py': 'import acme', 'requirements.txt': 'acme==1.0' };
    const ref = await server.addPackage(files, ['main.py']);
    indexes.hold('/simple/acme');
    await startRobot({ environment: settingsFor(indexes), maxBuildSeconds: 1 });
    const job = server.startJob(ref);
    await until('it has ended', () => isFinal(job));
    assert.equal(lastReport(job).jobState, 'Faulted');
    assert.match(lastReport(job).info ?? '', /it took more than 1 s, the limit of this robot/);
    assert.deepEqual(readdirSync(join(dataFolder, 'environments')), []);
  });

  test('comes from an index with a password, which no line and no report shows', async (context) => {
    const indexes = await openIndexes(context);
    indexes.addWheel('acme', '1.0');
    indexes.credentials = { user: 'ada', password: 'pa55-of-ada' };
    const { server, startRobot, output } = await openKit(context);
    const address = indexes.python.replace('://', '://ada:pa55-of-ada@');
    const environment = { ...settingsFor(indexes), PIP_INDEX_URL: address };
    const main = "import acme, os; print(acme.version, [n for n in os.environ if n.startswith('PIP')])";
    const good = await server.addPackage({ 'main.py': main, 'requirements.txt': 'acme' }, ['main.py']);
    // pip names this address in its error as it is.
    const bad = await server.addPackage(
      { 'main.py': main, 'requirements.txt': `nothing @ ${address}nothing-1.0-py3-none-any.whl` },
      ['main.py'],
    );
    await startRobot({ environment });
    const jobs = [server.startJob(good), server.startJob(bad)];
    await until('both have ended', () => jobs.every(isFinal));
    assert.deepEqual(messages(jobs[0]!), ['1.0 []']);
    assert.equal(lastReport(jobs[1]!).jobState, 'Faulted');
    const shown = JSON.stringify([
      jobs.map(({ lines, reports }) => [[...lines.values()], reports]),
      output(),
    ]);
    assert.ok(!shown.includes('pa55-of-ada'), shown);
  });

  test('is refused by a Python that does not fit, in a sentence with both versions', async (context) => {
    const { server, startRobot } = await openKit(context);
    const ref = await server.addPackage(
      {
        'main.py': 'print(1)',
        'pyproject.toml': '[project]\nname = "a"\nversion = "1"\nrequires-python = ">=4.2"\n',
      },
      ['main.py'],
    );
    await startRobot();
    const job = server.startJob(ref);
    await until('it has ended', () => isFinal(job));
    assert.match(
      lastReport(job).info ?? '',
      /^The package needs Python >=4.2 \(requires-python in pyproject.toml\), and the Python of this host is 3\.\d+/,
    );
  });

  test('may be Robot Framework itself: then any Python does', async (context) => {
    const indexes = await openIndexes(context);
    indexes.addWheel('robotframework', '7.9', {
      files: {
        'robot/__init__.py': '',
        'robot/__main__.py': "import sys; print('robot runs', sys.argv[-1])",
      },
    });
    const { server, startRobot } = await openKit(context);
    const ref = await server.addPackage(
      { 'tasks.robot': '*** Tasks ***', 'requirements.txt': 'robotframework>=7' },
      ['tasks.robot'],
    );
    await startRobot({ environment: settingsFor(indexes) });
    const job = server.startJob(ref);
    await until('it has ended', () => isFinal(job));
    assert.equal(lastReport(job).jobState, 'Successful', lastReport(job).info ?? '');
    assert.deepEqual(messages(job), ['robot runs tasks.robot']);
  });

  test('goes when it takes too much, the least recently used first; one in use stays', async (context) => {
    const indexes = await openIndexes(context);
    for (const name of ['one', 'two', 'three']) indexes.addWheel(name, '1.0');
    const { server, startRobot, dataFolder } = await openKit(context);
    const main =
      "import os, sys, time\nwhile not os.path.exists(os.environ['GO']): time.sleep(0.02)\nprint(sys.prefix)";
    const packages = await Promise.all(
      ['one', 'two', 'three'].map((name) =>
        server.addPackage({ 'main.py': main, 'requirements.txt': name }, ['main.py']),
      ),
    );
    await startRobot({ environment: settingsFor(indexes), maxEnvironmentBytes: 1 });
    const running = server.startJob(packages[0]!, { environmentVariables: { GO: join(dataFolder, 'go') } });
    await until('the first one runs', () => running.state === 'Running');
    const others: FakeJob[] = [];
    for (const ref of packages.slice(1)) {
      const job = server.startJob(ref, { environmentVariables: { GO: dataFolder } });
      await until('it has ended', () => isFinal(job));
      others.push(job);
    }
    const there = () => readdirSync(join(dataFolder, 'environments'));
    await until('the second one is gone', () => there().length === 2);
    writeFileSync(join(dataFolder, 'go'), '');
    await until('the first one has ended', () => isFinal(running));
    assert.equal(lastReport(running).jobState, 'Successful', lastReport(running).info ?? '');
    assert.ok(
      there().some((name) => messages(running)[0]?.includes(name)),
      'it was in use all the time',
    );
  });

  test('is not made where the machine has everything itself', async (context) => {
    const { server, startRobot, dataFolder } = await openKit(context);
    const files = { 'main.py': "print('ran')", 'requirements.txt': 'acme==1.0' };
    const ref = await server.addPackage(files, ['main.py']);
    await startRobot({ environment: { ...process.env, BATON_ENVIRONMENTS: 'off' } });
    const job = server.startJob(ref);
    await until('it has ended', () => isFinal(job));
    assert.deepEqual([job.state, messages(job)], ['Successful', ['ran']]);
    assert.deepEqual(readdirSync(join(dataFolder, 'environments')), []);
  });
});
