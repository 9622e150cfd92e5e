import sql from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import { findByKey } from '../../kernel/contract/read-rows.ts';
import { changing, type Refusals } from '../../kernel/db/changing.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { alreadyExists, invalid } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { BucketError } from './bucket-error.ts';
import { readOptions } from './bucket-options.ts';
import { Bucket, type createBucket, type deleteBucket, type putBucket } from './contract.ts';
import { bucketCreated, bucketDeleted, bucketUpdated } from './events.ts';
import { type FoundBucket, requireBucket, toldOf } from './find-bucket.ts';
import { sharedBuckets } from './share-buckets.ts';

type BucketInput = InputFor<typeof createBucket>['body'];

export async function create(
  ctx: Context,
  { body }: InputFor<typeof createBucket>,
): Promise<AnswerFor<typeof createBucket>> {
  const { name, description, options = 0, tags } = checked(body);
  const id = await changing(ctx, used(body), async (tx) => {
    const bucket = (await tx.first<FoundBucket>(sql`
        insert into buckets (tenant_id, identifier, name, description, options, tags, creator_user_id)
        values (${ctx.tenant.id}, ${body.Identifier}, ${name}, ${description}, ${options},
                coalesce(${tags}::jsonb, '[]'), ${ctx.access.user?.id ?? null}::bigint)
        returning id, name, identifier, options`))!;
    await tx.execute(sql`
        insert into bucket_folders (bucket_id, folder_id, name) values (${bucket.id}, ${folderOf(ctx).id}, ${name})`);
    await tellOf(tx, ctx, bucketCreated, bucket);
    return bucket.id;
  });
  return findByKey(ctx, Bucket, id);
}

/** If the body has no options or no tags, they stay as they are: old clients know neither. */
export async function update(
  ctx: Context,
  { key, body }: InputFor<typeof putBucket>,
): Promise<AnswerFor<typeof putBucket>> {
  const { name, description, options, tags } = checked(body);
  await changing(ctx, used(body), async (tx) => {
    const bucket = await requireBucket(tx, ctx, key, { lock: true });
    if (body.Identifier !== bucket.identifier) throw invalid('Identifier', 'cannot be changed');
    await tx.execute(sql`
        update buckets set name = ${name}, description = ${description}, options = ${options ?? bucket.options},
               tags = coalesce(${tags}::jsonb, tags), modified_at = now()
         where id = ${key}`);
    await tellOf(tx, ctx, bucketUpdated, { ...bucket, name });
  });
  return findByKey(ctx, Bucket, key);
}

/**
 * Deletes the bucket with its files, in all folders. The rows of the files are deleted with the bucket's row,
 * and their content is marked as unused (0051_buckets.sql). A caller who may not delete the bucket in one of
 * its folders can only take it out of the others (ShareToFolders).
 */
export async function remove(ctx: Context, { key }: InputFor<typeof deleteBucket>): Promise<void> {
  await ctx.transaction(async (tx) => {
    const bucket = await requireBucket(tx, ctx, key, { lock: true });
    await sharedBuckets.checkDeletable(tx, ctx, bucket.id);
    await tx.execute(sql`delete from buckets where id = ${key}`);
    await tellOf(tx, ctx, bucketDeleted, bucket);
  });
}

const tellOf = (
  tx: Transaction,
  ctx: Context,
  event: typeof bucketCreated | typeof bucketUpdated | typeof bucketDeleted,
  bucket: FoundBucket,
): Promise<void> => tell(tx, ctx, event, [{ ...toldOf(bucket), folderId: folderOf(ctx).id }]);

function checked(body: BucketInput) {
  refuseProvider(body);
  return {
    name: body.Name,
    description: body.Description ?? null,
    options: body.Options ? readOptions(body.Options) : undefined,
    tags: body.Tags ? JSON.stringify(body.Tags) : null,
  };
}

const OTHER_PROVIDERS = ['FileSystem', 'Azure', 'Amazon', 'Minio', 'S3Compatible'];
const OF_OTHER_PROVIDERS = [
  'StorageParameters',
  'StorageContainer',
  'CredentialStoreId',
  'ExternalName',
  'Password',
] as const;

/** A provider is refused, not ignored: a caller who names one expects the files to be stored there. */
function refuseProvider(body: BucketInput): void {
  const provider = body.StorageProvider?.trim();
  if (provider && !/^orchestrator$/i.test(provider)) {
    const isKnown = OTHER_PROVIDERS.some((name) => name.toLowerCase() === provider.toLowerCase());
    throw new BucketError(
      400,
      isKnown ? 'UnavailableStorageProvider' : 'InvalidStorageProvider',
      `StorageProvider: '${provider}' is not available; leave it null, and Orchestrator keeps the files.`,
    );
  }
  for (const member of OF_OTHER_PROVIDERS)
    if (body[member])
      throw invalid(member, 'is for other storage providers than Orchestrator: leave it null');
}

const used = ({ Name, Identifier }: BucketInput): Refusals => ({
  bucket_folders_name: Name,
  buckets_identifier: () => alreadyExists(`Identifier: ${Identifier} is already used.`),
});
