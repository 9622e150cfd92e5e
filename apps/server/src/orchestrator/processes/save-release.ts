import sql, { type Sql } from 'sql-template-tag';
import type { Transaction } from '../../kernel/db/sql.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { storedLabels } from '../labels.ts';
import { NORMAL_PRIORITY, priorityOf } from './priority.ts';
import type { ReleaseRow } from './release-row.ts';
import type { Resolved } from './resolve-release.ts';
import { limitColumns, limitsFrom } from './run-limits.ts';

const json = (value: unknown): Sql =>
  sql`${value === null || value === undefined ? null : JSON.stringify(value)}::jsonb`;

/**
 * The settings that people make, as columns and values. Clients that put a process back also send whether its
 * package needs a desktop. That value is not stored as an override.
 */
function settingsOf({
  name,
  input,
  package: of,
  entryPoint,
}: Resolved): readonly (readonly [column: Sql, value: Sql])[] {
  const needsDesktop = input.RequiresUserInteraction ?? null;
  return [
    [sql`name`, sql`${name}`],
    [sql`description`, sql`${input.Description ?? null}`],
    [sql`process_key`, sql`${of.packageId}`],
    [sql`process_version`, sql`${of.version}`],
    [sql`package_row_id`, sql`${of.id}::bigint`],
    [sql`entry_point_id`, sql`${entryPoint?.id ?? null}::bigint`],
    [sql`input_arguments`, sql`${input.InputArguments?.trim() || null}`],
    [sql`environment_variables`, sql`${input.EnvironmentVariables || null}`],
    [sql`specific_priority_value`, sql`${priorityOf(input) ?? NORMAL_PRIORITY}::smallint`],
    [
      sql`interaction_override`,
      sql`${needsDesktop === of.requiresUserInteraction ? null : needsDesktop}::boolean`,
    ],
    [sql`auto_update`, sql`${input.AutoUpdate ?? false}::boolean`],
    [sql`hidden_for_attended_user`, sql`${input.HiddenForAttendedUser ?? false}::boolean`],
    [sql`process_settings`, json(input.ProcessSettings)],
    [sql`video_recording_settings`, json(input.VideoRecordingSettings)],
    [
      sql`tags`,
      json((input.Tags ?? []).map((tag) => ({ ...tag, DisplayName: tag.DisplayName ?? tag.Name }))),
    ],
    [sql`robot_size`, sql`${input.RobotSize ?? null}::smallint`],
    [sql`remote_control_access`, sql`${input.RemoteControlAccess ?? 0}::smallint`],
    [sql`automation_hub_idea_url`, sql`${input.AutomationHubIdeaUrl ?? null}`],
    ...limitColumns(limitsFrom(input)),
    [sql`requires_override`, sql`${overridden(input.Requires, of.requires)}::text[]`],
  ];
}

/** Clients that put a process back send what the package says, too. That is not stored as an override. */
function overridden(wanted: readonly string[] | null | undefined, own: readonly string[]): string[] | null {
  if (!wanted) return null;
  const labels = storedLabels(wanted);
  return labels.join() === own.join() ? null : labels;
}

const commaed = (parts: readonly Sql[]): Sql => parts.reduce((left, right) => sql`${left}, ${right}`);

export async function insertRelease(
  tx: Transaction,
  ctx: Context,
  resolved: Resolved,
): Promise<{ id: number; key: string }> {
  const settings = settingsOf(resolved);
  const release = await tx.first<{ id: number; key: string }>(sql`
    insert into releases (
      tenant_id, folder_id, feed_id, creator_user_id, ${commaed(settings.map(([column]) => column))})
    values (
      ${ctx.tenant.id}, ${folderOf(ctx).id}, ${resolved.package.feedId}::uuid,
      ${ctx.access.user?.id ?? null}::bigint, ${commaed(settings.map(([, value]) => value))})
    returning id, key`);
  await appendVersion(tx, release!.id, resolved.package.version);
  return release!;
}

export async function saveRelease(
  tx: Transaction,
  ctx: Context,
  current: ReleaseRow,
  resolved: Resolved,
): Promise<void> {
  const settings = settingsOf(resolved).map(([column, value]) => sql`${column} = ${value}`);
  await tx.execute(sql`
    update releases set ${commaed(settings)}, modified_at = now(),
      modifier_user_id = ${ctx.access.user?.id ?? null}::bigint
     where id = ${current.id}`);
  if (resolved.package.id !== current.packageRowId)
    await appendVersion(tx, current.id, resolved.package.version);
}

/** The history only grows: returning to a version adds a new entry. */
export const appendVersion = (tx: Transaction, releaseId: number, version: string): Promise<number> =>
  tx.execute(sql`
    with added as (
      insert into release_versions (release_id, version_number)
      values (${releaseId}, ${version}) returning id)
    update releases set current_version_id = added.id from added where releases.id = ${releaseId}`);
