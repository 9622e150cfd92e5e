import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isFinal, outputOf, readJob, startJob } from '../apps/cli/src/api/jobs.ts';
import { upload } from '../apps/cli/src/api/packages.ts';
import { findRelease, saveRelease } from '../apps/cli/src/api/releases.ts';
import type { Client } from '../packages/client/src/client.ts';
import type { JobDto } from '../packages/contract/src/jobs.ts';
import { packFolder } from '../packages/nupkg/src/pack.ts';
import { type Installation, startInstallation } from '../tests/chaos-installation.fixture.ts';
import { atEnd, end } from './at-end.ts';

// Measures from the call of StartJobs to the first line of the job's own code. For comparison the same
// interpreter is spawned directly. See README.md.

interface Runtime {
  readonly name: 'node' | 'python';
  readonly program: string;
  readonly file: string;
  /** Reads the system's monotonic clock before anything else. */
  readonly code: string;
}

/** The interpreter itself, as the robot finds it: a shim would add its own start to the bare one. */
const QUESTION = "import sys; print(sys.executable, '%d.%d.%d' % sys.version_info[:3], sep='|')";
const [PYTHON = '', PYTHON_VERSION] = execFileSync(process.env.BATON_PYTHON ?? 'python3', ['-c', QUESTION], {
  encoding: 'utf8',
})
  .trim()
  .split('|');

const RUNTIMES: readonly Runtime[] = [
  {
    name: 'node',
    program: process.execPath,
    file: 'main.mjs',
    code: `const at = String(process.hrtime.bigint());
export const main = () => ({ at });
if (process.argv[2] === 'bare') console.log(at);
`,
  },
  {
    name: 'python',
    program: PYTHON,
    file: 'main.py',
    code: `import time
AT = str(time.monotonic_ns())
import sys
def main():
    return {'at': AT}
if sys.argv[1:] == ['bare']:
    print(AT)
`,
  },
];

const RUNS = 50;
const WARM_UPS = 3;
/**
 * The pause between two measurements. In this time the work that the last one left (its report, the robot's
 * next runner) is finished.
 */
const REST_MS = 600;
const DEADLINE_MS = 300_000;

interface Figures {
  readonly median: number;
  readonly p99: number;
  readonly min: number;
  readonly max: number;
}

interface Measured {
  readonly job: number[];
  readonly bare: number[];
}

/** As many runs as there is time for. */
async function measure(runs: number): Promise<Map<string, Measured>> {
  const installation = await startInstallation(1);
  const stop = atEnd(installation.stop);
  const until = performance.now() + DEADLINE_MS;
  const measured = new Map<string, Measured>();
  // If one run hangs, the other results are still printed.
  const giveUp = setTimeout(() => {
    console.error(`A run is not done after ${(2 * DEADLINE_MS) / 1000} s.`);
    for (const [name, values] of measured) print(name, values);
    void end(1);
  }, 2 * DEADLINE_MS);
  try {
    for (const runtime of RUNTIMES) {
      measured.set(runtime.name, { job: [], bare: [] });
      await publish(installation, runtime);
    }
    for (let run = -WARM_UPS; run < runs; run++) {
      if (performance.now() > until) {
        console.error(`Time is up after ${DEADLINE_MS / 1000} s and ${Math.max(run, 0)} of ${runs} runs.`);
        break;
      }
      for (const runtime of RUNTIMES) {
        const bare = await spawnBare(installation, runtime);
        await delay(REST_MS / 6);
        const job = await dispatch(installation.client, runtime);
        await delay(REST_MS);
        if (run < 0) continue;
        measured.get(runtime.name)!.bare.push(bare);
        measured.get(runtime.name)!.job.push(job);
      }
      if (process.stderr.isTTY) process.stderr.write(`\r${Math.max(run + 1, 0)}/${runs}\r`);
    }
    return measured;
  } finally {
    clearTimeout(giveUp);
    await stop();
  }
}

async function publish({ client, folder }: Installation, { name, file, code }: Runtime): Promise<void> {
  const project = join(folder, name);
  mkdirSync(project);
  const main = name === 'python' ? `${file}:main` : file;
  writeFileSync(join(project, 'baton.json'), JSON.stringify({ name, version: '1.0.0', runtime: name, main }));
  writeFileSync(join(project, file), code);
  const { id, version, fileName, bytes } = await packFolder(project);
  await upload(client, { fileName, bytes: Buffer.from(bytes) });
  await saveRelease(client, { name, packageId: id, version });
}

/** Milliseconds. */
const since = (begun: bigint, at: string): number => {
  const took = Number(BigInt(at) - begun) / 1e6;
  assert.ok(took > 0 && took < 60_000, `the interpreter's clock is another one: ${took} ms`);
  return took;
};

async function spawnBare({ folder }: Installation, { name, program, file }: Runtime): Promise<number> {
  const cwd = join(folder, name);
  const begun = process.hrtime.bigint();
  const child = spawn(program, [file, 'bare'], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return since(begun, said.trim());
}

const releases = new Map<string, string>();

async function dispatch(client: Client, { name }: Runtime): Promise<number> {
  const key = releases.get(name) ?? (await findRelease(client, name))!.Key;
  releases.set(name, key);
  const begun = process.hrtime.bigint();
  let job: JobDto = await startJob(client, key, undefined);
  while (!isFinal(job)) {
    await delay(150); // seldom enough that the looking costs the job nothing
    job = await readJob(client, job.Id);
  }
  assert.equal(job.State, 'Successful', job.Info ?? '');
  return since(begun, String(outputOf(job)!['at']));
}

function figuresOf(values: readonly number[]): Figures {
  const sorted = values.toSorted((a, b) => a - b);
  // Nearest rank, so the result is a value that was measured.
  const rank = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
  return { median: rank(0.5), p99: rank(0.99), min: sorted[0]!, max: sorted.at(-1)! };
}

function print(name: string, { job, bare }: Measured): void {
  if (job.length === 0) return console.log(`${name}: nothing was measured`);
  const [ofJob, ofBare] = [figuresOf(job), figuresOf(bare)];
  const columns = ['median', 'p99', 'min', 'max'] as const;
  const row = (label: string, value: (column: keyof Figures) => string): void =>
    console.log(label.padEnd(36) + columns.map((column) => value(column).padStart(10)).join(''));
  row(`${name}, milliseconds (n = ${job.length})`, (column) => column);
  row('  StartJobs to first line of the job', (column) => ofJob[column].toFixed(1));
  row('  spawn to first line, bare', (column) => ofBare[column].toFixed(1));
  row('  difference', (column) => (ofJob[column] - ofBare[column]).toFixed(1));
  row('  ratio', (column) => (ofJob[column] / ofBare[column]).toFixed(2));
  console.log();
}

const rounded = (values: readonly number[]): Record<string, number> =>
  Object.fromEntries(
    Object.entries(figuresOf(values)).map(([name, value]) => [name, Number(value.toFixed(1))]),
  );

function record(measured: ReadonlyMap<string, Measured>): void {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  const line = {
    date: new Date().toISOString(),
    commit: git('rev-parse', '--short', 'HEAD'),
    hasChanges: git('status', '--porcelain', '--untracked-files=no') !== '',
    machine: { cpu: cpus()[0]?.model, cores: cpus().length, memoryGb: Math.round(totalmem() / 2 ** 30) },
    node: process.version,
    python: PYTHON_VERSION,
    runs: Math.min(...[...measured.values()].map(({ job }) => job.length)),
    milliseconds: Object.fromEntries(
      [...measured].map(([name, { job, bare }]) => [name, { job: rounded(job), bare: rounded(bare) }]),
    ),
  };
  const file = join(root, 'bench', 'history', 'dispatch.ndjson');
  mkdirSync(join(root, 'bench', 'history'), { recursive: true });
  appendFileSync(file, `${JSON.stringify(line)}\n`);
  console.log(`Recorded in ${file}`);
}

const runs = Number(
  process.argv.find((argument) => argument.startsWith('--runs='))?.slice('--runs='.length) ?? RUNS,
);
const measured = await measure(runs);
for (const [name, values] of measured) print(name, values);
const isWhole = [...measured.values()].every(({ job }) => job.length === runs);
if (!isWhole) process.exitCode = 1;
else if (process.argv.includes('--record')) record(measured);
