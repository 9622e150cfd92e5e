// Made from the server's declarations by `npm run contract`.
import type {
  JobPriority,
  ReleaseProcessType,
  RemoteControlAccess,
  RetentionAction,
  RobotSize,
  TargetFramework,
  VideoRecordingType,
} from './enumerations.ts';
import type { Many, NoInput, One, Operation, Value } from './operation.ts';
import type { ArgumentMetadata, EntryPointDto } from './processes.ts';
import type { TagDto, TagDtoInput } from './shared.ts';

export interface AutopilotForRobotsSettingsDto {
  readonly Enabled: boolean | null;
  readonly HealingEnabled: boolean | null;
}

export interface ReleaseDto {
  readonly Key: string;
  readonly Name: string;
  readonly ProcessKey: string;
  readonly ProcessVersion: string;
  readonly Description: string | null;
  readonly IsLatestVersion: boolean | null;
  readonly IsProcessDeleted: boolean;
  readonly EntryPointId: number | null;
  readonly EntryPointPath: string | null;
  readonly InputArguments: string | null;
  /** Lines `NAME=value`. */
  readonly EnvironmentVariables: string | null;
  readonly ProcessType: ReleaseProcessType | null;
  readonly SupportsMultipleEntryPoints: boolean | null;
  /** Kept and given back, and not carried out: hosts with and without a desktop get the same jobs. */
  readonly RequiresUserInteraction: boolean | null;
  readonly IsConversational: boolean;
  readonly MinRequiredRobotVersion: string | null;
  readonly IsAttended: boolean | null;
  readonly IsCompiled: boolean | null;
  readonly AutomationHubIdeaUrl: string | null;
  readonly CurrentVersion: ReleaseVersionDto | null;
  readonly Arguments: ArgumentMetadata | null;
  /** Kept and given back, and not carried out: robots neither record nor start by themselves. */
  readonly ProcessSettings: ProcessSettingsDto | null;
  /** Kept and given back, and not carried out: robots do not record. */
  readonly VideoRecordingSettings: VideoRecordingSettingsDto | null;
  readonly AutoUpdate: boolean | null;
  /** Kept and given back, and not carried out: there are no attended robots. */
  readonly HiddenForAttendedUser: boolean | null;
  readonly FeedId: string | null;
  readonly JobPriority: JobPriority | null;
  readonly SpecificPriorityValue: number | null;
  readonly FolderKey: string | null;
  readonly OrganizationUnitId: number | null;
  readonly OrganizationUnitFullyQualifiedName: string | null;
  readonly TargetFramework: TargetFramework | null;
  /** Kept and given back, and not carried out: there are no serverless robots. */
  readonly RobotSize: RobotSize | null;
  readonly Tags: readonly TagDto[] | null;
  /** Kept and given back, and not carried out: there is no remote control. */
  readonly RemoteControlAccess: RemoteControlAccess | null;
  readonly LastModificationTime: string | null;
  readonly LastModifierUserId: number | null;
  readonly CreationTime: string | null;
  readonly CreatorUserId: number | null;
  readonly Id: number;
  /** With `$expand`. */
  readonly EntryPoint?: EntryPointDto | null;
  /** With `$expand`. */
  readonly EntryPoints?: readonly EntryPointDto[];
  /** With `$expand`. */
  readonly ReleaseVersions?: readonly ReleaseVersionDto[];
}

export interface ReleaseVersionDto {
  readonly ReleaseId: number | null;
  readonly VersionNumber: string | null;
  readonly CreationTime: string | null;
  readonly ReleaseName: string | null;
  readonly Id: number;
}

export interface ProcessSettingsDto {
  readonly ErrorRecordingEnabled: boolean;
  readonly Duration: number;
  readonly Frequency: number;
  readonly Quality: number;
  readonly AutoStartProcess: boolean;
  readonly AlwaysRunning: boolean;
  readonly AutopilotForRobots: AutopilotForRobotsSettingsDto | null;
  readonly AgentSettings: AgentSettings | null;
}

export interface VideoRecordingSettingsDto {
  readonly VideoRecordingType: VideoRecordingType;
  readonly QueueItemVideoRecordingType: VideoRecordingType;
  readonly MaxDurationSeconds: number | null;
}

export interface AgentSettings {
  readonly Memory: boolean | null;
}

export interface AutopilotForRobotsSettingsDtoInput {
  readonly Enabled?: boolean | null;
  readonly HealingEnabled?: boolean | null;
}

export interface VideoRecordingSettingsDtoInput {
  readonly VideoRecordingType?: VideoRecordingType | null;
  readonly QueueItemVideoRecordingType?: VideoRecordingType | null;
  readonly MaxDurationSeconds?: number | null;
}

export interface ReleaseWithRetentionDto {
  readonly Key: string;
  readonly Name: string;
  readonly ProcessKey: string;
  readonly ProcessVersion: string;
  readonly Description: string | null;
  readonly IsLatestVersion: boolean | null;
  readonly IsProcessDeleted: boolean;
  readonly EntryPointId: number | null;
  readonly EntryPointPath: string | null;
  readonly InputArguments: string | null;
  /** Lines `NAME=value`. */
  readonly EnvironmentVariables: string | null;
  readonly ProcessType: ReleaseProcessType | null;
  readonly SupportsMultipleEntryPoints: boolean | null;
  /** Kept and given back, and not carried out: hosts with and without a desktop get the same jobs. */
  readonly RequiresUserInteraction: boolean | null;
  readonly IsConversational: boolean;
  readonly MinRequiredRobotVersion: string | null;
  readonly IsAttended: boolean | null;
  readonly IsCompiled: boolean | null;
  readonly AutomationHubIdeaUrl: string | null;
  readonly CurrentVersion: ReleaseVersionDto | null;
  readonly Arguments: ArgumentMetadata | null;
  /** Kept and given back, and not carried out: robots neither record nor start by themselves. */
  readonly ProcessSettings: ProcessSettingsDto | null;
  /** Kept and given back, and not carried out: robots do not record. */
  readonly VideoRecordingSettings: VideoRecordingSettingsDto | null;
  readonly AutoUpdate: boolean | null;
  /** Kept and given back, and not carried out: there are no attended robots. */
  readonly HiddenForAttendedUser: boolean | null;
  readonly FeedId: string | null;
  readonly JobPriority: JobPriority | null;
  readonly SpecificPriorityValue: number | null;
  readonly FolderKey: string | null;
  readonly OrganizationUnitId: number | null;
  readonly OrganizationUnitFullyQualifiedName: string | null;
  readonly TargetFramework: TargetFramework | null;
  /** Kept and given back, and not carried out: there are no serverless robots. */
  readonly RobotSize: RobotSize | null;
  readonly Tags: readonly TagDto[] | null;
  /** Kept and given back, and not carried out: there is no remote control. */
  readonly RemoteControlAccess: RemoteControlAccess | null;
  readonly LastModificationTime: string | null;
  readonly LastModifierUserId: number | null;
  readonly CreationTime: string | null;
  readonly CreatorUserId: number | null;
  readonly Id: number;
  /** Kept and given back, and not carried out: nothing deletes or archives jobs yet. */
  readonly RetentionAction: RetentionAction | null;
  readonly RetentionPeriod: number | null;
  readonly RetentionBucketId: number | null;
  /** Kept and given back, and not carried out: nothing deletes or archives jobs yet. */
  readonly StaleRetentionAction: RetentionAction | null;
  readonly StaleRetentionPeriod: number | null;
  readonly StaleRetentionBucketId: number | null;
  /** With `$expand`. */
  readonly EntryPoint?: EntryPointDto | null;
  /** With `$expand`. */
  readonly EntryPoints?: readonly EntryPointDto[];
  /** With `$expand`. */
  readonly ReleaseVersions?: readonly ReleaseVersionDto[];
}

export interface ReleaseWithRetentionDtoInput {
  readonly Name: string;
  readonly ProcessKey: string;
  readonly ProcessVersion: string;
  readonly Description?: string | null;
  readonly EntryPointId?: number | null;
  readonly EntryPointPath?: string | null;
  readonly InputArguments?: string | null;
  /** Lines `NAME=value`. */
  readonly EnvironmentVariables?: string | null;
  /** Kept and given back, and not carried out: hosts with and without a desktop get the same jobs. */
  readonly RequiresUserInteraction?: boolean | null;
  readonly AutomationHubIdeaUrl?: string | null;
  /** Kept and given back, and not carried out: robots neither record nor start by themselves. */
  readonly ProcessSettings?: ProcessSettingsDtoInput | null;
  /** Kept and given back, and not carried out: robots do not record. */
  readonly VideoRecordingSettings?: VideoRecordingSettingsDtoInput | null;
  readonly AutoUpdate?: boolean | null;
  /** Kept and given back, and not carried out: there are no attended robots. */
  readonly HiddenForAttendedUser?: boolean | null;
  readonly FeedId?: string | null;
  readonly JobPriority?: JobPriority | null;
  readonly SpecificPriorityValue?: number | null;
  /** Kept and given back, and not carried out: there are no serverless robots. */
  readonly RobotSize?: RobotSize | null;
  readonly Tags?: readonly TagDtoInput[] | null;
  /** Kept and given back, and not carried out: there is no remote control. */
  readonly RemoteControlAccess?: RemoteControlAccess | null;
  /** Kept and given back, and not carried out: nothing deletes or archives jobs yet. */
  readonly RetentionAction?: RetentionAction | null;
  readonly RetentionPeriod?: number | null;
  readonly RetentionBucketId?: number | null;
  /** Kept and given back, and not carried out: nothing deletes or archives jobs yet. */
  readonly StaleRetentionAction?: RetentionAction | null;
  readonly StaleRetentionPeriod?: number | null;
  readonly StaleRetentionBucketId?: number | null;
}

export interface ProcessSettingsDtoInput {
  readonly ErrorRecordingEnabled?: boolean | null;
  readonly Duration?: number | null;
  readonly Frequency?: number | null;
  readonly Quality?: number | null;
  readonly AutoStartProcess?: boolean | null;
  readonly AlwaysRunning?: boolean | null;
  readonly AutopilotForRobots?: AutopilotForRobotsSettingsDtoInput | null;
  readonly AgentSettings?: AgentSettingsInput | null;
}

export interface AgentSettingsInput {
  readonly Memory?: boolean | null;
}

export interface ReleasePatchDto {
  readonly Name?: string | null;
  readonly ProcessKey?: string | null;
  readonly ProcessVersion?: string | null;
  readonly Description?: string | null;
  readonly EntryPointId?: number | null;
  readonly EntryPointPath?: string | null;
  readonly InputArguments?: string | null;
  /** Lines `NAME=value`. */
  readonly EnvironmentVariables?: string | null;
  /** Kept and given back, and not carried out: hosts with and without a desktop get the same jobs. */
  readonly RequiresUserInteraction?: boolean | null;
  readonly AutomationHubIdeaUrl?: string | null;
  /** Kept and given back, and not carried out: robots neither record nor start by themselves. */
  readonly ProcessSettings?: ProcessSettingsDtoInput | null;
  /** Kept and given back, and not carried out: robots do not record. */
  readonly VideoRecordingSettings?: VideoRecordingSettingsDtoInput | null;
  readonly AutoUpdate?: boolean | null;
  /** Kept and given back, and not carried out: there are no attended robots. */
  readonly HiddenForAttendedUser?: boolean | null;
  readonly FeedId?: string | null;
  readonly JobPriority?: JobPriority | null;
  readonly SpecificPriorityValue?: number | null;
  /** Kept and given back, and not carried out: there are no serverless robots. */
  readonly RobotSize?: RobotSize | null;
  readonly Tags?: readonly TagDtoInput[] | null;
  /** Kept and given back, and not carried out: there is no remote control. */
  readonly RemoteControlAccess?: RemoteControlAccess | null;
  /** Kept and given back, and not carried out: nothing deletes or archives jobs yet. */
  readonly RetentionAction?: RetentionAction | null;
  readonly RetentionPeriod?: number | null;
  readonly RetentionBucketId?: number | null;
  /** Kept and given back, and not carried out: nothing deletes or archives jobs yet. */
  readonly StaleRetentionAction?: RetentionAction | null;
  readonly StaleRetentionPeriod?: number | null;
  readonly StaleRetentionBucketId?: number | null;
}

export interface ReleasesUpdateByKeyRequest {
  readonly releaseKey: string;
  readonly processVersion?: string | null;
  readonly entryPointPath?: string | null;
  readonly inputArgs?: string | null;
}

export interface ReleasesUpdateToSpecificPackageVersionRequest {
  readonly packageVersion: string;
}

export interface BulkOperationResponseDtoOfInt64 {
  readonly Success: boolean | null;
  readonly Message: string | null;
  readonly FailedItems: readonly number[] | null;
}

export interface ReleasesUpdateToLatestPackageVersionBulkRequest {
  readonly releaseIds: readonly number[];
  /** Taken, and of no effect: packages carry no tags of Orchestrator. */
  readonly mergePackageTags?: boolean | null;
}

export interface BulkOperationResponseDtoOfGuid {
  readonly Success: boolean | null;
  readonly Message: string | null;
  readonly FailedItems: readonly string[] | null;
}

export interface ReleasesUpdateToLatestPackageVersionBulkRequestByKey {
  readonly releaseKeys: readonly string[];
  /** Taken, and of no effect: packages carry no tags of Orchestrator. */
  readonly mergePackageTags?: boolean | null;
}

/** Lists the processes of a folder, or of all folders of the caller. */
export const getReleases: Operation<
  {
    readonly mandatoryPermissions?: readonly string[] | null;
    readonly atLeastOnePermissions?: readonly string[] | null;
  },
  Many<ReleaseDto>
> = {
  id: 'Releases_Get',
  method: 'GET',
  path: '/odata/Releases',
  query: ['mandatoryPermissions', 'atLeastOnePermissions'],
  answer: 'many',
};

/** Lists the processes of a folder, or of all folders of the caller. */
export const listReleases: Operation<NoInput, Many<ReleaseDto>> = {
  id: 'Releases_ListReleases',
  method: 'GET',
  path: '/odata/Releases/UiPath.Server.Configuration.OData.ListReleases',
  answer: 'many',
};

/** One process. */
export const getRelease: Operation<{ readonly key: number }, One<ReleaseDto>> = {
  id: 'Releases_GetById',
  method: 'GET',
  path: '/odata/Releases({key})',
  answer: 'one',
};

/** One process, with how long its jobs are to be kept. */
export const getReleaseWithRetention: Operation<{ readonly key: number }, One<ReleaseWithRetentionDto>> = {
  id: 'Releases_GetReleaseById',
  method: 'GET',
  path: '/odata/Releases({key})/UiPath.Server.Configuration.OData.GetRelease',
  answer: 'one',
};

/** Makes a process of a version of a package. */
export const postRelease: Operation<{ readonly body: ReleaseWithRetentionDtoInput }, One<ReleaseDto>> = {
  id: 'Releases_Post',
  method: 'POST',
  path: '/odata/Releases',
  answer: 'one',
};

/** Makes a process of a version of a package, and says how long its jobs are to be kept. */
export const createRelease: Operation<
  { readonly body: ReleaseWithRetentionDtoInput },
  One<ReleaseWithRetentionDto>
> = {
  id: 'Releases_CreateRelease',
  method: 'POST',
  path: '/odata/Releases/UiPath.Server.Configuration.OData.CreateRelease',
  answer: 'one',
};

/** Replaces what a process says; what is left out goes back to its default. */
export const putRelease: Operation<
  { readonly key: number; readonly body: ReleaseWithRetentionDtoInput },
  undefined
> = {
  id: 'Releases_PutById',
  method: 'PUT',
  path: '/odata/Releases({key})',
  answer: 'nothing',
};

/** Changes what is given; the rest stays. */
export const patchRelease: Operation<{ readonly key: number; readonly body: ReleasePatchDto }, undefined> = {
  id: 'Releases_PatchById',
  method: 'PATCH',
  path: '/odata/Releases({key})',
  answer: 'nothing',
};

/** Changes version, entry point or input of a process. */
export const updateByKey: Operation<{ readonly body: ReleasesUpdateByKeyRequest }, undefined> = {
  id: 'Releases_UpdateByKey',
  method: 'POST',
  path: '/odata/Releases/UiPath.Server.Configuration.OData.UpdateByKey',
  answer: 'nothing',
};

/** Deletes a process whose jobs have all ended. */
export const deleteRelease: Operation<{ readonly key: number }, undefined> = {
  id: 'Releases_DeleteById',
  method: 'DELETE',
  path: '/odata/Releases({key})',
  answer: 'nothing',
};

/** Deletes a process, in whichever folder, whose jobs have all ended. */
export const deleteReleaseByKey: Operation<{ readonly key: string }, undefined> = {
  id: 'Releases_DeleteByKey',
  method: 'DELETE',
  path: '/api/Releases/DeleteByKey',
  query: ['key'],
  answer: 'nothing',
};

/** Moves a process to a version of its package. */
export const updateToSpecific: Operation<
  { readonly key: number; readonly body: ReleasesUpdateToSpecificPackageVersionRequest },
  Value<number | null>
> = {
  id: 'Releases_UpdateToSpecificPackageVersionById',
  method: 'POST',
  path: '/odata/Releases({key})/UiPath.Server.Configuration.OData.UpdateToSpecificPackageVersion',
  answer: 'value',
};

/** Moves a process to a version of its package. */
export const updateToSpecificByKey: Operation<
  { readonly identifier: string; readonly body: ReleasesUpdateToSpecificPackageVersionRequest },
  Value<string | null>
> = {
  id: 'Releases_UpdateToSpecificPackageVersionByKeyByIdentifier',
  method: 'POST',
  path: '/odata/Releases/UiPath.Server.Configuration.OData.UpdateToSpecificPackageVersionByKey(identifier={identifier})',
  answer: 'value',
};

/** Moves a process to the latest version of its package. */
export const updateToLatest: Operation<
  { readonly key: number; readonly mergePackageTags?: boolean | null },
  Value<number | null>
> = {
  id: 'Releases_UpdateToLatestPackageVersionById',
  method: 'POST',
  path: '/odata/Releases({key})/UiPath.Server.Configuration.OData.UpdateToLatestPackageVersion',
  query: ['mergePackageTags'],
  answer: 'value',
};

/** Moves a process to the latest version of its package. */
export const updateToLatestByKey: Operation<
  { readonly identifier: string; readonly mergePackageTags?: boolean | null },
  Value<string | null>
> = {
  id: 'Releases_UpdateToLatestPackageVersionByKeyByIdentifier',
  method: 'POST',
  path: '/odata/Releases/UiPath.Server.Configuration.OData.UpdateToLatestPackageVersionByKey(identifier={identifier})',
  query: ['mergePackageTags'],
  answer: 'value',
};

/** Moves a process back to the version that it had before. */
export const rollback: Operation<
  { readonly key: number; readonly mergePackageTags?: boolean | null },
  Value<number | null>
> = {
  id: 'Releases_RollbackToPreviousReleaseVersionById',
  method: 'POST',
  path: '/odata/Releases({key})/UiPath.Server.Configuration.OData.RollbackToPreviousReleaseVersion',
  query: ['mergePackageTags'],
  answer: 'value',
};

/** Moves a process back to the version that it had before. */
export const rollbackByKey: Operation<
  { readonly identifier: string; readonly mergePackageTags?: boolean | null },
  Value<string | null>
> = {
  id: 'Releases_RollbackToPreviousReleaseVersionByKeyByIdentifier',
  method: 'POST',
  path: '/odata/Releases/UiPath.Server.Configuration.OData.RollbackToPreviousReleaseVersionByKey(identifier={identifier})',
  query: ['mergePackageTags'],
  answer: 'value',
};

/** Moves processes to the latest version of their packages, each by itself. */
export const updateToLatestBulk: Operation<
  { readonly body: ReleasesUpdateToLatestPackageVersionBulkRequest },
  One<BulkOperationResponseDtoOfInt64>
> = {
  id: 'Releases_UpdateToLatestPackageVersionBulk',
  method: 'POST',
  path: '/odata/Releases/UiPath.Server.Configuration.OData.UpdateToLatestPackageVersionBulk',
  answer: 'one',
};

/** Moves processes to the latest version of their packages, each by itself. */
export const updateToLatestBulkByKey: Operation<
  { readonly body: ReleasesUpdateToLatestPackageVersionBulkRequestByKey },
  One<BulkOperationResponseDtoOfGuid>
> = {
  id: 'Releases_UpdateToLatestPackageVersionBulkByKey',
  method: 'POST',
  path: '/odata/Releases/UiPath.Server.Configuration.OData.UpdateToLatestPackageVersionBulkByKey',
  answer: 'one',
};
