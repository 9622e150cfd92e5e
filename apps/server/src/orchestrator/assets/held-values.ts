import sql, { raw } from 'sql-template-tag';
import type { InputFor } from '../../kernel/contract/operation.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { badRequest, CODE, invalid } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';
import { type AssetIdentity, type Value, type ValueInput, valueOf } from './asset-value.ts';
import { AssetValueScope, AssetValueType, type putAsset } from './contract.ts';
import { type Holder, isSameHolder, NOBODY, putValue, type ValueRow } from './sql.ts';

type AssetBody = InputFor<typeof putAsset>['body'];

/**
 * Changes an asset's values to what a body says. `before` are the values that it has. A list in the body
 * replaces the values of its kind. A list that is absent leaves them as they are. So does an empty
 * `RobotValues`: an asset that is read without expanding them shows an empty list, and clients put back what
 * they read. A Global asset has a default and no other values.
 */
export async function writeValues(
  tx: Transaction,
  ctx: Context,
  asset: AssetIdentity & { readonly id: number },
  body: AssetBody,
  before: readonly ValueRow[],
): Promise<void> {
  const isGlobal = body.ValueScope === AssetValueScope.Global;
  const wanted = wantedValues(asset, body, before.some(isDefault));
  const keeps = (row: ValueRow): boolean =>
    wanted.some(({ holder }) => isSameHolder(holder, row)) ||
    (!isGlobal && !isDefault(row) && (row.robot_id === null ? !body.UserValues : !body.RobotValues?.length));
  const gone = before.filter((row) => !keeps(row)).map(({ id }) => id);
  const written: { holder: Holder; value: Value }[] = wanted.map(({ holder, input, path }) => ({
    holder,
    value: valueOf(
      asset,
      input,
      path,
      ctx.sealer,
      before.find((row) => isSameHolder(row, holder)),
    ),
  }));
  await checkHolders(tx, ctx, wanted);
  if (gone.length > 0) await tx.execute(sql`delete from asset_values where id = any(${gone})`);
  for (const { holder, value } of written) await tx.execute(putValue(asset.id, holder, value));
}

const isDefault = (row: Holder): boolean => isSameHolder(row, NOBODY);

interface Wanted {
  readonly holder: Holder;
  readonly input: ValueInput;
  readonly path: string;
}

function wantedValues(asset: AssetIdentity, body: AssetBody, hadDefault: boolean): readonly Wanted[] {
  const isGlobal = body.ValueScope === AssetValueScope.Global;
  const held: Wanted[] = [
    ...(body.UserValues ?? []).map((input, i) => ({
      holder: { ...NOBODY, user_id: input.UserId ?? null, machine_id: input.MachineId ?? null },
      input,
      path: `UserValues[${i}].`,
    })),
    ...(body.RobotValues ?? []).map((input, i) => ({
      holder: { ...NOBODY, robot_id: input.RobotId },
      input,
      path: `RobotValues[${i}].`,
    })),
  ];
  if (isGlobal && held.length > 0) {
    throw invalid('ValueScope', 'must be PerRobot where users, machines or robots have values of their own');
  }
  for (const [i, { holder, input, path }] of held.entries()) {
    if (isDefault(holder)) throw invalid(`${path}UserId`, 'or MachineId is required');
    if (held.findIndex((other) => isSameHolder(other.holder, holder)) < i) {
      throw invalid(path.slice(0, -1), 'is for the same holder as an earlier value');
    }
    if (input.ValueType != null && input.ValueType !== asset.value_type) {
      throw badRequest(
        CODE.AssetTypeNonUpdatable,
        `${path}ValueType: must be ${AssetValueType.nameOf(asset.value_type)} as the asset's.`,
      );
    }
  }
  const hasDefault = isGlobal || (body.HasDefaultValue ?? hadDefault);
  return hasDefault ? [{ holder: NOBODY, input: body, path: '' }, ...held] : held;
}

/** Every user, machine and robot of the tenant may have a value. Rights in the folder are not needed. */
async function checkHolders(tx: Transaction, ctx: Context, wanted: readonly Wanted[]): Promise<void> {
  for (const [column, table, member] of [
    ['user_id', 'users', 'UserId'],
    ['machine_id', 'machines', 'MachineId'],
    ['robot_id', 'robots', 'RobotId'],
  ] as const) {
    const ids = wanted.flatMap(({ holder }) => holder[column] ?? []);
    if (ids.length === 0) continue;
    const rows = await tx.query<{ id: number }>(
      sql`select id from ${raw(table)} where tenant_id = ${ctx.tenant.id} and id = any(${ids}::bigint[])`,
    );
    const known = new Set(rows.map(({ id }) => id));
    const stranger = wanted.find(({ holder }) => holder[column] !== null && !known.has(holder[column]));
    if (stranger) throw invalid(`${stranger.path}${member}`, 'is not one of this tenant');
  }
}
