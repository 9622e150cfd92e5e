import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isFinal, outputOf, readJob } from '../apps/cli/src/api/jobs.ts';
import type { MachineCredentials } from '../apps/cli/src/api/machines.ts';
import { upload } from '../apps/cli/src/api/packages.ts';
import { findRelease, saveRelease } from '../apps/cli/src/api/releases.ts';
import { openIndexes, settingsFor } from '../apps/robot/src/environments/indexes.fixture.ts';
import { type JobDto, startJobs } from '../packages/contract/src/jobs.ts';
import { packFolder } from '../packages/nupkg/src/pack.ts';
import { startInstallation } from '../tests/chaos-installation.fixture.ts';
import { until } from '../tests/until.fixture.ts';
import { atEnd } from './at-end.ts';
import { keep } from './history.ts';

// Two hosts, 200 jobs of twelve packages that want something installed: at first (cold), when nothing is
// installed, and then again (warm). See README.md.

const option = (name: string, usual: number): number =>
  Number(process.argv.find((given) => given.startsWith(`--${name}=`))?.split('=')[1] ?? usual);

const JOBS = option('jobs', 200);
const SLOTS = option('slots', 10);
const PACKAGES = 12;
const HOSTS = ['first', 'second'] as const;
const ROBOT = fileURLToPath(new URL('../apps/robot/src/robot.fixture.ts', import.meta.url));

const afters: (() => unknown)[] = [];
const indexes = await openIndexes({ after: (stop: () => unknown) => void afters.push(stop) });
const installation = await startInstallation(SLOTS);
const stop = atEnd(async () => {
  for (const host of hosts) host.child.kill('SIGTERM');
  await Promise.all(hosts.map(({ ended }) => ended));
  await installation.stop();
  for (const after of afters) await after();
});

interface HostProcess {
  readonly name: string;
  readonly folder: string;
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  builds: number;
}
const hosts: HostProcess[] = [];

await installation.stopRobot();
const file = join(installation.folder, 'robot', 'machine.json');
const machine = JSON.parse(readFileSync(file, 'utf8')) as MachineCredentials;
for (const name of HOSTS) hosts.push(await startHost(name));
const keys: string[] = [];
for (let index = 0; index < PACKAGES; index++) keys.push(await publish(index));

const results: Record<string, object> = {};
for (const phase of ['cold', 'warm']) {
  const before = hosts.map(({ builds }) => builds);
  const seconds = await run();
  const builds = hosts.map(({ builds }, index) => builds - before[index]!);
  results[phase] = {
    ...figures(seconds),
    builds: Object.fromEntries(HOSTS.map((name, i) => [name, builds[i]])),
  };
  console.log(phase, results[phase]);
}
const disk = Object.fromEntries(hosts.map(({ name, folder }) => [name, diskOf(folder)]));
console.log('disk', disk);
const isOnce = hosts.every(({ builds, folder }) => builds === environmentsOf(folder).length);
console.log(
  isOnce ? 'Each environment was built once per host.' : 'An environment was built more than once!',
);
if (process.argv.includes('--record'))
  console.log(
    `Kept in ${await keep('environments', { jobs: JOBS, slots: SLOTS, ...results, disk, isOnce })}`,
  );
await stop();
process.exit(isOnce ? 0 : 1);

async function startHost(name: string): Promise<HostProcess> {
  const folder = join(installation.folder, `host-${name}`);
  mkdirSync(folder);
  const { machineKey, machineSecret } = machine;
  const options = {
    url: installation.url,
    machineKey,
    machineSecret,
    hostMachineName: name,
    dataFolder: folder,
    slots: SLOTS,
    environment: settingsFor(indexes),
  };
  const child = spawn(process.execPath, [ROBOT, JSON.stringify(options)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const host: HostProcess = { name, folder, child, ended, builds: 0 };
  let isConnected = false;
  createInterface({ input: child.stderr! }).on('line', (line) => {
    if (line.includes('built an environment')) host.builds++;
    if (line.startsWith('info connected')) isConnected = true;
    if (/^(warn|error)/.test(line)) console.error(`${name}: ${line.slice(0, 300)}`);
  });
  await until(`the host ${name} is connected`, () => isConnected);
  return host;
}

/** Two of three are of Python with two dependencies, the others of Node with one. */
async function publish(index: number): Promise<string> {
  const name = `wants-${index}`;
  const project = join(installation.folder, name);
  const isNode = index % 3 === 2;
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  };
  if (isNode) {
    const added = indexes.addNpm(
      `lib-${index}`,
      '1.0.0',
      { 'index.js': 'exports.own = 1;' },
      { main: 'index.js' },
    );
    const dependencies = { [`lib-${index}`]: '1.0.0' };
    const packages = { '': { dependencies }, [`node_modules/lib-${index}`]: { version: '1.0.0', ...added } };
    write('package.json', JSON.stringify({ name, version: '1.0.0', dependencies }));
    write('package-lock.json', JSON.stringify({ name, version: '1.0.0', lockfileVersion: 3, packages }));
    write(
      'main.mjs',
      `const at = Date.now();\nawait import('lib-${index}');\nexport default () => ({ at });\n`,
    );
  } else {
    indexes.addWheel(`lib-${index}`, '1.0', { requires: [`deep-${index}`] });
    indexes.addWheel(`deep-${index}`, '1.0');
    write('requirements.txt', `lib-${index}==1.0\ndeep-${index}==1.0\n`);
    write(
      'main.py',
      `import time\nAT = int(time.time() * 1000)\nimport lib_${index}, deep_${index}\ndef main():\n    return {'at': AT}\n`,
    );
  }
  const [runtime, main] = isNode ? ['node', 'main.mjs'] : ['python', 'main.py:main'];
  write('baton.json', JSON.stringify({ name, version: '1.0.0', runtime, main }));
  const { id, version, fileName, bytes } = await packFolder(project);
  await upload(installation.client, { fileName, bytes: Buffer.from(bytes) });
  await saveRelease(installation.client, { name, packageId: id, version });
  return (await findRelease(installation.client, name))!.Key;
}

/** Starts all jobs at once. Answers for each how long its first line took. */
async function run(): Promise<number[]> {
  const { client } = installation;
  const begun = Date.now();
  const jobs: JobDto[] = [];
  for (const [index, ReleaseKey] of keys.entries()) {
    const JobsCount = Math.floor(JOBS / PACKAGES) + (index < JOBS % PACKAGES ? 1 : 0);
    const { value } = await client.call(startJobs, { body: { startInfo: { ReleaseKey, JobsCount } } });
    jobs.push(...value);
  }
  const seconds: number[] = [];
  for (let job of jobs) {
    while (!isFinal(job)) {
      job = await readJob(client, job.Id);
      if (!isFinal(job)) await delay(500);
    }
    if (job.State !== 'Successful') throw new Error(`${job.ReleaseName}: ${job.Info}`);
    seconds.push((Number(outputOf(job)!['at']) - begun) / 1000);
  }
  return seconds;
}

function figures(seconds: readonly number[]): Record<string, number> {
  const sorted = seconds.toSorted((a, b) => a - b);
  const rank = (share: number) => Math.round((sorted[Math.ceil(share * sorted.length) - 1] ?? 0) * 100) / 100;
  return { jobs: sorted.length, first: rank(1 / sorted.length), median: rank(0.5), last: rank(1) };
}

function environmentsOf(folder: string): string[] {
  return readdirSync(join(folder, 'environments'));
}

function diskOf(folder: string): { environments: number; megabytes: number } {
  const names = environmentsOf(folder);
  const bytes = names.map((name) => {
    const whole = JSON.parse(readFileSync(join(folder, 'environments', name, 'whole.json'), 'utf8'));
    return (whole as { bytes: number }).bytes;
  });
  return {
    environments: names.length,
    megabytes: Math.round(bytes.reduce((sum, one) => sum + one, 0) / 1e5) / 10,
  };
}
