import sql from 'sql-template-tag';
import { isForeignKeyViolation } from '../../kernel/db/violations.ts';
import { CODE, conflict, notFound } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import { refuseWhileNeeded, waitsForPackage } from '../jobs/needs.ts';
import { FeedPurpose } from './contract.ts';
import { libraryDeleted, packageDeleted } from './events.ts';
import { requireFeed } from './feeds.ts';
import { isPackage, splitKey } from './find-package.ts';

interface Deleted {
  readonly id: number;
  readonly packageId: string;
  readonly version: string;
}

/** Deletes one version, or all versions if the key is an id alone. Deletes all of them or none. */
export async function deletePackages(
  ctx: Context,
  purpose: number,
  { key, feedId }: { readonly key: string; readonly feedId?: string | null },
): Promise<void> {
  const feed = await requireFeed(ctx, feedId, purpose, 'Delete');
  const { packageId, version } = splitKey(key);
  const isLibrary = feed.purpose === FeedPurpose.Libraries;
  try {
    await ctx.transaction(async (tx) => {
      const wanted = await tx.query<Deleted>(sql`
        select id, package_id as "packageId", version from packages p
         where ${isPackage(sql`p`, feed.id, packageId, version)} order by id for update`);
      if (wanted.length === 0) throw notFound(`${isLibrary ? 'Library' : 'Package'} ${key}`);
      for (const one of wanted)
        await refuseWhileNeeded(
          tx,
          `Package ${one.packageId}:${one.version}`,
          waitsForPackage(feed.id, one.packageId, one.version),
        );
      // Deletes by id, because a version that was added since then has not been checked.
      await tx.execute(sql`delete from packages where id = any(${wanted.map(({ id }) => id)}::bigint[])`);
      const told = wanted.map((row) => ({
        key: `${row.packageId}:${row.version}`,
        folderId: feed.folderId,
        payload: { name: row.packageId, version: row.version, feedId: feed.id },
      }));
      await tell(tx, ctx, isLibrary ? libraryDeleted : packageDeleted, told);
    });
  } catch (error) {
    if (!isForeignKeyViolation(error)) throw error;
    throw conflict(
      CODE.HasDependentItems,
      `Package ${key} is used by a process; delete the process or move it to another version first.`,
    );
  }
}
