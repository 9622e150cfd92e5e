import sql from 'sql-template-tag';
import type { InputFor } from '../../kernel/contract/operation.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { uniqueViolation } from '../../kernel/db/violations.ts';
import { nameUsed, notFound } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';
import { checkAllowedIn } from '../folders/folders-where-allowed.ts';
import type { shareAssets } from './contract.ts';
import type { AssetRow } from './sql.ts';
import { tell } from './write-asset.ts';

type SharedAsset = AssetRow & { readonly folder_ids: number[] };

/**
 * Adding an asset to a folder is creating it there, taking it out is deleting it there: the caller needs
 * these rights in the folders named, and for each asset the right to see it in one of the folders where it
 * is.
 */
export async function share(ctx: Context, { body }: InputFor<typeof shareAssets>): Promise<void> {
  const toAdd = body.ToAddFolderIds ?? [];
  const toRemove = body.ToRemoveFolderIds ?? [];
  await ctx.transaction(async (tx) => {
    await checkAllowedIn(tx, ctx, toAdd, 'Assets.Create');
    await checkAllowedIn(tx, ctx, toRemove, 'Assets.Delete');
    for (const asset of await lockAssets(tx, ctx, body.AssetIds)) {
      for (const folderId of toAdd) await add(tx, asset, folderId);
      await tx.execute(sql`
        delete from asset_folders where asset_id = ${asset.id} and folder_id = any(${toRemove}::bigint[])`);
      const isGone = await tx.execute(sql`
        delete from assets
         where id = ${asset.id} and not exists (select from asset_folders where asset_id = ${asset.id})`);
      await tell(tx, ctx, isGone ? 'asset.deleted' : 'asset.updated', asset, asset.folder_ids[0]);
    }
  });
}

/**
 * In the order of their ids, so that two calls at once wait for each other instead of locking each other out.
 */
async function lockAssets(
  tx: Transaction,
  ctx: Context,
  ids: readonly number[],
): Promise<readonly SharedAsset[]> {
  const assets = await tx.query<SharedAsset>(sql`
    select a.id, a.key, a.name, a.value_scope, a.value_type,
           array(select f.folder_id from asset_folders f where f.asset_id = a.id order by 1) as folder_ids
      from assets a where a.tenant_id = ${ctx.tenant.id} and a.id = any(${ids}::bigint[])
     order by a.id for update`);
  const visible = assets.filter(({ folder_ids: folders }) =>
    folders.some((id) => ctx.access.can('Assets.View', id)),
  );
  if (visible.length < new Set(ids).size) throw notFound('Asset');
  return visible;
}

async function add(tx: Transaction, asset: AssetRow, folderId: number): Promise<void> {
  try {
    await tx.execute(sql`
      insert into asset_folders (asset_id, folder_id, name) values (${asset.id}, ${folderId}, ${asset.name})
      on conflict (asset_id, folder_id) do nothing`);
  } catch (error) {
    throw uniqueViolation(error) === 'asset_folders_name' ? nameUsed(asset.name) : error;
  }
}
