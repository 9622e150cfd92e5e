import { spawn } from 'node:child_process';
import { glob, mkdir, rm, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileCache } from '../apps/cli/src/folders.ts';
import { startTestServer, TEST_SERVER_VARIABLE } from '../apps/server/src/kernel/db/test-database.ts';
import { buildConsole } from './build-console.ts';

// Runs every test of the workspace on one embedded PostgreSQL: `npm test`. `npm test -- queues jobs` runs the
// tests whose path contains one of these words. The traffic of the servers under test is written to
// coverage/traffic.ndjson (see `npm run coverage`).
const root = fileURLToPath(new URL('..', import.meta.url));
const words = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const options = process.argv.slice(2).filter((argument) => argument.startsWith('--'));

/** The test that checks the calls of all others against the documents. */
const LAST = 'tests/recorded/traffic.test.ts';

const files: string[] = [];
for await (const file of glob('{apps,packages,tests,scripts}/**/*.test.ts', {
  cwd: root,
  exclude: (name) => name === 'node_modules',
})) {
  if (file === LAST) continue;
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

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

const sizeOfTraffic = (): Promise<number> =>
  stat(traffic).then(
    ({ size }) => size,
    () => 0,
  );

// Once for all tests, which start at the same time.
await buildConsole();
const database = await startTestServer();
// Load and chaos tests do not measure, but they share two cores with the rest. Only a few files run at a
// time, so that the conditions that tests wait for come about.
const concurrency = Math.max(2, Math.min(4, availableParallelism()));

async function run(
  names: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<number> {
  const reporters = ['spec', './scripts/slowest-files.ts'].flatMap((name) => [
    `--test-reporter=${name}`,
    '--test-reporter-destination=stdout',
  ]);
  const runner = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--test',
      `--test-concurrency=${concurrency}`,
      '--test-timeout=600000',
      ...reporters,
      ...options,
      ...names,
    ],
    {
      cwd: root,
      stdio: 'inherit',
      env: {
        ...process.env,
        [TEST_SERVER_VARIABLE]: database.url,
        BATON_TRAFFIC: traffic,
        NODE_ENV: 'test',
        // Each test file is a process that loads much of the server: with its compiled form at hand in half
        // the time.
        NODE_COMPILE_CACHE: compileCache(),
        ...variables,
      },
    },
  );
  const stop = (signal: NodeJS.Signals): boolean => runner.kill(signal);
  for (const signal of SIGNALS) process.on(signal, stop);
  const code = await new Promise<number>((done) => runner.on('exit', (status) => done(status ?? 1)));
  for (const signal of SIGNALS) process.off(signal, stop);
  return code;
}

const before = await sizeOfTraffic();
let code = await run(files);
if ((await sizeOfTraffic()) > before) {
  const described = await run([LAST], { BATON_TRAFFIC_FROM: String(before) });
  code = code === 0 ? described : code;
}
await database.stop();
process.exit(code);
