import sql from 'sql-template-tag';
import { hasScope } from '../../kernel/auth/access.ts';
import { actorOf } from '../../kernel/auth/principal.ts';
import type { OutputOf } from '../../kernel/contract/fields.ts';
import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import { ApiError, forbidden, notFound, unauthenticated } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { readLink as readSealed, sealLink } from '../../kernel/http/sealed-link.ts';
import type { BlobFileAccess } from '../exports/contract.ts';
import { bucketIsReadOnly } from './bucket-error.ts';
import { hasOption } from './bucket-options.ts';
import { Bucket, common } from './contract.ts';
import { fileAccessed } from './events.ts';
import { filePath } from './file-path.ts';
import { BlobFile, CREATE, type getReadUri, type getWriteUri, VIEW } from './files-contract.ts';
import { type FoundBucket, requireBucket } from './find-bucket.ts';

const PURPOSE = 'bucket file link';
const DEFAULT_MINUTES = 30;

/**
 * What an address allows: one verb on one path of one bucket, until a time. It is sealed with the
 * installation's key, so nobody can forge, change or read it. It needs no row in the database, works on every
 * node, and allows nothing else.
 */
export interface FileLink {
  readonly verb: 'GET' | 'PUT';
  readonly tenantId: number;
  readonly folderId: number;
  readonly bucketId: number;
  readonly path: string;
  /** The content type of the file, whatever the upload says. */
  readonly contentType?: string;
  /** Who asked for the address, in the form that events use. */
  readonly actor: string | null;
  /** Milliseconds since 1970. */
  readonly until: number;
}

export async function readLink(
  ctx: Context,
  { key, path, expiryInMinutes }: InputFor<typeof getReadUri>,
): Promise<AnswerFor<typeof getReadUri>> {
  const wanted = filePath(path);
  const bucket = await requireBucket(ctx.db, ctx, key);
  const file = await ctx.db.first<LinkedFile>(sql`
    select id, path from bucket_files where bucket_id = ${bucket.id} and path = ${wanted}`);
  if (!file) throw notFound(BlobFile.label);
  const [link] = await linksTo(ctx, bucket, [file], expiryInMinutes);
  return link!;
}

interface LinkedFile {
  readonly id: number;
  readonly path: string;
}

/** Addresses to read files of a bucket from. If reading is audited, an event records who asked for them. */
export async function linksTo(
  ctx: Context,
  bucket: FoundBucket,
  files: readonly LinkedFile[],
  minutes: number | null | undefined,
): Promise<readonly OutputOf<typeof BlobFileAccess>[]> {
  if (hasOption(bucket.options, 'AuditReadAccess'))
    await ctx.transaction((tx) =>
      tell(
        tx,
        ctx,
        fileAccessed,
        files.map(({ id, path }) => ({
          key: id,
          folderId: folderOf(ctx).id,
          payload: { bucketName: bucket.name, fullPath: `/${path}` },
        })),
      ),
    );
  return files.map(({ path }) => linkTo(ctx, bucket, { verb: 'GET', path }, minutes));
}

export async function writeLink(
  ctx: Context,
  { key, path, expiryInMinutes, contentType }: InputFor<typeof getWriteUri>,
): Promise<AnswerFor<typeof getWriteUri>> {
  const wanted = filePath(path);
  const bucket = await requireBucket(ctx.db, ctx, key);
  if (hasOption(bucket.options, 'ReadOnly')) throw bucketIsReadOnly(bucket.name);
  return linkTo(
    ctx,
    bucket,
    { verb: 'PUT', path: wanted, ...(contentType ? { contentType } : {}) },
    expiryInMinutes,
  );
}

function linkTo(
  ctx: Context,
  bucket: FoundBucket,
  what: Pick<FileLink, 'verb' | 'path' | 'contentType'>,
  minutes: number | null | undefined,
): OutputOf<typeof BlobFileAccess> {
  const link: FileLink = {
    ...what,
    tenantId: ctx.tenant.id,
    folderId: folderOf(ctx).id,
    bucketId: bucket.id,
    actor: actorOf(ctx.principal),
    until: ctx.now() + (minutes || DEFAULT_MINUTES) * 60_000,
  };
  const token = sealLink(ctx, PURPOSE, link);
  // The address always names the tenant, however the call named it: with RequiresAuth, the address is called
  // with only a token.
  const place = `${encodeURIComponent(ctx.organization.name)}/${encodeURIComponent(ctx.tenant.name)}`;
  return {
    Uri: `${ctx.origin}/${place}/orchestrator_/api/Buckets/Content?token=${token}`,
    Verb: link.verb,
    RequiresAuth: hasOption(bucket.options, 'AccessDataThroughOrchestrator'),
    Headers: link.contentType
      ? { Keys: ['Content-Type'], Values: [link.contentType] }
      : { Keys: [], Values: [] },
  };
}

/**
 * Checks the address that a call came to. Answers what it allows, and throws if it does not allow the call.
 */
export async function openLink(ctx: Context, token: string, verb: FileLink['verb']): Promise<FileLink> {
  const link = readSealed<FileLink>(ctx, PURPOSE, token);
  if (link?.verb !== verb || link.until < ctx.now())
    throw new ApiError(403, 0, 'The address has expired or is not valid.');
  const bucket = await ctx.db.first<{ name: string; options: number }>(sql`
    select name, options from buckets where id = ${link.bucketId} and tenant_id = ${link.tenantId}`);
  if (!bucket) throw notFound(Bucket.label);
  if (hasOption(bucket.options, 'AccessDataThroughOrchestrator')) requireCaller(ctx, link);
  if (verb === 'PUT' && hasOption(bucket.options, 'ReadOnly')) throw bucketIsReadOnly(bucket.name);
  return link;
}

/** The caller needs the same rights to use the address as to ask for it. */
function requireCaller(ctx: Context, link: FileLink): void {
  const { principal, access } = ctx as Partial<Context>;
  if (!principal || !access) throw unauthenticated();
  const isAllowed =
    ctx.tenant.id === link.tenantId &&
    hasScope(principal, common.scope, 'Read') &&
    access.under(common.scope, 'Read').allows(link.verb === 'PUT' ? CREATE : VIEW, link.folderId);
  if (!isAllowed) throw forbidden();
}
