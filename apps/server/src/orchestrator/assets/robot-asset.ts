import { isGuid } from '@baton/odata/guid';
import sql from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import { selected } from '../../kernel/contract/read-rows.ts';
import type { Queryable } from '../../kernel/db/sql.ts';
import { badRequest, CODE, forbidden, notFound } from '../../kernel/errors.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { openValue, valueOf } from './asset-value.ts';
import type { getRobotAsset } from './contract.ts';
import { AssetValueScope, type setRobotAssetByRobotKey } from './contract.ts';
import { assetUpdated } from './events.ts';
import { type Holder, isSameHolder, NOBODY, putValue, type ValueRow, valuesOf } from './sql.ts';
import { tellOf } from './write-asset.ts';

/** Names a robot by its id, or by the key that its process knows. */
export type RobotName = { readonly key: string } | { readonly id: number };

/** The public description gives `robotId` as a text. It holds a key, and in the guide's example an id. */
export const robotCalled = (text: string): RobotName =>
  /^\d{1,15}$/.test(text) ? { id: Number(text) } : { key: text };

/** The value that applies to a robot, with its secret. */
export async function readForRobot(
  ctx: Context,
  robot: RobotName,
  assetName: string,
): Promise<AnswerFor<typeof getRobotAsset>> {
  const found = await findForRobot(ctx.db, ctx, robot, assetName);
  if (found.value_id === null) {
    throw badRequest(CODE.AssetNotAvailableForRobot, `The asset ${found.name} has no value for this robot.`);
  }
  return selected(ctx, { Name: found.name, ...openValue(found, found, ctx.sealer), Id: found.asset_id });
}

/**
 * A Global asset gets another value for everybody. Otherwise, the value that applies to the robot is changed
 * if it is the robot's own or its user's. If only the default or the machine's value applies, the robot's
 * user gets a new value.
 */
export async function writeForRobot(
  ctx: Context,
  { body }: InputFor<typeof setRobotAssetByRobotKey>,
): Promise<void> {
  const { robotKey, robotAsset } = body;
  await ctx.transaction(async (tx) => {
    const found = await findForRobot(tx, ctx, { key: robotKey }, robotAsset.Name);
    if (robotAsset.ValueType != null && robotAsset.ValueType !== found.value_type) {
      throw badRequest(
        CODE.AssetTypeNonUpdatable,
        'robotAsset.ValueType: the value type of an asset cannot be changed.',
      );
    }
    await tx.execute(sql`
      update assets set modified_at = now(), modifier_user_id = ${ctx.access.user?.id}
       where id = ${found.asset_id}`);
    const holder = holderOf(found);
    const before = (await valuesOf(tx, found.asset_id)).find((row) => isSameHolder(row, holder));
    await tx.execute(
      putValue(found.asset_id, holder, valueOf(found, robotAsset, 'robotAsset.', ctx.sealer, before)),
    );
    await tellOf(tx, ctx, assetUpdated, { ...found, id: found.asset_id });
  });
}

function holderOf(found: FoundRow): Holder {
  if (found.value_scope === AssetValueScope.Global) return NOBODY;
  if (found.user_id !== null || found.robot_id !== null) return found;
  return { ...NOBODY, user_id: found.robot_user_id };
}

type FoundRow = Omit<ValueRow, 'id'> & {
  readonly robot_row_id: number;
  readonly robot_user_id: number;
  readonly asset_id: number;
  readonly key: string;
  readonly name: string;
  readonly value_scope: number;
  readonly value_type: number;
  readonly value_id: number | null;
};

/** A running job may read and write only as its own robot. */
async function findForRobot(
  db: Queryable,
  ctx: Context,
  robot: RobotName,
  assetName: string,
): Promise<FoundRow> {
  if ('key' in robot && !isGuid(robot.key)) throw notFound('Robot');
  const { job } = ctx.principal;
  const column = 'key' in robot ? 'key' : 'id';
  const found = await db.first<FoundRow>({
    name: `robot-asset-by-${column}`,
    text: robotAssetBy(column),
    values: [
      'key' in robot ? robot.key : robot.id,
      ctx.tenant.id,
      folderOf(ctx).id,
      assetName,
      job?.key ?? null,
    ],
  });
  if (!found) throw notFound('Robot');
  if (job && found.robot_row_id !== job.robotId)
    throw forbidden('The robot is not the one that the job runs as.');
  if (found.asset_id === null) throw notFound('Asset');
  return found;
}

/**
 * Precedence: user on machine, user, machine, robot, default. The machine is that of the job that asks. A
 * caller that is no job has no machine. The query reads robots, asset_folders_name, and the few values of one
 * asset by asset_values_holder.
 */
const robotAssetBy = (column: 'key' | 'id'): string => `
  select r.id as robot_row_id, r.user_id as robot_user_id,
         a.id as asset_id, a.key, a.name, a.value_scope, a.value_type,
         v.id as value_id, v.user_id, v.machine_id, v.robot_id, v.string_value, v.bool_value, v.int_value,
         v.credential_username, v.secret, v.external_name, v.key_value_list
    from robots r
    left join asset_folders f on f.folder_id = $3 and folded(f.name) = folded($4)
    left join assets a on a.id = f.asset_id
    left join lateral (
      select * from asset_values v
       where v.asset_id = a.id
         and (v.user_id is null or v.user_id = r.user_id)
         and (v.machine_id is null or v.machine_id = (select j.machine_id from jobs j where j.key = $5::uuid))
         and (v.robot_id is null or v.robot_id = r.id)
       order by (v.user_id is not null) desc, (v.machine_id is not null) desc, (v.robot_id is not null) desc
       limit 1) v on true
   where r.${column} = $1 and r.tenant_id = $2`;
