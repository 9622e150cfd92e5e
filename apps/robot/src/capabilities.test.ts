import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { until } from '../../../tests/until.fixture.ts';
import { type FakeServer, isFinal, lastReport } from './fake-server.fixture.ts';
import { openKit } from './kit.fixture.ts';

/** The interpreter itself: the one that the machine has in its PATH may be a shim already. */
const itself = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], {
  encoding: 'utf8',
}).trim();

/** A home whose owner may install libraries for this Python. */
function openHome(context: TestContext): { home: string; libraries: string } {
  const home = mkdtempSync(join(tmpdir(), 'baton-home-'));
  context.after(() => rmSync(home, { recursive: true, force: true }));
  const question = 'import site; print(site.getusersitepackages())';
  const env = { ...process.env, HOME: home };
  const libraries = execFileSync(itself, ['-c', question], { encoding: 'utf8', env }).trim();
  mkdirSync(libraries, { recursive: true });
  return { home, libraries };
}

function installRobotFramework(folder: string, version: string): void {
  mkdirSync(join(folder, 'robot'), { recursive: true });
  writeFileSync(join(folder, 'robot', '__init__.py'), '');
  const facts = join(folder, `robotframework-${version}.dist-info`);
  mkdirSync(facts, { recursive: true });
  writeFileSync(
    join(facts, 'METADATA'),
    `Metadata-Version: 2.1\nName: robotframework\nVersion: ${version}\n`,
  );
}

const introductions = (server: FakeServer): readonly { readonly capabilities: readonly string[] }[] =>
  server.calls
    .filter(({ path }) => path.endsWith('/StartService'))
    .map(({ body }) => body as { capabilities: string[] });

test('a slow shim is asked once, and jobs run with the interpreter behind it', async (context) => {
  const { server, startRobot, dataFolder } = await openKit(context);
  const shim = join(dataFolder, 'shim');
  writeFileSync(shim, `#!/bin/sh\necho x >> '${dataFolder}/asked'\nsleep 1\nexec '${itself}' "$@"\n`);
  chmodSync(shim, 0o755);
  const ref = await server.addPackage(
    { 'main.py': 'import baton, sys\nbaton.output({"program": sys.executable})' },
    ['main.py'],
  );
  await startRobot({ python: shim });
  const jobs = [server.startJob(ref), server.startJob(ref)];
  await until('both have ended', () => jobs.every(isFinal));
  for (const job of jobs) {
    const { outputArguments, info } = lastReport(job);
    assert.deepEqual(JSON.parse(outputArguments ?? '{}'), { program: itself }, info ?? '');
  }
  assert.equal(readFileSync(join(dataFolder, 'asked'), 'utf8'), 'x\n');
});

test('what only the robot finds neither makes nor breaks a claim', async (context) => {
  const { server, startRobot, dataFolder } = await openKit(context);
  const { home } = openHome(context);
  const own = join(dataFolder, 'own');
  installRobotFramework(own, '7.0');
  // Python imports this at its start.
  writeFileSync(join(own, 'sitecustomize.py'), 'raise SystemExit(1)');
  await startRobot({ python: itself, environment: { ...process.env, HOME: home, PYTHONPATH: own } });
  assert.deepEqual(introductions(server)[0]?.capabilities, ['node', 'command', 'python']);
});

test('a library that is installed later is claimed with the next heartbeat', async (context) => {
  const { server, startRobot, output } = await openKit(context);
  const { home, libraries } = openHome(context);
  await startRobot({ python: itself, environment: { ...process.env, HOME: home } });
  assert.deepEqual(introductions(server)[0]?.capabilities, ['node', 'command', 'python']);
  installRobotFramework(libraries, '7.1.2');
  server.wake();
  await until('it introduces itself again', () => introductions(server).length > 1);
  assert.deepEqual(introductions(server)[1]?.capabilities, ['node', 'command', 'python', 'robot']);
  assert.match(output(), /found Python .*"robotFramework":"7\.1\.2"/);
});

test('a host without Python says so, and claims none', async (context) => {
  const { server, startRobot, output } = await openKit(context);
  await startRobot({ python: '/nowhere/python3' });
  assert.deepEqual(introductions(server)[0]?.capabilities, ['node', 'command']);
  assert.match(output(), /warn no Python here.*\/nowhere\/python3/);
});
