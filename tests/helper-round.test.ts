import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { run } from '../apps/robot/src/run-helper.fixture.ts';
import { nodeHelpers, pythonHelpers } from '../apps/robot/src/runtimes/host.ts';
import {
  addAccount,
  addMachine,
  addProcess,
  connect,
} from '../apps/server/src/orchestrator/jobs/robot-kit.fixture.ts';
import { runningJob } from '../apps/server/src/orchestrator/logs/running-job.fixture.ts';
import { testServer } from '../apps/server/src/server.fixture.ts';
import { until } from './until.fixture.ts';

// What the helper does with queues, assets, buckets and other processes, against the real server, with the
// token of a job; and at a desk, with that of a person.
const server = await testServer({ after });
const admin = server.admin.in(server.folder.id);
const all = ['Assets', 'Queues', 'Transactions', 'Buckets', 'BlobFiles', 'Processes', 'Jobs'].flatMap(
  (area) => ['View', 'Create', 'Edit', 'Delete'].map((right) => `${area}.${right}`),
);
const job = await runningJob(server, { permissions: all });

async function made(path: string, body: object): Promise<Record<string, unknown>> {
  const { status, text, body: answer } = await admin.post(path, body);
  assert.ok(status < 300, text);
  return answer as Record<string, unknown>;
}

const env = {
  UIPATH_URL: `${server.url}/Default/Default`,
  UIPATH_ACCESS_TOKEN: job.process.token!,
  UIPATH_FOLDER_KEY: server.folder.key,
  UIPATH_ROBOT_KEY: job.robot.key,
};

const scripts = {
  'main.py': `
import baton
def main(name, release):
    q = baton.queue
    failures = q.add_all(name, [{'content': {'n': 1, 'at': 1.5}, 'reference': 'a', 'priority': 'High'},
                                {'content': {'n': 2}, 'reference': 'b'}])
    twice = q.add_all(name, [{'reference': 'a'}, {'reference': 'c', 'content': {'n': 3}}], 'ProcessAllIndependently')
    try: q.add(name, {}, reference='a')
    except baton.OrchestratorError as error: code = error.error_code
    first = q.start_transaction(name)
    q.progress(first, 'half')
    q.succeed(first, {'done': True})
    second = q.start_transaction(name)
    q.fail(second, 'try again')
    third = q.start_transaction(name)
    q.fail(third, 'no', 'BusinessException')
    baton.assets.set('number-py', 8)
    baton.assets.set('login-py', ('eve', 'new password'))
    baton.buckets.write('Files', 'py/ä b.txt', 'grün', 'text/plain')
    listed = baton.buckets.list('Files', 'py')
    content = baton.buckets.read('Files', 'py/ä b.txt').decode()
    baton.buckets.delete('Files', 'py/ä b.txt')
    try: baton.processes.run(release, {'queue': 'fail'})
    except baton.JobFailed as error: failed = error.job['Info']
    try: baton.processes.run(release, {'queue': 'q'}, timeout=0)
    except TimeoutError: late = True
    return {'failures': failures, 'twice': [f['Ordinal'] for f in twice], 'code': code,
            'content': first['SpecificContent'], 'number': baton.assets.get('number-py'),
            'login': list(baton.assets.get('login-py')), 'listed': listed, 'text': content,
            'left': baton.buckets.list('Files', 'py'), 'ran': baton.processes.run(release, {'queue': 'q'}), 'failed': failed, 'late': late}`,
  'main.mjs': `
import { assets, buckets, JobFailed, processes, queue } from 'baton';
export default async ({ name, release }) => {
  const failures = await queue.addAll(name, [
    { content: { n: 1, at: 1.5 }, reference: 'a', priority: 'High' }, { content: { n: 2 }, reference: 'b' }]);
  const twice = await queue.addAll(name, [{ reference: 'a' }, { reference: 'c', content: { n: 3 } }], 'ProcessAllIndependently');
  const { errorCode: code } = await queue.add(name, { reference: 'a' }).catch((error) => error);
  const first = await queue.startTransaction(name);
  await queue.progress(first, 'half');
  await queue.succeed(first, { done: true });
  await queue.fail(await queue.startTransaction(name), 'try again');
  await queue.fail(await queue.startTransaction(name), 'no', { type: 'BusinessException' });
  await assets.set('number-mjs', 8);
  await assets.set('login-mjs', { username: 'eve', password: 'new password' });
  await buckets.write('Files', 'mjs/ä b.txt', 'grün', 'text/plain');
  const listed = await buckets.list('Files', 'mjs');
  const text = (await buckets.read('Files', 'mjs/ä b.txt')).toString();
  await buckets.delete('Files', 'mjs/ä b.txt');
  const error = await processes.run(release, { queue: 'fail' }).catch((error) => error);
  const late = await processes.run(release, { queue: 'q' }, { timeout: 0 }).catch(({ message }) => message);
  return { failures, twice: twice.map(({ Ordinal }) => Ordinal), code, content: first.SpecificContent,
    number: await assets.get('number-mjs'), login: Object.values(await assets.get('login-mjs')), listed, text,
    left: await buckets.list('Files', 'mjs'), ran: await processes.run(release, { queue: 'q' }),
    failed: error instanceof JobFailed && error.job.Info, late: / after 0 seconds$/.test(late) };
};`,
};

const TIMEOUT_MS = 600_000;

await addAccount(server);
await made('/odata/Buckets', { Name: 'Files', Identifier: crypto.randomUUID() });

describe('the whole round of the helper', () => {
  for (const [file, code] of Object.entries(scripts))
    test(file, { timeout: TIMEOUT_MS }, async () => {
      const kind = file.split('.')[1]!;
      const queue = `Round-${kind}`;
      await made('/odata/QueueDefinitions', {
        Name: queue,
        EnforceUniqueReference: true,
        MaxNumberOfRetries: 1,
        AcceptAutomaticallyRetry: true,
      });
      await made('/odata/Assets', {
        Name: `number-${kind}`,
        ValueScope: 'Global',
        ValueType: 'Integer',
        IntValue: 7,
      });
      await made('/odata/Assets', {
        Name: `login-${kind}`,
        ValueScope: 'Global',
        ValueType: 'Credential',
        CredentialUsername: 'bob',
        CredentialPassword: 'old password',
      });
      const release = `Other-${kind}`;
      await addProcess(admin, release);
      const stop = new AbortController();
      const playing = playRobot(stop.signal);
      const input = { name: queue, release };
      const more = { env, ...(kind === 'py' && { function: 'main' }) };
      const [output] = await Promise.all([
        run(file, code, input, more).finally(() => stop.abort()) as Promise<Record<string, unknown>>,
        playing,
      ]);
      assert.deepEqual(output, {
        failures: [],
        twice: output['twice'],
        code: 1016,
        content: { n: 1, at: 1.5 },
        number: 8,
        login: ['eve', 'new password'],
        listed: [`/${kind}/ä b.txt`],
        text: 'grün',
        left: [],
        ran: { got: { queue: 'q' } },
        failed: 'because it was told to',
        late: true,
      });
      assert.equal((output['twice'] as unknown[]).length, 1);
      const { body } = await admin.get(
        `/odata/QueueItems?$filter=QueueDefinition/Name eq '${queue}'&$orderby=Reference,Id&$select=Reference,Status`,
      );
      const items = (body as { value: { Reference: string; Status: string }[] }).value;
      assert.deepEqual(
        items.map(({ Reference, Status }) => `${Reference} ${Status}`).toSorted(),
        ['a Successful', 'b Retried', 'c Failed', 'b New'].toSorted(),
      );
    });
});

const atDesk = {
  'main.py': `
import baton
def main(name):
    item = baton.queue.add(name, {'n': 1})
    baton.buckets.write(name, 'plain.txt', 'grün')
    baton.buckets.write(name, 'bytes', b'\\0')
    try: baton.processes.start('Nothing of the kind')
    except LookupError as error: unknown = str(error)
    return {'status': item['Status'], 'listed': baton.buckets.list(name), 'unknown': unknown}`,
  'main.mjs': `
import { buckets, processes, queue } from 'baton';
export default async ({ name }) => {
  const { Status: status } = await queue.add(name, { content: { n: 1 } });
  await buckets.write(name, 'plain.txt', 'grün');
  await buckets.write(name, 'bytes', Buffer.from([0]));
  const { message: unknown } = await processes.start('Nothing of the kind').catch((error) => error);
  return { status, listed: await buckets.list(name), unknown };
};`,
};

describe('at a desk, with the token of a person and the path of a folder', () => {
  for (const [file, code] of Object.entries(atDesk))
    test(file, { timeout: TIMEOUT_MS }, async () => {
      const name = `Büro 日本 ${file}`;
      const folder = await made('/odata/Folders', { DisplayName: name });
      const inFolder = server.admin.in(folder['Id'] as number);
      const queue = await inFolder.post('/odata/QueueDefinitions', { Name: name });
      assert.equal(queue.status, 201, queue.text);
      const bucket = await inFolder.post('/odata/Buckets', { Name: name, Identifier: crypto.randomUUID() });
      assert.equal(bucket.status, 201, bucket.text);
      const person = {
        UIPATH_URL: env.UIPATH_URL,
        UIPATH_ACCESS_TOKEN: server.admin.token!,
        UIPATH_FOLDER_PATH: name,
      };
      const more = { env: person, ...(file === 'main.py' && { function: 'main' }) };
      assert.deepEqual(await run(file, code, { name }, more), {
        status: 'New',
        listed: ['/bytes', '/plain.txt'],
        unknown: 'There is no process Nothing of the kind in this folder, or this job may not see it',
      });
      const files = `/odata/Buckets(${bucket.body.Id})/UiPath.Server.Configuration.OData.GetFiles`;
      const { body } = await inFolder.get(files);
      assert.deepEqual(
        body.value.map(({ ContentType }: { ContentType: string }) => ContentType),
        ['application/octet-stream', 'text/plain; charset=utf-8'],
      );
    });
});

const SAMPLES = join(import.meta.dirname, '..', 'samples', 'helper');

/** Assets as the samples name them. */
const ASSETS = {
  Greeting: { ValueType: 'Text', StringValue: 'hello' },
  Limit: { ValueType: 'Integer', IntValue: 7 },
  Open: { ValueType: 'Bool', BoolValue: true },
  Rates: { ValueType: 'KeyValueList', KeyValueList: [{ Key: 'EUR', Value: '1.1' }] },
  Mail: { ValueType: 'Credential', CredentialUsername: 'ada', CredentialPassword: 'pass word' },
  Desktop: { ValueType: 'WindowsCredential', CredentialUsername: 'bob', CredentialPassword: 'windows' },
  Key: { ValueType: 'Secret', SecretValue: 'a secret' },
  Database: { ValueType: 'DBConnectionString', StringValue: 'Server=db' },
  Service: { ValueType: 'HttpConnectionString', StringValue: 'http://service' },
};

test('the samples of the helper do what they say, in both languages', { timeout: TIMEOUT_MS }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'baton-samples-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const [Name, value] of Object.entries(ASSETS))
    await made('/odata/Assets', { Name, ValueScope: 'Global', ...value });
  await addProcess(admin, 'Sampled');
  const stop = new AbortController();
  t.after(() => stop.abort());
  const playing = playRobot(stop.signal);
  for (const [i, kind] of ['node', 'python'].entries()) {
    const queue = `Samples-${kind}`;
    const rules = { EnforceUniqueReference: true, MaxNumberOfRetries: 1, AcceptAutomaticallyRetry: true };
    await made('/odata/QueueDefinitions', { Name: queue, ...rules });
    const plain = `Plain-${kind}`;
    await made('/odata/QueueDefinitions', { Name: plain });
    const own = await runningJob(server, { permissions: all });
    const given = await made('/odata/Attachments', { Name: 'prices', JobKey: own.key });
    const { Uri } = given['BlobFileAccess'] as { Uri: string };
    await fetch(Uri, { method: 'PUT', body: 'tea,3\ncoffee,4\n' });
    const record = join(folder, `${kind}.ndjson`);
    const inJob = {
      ...env,
      UIPATH_ACCESS_TOKEN: own.process.token!,
      UIPATH_ROBOT_KEY: own.robot.key,
      UIPATH_JOB_KEY: own.key,
      BATON_LOG: record,
    };
    const sample = async (node: string, python: string, input: object = {}): Promise<unknown> => {
      const file = kind === 'node' ? node : python;
      const code = await readFile(join(SAMPLES, kind, file), 'utf8');
      return run(file, code, input, { env: inJob, ...(kind === 'python' && { function: 'main' }) });
    };
    assert.deepEqual(await sample('queue.ts', 'queue_round.py', { queue }), {
      booked: 2000,
      failed: 1,
      again: 1016,
    });
    assert.deepEqual(await sample('assets.ts', 'assets.py'), {
      greeting: 'hello',
      limit: 8 + i,
      isOpen: true,
      rates: { EUR: '1.1' },
      people: ['ada', 'bob'],
      secrets: [9 + i, 7, 8, 9, 14],
    });
    assert.deepEqual(await sample('files.ts', 'files.py'), {
      sum: 7,
      names: ['prices: 15', 'sum.txt: 2'],
      read: '7\n',
    });
    assert.deepEqual(await sample('buckets.ts', 'buckets.py', { bucket: 'Files' }), {
      paths: [`/${kind}/bytes.bin`, `/${kind}/hello.txt`],
      text: 'hello',
      left: [],
    });
    assert.deepEqual(await sample('once.ts', 'once.py', { queue: plain }), { isSame: true });
    assert.deepEqual(await sample('other-process.ts', 'other_process.py', { process: 'Sampled' }), {
      queue: 'Invoices',
      failed: 'because it was told to',
    });
    assert.equal(await sample('log.ts', 'log.py', { secret: 'quiet' }), null);
    const records = (await readFile(record, 'utf8')).trim().split('\n');
    const lines = records.slice(-4).map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      lines.map(({ mask, level, fields }) => mask ?? [level, fields].filter(Boolean)),
      ['quiet', ['Information', { invoice: 'A-1', cents: 1200 }], ['Warning', { seconds: 2.5 }], ['Error']],
    );
    const { stdout } = await runAtDesk(kind, folder, plain);
    assert.deepEqual(JSON.parse(stdout), { status: 'New', input: {} });
  }
  stop.abort();
  await playing;
});

/** The sample for a desk, as samples/helper/README.md starts it. */
async function runAtDesk(kind: string, folder: string, queue: string): Promise<{ stdout: string }> {
  const person = {
    PATH: process.env['PATH'],
    UIPATH_URL: server.url,
    UIPATH_ACCESS_TOKEN: server.admin.token!,
    UIPATH_FOLDER_PATH: server.folder.path,
  };
  if (kind === 'python') {
    const env = { ...person, PYTHONPATH: pythonHelpers, PYTHONDONTWRITEBYTECODE: '1' };
    return promisify(execFile)('python3', [join(SAMPLES, 'python', 'desk.py'), queue], { env });
  }
  const file = join(folder, 'desk.mjs');
  await copyFile(join(SAMPLES, 'node', 'desk.mjs'), file);
  await mkdir(join(folder, 'node_modules'));
  // As `npm install` does with a folder.
  await symlink(nodeHelpers, join(folder, 'node_modules', 'baton'), 'junction');
  return promisify(execFile)(process.execPath, [file, queue], { env: person });
}

/** A host that ends the jobs that it gets: `fail` faults one, the others say what they got. */
async function playRobot(signal: AbortSignal): Promise<void> {
  const host = await connect(await addMachine(server, { slots: 2 }));
  await until(
    'the other jobs have ended',
    async () => {
      for (const order of await host.orders()) {
        const input = order.job.inputArguments ?? '{}';
        await host.report(order, 'Running');
        if (input.includes('fail')) await host.report(order, 'Faulted', { info: 'because it was told to' });
        else await host.report(order, 'Successful', { outputArguments: `{"got":${input}}` });
      }
      return signal.aborted;
    },
    TIMEOUT_MS,
  );
}
