import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

// A benchmark that has started another process, as the ones with a Redis or a database do.
const atEnd = JSON.stringify(fileURLToPath(new URL('../bench/at-end.ts', import.meta.url)));
const bench = (then: string): string => `
  import { spawn } from 'node:child_process';
  import { once } from 'node:events';
  import { atEnd } from ${atEnd};
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true });
  atEnd(async () => {
    const gone = once(child, 'exit');
    child.kill();
    await gone;
  });
  await once(child, 'spawn');
  console.log(child.pid);
  ${then}`;

describe('what a benchmark started ends with it', { concurrency: 2 }, () => {
  for (const [name, then, signal, code] of [
    ['interrupted', 'setInterval(() => {}, 1000);', 'SIGINT', 130],
    ['told to end', 'setInterval(() => {}, 1000);', 'SIGTERM', 143],
    ['failed', "throw new Error('failed');", undefined, 1],
  ] as const) {
    it(name, async () => {
      const process_ = spawn(process.execPath, ['--input-type=module', '-e', bench(then)], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const ended = once(process_, 'exit');
      const [line] = await once(createInterface({ input: process_.stdout }), 'line');
      if (signal) process_.kill(signal);
      assert.equal((await ended)[0], code);
      assert.throws(() => process.kill(Number(line), 0), { code: 'ESRCH' });
    });
  }
});
