import { containing } from '@baton/odata/like';
import sql, { type Sql } from 'sql-template-tag';
import { BoundedMap } from '../../kernel/bounded-map.ts';
import type { Context } from '../../kernel/http/context.ts';
import { part } from '../../kernel/http/part.ts';
import { type LogBlocks, within } from './log-blocks.ts';

interface Wanted {
  readonly text: string;
  readonly levels: readonly number[] | undefined;
}

interface Search {
  /** How many lines were found in each block. */
  readonly found: readonly number[];
  /** The blocks that were looked through, from the first. */
  readonly searched: number;
}

/** The most time of a call. */
const MOST_MS = 2000;
/** Between two looks at the time: 50,000 lines. */
const BLOCKS_AT_ONCE = 100;
/** Searches whose counts a server remembers, so that the next and the previous hit cost no further search. */
const MOST = 100;

const searches = part((): BoundedMap<string, Search> => new BoundedMap(MOST));

/**
 * How many lines contain a text, by block. Reads every message of the log once; an index of their words would
 * cost every line that is written, and few logs are ever searched. The blocks that were there before are not
 * read again, except for the last one, which may have grown.
 */
export async function hitsOf(
  ctx: Context,
  jobKey: string,
  log: LogBlocks,
  { text, levels }: Wanted,
): Promise<Search & { readonly where: Sql }> {
  const pattern = containing(text.toLowerCase());
  const ofLevels = levels ? sql`level = any(${[...levels]}::smallint[]) and` : sql``;
  const where = sql`${ofLevels} lower(message) like ${pattern}`;
  const remembered = ctx.part(searches);
  const name = JSON.stringify([jobKey, pattern, levels ?? null, log.blocks[0]?.time]);
  const known = remembered.get(name);
  const last = Math.min(known?.searched ?? 0, log.blocks.length);
  const begin = Math.max(0, last - 1);
  const found = [...(known?.found.slice(0, begin) ?? [])];
  const deadline = performance.now() + MOST_MS;
  let searched = begin;
  while (searched < log.blocks.length && performance.now() < deadline) {
    const to = Math.min(searched + BLOCKS_AT_ONCE, log.blocks.length);
    const times = log.blocks.slice(searched, to).map(({ time }) => time);
    const rows = await ctx.db.query<{ block: number; hits: number }>(sql`
      select width_bucket(time_stamp, ${times}::timestamptz[]) - 1 as block, count(*) as hits
        from robot_logs where job_key = ${jobKey}::uuid and ${within(log, searched, to)} and ${where} group by 1`);
    for (let i = searched; i < to; i++) found.push(0);
    for (const { block, hits } of rows) found[searched + block] = hits;
    searched = to;
  }
  remembered.delete(name);
  remembered.set(name, { found, searched });
  return { found, searched, where };
}
