import { type SharedRow, sharing } from '../folders/sharing.ts';
import { Asset } from './contract.ts';
import { type AssetRow, payloadOf } from './sql.ts';

export const sharedAssets = sharing<AssetRow & SharedRow>({
  entity: Asset,
  group: 'Assets',
  table: 'assets',
  links: { table: 'asset_folders', column: 'asset_id' },
  columns: 's.key, s.value_scope, s.value_type',
  event: 'asset',
  eventEntity: 'Asset',
  payload: payloadOf,
  inNoFolder: 'is deleted',
});
