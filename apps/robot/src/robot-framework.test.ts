import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { until } from '../../../tests/until.fixture.ts';
import { isFinal, lastReport } from './fake-server.fixture.ts';
import { openKit } from './kit.fixture.ts';
import { folderOf, ROBOT_FRAMEWORK } from './stand-ins.fixture.ts';

/** Runs a suite by the stand-in of Robot Framework, in a real robot, to the end. */
async function runSuite(context: TestContext, suite: string, library = ROBOT_FRAMEWORK as object) {
  const kit = await openKit(context);
  await kit.startRobot();
  const job = kit.server.startJob(await kit.server.addPackage({ 'main.robot': suite }), {
    entryPointPath: 'main.robot',
    inputArguments: '{"name":"Ada"}',
    environmentVariables: { PYTHONPATH: folderOf(context, { ...library }) },
  });
  await until('the job has ended', () => isFinal(job));
  const lines = [...job.lines.values()].filter((line) => line['logType'] === 'User');
  return { report: lastReport(job), lines: lines.map((line) => `${line['level']} ${line['message']}`) };
}

const timeOut = { timeout: 600_000 };

test('each message of a suite arrives once, with its level', timeOut, async (context) => {
  const suite = [
    'test Greets',
    'log INFO hello {name}',
    'log INFO hello {name}',
    'log WARN careful',
    'log DEBUG detail',
    'both in both places',
    'console on the console',
    'python by a library',
  ];
  const { lines, report } = await runSuite(context, suite.join('\n'));
  // What is printed comes by another way than what is logged, so their order may differ.
  assert.deepEqual(lines.toSorted(), [
    'Information Greets: PASS',
    'Information hello Ada',
    'Information hello Ada',
    'Information in both places',
    'Information on the console',
    'Trace detail',
    'Warning The syntax is old.',
    'Warning by a library',
    'Warning careful',
  ]);
  assert.deepEqual([report.jobState, report.exitCode], ['Successful', 0]);
});

test('a job names the tests that failed', timeOut, async (context) => {
  const { lines, report } = await runSuite(context, 'test A\ntest B\nfail not so\ntest C\nfail nor so');
  assert.deepEqual(
    [report.jobState, report.info, report.exitCode],
    ['Faulted', '2 of 3 tests failed\nB: not so\nC: nor so', 2],
  );
  assert.deepEqual(lines.slice(1), [
    'Information A: PASS',
    'Error not so',
    'Error B: FAIL',
    'Error nor so',
    'Error C: FAIL',
  ]);
});

test('a job of which no test ran says why', timeOut, async (context) => {
  const { report } = await runSuite(context, 'log INFO x');
  assert.deepEqual([report.jobState, report.info], ['Faulted', 'Suite contains no tests.']);
});

test('without Robot Framework the job says what is missing', timeOut, async (context) => {
  const { report } = await runSuite(context, 'test A', { 'robot.py': 'raise ImportError("not here")' });
  assert.equal(report.jobState, 'Faulted');
  assert.match(report.info ?? '', /needs the Python package "robotframework", which is not installed for \//);
});
