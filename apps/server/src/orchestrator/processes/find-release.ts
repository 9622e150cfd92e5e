import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { Release } from './contract.ts';
import { limitsAsJson, type RunLimits } from './run-limits.ts';

type JsonObject = Record<string, unknown>;

/**
 * A process with everything that a job copies from it. Later changes of the process do not affect the job.
 */
export interface StartableRelease {
  readonly id: number;
  readonly key: string;
  readonly name: string;
  readonly folderId: number;
  readonly processKey: string;
  readonly processVersion: string;
  /** A number of ReleaseProcessType. */
  readonly processType: number;
  readonly feedId: string;
  readonly packageRowId: number;
  /** An id of release_versions. Jobs call it ReleaseVersionId. */
  readonly versionId: number;
  readonly sha256: string;
  /** A number of ProjectType. */
  readonly projectType: number;
  /** A number of TargetFramework. */
  readonly targetFramework: number;
  readonly runtimeKind: string | null;
  /** Null if the package has none. */
  readonly entryPoint: StartableEntryPoint | null;
  /** JSON text of an object. */
  readonly inputArguments: string | null;
  /** Lines `NAME=value`. */
  readonly environmentVariables: string | null;
  readonly specificPriorityValue: number;
  readonly requiresUserInteraction: boolean;
  readonly isAttended: boolean;
  readonly remoteControlAccess: number;
  /** Labels, as they are stored. */
  readonly requires: readonly string[];
  readonly limits: RunLimits;
  /** In the form of ProcessSettingsDto and VideoRecordingSettingsDto, with enumerations as numbers. */
  readonly processSettings: JsonObject | null;
  readonly videoRecordingSettings: JsonObject | null;
}

export interface StartableEntryPoint {
  readonly id: number;
  readonly uniqueId: string;
  readonly path: string;
  readonly inputSchema: JsonObject | null;
  readonly outputSchema: JsonObject | null;
}

export type ReleaseName = { readonly key: string } | { readonly name: string };

/** Finds a process in one folder, by key or by name in any case. Undefined if there is none. */
export function findRelease(
  db: Queryable,
  tenantId: number,
  folderId: number,
  by: ReleaseName,
): Promise<StartableRelease | undefined> {
  const isIt = 'key' in by ? sql`r.key = ${by.key}::uuid` : sql`folded(r.name) = folded(${by.name})`;
  return db.first<StartableRelease>(sql`
    select r.id, r.key, r.name, r.folder_id as "folderId", r.process_key as "processKey",
           r.process_version as "processVersion", r.process_type as "processType", r.feed_id as "feedId",
           r.package_row_id as "packageRowId", r.current_version_id as "versionId", r.sha256,
           r.project_type as "projectType", r.target_framework as "targetFramework",
           r.runtime_kind as "runtimeKind", r.input_arguments as "inputArguments",
           r.environment_variables as "environmentVariables",
           r.specific_priority_value as "specificPriorityValue",
           r.requires_user_interaction as "requiresUserInteraction", r.is_attended as "isAttended",
           r.remote_control_access as "remoteControlAccess", r.process_settings as "processSettings",
           r.video_recording_settings as "videoRecordingSettings", r.requires,
           ${limitsAsJson(sql`r`)} as limits,
           case when e.id is not null then jsonb_build_object(
             'id', e.id, 'uniqueId', e.unique_id, 'path', e.path,
             'inputSchema', e.input_schema, 'outputSchema', e.output_schema)
           end as "entryPoint"
      from ${Release.type.source} r left join package_entry_points e on e.id = r.entry_point_id
     where r.tenant_id = ${tenantId} and r.folder_id = ${folderId} and ${isIt}`);
}

/** Finds an entry point of a package, for a job that names another one than its process has. */
export function findEntryPoint(
  db: Queryable,
  packageRowId: number,
  path: string,
): Promise<StartableEntryPoint | undefined> {
  return db.first<StartableEntryPoint>(sql`
    select id, unique_id as "uniqueId", path, input_schema as "inputSchema", output_schema as "outputSchema"
      from package_entry_points where package_row_id = ${packageRowId} and path = ${path}`);
}
