import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { until } from '../../../tests/until.fixture.ts';
import { testDatabase } from '../../server/src/kernel/db/test-database.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

interface Npm {
  readonly child: ChildProcess;
  said(): string;
  /** Resolves when every process that it has started has ended too. They all share its standard output. */
  readonly allEnded: Promise<unknown>;
}

async function startByNpm(t: TestContext, [program, ...args]: readonly string[]): Promise<Npm> {
  const { url } = await testDatabase(t);
  const folder = await mkdtemp(join(tmpdir(), 'baton-npx-'));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(BATON_|DATABASE_URL|NODE_TEST|npm_)/.test(name),
  );
  const env = {
    ...Object.fromEntries(inherited),
    DATABASE_URL: url,
    BATON_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
    BATON_DATA: folder,
    BATON_CONFIG: folder,
    BATON_PORT: '0',
    BATON_LOG_LEVEL: 'fatal',
  };
  const child = spawn(program!, args, { cwd: ROOT, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // All of them have ended.
    }
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return { child, said: () => said, allEnded: once(child, 'close') };
}

const CASES: readonly (readonly [line: string, signal: NodeJS.Signals, ready: RegExp, last: RegExp])[] = [
  ['npx baton server', 'SIGTERM', /Baton listens on/, /npm has ended: stopping/],
  ['npx baton server', 'SIGKILL', /Baton listens on/, /npm has ended: stopping/],
  ['npm start -- --no-robot', 'SIGTERM', /runs the sample/, /Stopping …/],
];
for (const [line, signal, ready, last] of CASES) {
  test(`${signal} to '${line}' stops in order what it has started`, async (t) => {
    const npm = await startByNpm(t, line.split(' '));
    await until(String(ready), () => ready.test(npm.said()));
    npm.child.kill(signal);
    await npm.allEnded;
    assert.match(npm.said(), last);
  });
}
