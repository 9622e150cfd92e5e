import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { started } from '../apps/server/src/orchestrator/jobs/robot-kit.fixture.ts';
import { testServer } from '../apps/server/src/server.fixture.ts';
import { drainInTurns, openFleet, whereRan } from './drain-fleet.fixture.ts';
import { until } from './until.fixture.ts';

// A fleet of real robots is drained in turns. `npm run bench:drain` does the same with twenty and a thousand
// jobs.
const server = await testServer({ after });
const SUCCESSFUL = 5;

describe('a fleet that is drained', { timeout: 600_000 }, () => {
  it('gives a waiting job to whoever is free, while one that drains still works', async () => {
    const blocked = await openFleet(server, 1, 'gate');
    const short = await openFleet(server, 2, 0);
    try {
      await blocked.start(0);
      const admin = server.admin.in(server.folder.id);
      await started(admin, blocked.releaseKey, { InputArguments: undefined });
      await until('it works', async () => (await blocked.begun()).length === 1);
      let isDrained = false;
      const drained = blocked.robots[0]!.stop({ drain: true }).then(() => (isDrained = true));
      // Jobs that come now may run on a host that comes now, and not on the one that drains.
      const more = await started(admin, short.releaseKey, { JobsCount: 3, InputArguments: undefined });
      await short.start(1);
      for (const { Id } of more) {
        const { host, state } = await until('it has ended', async () => {
          const found = await whereRan(server, Id);
          return found && found.state >= 4 && found.state <= 6 ? found : undefined;
        });
        assert.deepEqual([host, state], ['fleet-1', SUCCESSFUL]);
      }
      assert.equal(isDrained, false, 'the one that drains had nothing to do with it');
      await blocked.open();
      await drained;
    } finally {
      blocked.robots.length = 0;
      await Promise.all([blocked.close(), short.close()]);
    }
  });

  it('loses no job and runs none twice', async () => {
    const found = await drainInTurns(server, { robots: 4, jobs: 32, seconds: 0.05 });
    assert.deepEqual([found.states, found.lost, found.twice], [{ [SUCCESSFUL]: 32 }, 0, 0]);
  });
});
