import { folded, sortable } from '@baton/odata/fold-text';
import { by, type Term } from '@baton/odata/order';
import sql, { type Sql } from 'sql-template-tag';
import type { Entity } from '../../kernel/contract/entity.ts';
import type { AnswerFor } from '../../kernel/contract/operation.ts';
import { find, list, type Page, type Selected } from '../../kernel/contract/read-rows.ts';
import type { Context } from '../../kernel/http/context.ts';
import { EntryPoint, FeedPurpose, type getArguments, Library, Package } from './contract.ts';
import { requireFeed } from './feeds.ts';
import { findByPackageKey, isPackage } from './find-package.ts';

type InFeed = { readonly feedId?: string | null };
type Search = InFeed & { readonly searchTerm?: string | null };
type Keyed = InFeed & { readonly key: string };

const purposeOf = (entity: Entity): number =>
  entity === Library ? FeedPurpose.Libraries : FeedPurpose.Processes;

/** The latest version of each package. */
export async function latestVersions(
  ctx: Context,
  entity: Entity,
  { feedId, searchTerm }: Search,
): Promise<Page> {
  const feed = await requireFeed(ctx, feedId, purposeOf(entity), 'View');
  return list(ctx, entity, {
    where: (row) => sql`
      ${row}.feed_id = ${feed.id}::uuid and ${entity.type.properties['IsLatestVersion']!.sql(row)}
        and ${matches(row, searchTerm)}`,
    order: (row) => [by(sortable(sql`${row}.package_id`), 'Edm.String'), byId(row)],
  });
}

const byId = (row: Sql): Term => by(sql`${row}.id`, 'Edm.Int64', { isUnique: true });

function matches(row: Sql, searchTerm: string | null | undefined): Sql {
  if (!searchTerm) return sql`true`;
  const sought = folded(sql`${searchTerm}`);
  return sql`(strpos(folded(${row}.package_id), ${sought}) > 0 or strpos(folded(${row}.title), ${sought}) > 0)`;
}

export async function versionsOf(
  ctx: Context,
  entity: Entity,
  packageId: string,
  { feedId }: InFeed,
): Promise<Page> {
  const feed = await requireFeed(ctx, feedId, purposeOf(entity), 'View');
  return list(ctx, entity, {
    where: (row) => isPackage(row, feed.id, packageId),
    order: (row) => [by(sql`${row}.version_order`, 'Edm.String', { descending: true }), byId(row)],
  });
}

export async function packageArguments(
  ctx: Context,
  { key, feedId }: Keyed,
): Promise<AnswerFor<typeof getArguments>> {
  const feed = await requireFeed(ctx, feedId, FeedPurpose.Processes, 'View');
  const { id } = await findByPackageKey(ctx.db, feed.id, key);
  const row = await find(ctx, Package, { where: (p) => sql`${p}.id = ${id}` });
  return row['Arguments'] ?? { Input: null, Output: null };
}

export async function mainEntryPoint(ctx: Context, { key, feedId }: Keyed): Promise<Selected> {
  const feed = await requireFeed(ctx, feedId, FeedPurpose.Processes, 'View');
  const { id } = await findByPackageKey(ctx.db, feed.id, key);
  return find(ctx, EntryPoint, { where: (row) => sql`${row}.package_row_id = ${id} and ${row}.is_main` });
}

export async function entryPoints(ctx: Context, { key, feedId }: Keyed): Promise<Page> {
  const feed = await requireFeed(ctx, feedId, FeedPurpose.Processes, 'View');
  const { id } = await findByPackageKey(ctx.db, feed.id, key);
  return list(ctx, EntryPoint, {
    where: (row) => sql`${row}.package_row_id = ${id}`,
    order: (row) => [by(sql`${row}.position`, 'Edm.Int32', { isUnique: true })],
  });
}
