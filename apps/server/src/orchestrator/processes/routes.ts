import { allOf, anyOf } from '../../kernel/contract/operation.ts';
import { findByKey, list, type Page } from '../../kernel/contract/read-rows.ts';
import { forbidden } from '../../kernel/errors.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { handle, type Route } from '../../kernel/http/mount.ts';
import { patchRelease, replaceRelease, updateReleaseByKey } from './change-release.ts';
import { changeVersion, moveEachToLatest, toLatest, toPrevious, toVersion } from './change-version.ts';
import * as contract from './contract.ts';
import { createRelease } from './create-release.ts';
import { deleteRelease } from './delete-release.ts';
import * as retention from './retention.ts';
import * as retentionContract from './retention-contract.ts';

const { Release, ReleaseWithRetention } = contract;

/** The folder of the call. Without one, all folders where the caller holds the permission. */
const foldersOf = (ctx: Context, permission: string): 'all' | readonly number[] =>
  ctx.folder ? [ctx.folder.id] : ctx.access.folders(permission);

interface Permissions {
  readonly mandatoryPermissions?: readonly string[] | null;
  readonly atLeastOnePermissions?: readonly string[] | null;
}

/**
 * Clients may name further permissions that the caller must hold in the folder, so that they offer only what
 * the caller may then do. Without a folder, the list covers all folders where the caller holds them, as the
 * official TypeScript SDK expects.
 */
function listReleases(
  ctx: Context,
  { mandatoryPermissions, atLeastOnePermissions }: Permissions,
): Promise<Page> {
  const needed = allOf('Processes.View', ...(mandatoryPermissions ?? []));
  const oneOf = atLeastOnePermissions?.length ? anyOf(...atLeastOnePermissions) : needed;
  if (ctx.folder && ![needed, oneOf].every((rights) => ctx.access.allows(rights, ctx.folder?.id))) {
    throw forbidden();
  }
  const folder = ctx.folder ? 'here' : both(ctx.access.folders(needed), ctx.access.folders(oneOf));
  return list(ctx, Release, { folder });
}

type Folders = 'all' | readonly number[];
const both = (some: Folders, others: Folders): Folders =>
  some === 'all' ? others : others === 'all' ? some : some.filter((id) => others.includes(id));

export const processesRoutes: readonly Route[] = [
  handle(contract.getReleases, listReleases),
  handle(contract.listReleases, (ctx) => list(ctx, Release, { folder: foldersOf(ctx, 'Processes.View') })),
  handle(contract.getRelease, (ctx, { key }) => findByKey(ctx, Release, key)),
  handle(contract.getReleaseWithRetention, (ctx, { key }) => findByKey(ctx, ReleaseWithRetention, key)),
  handle(contract.postRelease, async (ctx, { body }) =>
    findByKey(ctx, Release, await createRelease(ctx, body)),
  ),
  handle(contract.createRelease, async (ctx, { body }) =>
    findByKey(ctx, ReleaseWithRetention, await createRelease(ctx, body)),
  ),
  handle(contract.putRelease, (ctx, { key, body }) => replaceRelease(ctx, key, body)),
  handle(contract.patchRelease, (ctx, { key, body }) => patchRelease(ctx, key, body)),
  handle(contract.updateByKey, (ctx, { body }) => updateReleaseByKey(ctx, body)),
  handle(contract.deleteRelease, (ctx, { key }) => deleteRelease(ctx, [folderOf(ctx).id], { id: key })),
  handle(contract.deleteReleaseByKey, (ctx, { key }) =>
    deleteRelease(ctx, foldersOf(ctx, 'Processes.Delete'), { key: key! }),
  ),

  handle(
    contract.updateToSpecific,
    async (ctx, { key, body }) => (await changeVersion(ctx, { id: key }, toVersion(body.packageVersion))).id,
  ),
  handle(
    contract.updateToSpecificByKey,
    async (ctx, { identifier, body }) =>
      (await changeVersion(ctx, { key: identifier }, toVersion(body.packageVersion))).key,
  ),
  handle(
    contract.updateToLatest,
    async (ctx, { key }) => (await changeVersion(ctx, { id: key }, toLatest)).id,
  ),
  handle(
    contract.updateToLatestByKey,
    async (ctx, { identifier }) => (await changeVersion(ctx, { key: identifier }, toLatest)).key,
  ),
  handle(contract.rollback, async (ctx, { key }) => (await changeVersion(ctx, { id: key }, toPrevious)).id),
  handle(
    contract.rollbackByKey,
    async (ctx, { identifier }) => (await changeVersion(ctx, { key: identifier }, toPrevious)).key,
  ),
  handle(contract.updateToLatestBulk, (ctx, { body }) =>
    moveEachToLatest(ctx, body.releaseIds, (id) => ({ id })),
  ),
  handle(contract.updateToLatestBulkByKey, (ctx, { body }) =>
    moveEachToLatest(ctx, body.releaseKeys, (key) => ({ key })),
  ),

  handle(retentionContract.getReleaseRetentions, retention.listRetention),
  handle(retentionContract.getReleaseRetention, (ctx, { key, retentionType }) =>
    retention.findRetention(ctx, key, retentionType ?? undefined),
  ),
  handle(retentionContract.putReleaseRetention, (ctx, { key, body }) =>
    retention.putRetention(ctx, key, body),
  ),
  handle(retentionContract.deleteReleaseRetention, (ctx, { key }) => retention.forgetRetention(ctx, key)),
];
