import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Job, Queue, Worker } from 'bullmq';
import { atEnd } from '../at-end.ts';
import { CONTENT, type Contender, OUTPUT } from './contender.ts';

/** The owner of a job that was taken. It is the same for all callers, so any of them may end the job. */
const LEASE = 'bench';

/**
 * BullMQ on its own Redis, which writes each command to its log (appendfsync always). So it is as durable as
 * the other contenders.
 */
export async function bullMq(
  redis = process.env.REDIS_SERVER ?? 'redis-server',
): Promise<Contender | undefined> {
  if (spawnSync(redis, ['--version']).status !== 0) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'baton-bench-redis-'));
  const path = join(folder, 'redis.sock');
  const process_ = spawn(
    redis,
    [
      '--port',
      '0',
      '--unixsocket',
      path,
      '--dir',
      folder,
      '--appendonly',
      'yes',
      '--appendfsync',
      'always',
      '--save',
      '',
    ],
    { stdio: 'ignore' },
  );
  const stopped = atEnd(async () => {
    const gone = process_.exitCode === null ? once(process_, 'exit') : undefined;
    process_.kill();
    await gone;
    await rm(folder, { recursive: true, force: true });
  });
  await delay(500);
  const connection = { path, maxRetriesPerRequest: null };
  const queue = new Queue('bench', { connection });
  const worker = new Worker('bench', null, { connection, autorun: false });
  await queue.waitUntilReady();
  const bulk = (count: number) =>
    queue.addBulk(Array.from({ length: count }, () => ({ name: 'bench', data: CONTENT })));
  return {
    name: 'BullMQ, fsync always',
    add: () => queue.add('bench', CONTENT),
    start: () => worker.getNextJob(LEASE, { block: false }),
    result: (_, job) => (job as Job).moveToCompleted(OUTPUT, LEASE, false),
    bulk,
    stock: async (count) => {
      for (let left = count; left > 0; left -= 1000) await bulk(Math.min(1000, left));
    },
    async stop() {
      await worker.close();
      await queue.close();
      await stopped();
    },
  };
}
