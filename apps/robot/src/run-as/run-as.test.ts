import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import test, { after, before, describe, type TestContext } from 'node:test';
import { until } from '../../../../tests/until.fixture.ts';
import { isFinal, lastReport } from '../fake-server.fixture.ts';
import { openKit } from '../kit.fixture.ts';
import { readStat } from '../process-identity.ts';
import { openUsers } from './users.ts';

const isRoot = process.getuid?.() === 0;

/** Says who it is, leaves files and a link to the robot's secret, starts a stray, and waits to be killed. */
const JOB = `
set -eu
echo "user $(id -un) home $HOME input $(cat "$BATON_INPUT")"
ls "$(dirname "$(dirname "$BATON_INPUT")")" 2>&1 || true
cat "$(dirname "$(dirname "$BATON_INPUT")")/plan.json" > /dev/null 2>&1 && echo 'the plan is open'
mkdir out; umask 077; echo kept > out/a.txt; echo changed >> baton.json
if [ "$WAIT" = yes ]; then
  sh -c 'trap "" TERM; while :; do sleep 1; done' &
  echo "stray $!"; wait
fi
ln -s "$SECRET" "$BATON_OUTPUT"
`;
const PROJECT = { runtime: 'command', command: ['sh', 'main.sh'], artifacts: ['out/*'] };

/** A user of this system for these tests. Who is no root has only itself. */
const user = isRoot ? `baton-test-${process.pid}` : userInfo().username;

/** A sudo that lets its caller become the caller, without its environment. */
function standIn(context: TestContext, script: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-sudo-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'sudo'), `#!/bin/sh\necho "$*" >> '${join(folder, 'calls')}'\n${script}\n`);
  chmodSync(join(folder, 'sudo'), 0o755);
  writeFileSync(join(folder, 'calls'), '', { mode: 0o666 });
  chmodSync(join(folder, 'calls'), 0o666);
  chmodSync(folder, 0o755);
  return folder;
}
const WILLING = 'test "$1 $2 $4" = "-n -u --" || exit 9\nshift 4\nexec env -i PATH=/usr/bin:/bin "$@"';

async function runJobs(context: TestContext, more: { as?: { uid: number; gid: number }; path?: string }) {
  const { server, startRobot, dataFolder } = await openKit(context);
  const secret = join(dataFolder, 'secret.json');
  writeFileSync(secret, '{"secret":"of the robot"}', { mode: 0o600 });
  if (more.as) for (const path of [dataFolder, secret]) chownSync(path, more.as.uid, more.as.gid);
  const ref = await server.addPackage({ 'main.sh': JOB, 'baton.json': JSON.stringify(PROJECT) }, ['main.sh']);
  const PATH = [...(more.path ? [more.path] : []), process.env['PATH']].join(delimiter);
  const environment = { ...process.env, PATH };
  const keepJobFolders = { count: 9, bytes: 1e9 };
  await startRobot({ runAs: { Robbie: user }, environment, keepJobFolders }, undefined, more.as);
  const python = server.startJob(await server.addPackage({ 'main.py': 'print(1)' }, ['main.py']));
  const plan = join(dataFolder, 'finished', python.executionId, 'plan.json');
  const start = (WAIT: string) =>
    server.startJob(ref, { inputArguments: '{"a":1}', environmentVariables: { WAIT, SECRET: secret } });
  const [whole, killed] = [start('no'), start('yes')];
  const said = (job: typeof whole) => [...job.lines.values()].map(({ message }) => String(message));
  const stray = await until('the job works', () => said(killed).find((line) => line.startsWith('stray ')));
  server.ask(killed, 'KillProcess');
  await until('both have ended', () => [whole, killed].every(isFinal));
  assert.equal(lastReport(killed).jobState, 'Stopped');
  const left = readStat(Number(stray.slice('stray '.length)));
  assert.match(left?.state ?? 'Z', /^[ZX]$/, 'what it started has ended, too');
  assert.deepEqual(
    [lastReport(whole).jobState, lastReport(whole).outputArguments ?? null],
    ['Successful', null],
    lastReport(whole).info ?? 'what the link leads to is not sent',
  );
  const kept = [...server.files.values()].map(({ name, content }) => `${name}=${content}`);
  assert.deepEqual(kept, ['out/a.txt=kept\n', 'out/a.txt=kept\n']);
  await until('another one has ended', () => existsSync(plan));
  const { ahead } = JSON.parse(readFileSync(plan, 'utf8')) as { ahead: unknown };
  assert.equal(ahead, null, 'an interpreter that waits is a process of the robot’s user');
  return said(whole);
}

describe('jobs as other users', () => {
  if (isRoot) {
    before(() => {
      execFileSync('useradd', ['--system', '--user-group', '--no-create-home', '--home-dir', '/tmp', user]);
    });
    after(() => {
      execFileSync('userdel', [user]);
    });
  }

  test('as root: the process is the user, and the journal is closed to it', async (context) => {
    const path = isRoot ? undefined : standIn(context, WILLING);
    const lines = await runJobs(context, { path });
    assert.ok(lines.some((line) => line.startsWith(`user ${user} home `) && line.endsWith('input {"a":1}')));
    if (!isRoot) return;
    assert.ok(!lines.includes('the plan is open'), lines.join('\n'));
    assert.ok(
      lines.some((line) => /denied/i.test(line)),
      'it cannot list the folder of the job',
    );
  });

  test('by sudo: what is started is not in its arguments', async (context) => {
    const path = standIn(context, WILLING);
    const id = (what: string) => Number(execFileSync('id', [what, user], { encoding: 'utf8' }));
    const as = isRoot ? { uid: id('-u'), gid: id('-g') } : undefined;
    const lines = await runJobs(context, { as, path });
    assert.ok(lines.some((line) => line.startsWith(`user ${user} `)));
    const calls = readFileSync(join(path, 'calls'), 'utf8').trim().split('\n');
    const acts = new Set(calls.map((line) => line.split(' ').at(-1)));
    assert.deepEqual([...acts].sort(), ['check', 'kill', 'release', 'start']);
    assert.ok(!calls.some((line) => /job-token|UIPATH/.test(line)));
  });

  test('are refused with the line that is missing', async (context) => {
    const own = userInfo().username;
    await assert.rejects(
      openUsers({ a: 'no-such-user-here' }, process.env),
      /has no user 'no-such-user-here'/,
    );
    await assert.rejects(openUsers({ a: '$(id)' }, process.env), /is no name of a user/);
    await assert.rejects(openUsers({ a: 'root' }, process.env), /it is root/);
    if (isRoot) return;
    const path = standIn(context, 'echo "sudo: a password is required" >&2; exit 1');
    const PATH = `${path}${delimiter}${process.env['PATH']}`;
    await assert.rejects(openUsers({ a: own }, { ...process.env, PATH }), {
      name: 'RunAsRefused',
      message: new RegExp(`a password is required.* ${own} ALL=\\(${own}\\) NOPASSWD: `),
    });
  });
});
