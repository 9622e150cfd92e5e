import assert from 'node:assert/strict';
import { it } from 'node:test';
import { limitedProcesses, NoProcess, TooMuchWaiting, TooMuchWork } from './limited-processes.ts';

const one = (limits: { readonly mostWaiting: number; readonly longestWaitMs: number }) =>
  limitedProcesses<number, number>({
    file: new URL('./busy-process.fixture.ts', import.meta.url),
    size: 1,
    ...limits,
  });

it('does not begin what has waited for too long, and goes on with what comes after', async () => {
  const { run } = one({ mostWaiting: 10, longestWaitMs: 50 });
  const [first, ...others] = await Promise.allSettled([run(100), run(1), run(1)]);
  assert.equal(first.status, 'fulfilled');
  for (const other of others)
    assert.ok(other.status === 'rejected' && other.reason instanceof TooMuchWaiting, other.status);
  assert.equal(await run(2), 2);
});

it('refuses more than may wait, and ends what takes too long', async () => {
  const { run } = one({ mostWaiting: 1, longestWaitMs: 600_000 });
  const endless = assert.rejects(run(Number.POSITIVE_INFINITY), TooMuchWork);
  const next = run(3);
  await assert.rejects(run(4), TooMuchWaiting);
  await endless;
  assert.equal(await next, 3);
});

it('says that there is no process, and tries again for what comes after', async (t) => {
  const { run } = one({ mostWaiting: 10, longestWaitMs: 600_000 });
  const { execPath } = process;
  t.after(() => (process.execPath = execPath));
  process.execPath = '/nowhere/node';
  await assert.rejects(run(1), NoProcess);
  process.execPath = execPath;
  assert.equal(await run(1), 1);
});
