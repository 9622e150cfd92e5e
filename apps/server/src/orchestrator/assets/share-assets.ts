import { type SharedRow, sharing } from '../folders/sharing.ts';
import { Asset } from './contract.ts';
import { assetDeleted, assetUpdated } from './events.ts';
import { type AssetRow, toldOf } from './sql.ts';

export const sharedAssets = sharing<AssetRow & SharedRow>({
  entity: Asset,
  group: 'Assets',
  table: 'assets',
  links: { table: 'asset_folders', column: 'asset_id', unique: 'asset_folders_name' },
  columns: 's.key, s.value_scope, s.value_type',
  events: { updated: assetUpdated, deleted: assetDeleted },
  toldOf,
  inNoFolder: 'is deleted',
});
