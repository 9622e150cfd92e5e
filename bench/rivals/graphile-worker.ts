import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';
import { CONTENT, type Contender } from './contender.ts';

/**
 * graphile-worker in this process. Its workers take and end jobs by themselves, so start and result
 * cannot be timed alone.
 */
export async function graphileWorker(url: string, connections: number): Promise<Contender> {
  const pgPool = new pg.Pool({ connectionString: url, max: connections });
  pgPool.on('error', () => {});
  pgPool.on('connect', (client) => client.on('error', () => {}));
  const logger = new Logger(() => () => {});
  const utils = await makeWorkerUtils({ pgPool, logger });
  await utils.migrate();
  const bulk = (count: number) =>
    utils.addJobs(Array.from({ length: count }, () => ({ identifier: 'bench', payload: CONTENT })));
  return {
    name: 'graphile-worker',
    add: () => utils.addJob('bench', CONTENT),
    bulk,
    stock: async (count) => {
      for (let left = count; left > 0; left -= 1000) await bulk(Math.min(1000, left));
    },
    async work({ callers, ms }) {
      let calls = 0;
      const begun = performance.now();
      let last = begun;
      const runner = await run({
        pgPool,
        logger,
        concurrency: callers,
        noHandleSignals: true,
        pollInterval: 100,
        taskList: {
          bench: () => {
            calls++;
            last = performance.now();
          },
        },
      });
      await new Promise((resolve) => setTimeout(resolve, ms));
      const rate = { perSecond: calls / ((last - begun) / 1000), calls };
      await runner.stop();
      return rate;
    },
    async stop() {
      await utils.release();
      await pgPool.end();
    },
  };
}
