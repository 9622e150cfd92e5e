import sql, { type Sql } from 'sql-template-tag';
import type { OutputOf } from '../../kernel/contract/fields.ts';
import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import { invalid, notFound } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';
import { LogLevel } from './contract.ts';
import type { getLines, getOverview, Lines, searchLog } from './job-log-contract.ts';
import { blockAt, blocksOf, knownBlocks, type LogBlocks, levelsOf, within } from './log-blocks.ts';
import { hitsOf } from './search-job-log.ts';

type Line = OutputOf<typeof Lines>['lines'][number];

const WINDOW = 200;
const HITS = 20;
const BUCKETS = 200;

export async function readLines(
  ctx: Context,
  { jobKey, line, isBackward, levels, take }: InputFor<typeof getLines>,
): Promise<AnswerFor<typeof getLines>> {
  await refuseUnseen(ctx, jobKey);
  const wanted = levelsNamed(levels);
  const most = take ?? WINDOW;
  // The end of a log is read at once, and its lines are counted only when somebody asks for a number.
  if (!line && !wanted) return readEnd(ctx, jobKey, most);
  const log = await blocksOf(ctx, jobKey);
  const backward = isBackward || !line;
  const lines = await readFrom(ctx, jobKey, log, {
    line: line ?? log.lines,
    isBackward: backward,
    most: most + 1,
    has: (block) => !wanted || wanted.some((level) => log.blocks[block]!.levels[level]! > 0),
    where: wanted ? sql`level = any(${wanted}::smallint[])` : sql`true`,
  });
  const isAll = lines.length <= most;
  const shown = backward ? lines.slice(-most) : lines.slice(0, most);
  const start = !line || line <= 1;
  return {
    lines: shown,
    isStart: backward ? isAll : start,
    isEnd: backward ? !line || line >= log.lines : isAll,
  };
}

async function readEnd(ctx: Context, jobKey: string, most: number): Promise<OutputOf<typeof Lines>> {
  const known = await knownBlocks(ctx, jobKey);
  const total = known ? (await blocksOf(ctx, jobKey)).lines : undefined;
  const rows = await ctx.db.query<Line>(sql`
    select ${COLUMNS}, null::bigint as line from robot_logs
     where job_key = ${jobKey}::uuid order by time_stamp desc, id desc limit ${most + 1}`);
  const isStart = rows.length <= most;
  const lines = rows.slice(0, most).reverse();
  const count = isStart ? lines.length : total;
  return {
    lines:
      count === undefined ? lines : lines.map((line, i) => ({ ...line, line: count - lines.length + i + 1 })),
    isStart,
    isEnd: true,
  };
}

export async function readOverview(
  ctx: Context,
  { jobKey, buckets }: InputFor<typeof getOverview>,
): Promise<AnswerFor<typeof getOverview>> {
  await refuseUnseen(ctx, jobKey);
  const log = await blocksOf(ctx, jobKey);
  const each = Math.ceil(log.blocks.length / (buckets ?? BUCKETS));
  const parts = Array.from({ length: each === 0 ? 0 : Math.ceil(log.blocks.length / each) }, (_, i) =>
    log.blocks.slice(i * each, (i + 1) * each),
  );
  return {
    lines: log.lines,
    levels: named(levelsOf(log.blocks)),
    from: log.blocks[0]?.time ?? null,
    until: log.until,
    buckets: parts.map((blocks) => ({
      line: blocks[0]!.before + 1,
      lines: blocks.reduce((sum, { lines }) => sum + lines, 0),
      time: blocks[0]!.time,
      levels: named(levelsOf(blocks)),
    })),
  };
}

export async function search(
  ctx: Context,
  { jobKey, text, line, isBackward, levels, take }: InputFor<typeof searchLog>,
): Promise<AnswerFor<typeof searchLog>> {
  await refuseUnseen(ctx, jobKey);
  const wanted = levelsNamed(levels);
  const log = await blocksOf(ctx, jobKey);
  const { found, searched, where } = await hitsOf(ctx, jobKey, log, { text, levels: wanted });
  const count = found.reduce((sum, hits) => sum + hits, 0);
  const hits = await readFrom(ctx, jobKey, log, {
    line: line ?? (isBackward ? log.lines : 1),
    isBackward: isBackward ?? false,
    most: take ?? HITS,
    has: (block) => (found[block] ?? 0) > 0,
    where,
  });
  const [first] = hits;
  return {
    count,
    isComplete: searched === log.blocks.length,
    searchedLines: searched === log.blocks.length ? log.lines : log.blocks[searched]!.before,
    first: first ? await placeOf(ctx, jobKey, log, { found, where, line: first.line! }) : null,
    hits,
  };
}

interface From {
  /** Lines from this one on, or down to it. */
  readonly line: number;
  readonly isBackward: boolean;
  readonly most: number;
  /** Whether a block may have lines that `where` finds. */
  readonly has: (block: number) => boolean;
  readonly where: Sql;
}

/**
 * Looks into one block after the other until there are enough lines. Answers them in the order of the log.
 */
async function readFrom(
  ctx: Context,
  jobKey: string,
  log: LogBlocks,
  { line, isBackward, most, has, where }: From,
): Promise<Line[]> {
  const found: Line[] = [];
  if (log.blocks.length === 0 || (!isBackward && line > log.lines)) return found;
  const step = isBackward ? -1 : 1;
  for (let i = blockAt(log, line); i >= 0 && i < log.blocks.length && found.length < most; i += step) {
    if (!has(i)) continue;
    const { before } = log.blocks[i]!;
    const order = isBackward ? sql`line desc` : sql`line`;
    const rows = await ctx.db.query<Line>(sql`
      select * from (
        select ${COLUMNS}, ${before} + row_number() over (order by time_stamp, id) as line
          from robot_logs where job_key = ${jobKey}::uuid and ${within(log, i, i + 1)}) l
       where ${isBackward ? sql`line <= ${line}` : sql`line >= ${line}`} and ${where}
       order by ${order} limit ${most - found.length}`);
    found.push(...rows);
  }
  return isBackward ? found.reverse() : found;
}

/** The place of a line among those that were found. */
async function placeOf(
  ctx: Context,
  jobKey: string,
  log: LogBlocks,
  { found, where, line }: { readonly found: readonly number[]; readonly where: Sql; readonly line: number },
): Promise<number> {
  const block = blockAt(log, line);
  const row = await ctx.db.first<{ count: number }>(sql`
    select count(*) as count from (
      select message, level, ${log.blocks[block]!.before} + row_number() over (order by time_stamp, id) as line
        from robot_logs where job_key = ${jobKey}::uuid and ${within(log, block, block + 1)}) l
     where line <= ${line} and ${where}`);
  return found.slice(0, block).reduce((sum, hits) => sum + hits, 0) + row!.count;
}

const COLUMNS = sql`id, time_stamp as time, level, message, raw_message as raw, process_name as "processName",
  robot_name as "robotName", host_machine_name as "hostMachineName"`;

const named = ([trace, debug, info, warn, error, fatal]: readonly number[]) => ({
  trace: trace!,
  debug: debug!,
  info: info!,
  warn: warn!,
  error: error!,
  fatal: fatal!,
});

function levelsNamed(levels: string | null | undefined): number[] | undefined {
  if (!levels) return undefined;
  return levels.split(',').map((word) => {
    const level = LogLevel.parse(word);
    if (level === undefined)
      throw invalid('levels', `'${word.trim()}' is none of ${Object.keys(LogLevel.members).join(', ')}`);
    return level;
  });
}

/** The caller sees the logs of the job's folder. Lines may outlive their job. */
async function refuseUnseen(ctx: Context, jobKey: string): Promise<void> {
  const folders = ctx.access.folders('Logs.View');
  const job = await ctx.db.first<{ folderId: number }>(sql`
    select coalesce(
      (select folder_id from jobs where key = ${jobKey}::uuid and tenant_id = ${ctx.tenant.id}),
      (select folder_id from robot_logs where job_key = ${jobKey}::uuid and tenant_id = ${ctx.tenant.id} order by time_stamp limit 1)
    ) as "folderId"`);
  if (job?.folderId == null || (folders !== 'all' && !folders.includes(job.folderId))) throw notFound('Job');
}
