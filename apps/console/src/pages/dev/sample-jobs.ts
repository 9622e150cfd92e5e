import type { ListPage, ListQuery } from '../../parts/table/source.ts';

export interface SampleJob {
  readonly Key: string;
  readonly State: string;
  readonly ReleaseName: string;
  readonly SourceType: string;
  readonly HostMachineName: string | null;
  readonly CreationTime: string;
  readonly Waited: number;
  readonly Ran: number | null;
  readonly Items: number;
}

const STATES = [
  'Pending',
  'Running',
  'Successful',
  'Successful',
  'Faulted',
  'Successful',
  'Stopped',
  'Suspended',
];
const PROCESSES = [
  'InvoicePost',
  'PayrollClose',
  'VendorOnboarding',
  'StatementFetch',
  'A process with a rather long name',
];
const SOURCES = ['Manual', 'Queue', 'Schedule', 'Api'];
const SAMPLES = 10_000;
const PAGE = 100;

function job(n: number): SampleJob {
  const state = STATES[(n * 7) % STATES.length]!;
  const waits = state === 'Pending';
  return {
    Key: `${(n * 2654435761) >>> 0}`.padStart(10, '0'),
    State: state,
    ReleaseName: PROCESSES[(n * 3) % PROCESSES.length]!,
    SourceType: SOURCES[n % SOURCES.length]!,
    HostMachineName: waits ? null : `vm-${(n % 12) + 1}`,
    CreationTime: new Date(Date.now() - n * 97_000).toISOString(),
    Waited: (n * 811) % 60_000,
    Ran: waits ? null : ((n * 7919) % 900_000) + 400,
    Items: (n * 37) % 20_000,
  };
}

/** As a server would answer, page by page. The filter is not understood: it halves the list. */
export async function fetchJobs(query: ListQuery, next: string | undefined): Promise<ListPage<SampleJob>> {
  const all = query.filter ? SAMPLES / 2 : SAMPLES;
  const from = Number(next ?? 0);
  const rows = Array.from({ length: Math.min(PAGE, all - from) }, (_, index) => job(from + index));
  return { rows, count: all, next: from + PAGE < all ? String(from + PAGE) : undefined };
}
