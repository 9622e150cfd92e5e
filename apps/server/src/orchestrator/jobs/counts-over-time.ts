import sql, { raw, type Sql } from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import { selectRows } from '../../kernel/contract/read-rows.ts';
import { invalid } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';
import { foldersOfCall } from '../folders/folders-below.ts';
import { Job } from './contract.ts';
import { type getJobCounts, JobClock } from './counts-contract.ts';
import { JobState } from './enumerations.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const PARTS = 48;

/** Each has an index that begins with the folder and has the state beside it. */
const CLOCKS: Readonly<Record<number, { readonly column: string; readonly member: string }>> = {
  [JobClock.Created]: { column: 'created_at', member: 'CreationTime' },
  [JobClock.Started]: { column: 'started_at', member: 'StartTime' },
  [JobClock.Ended]: { column: 'ended_at', member: 'EndTime' },
};

const STATES = Object.entries(JobState.members).map(([name, state]) => ({
  name: name.toLowerCase(),
  state,
}));
const COUNTS: Sql = raw(
  STATES.map(({ name, state }) => `coalesce(sum(n) filter (where state = ${state}), 0)::int as ${name}`).join(
    ', ',
  ),
);

/** Written without an offset, an earlier one is no time to PostgreSQL. */
const FIRST_MS = Date.parse('0001-01-01T00:00:00Z');
const msOf = (text: string): number => Math.max(FIRST_MS, Date.parse(text));
const isoOf = (ms: number): string => new Date(ms).toISOString();

type Counted = AnswerFor<typeof getJobCounts>;

export async function countsOverTime(
  ctx: Context,
  { from, until, parts, clock, withSubfolders }: InputFor<typeof getJobCounts>,
): Promise<Counted> {
  const end = until ? msOf(until) : ctx.now();
  const begin = from ? msOf(from) : Math.max(FIRST_MS, end - DAY_MS);
  // A beginning that is still to come has nothing yet.
  if (begin >= end && from && until) throw invalid('from', 'must be before until');
  const count = begin < end ? (parts ?? PARTS) : 0;
  if (count === 0) return { from: isoOf(begin), until: isoOf(end), seconds: 0, parts: [] };
  const seconds = (end - begin) / 1000 / count;
  const { column, member } = CLOCKS[clock ?? JobClock.Created]!;
  const folder = await foldersOfCall(ctx, 'Jobs.View', withSubfolders ?? false);
  const [since, to] = [isoOf(begin), isoOf(end)];
  const found = selectRows({ ...ctx, options: { ...ctx.options, ...bare(member) } }, Job, {
    folder,
    order: () => [],
    where: (row) =>
      sql`${row}.${raw(column)} >= ${since}::timestamptz and ${row}.${raw(column)} < ${to}::timestamptz`,
  });
  const rows = await ctx.db.query<Record<string, number> & { part: number }>(sql`
    with counted as (
      select least(floor(extract(epoch from "${raw(member)}" - ${since}::timestamptz) / ${seconds}::float8)::int, ${count - 1}) as part,
             "State" as state, count(*) as n
        from (${found}) j group by 1, 2)
    select part, ${COUNTS} from counted group by part`);
  const byPart = new Map(rows.map(({ part, ...counts }) => [part, counts]));
  const timeOf = (part: number): string => new Date(begin + part * seconds * 1000).toISOString();
  return {
    from: since,
    until: to,
    seconds,
    parts: Array.from({ length: count }, (_, i) => ({ ...NONE, ...byPart.get(i), time: timeOf(i) })),
  };
}

const bare = (member: string) =>
  ({
    select: new Set(['State', member]),
    expand: new Map(),
    orderby: [],
    top: undefined,
    skip: 0,
    after: undefined,
  }) as const;

const NONE = {
  pending: 0,
  running: 0,
  stopping: 0,
  terminating: 0,
  faulted: 0,
  successful: 0,
  stopped: 0,
  suspended: 0,
  resumed: 0,
};
