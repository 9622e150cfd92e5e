import sql from 'sql-template-tag';
import type { InputFor } from '../../kernel/contract/operation.ts';
import { CODE, conflict, invalid } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import { FeedPurpose, type setArguments } from './contract.ts';
import { packageUpdated } from './events.ts';
import { requireFeed } from './feeds.ts';
import { findByPackageKey } from './find-package.ts';

/**
 * Describes the arguments of the main entry point of a package that does not describe them itself. People and
 * clients read the description. Jobs are checked against the package's own schema only; without one, they are
 * not checked.
 */
export async function describeArguments(
  ctx: Context,
  { body, feedId }: InputFor<typeof setArguments>,
): Promise<void> {
  const feed = await requireFeed(ctx, feedId, FeedPurpose.Processes, 'Edit');
  const input = listOf(body.arguments.Input, 'arguments.Input');
  const output = listOf(body.arguments.Output, 'arguments.Output');
  await ctx.transaction(async (tx) => {
    const found = await findByPackageKey(tx, feed.id, body.key);
    const changed = await tx.execute(sql`
      update package_entry_points set input_arguments = ${input}, output_arguments = ${output}
       where package_row_id = ${found.id} and is_main and input_schema is null and output_schema is null`);
    if (changed === 0)
      throw conflict(CODE.ForbiddenOperation, `Package ${body.key} describes its arguments itself.`);
    const { packageId: name, version } = found;
    await tell(tx, ctx, packageUpdated, [
      {
        key: `${name}:${version}`,
        folderId: feed.folderId,
        payload: { name, version, feedId: feed.id },
      },
    ]);
  });
}

function listOf(text: string | null | undefined, field: string): string | null {
  if (!text) return null;
  try {
    if (Array.isArray(JSON.parse(text))) return text;
  } catch {
    // Refused below.
  }
  throw invalid(field, 'must be the JSON text of a list');
}
