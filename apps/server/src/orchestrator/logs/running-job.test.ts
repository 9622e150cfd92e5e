import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { testServer } from '../../server.fixture.ts';
import { reapNow } from '../jobs/robot-kit.fixture.ts';
import { runningJob } from './running-job.fixture.ts';

const server = await testServer({ after });

it('the running job of the tests is not taken for lost, however long a test takes', async () => {
  const job = await runningJob(server);
  await reapNow(server);
  assert.equal((await job.process.in(server.folder.id).get('/odata/Assets')).status, 200);
});
