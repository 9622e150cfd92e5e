import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { live } from './cli.fixture.ts';

/** A fault of ours, on a signal: what no call of the API is known to bring about. */
const faults = {
  unhandledRejection: 'Promise.reject(new Error("boom"))',
  uncaughtException: '(() => { throw new Error("boom") })()',
};

for (const [command, origin] of [
  [['server'], 'unhandledRejection'],
  [['server'], 'uncaughtException'],
  [['start', '--no-robot'], 'unhandledRejection'],
] as const) {
  test(`baton ${command.join(' ')} tells of an ${origin}, stops in order and exits with 1`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'baton-cli-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const code = encodeURIComponent(`process.on("SIGUSR2",()=>{${faults[origin]}})`);
    const env = { BATON_DATA: folder, BATON_PORT: '0', BATON_LOG_LEVEL: 'fatal' };
    const running = live(command, { ...env, NODE_OPTIONS: `--import=data:text/javascript,${code}` });
    const { url } = await running.event(command[0] === 'start' ? 'ready' : 'listening');
    running.signal('SIGUSR2');
    assert.equal(await running.ended(), 1, running.errors());
    await assert.rejects(fetch(`${url}/api/Status/Version`));
    const lines =
      command[0] === 'start' ? await readFile(join(folder, 'logs', 'server.log'), 'utf8') : running.output();
    assert.match(lines, new RegExp(`"origin":"${origin}"`));
    assert.match(lines, /Error: boom\\n +at /);
    // Its database was stopped, not left behind: the folder is free at once.
    const again = live(['server'], env);
    await again.event('listening');
    assert.equal(await again.interrupt(), 0);
  });
}
