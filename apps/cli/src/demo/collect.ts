import type { JobDto } from '@baton/contract/jobs';
import { outputOf } from '../api/jobs.ts';
import type { QueueItem } from '../api/queue-items.ts';
import { addTotals, type Figures } from './figures.ts';

type Counts = Readonly<Record<string, number>>;

/**
 * What the jobs report in their output arguments. A job without any counts as nothing, so that
 * the difference shows.
 */
export function fromJobs(dispatcher: JobDto, performers: readonly JobDto[]): Figures {
  const read = (outputOf(dispatcher) ?? {}) as Counts;
  const done = performers.map((job) => (outputOf(job) ?? {}) as Counts & { readonly totals?: Counts });
  const sum = (name: string): number => done.reduce((total, output) => total + Number(output[name] ?? 0), 0);
  return {
    rows: read['read'] ?? 0,
    malformed: read['malformed'] ?? 0,
    duplicates: read['duplicates'] ?? 0,
    added: read['added'] ?? 0,
    successful: sum('succeeded'),
    refused: sum('businessExceptions'),
    retried: sum('applicationExceptions'),
    totals: addTotals(done.map(({ totals }) => totals ?? {})),
  };
}

/** What the queue holds: the recorded results, whatever the jobs report. */
export function fromQueue(items: readonly QueueItem[]): Figures {
  const having = (status: string): readonly QueueItem[] => items.filter(({ Status }) => Status === status);
  return {
    added: items.filter(({ RetryNumber }) => RetryNumber === 0).length,
    successful: having('Successful').length,
    refused: having('Failed').length,
    retried: having('Retried').length,
    totals: addTotals(
      having('Successful').map(({ Output }) => ({
        [String(member(Output, 'Currency'))]: Number(member(Output, 'GrossCents')),
      })),
    ),
  };
}

const member = (of: unknown, name: string): unknown =>
  typeof of === 'object' && of !== null ? Reflect.get(of, name) : undefined;

const STATUSES = ['New', 'InProgress', 'Successful', 'Failed', 'Retried', 'Abandoned', 'Deleted'];

/** The number of items of each status. Statuses without items are left out. */
export function countByStatus(items: readonly QueueItem[]): Record<string, number> {
  const counts = STATUSES.map(
    (status) => [status, items.filter(({ Status }) => Status === status).length] as const,
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}
