import sql from 'sql-template-tag';
import type { Principal } from '../../kernel/auth/principal.ts';
import type { Queryable } from '../../kernel/db/sql.ts';
import { forbidden, notFound } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';
import { FeedPurpose } from './contract.ts';

export interface Feed {
  readonly id: string;
  /** Null for the feed of the tenant itself. */
  readonly folderId: number | null;
  readonly purpose: number;
}

type Right = 'View' | 'Edit' | 'Create' | 'Delete';

const COLUMNS = sql`id, folder_id as "folderId", purpose`;

/** The number of FeedType for a folder with a feed of its own, as `folders.feed_type` has it. */
const FOLDER_HIERARCHY = 4;

/** The feed that a call names, or else the tenant's. Refuses a caller who does not have the right in it. */
export async function requireFeed(
  ctx: Context,
  feedId: string | null | undefined,
  purpose: number,
  right: Right,
): Promise<Feed> {
  const feed = feedId
    ? await feedById(ctx, feedId, purpose)
    : await tenantFeed(ctx.db, ctx.tenant.id, purpose);
  // A machine may be assigned to any folder later and then run its jobs. So it may fetch from every feed
  // of its tenant.
  if (ctx.principal.kind !== 'machine' && !mayUse(ctx, feed, right)) throw forbidden();
  return feed;
}

async function feedById(ctx: Context, feedId: string, purpose: number): Promise<Feed> {
  const feed = await ctx.db.first<Feed>(sql`
    select ${COLUMNS} from feeds where id = ${feedId}::uuid and tenant_id = ${ctx.tenant.id}
      and purpose = ${purpose}`);
  if (!feed || !isSeen(ctx, feed)) throw notFound('Feed');
  return feed;
}

function isSeen({ access, principal }: Context, { folderId }: Feed): boolean {
  return folderId === null || isMachine(principal) || access.seesFolder(folderId);
}

const isMachine = (principal: Principal): boolean => principal.kind === 'machine';

export function mayUse({ access }: Pick<Context, 'access'>, feed: Feed, right: Right): boolean {
  if (feed.purpose === FeedPurpose.Libraries) return access.can(`Libraries.${right}`);
  return feed.folderId === null
    ? access.can(`Packages.${right}`)
    : access.can(`FolderPackages.${right}`, feed.folderId);
}

/** A feed is created when it is first needed. So neither tenants nor folders have to be prepared. */
export function tenantFeed(db: Queryable, tenantId: number, purpose: number): Promise<Feed> {
  return ensureFeed(db, tenantId, null, purpose);
}

/**
 * The feed that a folder takes its packages from. It belongs to the nearest folder with a feed of its own,
 * starting with the folder itself. If there is none, it is the tenant's.
 */
export async function feedOfFolder(db: Queryable, tenantId: number, folderId: number): Promise<Feed> {
  const owner = await db.first<{ id: number }>(sql`
    select owner.id from folders f join folders owner on owner.id = f.id or owner.id = any(f.ancestors)
     where f.id = ${folderId} and f.tenant_id = ${tenantId} and owner.feed_type = ${FOLDER_HIERARCHY}
     order by cardinality(owner.ancestors) desc limit 1`);
  return ensureFeed(db, tenantId, owner?.id ?? null, FeedPurpose.Processes);
}

async function ensureFeed(
  db: Queryable,
  tenantId: number,
  folderId: number | null,
  purpose: number,
): Promise<Feed> {
  const find = sql`
    select ${COLUMNS} from feeds
     where tenant_id = ${tenantId} and folder_id is not distinct from ${folderId}::bigint
       and purpose = ${purpose}`;
  const known = await db.first<Feed>(find);
  if (known) return known;
  await db.execute(sql`
    insert into feeds (tenant_id, folder_id, purpose) values (${tenantId}, ${folderId}::bigint, ${purpose})
      on conflict do nothing`);
  const made = await db.first<Feed>(find);
  if (!made) throw new Error(`No feed could be made for folder ${folderId} of tenant ${tenantId}`);
  return made;
}
