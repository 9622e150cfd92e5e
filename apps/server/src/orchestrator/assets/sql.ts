import sql, { type Sql } from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { notFound } from '../../kernel/errors.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import type { Value } from './asset-value.ts';
import { AssetValueType } from './contract.ts';

export interface AssetRow {
  readonly id: number;
  readonly key: string;
  readonly name: string;
  readonly value_scope: number;
  readonly value_type: number;
}

/** What events say of an asset. They never hold its value. */
export const toldOf = ({ id, key, name, value_type: type }: AssetRow) => ({
  key,
  payload: { id, key, name, valueType: AssetValueType.nameOf(type) },
});

/** Locks an asset of the call's folder, so that it does not change before the transaction ends. */
export async function lockAsset(tx: Queryable, ctx: Context, id: number): Promise<AssetRow> {
  const row = await tx.first<AssetRow>(sql`
    select a.id, a.key, a.name, a.value_scope, a.value_type
      from assets a join asset_folders f on f.asset_id = a.id and f.folder_id = ${folderOf(ctx).id}
     where a.id = ${id} and a.tenant_id = ${ctx.tenant.id} for update of a`);
  if (!row) throw notFound('Asset');
  return row;
}

/** The holder of a value. All members of the default's holder are null. */
export interface Holder {
  readonly user_id: number | null;
  readonly machine_id: number | null;
  readonly robot_id: number | null;
}

export const NOBODY: Holder = { user_id: null, machine_id: null, robot_id: null };

export const isSameHolder = (a: Holder, b: Holder): boolean =>
  a.user_id === b.user_id && a.machine_id === b.machine_id && a.robot_id === b.robot_id;

export type ValueRow = Holder & Value & { readonly id: number };

export const valuesOf = (tx: Queryable, assetId: number): Promise<ValueRow[]> =>
  tx.query<ValueRow>(sql`select * from asset_values where asset_id = ${assetId}`);

export const putValue = (assetId: number, holder: Holder, value: Value): Sql => sql`
  insert into asset_values (asset_id, user_id, machine_id, robot_id,
    string_value, bool_value, int_value, credential_username, secret, external_name, key_value_list)
  values (${assetId}, ${holder.user_id}, ${holder.machine_id}, ${holder.robot_id},
    ${value.string_value}, ${value.bool_value}, ${value.int_value}, ${value.credential_username},
    ${value.secret}, ${value.external_name}, ${JSON.stringify(value.key_value_list)}::jsonb)
  on conflict on constraint asset_values_holder do update
    set string_value = excluded.string_value, bool_value = excluded.bool_value,
        int_value = excluded.int_value, credential_username = excluded.credential_username,
        secret = excluded.secret,
        external_name = excluded.external_name, key_value_list = excluded.key_value_list`;
