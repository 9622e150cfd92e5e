import sql from 'sql-template-tag';
import type { InputFor } from '../../kernel/contract/operation.ts';
import type { Selected } from '../../kernel/contract/read-rows.ts';
import { findByKey, list, type Page, type Scope } from '../../kernel/contract/read-rows.ts';
import type { Context } from '../../kernel/http/context.ts';
import { Asset, AssetValueType, type getAssetsAcrossFolders } from './contract.ts';
import { sharedAssets } from './share-assets.ts';

/**
 * Leaves out assets of the type Secret. Old clients call this operation and do not know that type. Newer
 * clients call GetFiltered.
 */
export const listPlain = (ctx: Context): Promise<Page> =>
  listAssets(ctx, { where: (row) => sql`${row}.value_type <> ${AssetValueType.Secret}` });

export async function listAssets(ctx: Context, scope: Scope = {}): Promise<Page> {
  return (await list(ctx, Asset, scope)).map((row) => withRobotValues(ctx, row));
}

export const showAsset = async (ctx: Context, id: number): Promise<Selected> =>
  withRobotValues(ctx, await findByKey(ctx, Asset, id));

/** Old clients expect `RobotValues` even if they have not asked for them. */
const withRobotValues = (ctx: Context, row: Selected): Selected =>
  ctx.options.select || 'RobotValues' in row ? row : { ...row, RobotValues: [] };

export const listAcrossFolders = (
  ctx: Context,
  { excludeFolderId }: InputFor<typeof getAssetsAcrossFolders>,
): Promise<Page> => listAssets(ctx, sharedAssets.across(ctx, excludeFolderId));
