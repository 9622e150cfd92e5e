import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { until } from '../../../tests/until.fixture.ts';
import { type FakeJob, isFinal, lastReport, messages } from './fake-server.fixture.ts';
import { openKit } from './kit.fixture.ts';
import { folderOf, OFFICIAL_TOOL } from './stand-ins.fixture.ts';

/** Runs an agent by the official tool's stand-in, in a real robot, to the end. */
async function runAgent(context: TestContext, agent: string, files: Record<string, string> = {}) {
  const kit = await openKit(context);
  await kit.startRobot();
  const packed = { 'uipath.json': '{}', 'langgraph.json': '{}', 'agent.py': agent, ...files };
  const job = kit.server.startJob(await kit.server.addPackage(packed), {
    entryPointPath: 'agent',
    inputArguments: '{"name":"Ada"}',
    environmentVariables: { PYTHONPATH: folderOf(context, OFFICIAL_TOOL) },
  });
  return { kit, job, ended: until('the job has ended', () => isFinal(job)) };
}

const levelOf = (job: FakeJob, message: string) =>
  [...job.lines.values()].find((line) => line['message'] === message)?.['level'];

const timeOut = { timeout: 600_000 };

test('the log of an agent becomes the log of its job, as it comes', timeOut, async (context) => {
  const { kit, job, ended } = await runAgent(
    context,
    `
import logging, os, time
def run(given):
    print('printed')
    logging.getLogger('mine').warning('careful')
    logging.error('two\\nlines')
    while not os.path.exists(os.environ['BATON_STOP']): time.sleep(0.01)
    return {'status': 'successful', 'output': {'hello': given['name']}}`,
    { '__uipath/execution.log': '[2020-01-01 00:00:00,000][INFO] of another run\n' },
  );
  await until('a line arrives while the agent runs', () => messages(job).includes('careful'));
  assert.equal(job.state, 'Running');
  kit.server.ask(job, 'StopProcess');
  await ended;
  assert.deepEqual(messages(job), ['printed', 'careful', 'two', 'lines', 'Successful execution.']);
  assert.deepEqual(
    ['printed', 'careful', 'two', 'lines'].map((message) => levelOf(job, message)),
    ['Information', 'Warning', 'Error', 'Error'],
  );
  const times = [...job.lines.values()].map((line) => Date.parse(String(line['timeStamp'])));
  assert.ok(times.every((time) => Math.abs(time - Date.now()) < 600_000));
  assert.equal(lastReport(job).outputArguments, '{"hello": "Ada"}');
});

test('a run that tells that it is faulted is Faulted, by its words', timeOut, async (context) => {
  const { job, ended } = await runAgent(context, "def run(given): raise ValueError('no such customer')");
  await ended;
  const { jobState, info } = lastReport(job);
  assert.deepEqual([jobState, info], ['Faulted', 'Runtime error: ValueError\nno such customer']);
  assert.ok(messages(job).includes('ValueError: no such customer'), 'the traceback is in the log');
});

test('also where it exits with 0', timeOut, async (context) => {
  const { job, ended } = await runAgent(
    context,
    "def run(given): return {'status': 'faulted', 'output': {'half': 1}, 'error': {'title': 'T', 'detail': 'D'}}",
  );
  await ended;
  const { jobState, info, outputArguments } = lastReport(job);
  assert.deepEqual([jobState, info, outputArguments], ['Faulted', 'T\nD', '{"half": 1}']);
});

test(
  'a run that suspends itself is Faulted with a sentence; its files may be elsewhere',
  timeOut,
  async (context) => {
    const { job, ended } = await runAgent(
      context,
      `
import logging
def run(given):
    logging.info('in another file')
    return {'status': 'suspended', 'output': {}, 'resume': {'triggerType': 'Task', 'itemKey': '1'}}`,
      { 'uipath.json': '{"runtime":{"dir":"state","logsFile":"log.txt","outputFile":"result.json"}}' },
    );
    await ended;
    const { jobState, info } = lastReport(job);
    assert.equal(jobState, 'Faulted');
    assert.match(
      info ?? '',
      /^The run suspended itself to wait for something \(Task\)\. Baton cannot resume/,
    );
    assert.equal(messages(job)[0], 'in another file');
  },
);
