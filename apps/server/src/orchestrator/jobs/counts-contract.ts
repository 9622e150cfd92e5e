import { enumeration } from '../../kernel/contract/enumeration.ts';
import { Bool, Complex, DateTime, Double, dto, Enum, Int32, List } from '../../kernel/contract/fields.ts';
import { operation, plain } from '../../kernel/contract/operation.ts';
import { Job } from './contract.ts';

/** The time of a job that decides where it is counted. */
export const JobClock = enumeration('JobClock', { Created: 0, Started: 1, Ended: 2 });

const count = Int32({ notNull: true });
export const JobCounts = dto('JobCountsDto', {
  time: DateTime({ notNull: true, description: 'Where the part begins.' }),
  pending: count,
  running: count,
  stopping: count,
  terminating: count,
  faulted: count,
  successful: count,
  stopped: count,
  suspended: count,
  resumed: count,
});

/** Baton's own operation. */
export const getJobCounts = operation({
  id: 'Jobs_GetCountsOverTime',
  tag: 'Jobs',
  method: 'GET',
  path: '/api/Jobs/CountsOverTime',
  summary:
    'How many jobs were created, began or ended in each part of a time, by the state that they have now.',
  scope: 'OR.Jobs',
  permission: 'Jobs.View',
  folder: 'optional',
  query: {
    from: DateTime({ description: 'Default: a day before `until`.', example: '2026-01-17T00:00:00Z' }),
    until: DateTime({ description: 'Default: now.', example: '2026-01-18T00:00:00Z' }),
    parts: Int32({ min: 1, max: 500, description: 'Into how many parts the time is divided; default 48.' }),
    clock: Enum(JobClock, { description: 'Default: Created.' }),
    withSubfolders: Bool({ description: 'Also jobs of the folders below the one of the call.' }),
  },
  odata: { entity: Job, options: 'f' },
  answer: plain(
    dto('JobCountsOverTimeDto', {
      from: DateTime({ notNull: true }),
      until: DateTime({ notNull: true }),
      seconds: Double({ notNull: true, description: 'How long each part is.' }),
      parts: List(Complex(JobCounts), { notNull: true }),
    }),
  ),
});
