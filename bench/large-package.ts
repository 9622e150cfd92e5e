import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { FakeServer, isFinal, lastReport } from '../apps/robot/src/fake-server.fixture.ts';
import { startRobot } from '../apps/robot/src/robot.ts';
import { until } from '../tests/until.fixture.ts';

// Jobs of a package of 8,000 files: milliseconds from the server's order to the first line of the job, and
// how long the robot's thread was held up meanwhile. Needs no server. See README.md.

const FILES = 8000;
const RUNS = 5;

const files = Object.fromEntries(
  Array.from({ length: FILES }, (_, i) => [`files/${i % 80}/${i}.txt`, `content of ${i}`]),
);
const code = `import time
AT = time.time() * 1000
def main():
    return {'at': AT}
`;

const dataFolder = mkdtempSync(join(tmpdir(), 'baton-large-package-'));
const server = await new FakeServer().listen();
const ref = await server.addPackage({ 'main.py': code, ...files }, ['main.py:main']);
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const credentials = { machineKey: 'machine-key', machineSecret: 'machine-secret' };
const robot = await startRobot({ url: server.url, ...credentials, dataFolder, log: silent });
await robot.connected;
// One millisecond is the finest that it takes.
const delays = monitorEventLoopDelay({ resolution: 1 });
try {
  for (let run = 0; run <= RUNS; run++) {
    delays.reset();
    delays.enable();
    const begun = Date.now();
    const job = server.startJob(ref, { entryPointPath: 'main.py:main' });
    await until('it has ended', () => isFinal(job));
    const { outputArguments, info } = lastReport(job);
    if (!outputArguments) throw new Error(info ?? 'the job has no output');
    const { at } = JSON.parse(outputArguments) as { at: number };
    await until('its folder is removed', () => readdirSync(join(dataFolder, 'jobs')).length === 0);
    delays.disable();
    const cells = [at - begun, Date.now() - begun, delays.max / 1e6].map((ms) => ms.toFixed(0).padStart(8));
    console.log(`${run === 0 ? 'fetched' : `start ${run + 1}`}`.padEnd(10), ...cells);
  }
  console.log('          ', 'to first line, until its folder was gone, longest pause of the thread (ms)');
  const python = process.env.BATON_PYTHON ?? 'python3';
  const begun = Date.now();
  const at = execFileSync(python, ['-c', 'import time; print(time.time() * 1000)'], { encoding: 'utf8' });
  console.log('bare      ', (Number(at) - begun).toFixed(0).padStart(8));
} finally {
  await robot.stop();
  await server.vanish();
  rmSync(dataFolder, { recursive: true, force: true });
}
