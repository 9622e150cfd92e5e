import sql from 'sql-template-tag';
import type { OutputOf } from '../../kernel/contract/fields.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';
import { FeedPurpose, type PackageFeed } from './contract.ts';
import { feedOfFolder, mayUse, tenantFeed } from './feeds.ts';

type Feed = OutputOf<typeof PackageFeed>;

interface FolderRow {
  readonly id: number;
  readonly displayName: string;
}

export async function folderFeed(
  ctx: Context,
  { folderId }: { readonly folderId?: number | null },
): Promise<string | null> {
  const folder = await ctx.db.first(sql`
    select from folders where id = ${folderId} and tenant_id = ${ctx.tenant.id}`);
  if (!folder || !ctx.access.seesFolder(folderId!)) throw notFound('Folder');
  const feed = await feedOfFolder(ctx.db, ctx.tenant.id, folderId!);
  return feed.folderId === null ? null : feed.id;
}

/** Clients find a folder's feed by its name: `Orchestrator <folder> Feed`. */
export async function processFeeds(ctx: Context): Promise<readonly Feed[]> {
  const shown: Feed[] = [];
  const ofTenant = await tenantFeed(ctx.db, ctx.tenant.id, FeedPurpose.Processes);
  if (mayUse(ctx, ofTenant, 'View')) shown.push(describe(ofTenant, 'Tenant Processes'));
  const owners = await ctx.db.query<FolderRow>(sql`
    select id, display_name as "displayName" from folders where tenant_id = ${ctx.tenant.id} and feed_type = 4
      order by path`);
  for (const { id, displayName } of owners) {
    if (!ctx.access.can('FolderPackages.View', id)) continue;
    shown.push(describe(await feedOfFolder(ctx.db, ctx.tenant.id, id), displayName));
  }
  return shown;
}

export async function libraryFeeds(ctx: Context): Promise<readonly Feed[]> {
  const feed = await tenantFeed(ctx.db, ctx.tenant.id, FeedPurpose.Libraries);
  return mayUse(ctx, feed, 'View') ? [describe(feed, 'Tenant Libraries')] : [];
}

interface Shown {
  readonly id: string;
  readonly folderId: number | null;
  readonly purpose: number;
}

/**
 * All feeds are Baton's own, and calls reach them with their usual token. So there is no other address and no
 * key to show.
 */
const describe = ({ id, folderId, purpose }: Shown, name: string): Feed => ({
  id,
  folderId,
  purpose,
  name: `Orchestrator ${name} Feed`,
  isShared: folderId === null,
  isPublic: false,
  isExternal: false,
  feedUrl: null,
  publishUrl: null,
  authenticationType: null,
  apiKey: null,
  basicUserName: null,
  basicPassword: null,
  supportedProjectTypes: [],
});
