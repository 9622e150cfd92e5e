import sql from 'sql-template-tag';
import type { InputFor } from '../../kernel/contract/operation.ts';
import { list, type Page } from '../../kernel/contract/read-rows.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { uniqueViolation } from '../../kernel/db/violations.ts';
import { CODE, conflict, nameUsed, notFound } from '../../kernel/errors.ts';
import { recordEvents } from '../../kernel/events/record.ts';
import type { Context } from '../../kernel/http/context.ts';
import { accessibleFolders } from '../folders/accessible-folders.ts';
import { checkAllowedIn } from '../folders/folders-where-allowed.ts';
import {
  Bucket,
  type getBucketsAcrossFolders,
  type getFoldersForBucket,
  type shareBuckets,
} from './contract.ts';
import type { FoundBucket } from './find-bucket.ts';

export const listAcrossFolders = (
  ctx: Context,
  { excludeFolderId }: InputFor<typeof getBucketsAcrossFolders>,
): Promise<Page> =>
  list(ctx, Bucket, {
    folder: ctx.access.folders('Buckets.View'),
    where: (row) =>
      sql`not exists (select from bucket_folders l where l.bucket_id = ${row}.id
        and l.folder_id = ${excludeFolderId})`,
  });

export const foldersOf = (ctx: Context, { id }: InputFor<typeof getFoldersForBucket>): Promise<unknown> =>
  accessibleFolders(
    ctx,
    sql`select folder_id from bucket_folders where bucket_id = ${id}`,
    'Buckets.View',
    Bucket.label,
  );

type SharedBucket = FoundBucket & { readonly folder_ids: readonly number[] };

/**
 * Adding a bucket to a folder is creating it there, taking it out is deleting it there: the caller needs these rights in the folders
 * named, and for each bucket the right to see it in one of the folders where it is.
 */
export async function share(ctx: Context, { body }: InputFor<typeof shareBuckets>): Promise<void> {
  const toAdd = body.ToAddFolderIds ?? [];
  const toRemove = body.ToRemoveFolderIds ?? [];
  await ctx.transaction(async (tx) => {
    await checkAllowedIn(tx, ctx, toAdd, 'Buckets.Create');
    await checkAllowedIn(tx, ctx, toRemove, 'Buckets.Delete');
    const buckets = await lockBuckets(tx, ctx, body.BucketIds);
    for (const bucket of buckets) await move(tx, bucket, toAdd, toRemove);
    await recordEvents(
      tx,
      { principal: ctx.principal, tenantId: ctx.tenant.id },
      buckets.map((bucket) => ({
        type: 'bucket.updated',
        entity: 'Bucket',
        key: bucket.id,
        folderId: bucket.folder_ids[0],
        payload: {
          key: bucket.identifier,
          name: bucket.name,
          toAddFolderIds: toAdd,
          toRemoveFolderIds: toRemove,
        },
      })),
    );
  });
}

/** In the order of their ids, so that two calls at once wait for each other instead of locking each other out. */
async function lockBuckets(
  tx: Transaction,
  ctx: Context,
  ids: readonly number[],
): Promise<readonly SharedBucket[]> {
  const buckets = await tx.query<SharedBucket>(sql`
    select b.id, b.name, b.identifier, b.options,
           array(select l.folder_id from bucket_folders l where l.bucket_id = b.id order by 1) as folder_ids
      from buckets b where b.tenant_id = ${ctx.tenant.id} and b.id = any(${ids}::bigint[])
     order by b.id for update`);
  const visible = buckets.filter(({ folder_ids: folders }) =>
    folders.some((id) => ctx.access.can('Buckets.View', id)),
  );
  if (visible.length < new Set(ids).size) throw notFound(Bucket.label);
  return visible;
}

/** A bucket that was taken out of its last folder would be gone with its files, and nobody asked for that: deleting says so. */
async function move(
  tx: Transaction,
  bucket: SharedBucket,
  toAdd: readonly number[],
  toRemove: readonly number[],
): Promise<void> {
  try {
    await tx.execute(sql`
      insert into bucket_folders (bucket_id, folder_id, name)
      select ${bucket.id}, unnest(${toAdd}::bigint[]), ${bucket.name}
      on conflict (bucket_id, folder_id) do nothing`);
  } catch (error) {
    throw uniqueViolation(error) === 'bucket_folders_name' ? nameUsed(bucket.name) : error;
  }
  await tx.execute(sql`
    delete from bucket_folders where bucket_id = ${bucket.id} and folder_id = any(${toRemove}::bigint[])`);
  if (!(await tx.first(sql`select from bucket_folders where bucket_id = ${bucket.id} limit 1`)))
    throw conflict(
      CODE.ForbiddenOperation,
      `The bucket ${bucket.name} would be in no folder any more: delete it instead.`,
    );
}
