import sql from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import { changing } from '../../kernel/db/changing.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { badRequest, CODE } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import {
  AssetValueScope,
  AssetValueType,
  type createAsset,
  type deleteAsset,
  type putAsset,
} from './contract.ts';
import { assetCreated, assetDeleted, assetUpdated } from './events.ts';
import { writeValues } from './held-values.ts';
import { showAsset } from './read-assets.ts';
import { sharedAssets } from './share-assets.ts';
import { type AssetRow, lockAsset, toldOf, valuesOf } from './sql.ts';

export async function create(
  ctx: Context,
  input: InputFor<typeof createAsset>,
): Promise<AnswerFor<typeof createAsset>> {
  const body = { ...input.body, ValueScope: input.body.ValueScope ?? AssetValueScope.Global };
  const id = await changing(ctx, { asset_folders_name: body.Name }, async (tx) => {
    const type = body.ValueType ?? AssetValueType.Text;
    const asset = await tx.first<AssetRow>(sql`
        insert into assets (tenant_id, name, description, value_scope, value_type, tags, creator_user_id)
        values (${ctx.tenant.id}, ${body.Name}, ${body.Description}, ${body.ValueScope}, ${type},
                ${JSON.stringify(body.Tags ?? [])}::jsonb, ${ctx.access.user?.id})
        returning id, key, name, value_scope, value_type`);
    await tx.execute(sql`
        insert into asset_folders (asset_id, folder_id, name)
        values (${asset!.id}, ${folderOf(ctx).id}, ${body.Name})`);
    await writeValues(tx, ctx, asset!, body, []);
    await tellOf(tx, ctx, assetCreated, asset!);
    return asset!.id;
  });
  return showAsset(ctx, id);
}

export async function update(ctx: Context, { key, body }: InputFor<typeof putAsset>): Promise<void> {
  await changing(ctx, { asset_folders_name: body.Name }, async (tx) => {
    const asset = await lockAsset(tx, ctx, key);
    if (body.ValueType != null && body.ValueType !== asset.value_type) {
      throw badRequest(CODE.AssetTypeNonUpdatable, 'The value type of an asset cannot be changed.');
    }
    // Without a scope in the body, the scope stays. Otherwise the values of single users would be lost.
    const scope = body.ValueScope ?? asset.value_scope;
    await tx.execute(sql`
        update assets set name = ${body.Name}, description = ${body.Description},
               value_scope = ${scope},
               tags = coalesce(${body.Tags ? JSON.stringify(body.Tags) : null}::jsonb, tags),
               modified_at = now(), modifier_user_id = ${ctx.access.user?.id}
         where id = ${asset.id}`);
    await writeValues(tx, ctx, asset, { ...body, ValueScope: scope }, await valuesOf(tx, asset.id));
    await tellOf(tx, ctx, assetUpdated, { ...asset, name: body.Name });
  });
}

/**
 * Deletes the asset in all folders. A caller who may not delete it in one of its folders can only take it out
 * of the others (ShareToFolders).
 */
export async function remove(ctx: Context, { key }: InputFor<typeof deleteAsset>): Promise<void> {
  await ctx.transaction(async (tx) => {
    const asset = await lockAsset(tx, ctx, key);
    await sharedAssets.checkDeletable(tx, ctx, asset.id);
    await tx.execute(sql`delete from assets where id = ${asset.id}`);
    await tellOf(tx, ctx, assetDeleted, asset);
  });
}

export const tellOf = (
  tx: Transaction,
  ctx: Context,
  event: typeof assetCreated | typeof assetUpdated | typeof assetDeleted,
  asset: AssetRow,
): Promise<void> => tell(tx, ctx, event, [{ ...toldOf(asset), folderId: folderOf(ctx).id }]);
