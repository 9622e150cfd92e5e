import sql from 'sql-template-tag';
import type { InputOf } from '../../kernel/contract/fields.ts';
import { findByKey, list, type Page } from '../../kernel/contract/read-rows.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { archiveBucket } from '../buckets/archive-bucket.ts';
import { RetentionAction, RetentionType } from './contract.ts';
import { lockRelease } from './release-row.ts';
import { ReleaseRetention } from './retention-contract.ts';
import type { Setting } from './retention-setting.ts';
import { tellOfUpdates } from './tell-of-updates.ts';

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
    const release = await lockRelease(tx, ctx.tenant.id, [folderOf(ctx).id], { id: releaseId });
    await saveRetention(tx, ctx, releaseId, {
      type: body.Type ?? RetentionType.Final,
      action: body.Action,
      period: body.Period,
      bucketId: body.BucketId ?? null,
      bucketMember: 'BucketId',
    });
    await tellOfUpdates(tx, ctx, [release], ['Retention']);
  });

export const forgetRetention = (ctx: Context, releaseId: number): Promise<void> =>
  ctx.transaction(async (tx) => {
    const release = await lockRelease(tx, ctx.tenant.id, [folderOf(ctx).id], { id: releaseId });
    await tx.execute(sql`delete from release_retention where release_id = ${releaseId}`);
    await tellOfUpdates(tx, ctx, [release], ['Retention']);
  });

export async function saveRetention(
  tx: Transaction,
  ctx: Context,
  releaseId: number,
  { type, action, period, bucketId: given, bucketMember }: Setting,
): Promise<void> {
  const bucketId =
    action === RetentionAction.Archive ? await archiveBucket(tx, ctx, given, bucketMember) : null;
  await tx.execute(sql`
    insert into release_retention (release_id, type, action, period, bucket_id)
    values (${releaseId}, ${type}, ${action}, ${period}, ${bucketId}::bigint)
    on conflict (release_id, type) do update set action = excluded.action, period = excluded.period,
      bucket_id = excluded.bucket_id`);
}
