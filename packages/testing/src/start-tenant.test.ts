import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { getJob, type JobDto, startJobs, stopJob } from '@baton/contract/jobs';
import { createQueue, getQueueDefinitions } from '@baton/contract/queue-definitions';
import { getRobotLogs } from '@baton/contract/robot-logs';
import { until } from '../../../tests/until.fixture.ts';
import { milliseconds } from './duration.ts';
import { startTenant } from './start-tenant.ts';

const tenant = await startTenant();
after(() => tenant.stop());

async function start(ReleaseName: string, input: object): Promise<JobDto> {
  const startInfo = { ReleaseName, InputArguments: JSON.stringify(input) };
  const { value } = await tenant.admin.call(startJobs, { body: { startInfo } });
  return value[0]!;
}

const when = ({ Id }: JobDto, ...states: string[]): Promise<JobDto> =>
  until(`job ${Id} is ${states.join(' or ')}`, async () => {
    const job = await tenant.admin.call(getJob, { key: Id });
    return states.includes(job.State) ? job : undefined;
  });

describe('robots as functions', () => {
  it('get input, write a log, call as the job, and answer output', async () => {
    await tenant.admin.call(createQueue, { body: { Name: 'Sums' } });
    await tenant.robot('Add', async ({ input, client, log, processName }) => {
      await log(`${processName} begins`);
      const { value } = await client.call(getQueueDefinitions, {});
      return { sum: Number(input.a) + Number(input.b), queues: value.map(({ Name }) => Name) };
    });
    const job = await when(await start('Add', { a: 1, b: 2 }), 'Successful', 'Faulted');
    assert.deepEqual([job.State, job.Info], ['Successful', null]);
    assert.deepEqual(JSON.parse(job.OutputArguments!), { sum: 3, queues: ['Sums'] });
    const options = { $filter: `JobKey eq ${job.Key}` };
    const logs = await tenant.admin.call(getRobotLogs, {}, { options });
    assert.ok(logs.value.some(({ Message }) => Message === 'Add begins'));
  });

  it('fault with what they throw, and are told to stop', async () => {
    await tenant.robot('Fail', () => {
      throw new Error('no such invoice');
    });
    const failed = await when(await start('Fail', {}), 'Successful', 'Faulted');
    assert.match(`${failed.State} ${failed.Info}`, /^Faulted [^]*no such invoice/);
    await tenant.robot(
      'Wait',
      ({ signal }) => new Promise((done) => signal.addEventListener('abort', () => done())),
    );
    const waiting = await when(await start('Wait', {}), 'Running');
    await tenant.admin.call(stopJob, { key: waiting.Id, body: { strategy: 'SoftStop' } });
    await when(waiting, 'Stopped');
  });
});

it('tenants have clocks of their own', async () => {
  await using other = await startTenant();
  const begun = await other.clock.now();
  await tenant.clock.advance('3 days 2 hours');
  const set = await other.clock.set(new Date(begun.getTime() + 40 * 86_400_000));
  assert.equal(set.getTime() - begun.getTime() >= 40 * 86_400_000, true);
  const days = (set.getTime() - (await tenant.clock.now()).getTime()) / 86_400_000;
  assert.ok(Math.abs(days - 36.9) < 0.2, `${days} days`);
  await assert.rejects(other.clock.set(begun), /time: is not later/);
});

it('records what was called', async () => {
  const calls = await tenant.traffic();
  const made = calls.find(({ operation }) => operation === 'QueueDefinitions_CreateQueue');
  assert.deepEqual([made?.method, made?.status], ['POST', 201]);
  assert.deepEqual(made?.request, { Name: 'Sums' });
});

it('durations are read, and what is none is refused', () => {
  for (const [text, ms] of [
    ['3 days', 259_200_000],
    ['1 day', 86_400_000],
    ['1 hour 30 minutes', 5_400_000],
    ['2 weeks, 1 second', 1_209_601_000],
    ['1.5 hours and 1 minute', 5_460_000],
    [250, 250],
  ] as const)
    assert.equal(milliseconds(text), ms, String(text));
  for (const bad of ['', 'soon', '3', '3 months', '1 year', 'days 3', '3 days later'])
    assert.throws(() => milliseconds(bad), /is no duration such as '3 days'/, bad);
});
