import { batcher } from '../../kernel/db/batcher.ts';
import type { Context } from '../../kernel/http/context.ts';
import { part } from '../../kernel/http/part.ts';
import { insertLines, type PlacedLine } from './sql.ts';

/** The most calls in one statement. Most calls bring a line or two. */
const MOST_CALLS = 128;
/**
 * A call with more lines or characters is written alone. Otherwise other calls would wait until all of it
 * is written.
 */
const LARGE = { lines: 100, characters: 65_536 };

type Write = (lines: readonly PlacedLine[]) => Promise<void>;
const gathered = part(
  (_, db): Write =>
    batcher<readonly PlacedLine[], void>({
      run: async (calls) => {
        await db.hot.execute(insertLines(calls.flat()));
        return calls.map(() => undefined);
      },
      max: MOST_CALLS,
    }),
);

/**
 * Lines of calls that arrive together are written and committed together, because half of a fleet's calls
 * write lines.
 */
export async function writeLines(ctx: Context, lines: readonly PlacedLine[]): Promise<void> {
  if (!ctx.shared || isLarge(lines)) await ctx.db.execute(insertLines(lines));
  else await ctx.part(gathered)(lines);
}

function isLarge(lines: readonly PlacedLine[]): boolean {
  if (lines.length > LARGE.lines) return true;
  return lines.reduce((sum, line) => sum + line.rawMessage.length, 0) > LARGE.characters;
}
