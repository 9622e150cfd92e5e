import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';
import { until } from '../../../tests/until.fixture.ts';
import { type FakeJob, isFinal, lastReport } from './fake-server.fixture.ts';
import { openKit } from './kit.fixture.ts';
import { readStat } from './process-identity.ts';

const python = `import os, signal, sys
def stray():
    told, tell = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() > 0: os._exit(0)
        os.chdir('/')
        os.closerange(0, 3)
        os.write(tell, str(os.getpid()).encode())
        signal.pause()
    os.close(tell)
    pid = int(os.read(told, 20))
    os.close(told)
    return pid
def main(n: int = 0, strays: bool = False):
    return {'stray': stray() if strays else None, 'pid': os.getpid(), 'env': dict(os.environ), 'cwd': os.getcwd(), 'argv': sys.argv, 'n': n,
            'path': sys.path[0], 'open': sorted(int(name) for name in os.listdir('/dev/fd'))}
`;
const node = `import { readdirSync } from 'node:fs';
export const main = ({ n = 0 }) => ({ pid: process.pid, env: process.env, cwd: process.cwd(),
  argv: process.argv.slice(1), n, path: import.meta.dirname, open: readdirSync('/dev/fd').length });
`;

type Seen = { stray?: number; pid: number; env: Record<string, string>; n: number } & Record<string, unknown>;

test('an interpreter waits for the next job of its kind, and the job cannot tell', async (context) => {
  const { server, startRobot, killRobot } = await openKit(context);
  const robot = await startRobot({ slots: 1 });
  const refs = [
    await server.addPackage({ 'main.py': python }, ['main.py:main']),
    await server.addPackage({ 'main.mjs': node }, ['main.mjs']),
  ];
  const run = async (kind: number, more: Parameters<typeof server.startJob>[1] = {}) => {
    const job = server.startJob(refs[kind]!, {
      entryPointPath: ['main.py:main', 'main.mjs'][kind]!,
      ...more,
    });
    await until('it has ended', () => isFinal(job));
    assert.equal(job.state, 'Successful', lastReport(job).info ?? '');
    return { job, seen: JSON.parse(lastReport(job).outputArguments ?? '{}') as Seen };
  };
  /** The interpreters that wait: children of runners that are children of the robot. */
  const waiting = (kind: number): number[] => {
    const table = execFileSync('ps', ['-axo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
    const all = table.map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)?.slice(1) ?? []);
    const runners = new Set(all.filter(([, parent]) => Number(parent) === robot.pid).map(([pid]) => pid));
    const end = [/-m baton\.run$/, /run\.mjs$/][kind]!;
    return all.filter(([, up, args]) => runners.has(up) && end.test(args ?? '')).map(([pid]) => Number(pid));
  };
  const plain = ({ job, seen }: { job: FakeJob; seen: Seen }): unknown => {
    const text = JSON.stringify({ ...seen, pid: 0, n: 0 });
    return JSON.parse(text.replaceAll(job.executionId, 'EXECUTION').replaceAll(job.order.key, 'KEY'));
  };

  for (const kind of [0, 1]) {
    const first = await run(kind);
    const [pid] = await until('one waits', () => (waiting(kind).length === 1 ? waiting(kind) : null));
    const second = await run(kind, { inputArguments: '{"n": 7}' });
    assert.deepEqual([second.seen.pid, second.seen.n], [pid, 7]);
    assert.deepEqual(plain(second), plain(first));
  }
  const [begun] = await until('one waits', () => (waiting(0).length === 1 ? waiting(0) : null));
  const { seen } = await run(0, { inputArguments: '{"strays": true}' });
  assert.equal(seen.pid, begun);
  assert.match(readStat(seen.stray!)?.state ?? 'Z', /^[ZX]$/, 'what it forked does not outlive it');
  const [killed] = await until('one waits', () => (waiting(0).length === 1 ? waiting(0) : null));
  process.kill(killed!, 'SIGKILL');
  await until('its runner knows', () => readStat(killed!) === null);
  assert.notEqual((await run(0)).seen.pid, killed);

  const [pid] = await until('one waits', () => (waiting(1).length === 1 ? waiting(1) : null));
  const own = await run(1, { environmentVariables: { NODE_NO_WARNINGS: '1' } });
  assert.equal(own.seen.env['NODE_NO_WARNINGS'], '1');
  assert.notEqual(own.seen.pid, pid, 'variables may matter to the start of an interpreter');

  const left = [...waiting(0), ...waiting(1)];
  assert.ok(left.length > 0);
  await killRobot();
  await until('none is left', () => left.every((each) => !isRunning(each)));
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
