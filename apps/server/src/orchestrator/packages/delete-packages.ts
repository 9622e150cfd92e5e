import sql from 'sql-template-tag';
import { isForeignKeyViolation } from '../../kernel/db/violations.ts';
import { CODE, conflict, notFound } from '../../kernel/errors.ts';
import { recordEvents } from '../../kernel/events/record.ts';
import type { Context } from '../../kernel/http/context.ts';
import { FeedPurpose } from './contract.ts';
import { type Feed, requireFeed } from './feeds.ts';
import { isPackage, splitKey } from './find-package.ts';
import { lockFile } from './publish-package.ts';

interface Deleted {
  readonly packageId: string;
  readonly version: string;
  readonly sha256: string;
  readonly fileKey: string;
}

/** One version, or with an id alone all of them: all or none. */
export async function deletePackages(
  ctx: Context,
  purpose: number,
  { key, feedId }: { readonly key: string; readonly feedId?: string | null },
): Promise<void> {
  const feed = await requireFeed(ctx, feedId, purpose, 'Delete');
  const deleted = await deleteRows(ctx, feed, key);
  for (const { sha256, fileKey } of deleted) await removeUnused(ctx, sha256, fileKey);
}

async function deleteRows(ctx: Context, feed: Feed, key: string): Promise<Deleted[]> {
  const { packageId, version } = splitKey(key);
  const isLibrary = feed.purpose === FeedPurpose.Libraries;
  try {
    return await ctx.transaction(async (tx) => {
      const rows = await tx.query<Deleted>(sql`
        delete from packages p where ${isPackage(sql`p`, feed.id, packageId, version)}
        returning package_id as "packageId", version, sha256, file_key as "fileKey"`);
      if (rows.length === 0) throw notFound(`${isLibrary ? 'Library' : 'Package'} ${key}`);
      const events = rows.map((row) => ({
        type: 'package.deleted',
        entity: isLibrary ? 'Library' : 'Package',
        key: `${row.packageId}:${row.version}`,
        folderId: feed.folderId,
        payload: { name: row.packageId, version: row.version, feedId: feed.id },
      }));
      await recordEvents(tx, { principal: ctx.principal, tenantId: ctx.tenant.id }, events);
      return rows;
    });
  } catch (error) {
    if (!isForeignKeyViolation(error)) throw error;
    throw conflict(
      CODE.HasDependentItems,
      `Package ${key} is used by a process; delete the process or move it to another version first.`,
    );
  }
}

/** Behind the commit: a crash before it leaves a file that nobody reads, never a package without its file. */
async function removeUnused(ctx: Context, sha256: string, fileKey: string): Promise<void> {
  await ctx.transaction(async (tx) => {
    await lockFile(tx, sha256);
    const isUsed = await tx.first(sql`select from packages where sha256 = ${sha256} limit 1`);
    if (!isUsed) await ctx.files.remove(fileKey);
  });
}
