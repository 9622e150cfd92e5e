import { parseVersion } from '@baton/nupkg/version';
import sql from 'sql-template-tag';
import type { Transaction } from '../../kernel/db/sql.ts';
import { ApiError, CODE, conflict, notFound } from '../../kernel/errors.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { findPackage, latestPackage, type PackageRow } from '../packages/find-package.ts';
import { versionOrder } from '../packages/version-order.ts';
import { chooseEntryPoint } from './choose-entry-point.ts';
import { lockRelease, type ReleaseRef, type ReleaseRow } from './release-row.ts';
import { appendVersion } from './save-release.ts';
import { tellOfUpdates } from './tell-of-updates.ts';

/** The package that a process is to move to. */
type Target = (tx: Transaction, release: ReleaseRow) => Promise<PackageRow>;

export const toVersion =
  (version: string): Target =>
  (tx, { feedId, processKey }) =>
    findPackage(tx, feedId, processKey, version);

export const toLatest: Target = (tx, { feedId, processKey }) => latestPackage(tx, feedId, processKey);

/**
 * The version before the current one in the history. The history only grows, so going back twice leads to the
 * version where one started.
 */
export const toPrevious: Target = async (tx, release) => {
  const previous = await tx.first<{ version: string }>(sql`
    select version_number as version from release_versions
     where release_id = ${release.id} and id < ${release.currentVersionId} order by id desc limit 1`);
  if (!previous) throw notFound('A previous version of the process');
  return findPackage(tx, release.feedId, release.processKey, previous.version);
};

export const changeVersion = (ctx: Context, ref: ReleaseRef, target: Target): Promise<ReleaseRow> =>
  ctx.transaction(async (tx) => {
    const release = await lockRelease(tx, ctx.tenant.id, [folderOf(ctx).id], ref);
    const to = await target(tx, release);
    refuseManaged(release, to.version);
    const moved = await moveRelease(tx, release, to, ctx.access.user?.id);
    if (moved) await tellOfUpdates(tx, ctx, [moved]);
    return release;
  });

/** Moves each process on its own, so that a failure does not stop the others. */
export async function moveEachToLatest<Id>(
  ctx: Context,
  ids: readonly Id[],
  refOf: (id: Id) => ReleaseRef,
): Promise<{
  readonly Success: boolean;
  readonly Message: string | null;
  readonly FailedItems: readonly Id[];
}> {
  const failures: { readonly id: Id; readonly message: string }[] = [];
  for (const id of ids) {
    try {
      await changeVersion(ctx, refOf(id), toLatest);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      failures.push({ id, message: `${String(id)}: ${error.message}` });
    }
  }
  return {
    Success: failures.length === 0,
    Message: failures.length === 0 ? null : failures.map(({ message }) => message).join(' '),
    FailedItems: failures.map(({ id }) => id),
  };
}

/** Refuses to move a process that follows its package: only uploads move it. */
export function refuseManaged({ autoUpdate, processVersion }: ReleaseRow, version: string): void {
  if (!autoUpdate || isSame(version, processVersion)) return;
  throw conflict(
    CODE.ForbiddenOperation,
    'This process follows the latest version of its package (AutoUpdate); switch that off first.',
  );
}

const isSame = (a: string, b: string): boolean =>
  parseVersion(a) !== null && versionOrder(a) === versionOrder(b);

/** Answers undefined if the process already has that version. */
export async function moveRelease(
  tx: Transaction,
  release: ReleaseRow,
  to: PackageRow,
  modifierUserId: number | undefined,
): Promise<ReleaseRow | undefined> {
  if (to.id === release.packageRowId) return undefined;
  const entryPoint = await chooseEntryPoint(tx, to.id, {}, release);
  await tx.execute(sql`
    update releases
       set package_row_id = ${to.id}, process_version = ${to.version},
           entry_point_id = ${entryPoint?.id ?? null}::bigint,
           modified_at = now(), modifier_user_id = ${modifierUserId ?? null}::bigint
     where id = ${release.id}`);
  await appendVersion(tx, release.id, to.version);
  return { ...release, processVersion: to.version };
}
