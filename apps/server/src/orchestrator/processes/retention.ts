import sql from 'sql-template-tag';
import type { InputOf } from '../../kernel/contract/fields.ts';
import { findByKey, list, type Page } from '../../kernel/contract/read-rows.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { invalid } from '../../kernel/errors.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { type ReleaseWithRetention, RetentionAction, RetentionType } from './contract.ts';
import { lockRelease } from './release-row.ts';
import { ReleaseRetention } from './retention-contract.ts';

export interface Setting {
  readonly type: number;
  readonly action: number;
  readonly period: number;
  readonly bucketId: number | null;
}

export const listRetention = (ctx: Context): Promise<Page> =>
  list(ctx, ReleaseRetention, { where: (row) => sql`${row}.type = ${RetentionType.Final}` });

export const findRetention = (ctx: Context, releaseId: number, type: number = RetentionType.Final) =>
  findByKey(ctx, ReleaseRetention, releaseId, { where: (row) => sql`${row}.type = ${type}` });

export const putRetention = (
  ctx: Context,
  releaseId: number,
  body: InputOf<typeof ReleaseRetention>,
): Promise<void> =>
  ctx.transaction(async (tx) => {
    await lockRelease(tx, ctx.tenant.id, [folderOf(ctx).id], { id: releaseId });
    await saveRetention(tx, releaseId, {
      type: body.Type ?? RetentionType.Final,
      action: body.Action,
      period: body.Period,
      bucketId: body.BucketId ?? null,
    });
  });

export const forgetRetention = (ctx: Context, releaseId: number): Promise<void> =>
  ctx.transaction(async (tx) => {
    await lockRelease(tx, ctx.tenant.id, [folderOf(ctx).id], { id: releaseId });
    await tx.execute(sql`delete from release_retention where release_id = ${releaseId}`);
  });

export async function saveRetention(
  tx: Transaction,
  releaseId: number,
  { type, action, period, bucketId }: Setting,
): Promise<void> {
  if (action === RetentionAction.Archive && bucketId === null)
    throw invalid('BucketId', 'is required to archive');
  await tx.execute(sql`
    insert into release_retention (release_id, type, action, period, bucket_id)
    values (${releaseId}, ${type}, ${action}, ${period}, ${bucketId}::bigint)
    on conflict (release_id, type) do update set action = excluded.action, period = excluded.period,
      bucket_id = excluded.bucket_id`);
}

const DEFAULT_DAYS = { [RetentionType.Final]: 30, [RetentionType.Stale]: 180 } as const;

/** Retention in the body of a new process; nothing is stored for what it does not say. */
export function retentionOf(body: InputOf<typeof ReleaseWithRetention>): readonly Setting[] {
  const settings: Setting[] = [];
  if (typeof body.RetentionAction === 'number') {
    settings.push({
      type: RetentionType.Final,
      action: body.RetentionAction,
      period: body.RetentionPeriod ?? DEFAULT_DAYS[RetentionType.Final],
      bucketId: body.RetentionBucketId ?? null,
    });
  }
  if (typeof body.StaleRetentionAction === 'number') {
    settings.push({
      type: RetentionType.Stale,
      action: body.StaleRetentionAction,
      period: body.StaleRetentionPeriod ?? DEFAULT_DAYS[RetentionType.Stale],
      bucketId: body.StaleRetentionBucketId ?? null,
    });
  }
  return settings;
}
