import sql, { type Sql } from 'sql-template-tag';
import type { Transaction } from '../../kernel/db/sql.ts';
import { notFound } from '../../kernel/errors.ts';
import type { ReleaseInput } from './release-input.ts';
import { limitsAsInput } from './run-limits.ts';

/** A process as it is stored, locked until the transaction ends. */
export interface ReleaseRow {
  readonly id: number;
  readonly key: string;
  readonly name: string;
  readonly folderId: number;
  readonly processKey: string;
  readonly processVersion: string;
  readonly feedId: string;
  readonly packageRowId: number;
  readonly entryPointId: number | null;
  readonly entryPointPath: string | null;
  readonly entryPointUniqueId: string | null;
  readonly autoUpdate: boolean;
  readonly currentVersionId: number;
  /** The settings that people make, under the names of the API. */
  readonly settings: ReleaseInput;
}

export type ReleaseRef = { readonly id: number } | { readonly key: string };

const COLUMNS = sql`
  r.id, r.key, r.name, r.folder_id as "folderId",
  r.process_key as "processKey", r.process_version as "processVersion", r.feed_id as "feedId",
  r.package_row_id as "packageRowId", r.entry_point_id as "entryPointId", r.auto_update as "autoUpdate",
  r.current_version_id as "currentVersionId",
  (select e.path from package_entry_points e where e.id = r.entry_point_id) as "entryPointPath",
  (select e.unique_id from package_entry_points e where e.id = r.entry_point_id) as "entryPointUniqueId",
  jsonb_build_object(
    'Name', r.name, 'Description', r.description, 'FeedId', r.feed_id,
    'ProcessKey', r.process_key, 'ProcessVersion', r.process_version, 'EntryPointId', r.entry_point_id,
    'InputArguments', r.input_arguments, 'EnvironmentVariables', r.environment_variables,
    'SpecificPriorityValue', r.specific_priority_value, 'RequiresUserInteraction', r.interaction_override,
    'AutoUpdate', r.auto_update, 'HiddenForAttendedUser', r.hidden_for_attended_user,
    'ProcessSettings', r.process_settings, 'VideoRecordingSettings', r.video_recording_settings,
    'Tags', r.tags, 'RobotSize', r.robot_size, 'RemoteControlAccess', r.remote_control_access,
    'AutomationHubIdeaUrl', r.automation_hub_idea_url, 'Requires', to_jsonb(r.requires_override)
  ) || ${limitsAsInput(sql`r`)} as settings`;

/** `inFolders`: a list, or `all` for a caller who sees every folder. */
export async function lockRelease(
  tx: Transaction,
  tenantId: number,
  inFolders: 'all' | readonly number[],
  ref: ReleaseRef,
): Promise<ReleaseRow> {
  const isIt = 'id' in ref ? sql`r.id = ${ref.id}` : sql`r.key = ${ref.key}::uuid`;
  const isThere = inFolders === 'all' ? sql`true` : sql`r.folder_id = any(${[...inFolders]}::bigint[])`;
  const [row] = await lockReleases(tx, sql`r.tenant_id = ${tenantId} and ${isIt} and ${isThere}`);
  if (!row) throw notFound('Release');
  return row;
}

/** Locks in the order of ids, so that two transactions that lock several never deadlock. */
export const lockReleases = (tx: Transaction, where: Sql): Promise<ReleaseRow[]> =>
  tx.query<ReleaseRow>(sql`select ${COLUMNS} from releases r where ${where} order by r.id for update of r`);
