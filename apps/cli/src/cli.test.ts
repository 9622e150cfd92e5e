import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { until } from '../../../tests/until.fixture.ts';
import { baton, type Env, type Live, live, type Ran } from './cli.fixture.ts';
import { recount } from './demo/recount.ts';
import { sampleFolder } from './folders.ts';
import { writeProfile } from './profiles/profile-file.ts';

/**
 * Real processes against a real server with a robot, started as `npm start` does. All tests of the
 * file share one server.
 */
describe('with a server of baton start', () => {
  let folder: string;
  let env: Env;
  let start: Live;
  let url: string;
  const run = (...args: string[]): Promise<Ran> => baton(args, env);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'baton-cli-'));
    env = { BATON_DATA: join(folder, 'data'), BATON_PORT: '0' };
    start = live(['start'], env);
    const listening = await start.event('listening');
    url = String(listening['url']);
    assert.match(
      String((listening['firstAdministrator'] as { password: string }).password),
      /^(\w{5}-){4}\w{5}$/,
    );
    await start.event('ready');
  });
  after(async () => {
    await start.interrupt();
    await rm(folder, { recursive: true, force: true });
  });

  /** A project whose main file is this program. */
  async function project(name: string, program: string): Promise<string> {
    const path = join(folder, name);
    await mkdir(path);
    const about = {
      name,
      version: '1.0.0',
      runtime: 'node',
      main: 'main.mjs',
      description: name,
      authors: 'tests',
    };
    await writeFile(join(path, 'baton.json'), JSON.stringify(about));
    await writeFile(join(path, 'main.mjs'), program);
    return path;
  }

  test('what it keeps of secrets is for its owner only, and in no log', async () => {
    const developer = JSON.parse(await readFile(join(folder, 'data', 'developer.json'), 'utf8')) as {
      clientSecret: string;
    };
    const machine = JSON.parse(await readFile(join(folder, 'data', 'robot', 'machine.json'), 'utf8')) as {
      machineSecret: string;
    };
    for (const file of ['developer.json', 'robot/machine.json', 'logs/server.log', 'logs/robot.log']) {
      assert.equal((await stat(join(folder, 'data', file))).mode & 0o777, 0o600, file);
    }
    for (const file of ['logs/server.log', 'logs/robot.log']) {
      const text = await readFile(join(folder, 'data', file), 'utf8');
      for (const secret of [developer.clientSecret, machine.machineSecret])
        assert.ok(!text.includes(secret), file);
    }
  });

  test('a second one on the same data is refused', async () => {
    const { code, err } = await run('start');
    assert.equal(code, 1);
    assert.match(err, /is running on .* already \(process \d+\): stop it, or set BATON_DATA/);
  });

  test('a port that is taken is named', async () => {
    const other = { BATON_DATA: join(folder, 'other'), BATON_PORT: new URL(url).port };
    const { code, err } = await baton(['start'], other);
    assert.equal(code, 1);
    assert.match(err, /127\.0\.0\.1:\d+ is taken by another program: stop it, or set BATON_PORT/);
  });

  test('the demo, twice, agrees with the CSV', async () => {
    const figures = recount(await readFile(join(sampleFolder(), 'dispatcher', 'invoices.csv'), 'utf8'));
    const { rows: _, malformed: __, duplicates: ___, ...inQueue } = figures;
    for (const jobs of ['2', '1']) {
      const { code, json, err } = await run('demo', '--json', '--pace', '0', '--jobs', jobs);
      assert.equal(code, 0, err);
      assert.equal(json['agrees'], true);
      assert.deepEqual([json['csv'], json['jobs'], json['queue']], [figures, figures, inQueue]);
      assert.deepEqual(
        (json['runs'] as { state: string }[]).map(({ state }) => state),
        Array.from({ length: 1 + Number(jobs) }, () => 'Successful'),
      );
    }
  });

  test('the demo tells people what happens', async () => {
    const { code, out } = await run('demo', '--pace', '0');
    assert.equal(code, 0);
    assert.match(out, /dispatcher {3}Running/);
    assert.match(out, /dispatcher {3}Warn {3}Line 12 is malformed: net 'twelve' is no amount/);
    assert.match(out, /performer 2 {2}Info {3}Done: \d+ of \d+ invoices booked/);
    assert.match(out, /queue {8}Successful 44, Failed 5, Retried 4\n/);
    assert.match(out, /total EUR {13}48070\.85 {3}48070\.85 {3}48070\.85\n/);
    assert.match(out, /All agree/);
  });

  test('pack, publish, start, wait: output, log and states', async () => {
    const path = await project(
      'Echo',
      "import { input, log, output } from 'baton'; log.warn('heard'); output({ got: input() });",
    );
    const file = join(folder, 'echo.nupkg');
    assert.equal((await run('pack', path, '--output', file)).code, 0);
    const published = await run('publish', file, '--process', 'Echo', '--json');
    assert.deepEqual(
      [published.code, published.json['id'], published.json['process']],
      [0, 'Echo', { name: 'Echo', folder: 'Shared', result: 'created' }],
    );
    const again = await run('publish', file);
    assert.equal(again.code, 1);
    assert.match(again.err, /Echo 1\.0\.0 is on the server already/);
    const newer = await run('publish', path, '--version', '1.1.0', '--process', 'Echo', '--json');
    assert.equal((newer.json['process'] as { result: string }).result, 'updated');

    await writeFile(join(folder, 'input.json'), '{"a":[1,"ü"]}');
    const ran = await run(
      'job',
      'start',
      'echo',
      '--wait',
      '--json',
      '--input',
      `@${join(folder, 'input.json')}`,
    );
    assert.equal(ran.code, 0, ran.err);
    const events = ran.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(ran.json['output'], { got: { a: [1, 'ü'] } });
    assert.deepEqual(
      events.filter(({ message }) => message === 'heard').map(({ level }) => level),
      ['Warn'],
    );
    const states = events.filter(({ event }) => event === 'state').map(({ state }) => state);
    assert.deepEqual(states.slice(-2), ['Running', 'Successful']);

    const piped = await baton(
      ['job', 'start', 'Echo', '--wait', '--json', '--input', '@-'],
      env,
      '{"by":"pipe"}',
    );
    assert.deepEqual(piped.json['output'], { got: { by: 'pipe' } }, piped.err);

    const key = String(ran.json['key']);
    const logs = await run('job', 'logs', key, '--json');
    assert.deepEqual(
      logs.out
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as Record<string, unknown>)['message']),
      events.filter(({ event }) => event === 'log').map(({ message }) => message),
    );
  });

  test('a job that fails fails the command', async () => {
    await run('publish', await project('Fails', "throw new Error('no way');"), '--process', 'Fails');
    const { code, out } = await run('job', 'start', 'Fails', '--wait');
    assert.equal(code, 1);
    assert.match(out, /Error {2}Error: no way/);
    assert.match(out, /Faulted/);
  });

  test("escapes of a job's lines, error and output reach the terminal written out", async () => {
    const evil = '\\u001b]0;owned\\u0007\\u001b[2J\\u009b31m\\u202e';
    const program = `
      import { log, output } from 'baton';
      console.log('printed ${evil}');
      log.warn('logged ${evil}');
      output({ evil: '${evil}' });
      throw new Error('thrown ${evil}');`;
    await run('publish', await project('Escapes', program), '--process', 'Escapes');
    const { out, err } = await run('job', 'start', 'Escapes', '--wait');
    const written = String.raw`\x1b]0;owned\x07\x1b[2J\x9b31m\u202e`;
    for (const word of ['printed', 'logged', 'Error: thrown'])
      assert.ok(out.includes(`${word} ${written}`), out);
    assert.doesNotMatch(out + err, /(?!\n)\p{Cc}|\u202e/u);
    const logs = await run('job', 'logs', /job (\d+)/.exec(out)![1]!, '--json');
    assert.ok(logs.out.includes(JSON.stringify(JSON.parse(`"logged ${evil}"`).slice(0, 10)).slice(1, -1)));
  });

  test('a job that is left to run, and one that is stopped', async () => {
    const program =
      "import { stopRequested } from 'baton'; while (!stopRequested()) await new Promise((r) => setTimeout(r, 20));";
    await run('publish', await project('Waits', program), '--process', 'Waits');
    const left = await run('job', 'start', 'Waits', '--wait', '--timeout', '1');
    assert.equal(left.code, 4);
    assert.match(left.err, /Time is up after 1 s\. The job goes on: baton job logs \d+ --follow/);
    const waiting = live(['job', 'start', 'Waits', '--wait'], env);
    const { id } = await waiting.event('started');
    await waiting.event('state');
    assert.equal(await waiting.interrupt(), 4);
    const following = live(['job', 'logs', String(id), '--follow'], env);
    await following.event('state');
    assert.equal(await following.interrupt(), 4);
    const stopped = live(['job', 'start', 'Waits', '--wait'], env);
    const { key } = await stopped.event('started');
    const leftId = /job logs (\d+)/.exec(left.err)![1]!;
    assert.equal((await run('job', 'stop', leftId)).code, 0);
    assert.equal((await run('job', 'stop', String(id), '--kill')).code, 0);
    await stopped.event('log');
    assert.deepEqual((await run('job', 'stop', String(key), '--json')).json['strategy'], 'SoftStop');
    assert.equal((await stopped.event('result'))['state'], 'Stopped');
    assert.equal(await stopped.ended(), 3);
  });

  test('a job that faults is run again, and shows what it used', async () => {
    const flags = ['--retries', '1', '--retry-delay', '1', '--memory', '800', '--json'];
    const ran = await run('job', 'start', 'Fails', '--wait', ...flags);
    assert.equal(ran.code, 1, ran.err);
    const events = ran.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const key = String(events.find(({ event }) => event === 'retried')!['key']);
    assert.equal(ran.json['key'], key, 'the result is that of the last attempt');
    const shown = await run('job', 'show', key);
    assert.match(shown.out, /^Fails {2}Faulted, job \d+/);
    assert.match(shown.out, /^ {2}attempt 2 of 2\n {2}Attempt 1 failed: The process exited with code 1$/m);
    assert.match(shown.out, /^ {2}may use 800 MB of memory$/m);
    assert.equal((await run('process', 'edit', 'Fails', '--retries', '2', '--processors', '0.5')).code, 0);
    assert.equal((await run('process', 'edit', 'Fails', '--processors', 'two')).code, 2);
    const { json } = await run('host', 'list', '--json');
    const [host] = json['hosts'] as { HostMachineName: string; Use: { memoryBytes: number } }[];
    assert.ok(host!.Use.memoryBytes > 0);
    assert.match(
      (await run('host', 'show', host!.HostMachineName)).out,
      /UTC {2}load .* of \d+, memory .* free, disk .* free$/m,
    );
    assert.match((await run('host', 'show', 'nowhere')).err, /There is no host 'nowhere'/);
  });

  test('a job that waits says what for; labels are required, listed and given up', async () => {
    const waiting = live(['job', 'start', 'Echo', '--wait', '--requires', 'GPU,sap'], env);
    const { id } = await waiting.event('started');
    const { state, info } = await waiting.event('state');
    assert.deepEqual(
      [state, info],
      ['Pending', 'Waits for a host with the labels that it requires (gpu, sap): no connected one has them.'],
    );
    assert.equal((await run('job', 'stop', String(id))).code, 0);
    assert.equal(await waiting.ended(), 3);

    assert.equal((await run('process', 'edit', 'Echo', '--requires', 'gpu')).code, 0);
    const listed = await run('process', 'list');
    assert.match(listed.out, /^Echo {2}Echo 1\.1\.0, node\n {2}requires gpu$/m);
    assert.equal((await run('process', 'edit', 'Echo', '--requires', '')).code, 0);
    assert.equal((await run('process', 'edit', 'Echo')).code, 2);
    const hosts = await run('host', 'list', '--json');
    assert.equal((hosts.json['hosts'] as unknown[]).length, 1);
    assert.match((await run('host', 'list')).out, /0 of 2 Unattended slots taken/);
  });

  test('a robot with a wrong secret is told so', async () => {
    const key = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
    const args = ['robot', '--url', url, '--machine-key', key, '--data', join(folder, 'robot')];
    const { code, err } = await baton(args, { BATON_MACHINE_SECRET: 'x' });
    assert.equal(code, 1);
    assert.match(err, /^baton robot: The server does not want this robot: 40\d: /m);
  });

  const REFUSED: readonly (readonly [args: string, code: number, err: RegExp])[] = [
    [
      'job start Invoice',
      1,
      /There is no process 'Invoice' in the folder\. Did you mean 'InvoicePerformer' or 'InvoiceDispatcher'\?/,
    ],
    ['job start Invoices --folder Nowhere', 1, /The server refused \(\d+\): .*[Ff]older/],
    ['job start InvoicePerformer --input [1]', 2, /--input is not a JSON object/],
    ['job start InvoicePerformer --input @nowhere.json', 2, /ENOENT/],
    ['job start InvoicePerformer --timeout 3', 2, /--timeout is for --wait/],
    ['job logs 4711', 1, /The server refused \(404\): Job does not exist/],
    ['job logs what', 2, /'what' is neither the key nor the id of a job/],
    ['publish nowhere', 1, /nowhere does not exist/],
    [
      'job logs 1 --client-id 3f2504e0-4f89-41d3-9a0c-0305e82c3301 --client-secret x',
      1,
      /does not take the credentials/,
    ],
    ['job logs 1 --url http://127.0.0.1:2', 1, /Credentials for http:\/\/127\.0\.0\.1:2 are missing/],
  ];
  for (const [args, code, err] of REFUSED) {
    test(`'baton ${args}' exits with ${code} and says why`, async () => {
      const [ran, json] = await Promise.all([run(...args.split(' ')), run(...args.split(' '), '--json')]);
      assert.deepEqual([ran.code, json.code], [code, code], ran.err);
      assert.match(ran.err, err);
      assert.match(String((json.json['error'] as { message: string }).message), err);
    });
  }

  test('it stops, and starts again within seconds with the same data', async () => {
    assert.equal(await start.interrupt(), 0);
    // The person has signed in at another server meanwhile.
    const signedIn = { ...env, BATON_CONFIG: join(folder, 'config') };
    await writeProfile(join(folder, 'config', 'profiles', 'default.json'), {
      url: 'http://127.0.0.1:2',
      userName: 'ada',
      accessToken: 'x',
      expiresAt: Date.now() + 3_600_000,
      refreshToken: 'y',
    });
    const begun = performance.now();
    start = live(['start'], signedIn);
    const listening = await start.event('listening');
    assert.equal('firstAdministrator' in listening, false);
    await start.event('ready');
    assert.ok(performance.now() - begun < 120_000, `${Math.round(performance.now() - begun)} ms`);
    assert.equal((await run('job', 'start', 'Echo', '--wait')).code, 0);
    await until('people are told', () => /commands go to http:\S+2, where ada is/.test(start.errors()));
    const logs = ['job', 'logs', '4711'];
    assert.match((await baton(logs, signedIn)).err, /127\.0\.0\.1:2 cannot be reached/);
    assert.match((await baton([...logs, '--profile', 'local'], signedIn)).err, /404/);
  });
});

test('a server for production: settings from the environment, the password told once, stopped by a signal', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'baton-cli-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const env = { BATON_DATA: folder, BATON_PORT: '0' };
  for (const isFirst of [true, false]) {
    const server = live(['server'], env);
    const { url } = await server.event('listening');
    const status = await fetch(`${url}/api/Status/Version`);
    assert.equal(status.status, 200);
    assert.equal(await server.interrupt(), 0);
    assert.equal(/password (\w{5}-){4}\w{5}/.test(server.errors()), isFirst);
  }
  const wrong = await baton(['server'], { ...env, BATON_PORT: 'eighty' });
  assert.deepEqual(
    [wrong.code, wrong.err.split('\n')[0]],
    [2, "baton server: BATON_PORT: 'eighty' is not a whole number between 0 and 65535."],
  );
});

test('a robot says what it lacks', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'baton-cli-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const { code, err } = await baton(['robot', '--data', folder], {});
  assert.equal(code, 2);
  assert.match(err, /--url \(or BATON_URL\) is missing/);
});
