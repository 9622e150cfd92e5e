import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { testDatabase } from '../../server/src/kernel/db/test-database.ts';
import { live } from './cli.fixture.ts';

/** A mistake in the program, caused by a signal, because no call of the API is known to cause one. */
const faults = {
  unhandledRejection: 'Promise.reject(new Error("boom"))',
  uncaughtException: '(() => { throw new Error("boom") })()',
};

/** A value of `NODE_OPTIONS` that makes SIGUSR2 cause the fault. */
const onSignal = (fault: string): string =>
  `--import=data:text/javascript,${encodeURIComponent(`process.on("SIGUSR2",()=>{${fault}})`)}`;

for (const [command, origin] of [
  [['server'], 'unhandledRejection'],
  [['server'], 'uncaughtException'],
  [['start', '--no-robot'], 'unhandledRejection'],
] as const) {
  test(`baton ${command.join(' ')} tells of an ${origin}, stops in order and exits with 1`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'baton-cli-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const env = { BATON_DATA: folder, BATON_PORT: '0', BATON_LOG_LEVEL: 'fatal' };
    const running = live(command, { ...env, NODE_OPTIONS: onSignal(faults[origin]) });
    const { url } = await running.event(command[0] === 'start' ? 'ready' : 'listening');
    running.signal('SIGUSR2');
    assert.equal(await running.ended(), 1, running.errors());
    await assert.rejects(fetch(`${url}/api/Status/Version`));
    const lines =
      command[0] === 'start' ? await readFile(join(folder, 'logs', 'server.log'), 'utf8') : running.output();
    assert.match(lines, new RegExp(`"origin":"${origin}"`));
    assert.match(lines, /Error: boom\\n +at /);
    // Its database was stopped and not left running, so the folder is free at once.
    const again = live(['server'], env);
    await again.event('listening');
    assert.equal(await again.interrupt(), 0);
  });
}

test('where stopping in order hangs the process ends all the same', { timeout: 600_000 }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'baton-cli-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const { url: DATABASE_URL } = await testDatabase(t);
  const running = live(['server'], {
    BATON_DATA: folder,
    DATABASE_URL,
    BATON_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    BATON_PORT: '0',
    BATON_LOG_LEVEL: 'fatal',
    BATON_PASSWORD_SIGN_IN: 'true',
    BATON_STOP_SECONDS: '3600',
    BATON_IDLE_BODY_SECONDS: '3600',
    NODE_OPTIONS: onSignal(faults.unhandledRejection),
  });
  const { url } = await running.event('listening');
  const { hostname, port } = new URL(String(url));
  // Half a body keeps the call in progress for as long as the settings allow.
  const call = connect(Number(port), hostname);
  t.after(() => call.destroy());
  call.on('error', () => undefined);
  call.write(
    `POST /api/Account/Authenticate HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\n` +
      'Content-Length: 50\r\nExpect: 100-continue\r\n\r\n{',
  );
  await once(call, 'data');
  running.signal('SIGUSR2');
  assert.equal(await running.ended(), 1, running.errors());
  assert.match(running.output(), /stopping took too long/);
});
