import assert from 'node:assert/strict';
import { it } from 'node:test';
import { getGroups } from '@baton/contract/identity/group';
import { getJob, getJobs, type JobDto, startJobs } from '@baton/contract/jobs';
import type { Many, One } from '@baton/contract/operation';
import { downloadPackage } from '@baton/contract/processes';
import { getQueueItems } from '@baton/contract/queue-items';
import { getTestClock } from '@baton/contract/test-clock';
import type { Client } from './client.ts';

// Most of this file is for the compiler: `npm run check` fails if one of these lines is no longer an error.

/** Equal in both directions, without `any`. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(is: Same<A, B>): Same<A, B> => is;

/** Calls that compile. They are never made. */
export async function right(client: Client): Promise<unknown[]> {
  const jobs = await client.call(getJobs, {});
  same<typeof jobs, Many<JobDto>>(true);
  const job = await client.call(getJob, { key: 1 });
  same<typeof job, One<JobDto>>(true);
  const { value } = await client.call(getJobs, {}, { options: { $select: ['Key', 'State'], $top: 1 } });
  same<(typeof value)[number], Pick<JobDto, 'Key' | 'State'>>(true);
  const chosen = await client.call(getJob, { key: 1 }, { options: { $select: ['Key'] } });
  const response: Response = await client.call(downloadPackage, { key: 'A:1.0' });
  const { time } = await client.call(getTestClock, {});
  const [group] = await client.call(getGroups, { partitionGlobalId: '' });
  const started = await client.call(startJobs, {
    body: { startInfo: { ReleaseKey: '', JobPriority: 'High' } },
  });
  return [
    jobs['@odata.count']?.toFixed(),
    job.CreationTime.slice(0, 4),
    job.State === 'Faulted',
    job.Machine?.Name,
    value[0]?.Key,
    chosen.Key,
    response.body,
    time.length,
    group?.type === 1,
    started.value[0]?.Id.toFixed(),
  ];
}

/** Calls that do not compile. */
export async function wrong(client: Client): Promise<unknown[]> {
  const { value } = await client.call(getJobs, {});
  const { value: chosen } = await client.call(getJobs, {}, { options: { $select: ['Key'] } });
  const job = await client.call(getJob, { key: 1 });
  return [
    // @ts-expect-error -- Key
    value[0]?.key,
    // @ts-expect-error -- State
    job.Stat,
    // @ts-expect-error -- a state that there is none of
    job.State === 'Failed',
    // @ts-expect-error -- a time is text on the wire
    job.CreationTime.getTime(),
    // @ts-expect-error -- it may be null
    job.Info.length,
    // @ts-expect-error -- it was not selected
    chosen[0]?.State,
    // @ts-expect-error -- answers are not to be changed
    () => (job.Info = 'a'),
    // @ts-expect-error -- key is missing
    client.call(getJob, {}),
    // @ts-expect-error -- key is misspelt
    client.call(getJob, { kye: 1 }),
    // @ts-expect-error -- it takes nothing
    client.call(getJobs, { key: 1 }),
    // @ts-expect-error -- JobPriority is misspelt
    client.call(startJobs, { body: { startInfo: { JobPrioritty: 'High' } } }),
    // @ts-expect-error -- no such priority
    client.call(startJobs, { body: { startInfo: { JobPriority: 'Highest' } } }),
    // @ts-expect-error -- no such member to select
    client.call(getQueueItems, {}, { options: { $select: ['Referense'] } }),
    // @ts-expect-error -- no such option
    client.call(getQueueItems, {}, { options: { $fliter: 'Id eq 1' } }),
  ];
}

it('an operation of the contract carries its types, and nothing of them is there at run time', () => {
  assert.deepEqual(getJob, {
    id: 'Jobs_GetById',
    method: 'GET',
    path: '/odata/Jobs({key})',
    answer: 'one',
  });
});
