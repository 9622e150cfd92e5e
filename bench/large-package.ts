import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { FakeServer, isFinal, lastReport } from '../apps/robot/src/fake-server.fixture.ts';
import { startRobot } from '../apps/robot/src/robot.ts';
import { until } from '../tests/until.fixture.ts';
import { atEnd, end } from './at-end.ts';

// Jobs of a package of 8,000 files: milliseconds from the server's order to the first line of the job, and
// how long the robot's thread was held up meanwhile. Needs no server. See README.md.

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '8000' },
    starts: { type: 'string', default: '6' },
    seconds: { type: 'string', default: '240' },
  },
});
const code = `import time
AT = time.time() * 1000
def main():
    return {'at': AT}
`;

const begun = Date.now();
let step = '';
/** The whole of it ends in time, and says what it was at. */
setTimeout(() => {
  console.error(`Not done after ${values.seconds} s. It still ${step}.`);
  setTimeout(() => process.exit(1), 10_000).unref();
  void end(1);
}, Number(values.seconds) * 1000).unref();

async function during<T>(what: string, act: () => T | Promise<T>): Promise<T> {
  step = what;
  return await act();
}

const dataFolder = mkdtempSync(join(tmpdir(), 'baton-large-package-'));
const removed = atEnd(async () => rmSync(dataFolder, { recursive: true, force: true, maxRetries: 3 }));
const server = await new FakeServer().listen();
const vanished = atEnd(() => server.vanish());
const ref = await during('packs the package', () => {
  const paths = Array.from({ length: Number(values.files) }, (_, i) => [`files/${i % 80}/${i}.txt`, `${i}`]);
  return server.addPackage({ 'main.py': code, ...Object.fromEntries(paths) }, ['main.py:main']);
});
const silent = { debug() {}, info() {}, warn() {}, error: console.error };
const credentials = { machineKey: 'machine-key', machineSecret: 'machine-secret' };
const robot = await startRobot({ url: server.url, ...credentials, dataFolder, log: silent });
const stopped = atEnd(() => robot.stop());
await during('waits until the robot has connected', () => robot.connected);
console.log(`${values.files} files, packed and connected after ${Date.now() - begun} ms`);
console.log('milliseconds  first line  folder gone  longest pause of the thread  its work');

// One millisecond is the finest that it takes.
const delays = monitorEventLoopDelay({ resolution: 1 });
for (let run = 1; run <= Number(values.starts); run++) {
  delays.reset();
  delays.enable();
  const before = process.threadCpuUsage();
  const ordered = Date.now();
  const job = server.startJob(ref, { entryPointPath: 'main.py:main' });
  await during(`waits until job ${run} has ended`, () => until('it has ended', () => isFinal(job)));
  const { outputArguments, info } = lastReport(job);
  if (!outputArguments) throw new Error(info ?? 'the job has no output');
  const { at } = JSON.parse(outputArguments) as { at: number };
  await during(`waits until the folder of job ${run} is removed`, () =>
    until('it is removed', () => readdirSync(join(dataFolder, 'jobs')).length === 0),
  );
  const gone = Date.now() - ordered;
  delays.disable();
  const { user, system } = process.threadCpuUsage(before);
  const cells = [at - ordered, gone, delays.max / 1e6, (user + system) / 1000].map((ms) => ms.toFixed());
  const [first = '', folder = '', pause = '', work = ''] = cells;
  const name = run === 1 ? 'fetched' : `start ${run}`;
  console.log(name.padEnd(12), first.padStart(11), folder.padStart(12), pause.padStart(28), work.padStart(9));
  const isMadeAhead = () =>
    readdirSync(join(dataFolder, 'packages')).some((name) =>
      readdirSync(join(dataFolder, 'packages', name)).includes('ahead'),
    );
  await during(`waits until the folder for job ${run + 1} is made`, () => until('it is made', isMadeAhead));
}
const python = process.env.BATON_PYTHON ?? 'python3';
const spawned = Date.now();
const at = execFileSync(python, ['-c', 'import time; print(time.time() * 1000)'], { encoding: 'utf8' });
console.log('bare'.padEnd(12), (Number(at) - spawned).toFixed().padStart(11));
await during('waits until the robot has stopped', stopped);
await vanished();
await removed();
