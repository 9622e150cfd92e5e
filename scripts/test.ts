import { spawn } from 'node:child_process';
import { glob, mkdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startTestServer, TEST_SERVER_VARIABLE } from '../apps/server/src/kernel/db/testing.ts';

// Runs every test of the workspace on one embedded PostgreSQL: `npm test`, or `npm test -- queues jobs` for those whose path
// holds a word. The traffic of servers under test is written to coverage/traffic.ndjson (see `npm run coverage`).
const root = fileURLToPath(new URL('..', import.meta.url));
const words = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const options = process.argv.slice(2).filter((argument) => argument.startsWith('--'));

const files: string[] = [];
for await (const file of glob('{apps,packages,tests,scripts}/**/*.test.ts', {
  cwd: root,
  exclude: (name) => name === 'node_modules',
})) {
  if (words.length === 0 || words.some((word) => file.includes(word))) files.push(file);
}
files.sort();
if (files.length === 0) {
  console.error(`No test file matches ${words.join(', ')}.`);
  process.exit(1);
}

const traffic = join(root, 'coverage', 'traffic.ndjson');
await mkdir(join(root, 'coverage'), { recursive: true });
if (words.length === 0) await rm(traffic, { force: true });

const database = await startTestServer();
// Load and chaos tests measure nothing, yet share two cores with the rest: a few files at a time keep conditions reachable.
const concurrency = Math.max(2, Math.min(4, availableParallelism()));
const runner = spawn(
  process.execPath,
  [
    '--disable-warning=ExperimentalWarning',
    '--test',
    `--test-concurrency=${concurrency}`,
    '--test-timeout=600000',
    ...options,
    ...files,
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, [TEST_SERVER_VARIABLE]: database.url, BATON_TRAFFIC: traffic, NODE_ENV: 'test' },
  },
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => runner.kill(signal));
const code = await new Promise<number>((done) => runner.on('exit', (status) => done(status ?? 1)));
await database.stop();
process.exit(code);
