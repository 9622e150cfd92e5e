import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { until } from '../../../tests/until.fixture.ts';
import { testServer } from '../../server/src/server.fixture.ts';
import { baton, type Live, live, type Ran } from './cli.fixture.ts';
import { version } from './version.ts';

/** The commands of a rollout, as processes of their own, against a real server. */
const server = await testServer({ after });
const folder = await mkdtemp(join(tmpdir(), 'baton-rollout-'));
const asAdmin = { BATON_URL: server.url, BATON_TOKEN: server.admin.token! };
const robots: Live[] = [];
after(async () => {
  await Promise.all(robots.map((robot) => robot.end('SIGKILL')));
  await rm(folder, { recursive: true, force: true });
});

const run = (...args: string[]): Promise<Ran> => baton([...args, '--json'], asAdmin);
/** As on a host, which knows nothing of the administrator. */
const onHost = (...args: string[]): Promise<Ran> => baton([...args, '--json'], {});
const startRobot = (...args: string[]): Live => {
  const robot = live(['robot', ...args], {});
  robots.push(robot);
  return robot;
};
const isConnected = async (host: string): Promise<boolean> =>
  (await server.db.first(
    sql`select from sessions where host_machine_name = ${host} and state = 0 and responsive_until > now()`,
  )) !== undefined;

async function joined(name: string, ...more: string[]): Promise<string> {
  const code = await run('machine', 'join-code', 'cellar');
  assert.equal(code.code, 0, code.err);
  const data = join(folder, name);
  const ran = await onHost(
    'robot',
    'join',
    String(code.json['code']),
    '--data',
    data,
    '--name',
    name,
    ...more,
  );
  assert.equal(ran.code, 0, ran.err + ran.out);
  return data;
}

describe('a host', { timeout: 600_000 }, () => {
  test('joins with a code, and its robot then starts by itself, until it is revoked', async () => {
    assert.equal((await run('machine', 'create', 'cellar')).code, 0);
    assert.equal((await run('machine', 'join-code', 'attic')).code, 1);
    const made = await run('machine', 'join-code', 'cellar', '--hosts', '1', '--minutes', '5');
    assert.equal(made.code, 0, made.err);
    const code = String(made.json['code']);
    const data = join(folder, 'laptop-7');
    const asked = ['robot', 'join', code, '--data', data, '--name', 'laptop-7'];
    const first = await onHost(...asked);
    assert.equal(first.code, 0, first.err + first.out);
    assert.equal(first.json['machineName'], 'cellar');
    const kept = await readFile(join(data, 'connection.json'), 'utf8');
    const { machineSecret } = JSON.parse(kept) as { machineSecret: string };
    assert.equal((await stat(join(data, 'connection.json'))).mode & 0o777, 0o600);
    assert.equal((await stat(data)).mode & 0o777, 0o700);
    assert.ok(!(first.out + first.err).includes(machineSecret));
    const second = await onHost('robot', 'join', code, '--data', join(folder, 'other'));
    assert.equal(second.code, 1);
    assert.match(String((second.json['error'] as { message: string }).message), /used up/);

    const robot = startRobot('--data', data);
    await until('it is connected', () => isConnected('laptop-7'));
    assert.equal(await robot.end('SIGTERM'), 0);
    assert.ok(!(robot.output() + robot.errors()).includes(machineSecret));

    const { secrets } = (await run('machine', 'secrets', 'cellar')).json as {
      secrets: { hostMachineName: string | null }[];
    };
    assert.deepEqual(
      secrets.map(({ hostMachineName }) => hostMachineName),
      [null, 'laptop-7'],
    );
    const revoked = await run('machine', 'revoke', 'cellar', '--host', 'LAPTOP-7');
    assert.equal(revoked.code, 0, revoked.err);
    assert.equal((await run('machine', 'revoke', 'cellar', '--host', 'laptop-7')).code, 1);
    const refusedRobot = await onHost('robot', '--data', data);
    assert.equal(refusedRobot.code, 1);
    assert.match(refusedRobot.out, /does not want this robot/);
  });

  test('that has not joined is told how, and a wrong code what is wrong', async () => {
    const none = await onHost('robot', '--data', join(folder, 'nobody'));
    assert.equal(none.code, 2);
    assert.match(none.out, /--url \(or BATON_URL\) is missing.*robot join CODE/);
    assert.equal((await onHost('robot', 'join', 'rubbish')).code, 2);
    const address = Buffer.from(server.url).toString('base64url');
    const wrong = await onHost(
      'robot',
      'join',
      `${address}.1.${'A'.repeat(43)}`,
      '--data',
      join(folder, 'wrong'),
    );
    assert.equal(wrong.code, 1);
    assert.match(wrong.out, /code: is wrong, used up or expired/);
    assert.equal((await run('machine', 'revoke', 'cellar')).code, 2);
    const badCa = await onHost('robot', '--data', join(folder, 'nobody'), '--ca', join(folder, 'none.pem'));
    assert.match(badCa.out, /--ca: .*none\.pem/);
  });
});

/** A stand-in for the program of the service manager, which notes how it is called. */
async function fakeSystemctl(): Promise<{
  readonly env: Record<string, string>;
  calls(): Promise<string[]>;
}> {
  const [bin, config, notes] = ['bin', 'config', 'calls'].map((name) => join(folder, 'fake', name)) as [
    string,
    string,
    string,
  ];
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, 'systemctl'), `#!/bin/sh\necho "$*" >> '${notes}'\n`);
  await chmod(join(bin, 'systemctl'), 0o755);
  return {
    env: { PATH: `${bin}:${process.env['PATH']}`, XDG_CONFIG_HOME: config, HTTPS_PROXY: '' },
    calls: async () => (await readFile(notes, 'utf8')).trim().split('\n'),
  };
}

describe('a service', { timeout: 600_000 }, () => {
  test('is installed, runs by the line of its unit alone, tells its health, and goes', async () => {
    const { env, calls } = await fakeSystemctl();
    const data = join(folder, 'serviced');
    const install = [
      'robot',
      'install',
      '--data',
      data,
      '--slots',
      '2',
      '--stop-seconds',
      '60',
      '--label',
      'GPU,sap',
    ];
    const early = await baton([...install, '--json'], env);
    assert.match(early.out, /No host has joined/);
    assert.equal(await joined('serviced'), data);
    const secretProxy = { NO_PROXY: '*', HTTP_PROXY: 'http://me:pa55word@127.0.0.1:9' };
    const shown = await baton([...install, '--print'], { ...env, ...secretProxy });
    assert.equal(shown.code, 0, shown.err);
    assert.match(shown.out, /^KillMode=process$/m);
    const installed = await baton([...install, '--json'], { ...env, ...secretProxy });
    assert.equal(installed.code, 0, installed.err);
    assert.deepEqual(await calls(), ['--user daemon-reload', '--user enable --now baton-robot']);
    const unit = await readFile(String(installed.json['file']), 'utf8');
    assert.ok(!unit.includes('pa55word') && !(shown.out + installed.out).includes('pa55word'));
    assert.equal((await stat(join(data, 'environment.json'))).mode & 0o777, 0o600);

    const status = () => baton(['robot', 'status', '--data', data, '--json'], {});
    assert.equal((await status()).code, 1);
    const line = /^ExecStart=(.*)$/m.exec(unit)![1]!;
    const [program, ...args] = line.split(' ');
    const robot = spawn(program!, args, { env: { HOME: folder }, cwd: data, stdio: 'ignore' });
    const gone = new Promise<number | null>((resolve) => robot.once('exit', resolve));
    try {
      const healthy = await until('it is healthy', async () => {
        const told = await status();
        return told.code === 0 ? told : undefined;
      });
      assert.deepEqual(
        [healthy.json['health'], healthy.json['slots'], healthy.json['jobs'], healthy.json['version']],
        ['healthy', 2, [], version()],
      );
      assert.deepEqual((healthy.json['labels'] as string[]).slice(0, 2), ['GPU', 'sap']);
      assert.ok(!healthy.out.includes('pa55word'));
      const hosts = await run('host', 'list');
      assert.match(hosts.out, /"Labels":\["gpu",[^\]]*"sap"\]/);
      const inWords = await baton(['robot', 'status', '--data', data], {});
      assert.match(inWords.out, /0 of 2 slots are taken\.\nIt has the labels GPU, sap/);
    } finally {
      robot.kill('SIGTERM');
    }
    assert.equal(await gone, 0);
    const stopped = await status();
    assert.deepEqual([stopped.code, stopped.json['health']], [1, 'stopped']);

    const uninstalled = await baton(['robot', 'uninstall', '--data', data, '--json'], env);
    assert.equal(uninstalled.code, 0, uninstalled.err);
    assert.deepEqual((await calls()).slice(2), ['--user disable --now baton-robot', '--user daemon-reload']);
    await assert.rejects(stat(String(installed.json['file'])));
    assert.equal((await stat(join(data, 'connection.json'))).isFile(), true);
    assert.equal((await baton(['robot', 'uninstall', '--data', data], env)).code, 1);
  });
});

const output = (program: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) =>
    execFile(program, [...args], (error, stdout) => (error ? reject(error) : resolve(stdout))),
  );

const childOf = async (pid: number): Promise<number> =>
  Number((await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ')[0]);

describe('the first process of a container', { timeout: 600_000 }, () => {
  test('leaves its place to a shell, which reaps orphans and passes a stop on', async () => {
    const data = await joined('contained');
    const main = new URL('./main.ts', import.meta.url).pathname;
    const command = [process.execPath, main, 'robot', '--data', data];
    const container = spawn('unshare', ['--pid', '--fork', '--kill-child', '--mount-proc', ...command], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [container.stdout, container.stderr])
      stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const gone = new Promise<number | null>((resolve) => container.once('exit', resolve));
    try {
      await until('it is connected', async () => {
        assert.equal(container.exitCode, null, said);
        return isConnected('contained');
      });
      const first = await childOf(container.pid!);
      const inside = (...words: string[]) => output('nsenter', ['-t', String(first), '-p', '-m', ...words]);
      // An orphan: its parent ends at once, and it soon after.
      await inside('sh', '-c', '(sleep 0.2 &) ; exit 0');
      const table = () => inside('ps', '-eo', 'pid=,stat=,args=');
      await until('no zombie is left', async () => {
        const processes = await table();
        return !/sleep/.test(processes) && !/^\s*\d+ Z/m.test(processes);
      });
      assert.match(await table(), /^\s*1 S\S* +sh -c/m);
      process.kill(first, 'SIGTERM');
      assert.equal(await gone, 0, said);
    } finally {
      container.kill('SIGKILL');
    }
  });
});

describe('a version that the server wants', { timeout: 600_000 }, () => {
  test('is fetched by the command of the host alone, after its jobs; the robot ends with code 75', async () => {
    const data = await joined('behind');
    const notes = join(folder, 'wanted');
    const robot = startRobot('--data', data, '--update-command', `echo "$BATON_WANTED_VERSION" > '${notes}'`);
    const other = startRobot('--data', await joined('by-hand'));
    await until(
      'both are connected',
      async () => (await isConnected('behind')) && (await isConnected('by-hand')),
    );
    const bad = await run('machine', 'version', 'cellar', '--set', '1.0; rm -rf /');
    assert.match(bad.out, /SpecificVersion: is no version/);
    const set = await run('machine', 'version', 'cellar', '--set', '9.9.9');
    assert.equal(set.code, 0, set.err + set.out);
    assert.equal(await robot.ended(), 75, robot.errors() + robot.output());
    assert.equal((await readFile(notes, 'utf8')).trim(), '9.9.9');
    // It comes back with the version that it had: the command did not bring another one.
    const again = startRobot('--data', data, '--update-command', 'exit 1');
    const hosts = async () =>
      ((await run('machine', 'version', 'cellar')).json['hosts'] as { host: string; status: string }[]).map(
        ({ host, status }) => `${host} ${status}`,
      );
    await until('that shows', async () => (await hosts()).includes('behind Failed'));
    assert.ok((await hosts()).includes('by-hand NonCompliant'));
    const status = await onHost('robot', 'status', '--data', join(folder, 'by-hand'));
    assert.equal(status.json['wantedVersion'], '9.9.9');
    assert.equal((await run('machine', 'version', 'cellar', '--set', 'latest')).code, 0);
    await until('they are as the server is', async () => (await hosts()).includes('behind Compliant'));
    assert.deepEqual(await Promise.all([again.end('SIGTERM'), other.end('SIGTERM')]), [0, 0]);
    const available = await server.admin.get('/api/UpdateServer/GetAvailableVersions');
    assert.deepEqual(available.body.availableVersions, [version()]);
  });
});
