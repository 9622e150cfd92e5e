import sql, { type Sql } from 'sql-template-tag';
import { BoundedMap } from '../../kernel/bounded-map.ts';
import type { Queryable } from '../../kernel/db/sql.ts';
import type { Context } from '../../kernel/http/context.ts';
import { part } from '../../kernel/http/part.ts';

/**
 * A part of a job's log: the lines from its time to the time of the next block. Lines of one time are never
 * parted, so a time tells the block of a line. A line is then found by its number in a few milliseconds:
 * the number tells the block, and only that one is read.
 */
export interface Block {
  readonly time: string;
  /** How many lines are before it. */
  readonly before: number;
  readonly lines: number;
  /** How many lines of each level, by its number. */
  readonly levels: readonly number[];
}

export interface LogBlocks {
  readonly blocks: readonly Block[];
  readonly lines: number;
  /** The highest id among the lines. */
  readonly newest: number;
  readonly until: string | null;
}

const LINES_OF_BLOCK = 500;
/** Levels are numbers from 0 to 5. */
const LEVELS = [0, 1, 2, 3, 4, 5];
/** Logs that a server remembers. A log of a million lines takes about half a megabyte. */
const MOST = 40;

type Remembered = BoundedMap<string, Promise<LogBlocks>>;
const remembered = part((): Remembered => new BoundedMap(MOST));

type Calls = Pick<Context, 'db' | 'part'>;

const EMPTY: LogBlocks = { blocks: [], lines: 0, newest: 0, until: null };

/**
 * The blocks of a log as it is now. They are made once, which reads an entry of an index for each line. From
 * then on only what came since is read: the last block, and whether a line came for an earlier one.
 */
export async function blocksOf({ db, part }: Calls, jobKey: string): Promise<LogBlocks> {
  const all = part(remembered);
  const known = await all.get(jobKey)?.catch(() => undefined);
  const made = known ? refreshed(db, jobKey, known) : read(db, jobKey, undefined);
  all.delete(jobKey);
  all.set(jobKey, made);
  try {
    return await made;
  } catch (error) {
    if (all.get(jobKey) === made) all.delete(jobKey);
    throw error;
  }
}

/** The blocks if they were made before. They may lack the newest lines. */
export const knownBlocks = async ({ part }: Calls, jobKey: string): Promise<LogBlocks | undefined> =>
  part(remembered)
    .get(jobKey)
    ?.catch(() => undefined);

async function refreshed(db: Queryable, jobKey: string, known: LogBlocks): Promise<LogBlocks> {
  const last = known.blocks.at(-1);
  if (!last) return read(db, jobKey, undefined);
  // New lines lie together at the end of the table, where an index by blocks of the table finds them.
  const isOutOfOrder = await db.first(sql`
    select from robot_logs where id > ${known.newest} and job_key = ${jobKey}::uuid and time_stamp < ${last.time}::timestamptz limit 1`);
  return isOutOfOrder ? read(db, jobKey, undefined) : read(db, jobKey, known);
}

/** Reads all blocks, or the last one of those that are known and what follows it. */
async function read(db: Queryable, jobKey: string, known: LogBlocks | undefined): Promise<LogBlocks> {
  const kept = known?.blocks.slice(0, -1) ?? [];
  const since = known?.blocks.at(-1);
  const from: Sql = since ? sql`and time_stamp >= ${since.time}::timestamptz` : sql``;
  const rows = await db.query<{
    time: string;
    until: string;
    lines: number;
    newest: number;
    levels: number[];
  }>(sql`
    select min(time_stamp) as time, max(time_stamp) as until, count(*) as lines, max(id) as newest,
           array[count(*) filter (where level = 0), count(*) filter (where level = 1), count(*) filter (where level = 2),
                 count(*) filter (where level = 3), count(*) filter (where level = 4), count(*) filter (where level = 5)]::int[] as levels
      from (select time_stamp, id, level, (rank() over (order by time_stamp) - 1) / ${LINES_OF_BLOCK} as block
              from robot_logs where job_key = ${jobKey}::uuid ${from}) l
     group by block order by block`);
  if (rows.length === 0 && kept.length === 0) return EMPTY;
  let before = since?.before ?? 0;
  const blocks = [...kept];
  let newest = known?.newest ?? 0;
  for (const { time, lines, levels, newest: id } of rows) {
    blocks.push({ time, before, lines, levels });
    before += lines;
    newest = Math.max(newest, id);
  }
  return { blocks, lines: before, newest, until: rows.at(-1)?.until ?? known?.until ?? null };
}

export const levelsOf = (blocks: readonly Block[]): number[] =>
  LEVELS.map((level) => blocks.reduce((sum, { levels }) => sum + levels[level]!, 0));

/** The condition on lines of some blocks: `from` to `to`, without the latter. */
export function within({ blocks }: LogBlocks, from: number, to: number): Sql {
  const begin = sql`time_stamp >= ${blocks[from]!.time}::timestamptz`;
  const end = blocks[to]?.time;
  return end ? sql`${begin} and time_stamp < ${end}::timestamptz` : begin;
}

/** The block that has a line, by its number from 1. Lines behind the last one are in the last block. */
export function blockAt({ blocks }: LogBlocks, line: number): number {
  let [low, high] = [0, blocks.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (blocks[middle]!.before < line) low = middle;
    else high = middle - 1;
  }
  return low;
}
