import sql from 'sql-template-tag';
import type { Transaction } from '../../kernel/db/sql.ts';
import { forbidden, invalid } from '../../kernel/errors.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { FeedPurpose } from '../packages/contract.ts';
import { feedOfFolder, tenantFeed } from '../packages/feeds.ts';
import { findPackage, latestPackage, type PackageRow } from '../packages/find-package.ts';
import { type ChosenEntryPoint, chooseEntryPoint } from './choose-entry-point.ts';
import { RemoteControlAccess } from './contract.ts';
import { readEnvironment } from './environment-variables.ts';
import { readInputArguments } from './input-arguments.ts';
import type { ReleaseInput } from './release-input.ts';
import type { ReleaseRow } from './release-row.ts';

/** What an input results in. Everything is checked, nothing is written yet. */
export interface Resolved {
  readonly name: string;
  readonly input: ReleaseInput;
  readonly package: PackageRow;
  readonly entryPoint: ChosenEntryPoint | undefined;
}

export async function resolveRelease(
  tx: Transaction,
  ctx: Context,
  input: ReleaseInput,
  current?: ReleaseRow,
): Promise<Resolved> {
  const name = input.Name;
  if (!name) throw invalid('Name', 'is required');
  requireRemoteControl(ctx, input, current);
  readEnvironment(input.EnvironmentVariables);
  const found = await packageFor(tx, ctx, input, current);
  const wanted = { id: input.EntryPointId, path: input.EntryPointPath };
  const entryPoint = await chooseEntryPoint(tx, found.id, wanted, current);
  // Unchanged input stays, even if a new version of the package does not accept it. In that case
  // StartJobs refuses it.
  if (input.InputArguments !== current?.settings.InputArguments || entryPoint?.id !== current?.entryPointId) {
    readInputArguments(input.InputArguments, {
      schema: entryPoint?.inputSchema ?? null,
      field: 'InputArguments',
      mayLack: true,
    });
  }
  return { name, input, package: found, entryPoint };
}

/** Showing the screen of a running robot to others needs a permission of its own. */
function requireRemoteControl(
  ctx: Context,
  { RemoteControlAccess: wanted }: ReleaseInput,
  current?: ReleaseRow,
): void {
  const was = current?.settings.RemoteControlAccess ?? RemoteControlAccess.None;
  if ((wanted ?? RemoteControlAccess.None) === was) return;
  if (!ctx.access.can('RemoteControl.Create', folderOf(ctx).id)) throw forbidden();
}

async function packageFor(
  tx: Transaction,
  ctx: Context,
  input: ReleaseInput,
  current?: ReleaseRow,
): Promise<PackageRow> {
  if (current) {
    refuseChange('ProcessKey', input.ProcessKey, current.processKey);
    refuseChange('FeedId', input.FeedId, current.feedId);
  }
  const processKey = current?.processKey ?? input.ProcessKey;
  if (!processKey) throw invalid('ProcessKey', 'is required');
  const feedId = current?.feedId ?? (await feedFor(tx, ctx, input.FeedId));
  if (input.AutoUpdate) {
    // Makes uploads wait until this process is committed as one that follows them.
    await tx.execute(sql`select from feeds where id = ${feedId}::uuid for share`);
    return latestPackage(tx, feedId, processKey);
  }
  const version = input.ProcessVersion ?? current?.processVersion;
  if (!version) throw invalid('ProcessVersion', 'is required');
  return findPackage(tx, feedId, processKey, version);
}

function refuseChange(field: string, wanted: string | null | undefined, current: string): void {
  if (!wanted || wanted.toLowerCase() === current.toLowerCase()) return;
  throw invalid(field, 'cannot be changed; make a new process');
}

/** The folder's feed, or the tenant's if the input names that one. */
async function feedFor(tx: Transaction, ctx: Context, wanted: string | null | undefined): Promise<string> {
  const ofFolder = await feedOfFolder(tx, ctx.tenant.id, folderOf(ctx).id);
  if (!wanted || wanted === ofFolder.id) return ofFolder.id;
  const ofTenant = await tenantFeed(tx, ctx.tenant.id, FeedPurpose.Processes);
  if (wanted !== ofTenant.id)
    throw invalid('FeedId', 'is neither the feed of this folder nor that of the tenant');
  return ofTenant.id;
}
