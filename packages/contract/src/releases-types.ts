// Made from the server's declarations by `npm run contract`.
import type {
  JobPriority,
  ReleaseProcessType,
  RemoteControlAccess,
  RetentionAction,
  RobotSize,
  StopStrategy,
  TargetFramework,
  VideoRecordingType,
} from './enumerations.ts';
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
  /**
   * What a host must be able to run: python, node, robot, command; xaml and unknown are for robots of others.
   */
  readonly RuntimeKind: string | null;
  /** Labels that hosts must have to run its jobs. Null goes back to what the package says. */
  readonly Requires: readonly string[] | null;
  /** Seconds after which its jobs are stopped by StopStrategy. */
  readonly StopProcessExpression: string | null;
  readonly StopStrategy: StopStrategy | null;
  /** Seconds after a soft stop until its jobs are killed. */
  readonly KillProcessExpression: string | null;
  /** How often a job that faults is run again, as a new job. */
  readonly MaxNumberOfRetries: number | null;
  /** Seconds until the second attempt; 60 if not given. */
  readonly RetryDelaySeconds: number | null;
  /** By which each further delay is longer, up to a day; 2 if not given. */
  readonly RetryDelayFactor: number | null;
  /** A job that uses more memory ends as Faulted. */
  readonly MemoryLimitMegabytes: number | null;
  /** Processors that a job may keep busy, such as 0.5. Held on hosts with the label holds-limits. */
  readonly ProcessorLimit: number | null;
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
  /**
   * What a host must be able to run: python, node, robot, command; xaml and unknown are for robots of others.
   */
  readonly RuntimeKind: string | null;
  /** Labels that hosts must have to run its jobs. Null goes back to what the package says. */
  readonly Requires: readonly string[] | null;
  /** Seconds after which its jobs are stopped by StopStrategy. */
  readonly StopProcessExpression: string | null;
  readonly StopStrategy: StopStrategy | null;
  /** Seconds after a soft stop until its jobs are killed. */
  readonly KillProcessExpression: string | null;
  /** How often a job that faults is run again, as a new job. */
  readonly MaxNumberOfRetries: number | null;
  /** Seconds until the second attempt; 60 if not given. */
  readonly RetryDelaySeconds: number | null;
  /** By which each further delay is longer, up to a day; 2 if not given. */
  readonly RetryDelayFactor: number | null;
  /** A job that uses more memory ends as Faulted. */
  readonly MemoryLimitMegabytes: number | null;
  /** Processors that a job may keep busy, such as 0.5. Held on hosts with the label holds-limits. */
  readonly ProcessorLimit: number | null;
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
  /** Labels that hosts must have to run its jobs. Null goes back to what the package says. */
  readonly Requires?: readonly string[] | null;
  /** Seconds after which its jobs are stopped by StopStrategy. */
  readonly StopProcessExpression?: string | null;
  readonly StopStrategy?: StopStrategy | null;
  /** Seconds after a soft stop until its jobs are killed. */
  readonly KillProcessExpression?: string | null;
  /** How often a job that faults is run again, as a new job. */
  readonly MaxNumberOfRetries?: number | null;
  /** Seconds until the second attempt; 60 if not given. */
  readonly RetryDelaySeconds?: number | null;
  /** By which each further delay is longer, up to a day; 2 if not given. */
  readonly RetryDelayFactor?: number | null;
  /** A job that uses more memory ends as Faulted. */
  readonly MemoryLimitMegabytes?: number | null;
  /** Processors that a job may keep busy, such as 0.5. Held on hosts with the label holds-limits. */
  readonly ProcessorLimit?: number | null;
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
  /** Labels that hosts must have to run its jobs. Null goes back to what the package says. */
  readonly Requires?: readonly string[] | null;
  /** Seconds after which its jobs are stopped by StopStrategy. */
  readonly StopProcessExpression?: string | null;
  readonly StopStrategy?: StopStrategy | null;
  /** Seconds after a soft stop until its jobs are killed. */
  readonly KillProcessExpression?: string | null;
  /** How often a job that faults is run again, as a new job. */
  readonly MaxNumberOfRetries?: number | null;
  /** Seconds until the second attempt; 60 if not given. */
  readonly RetryDelaySeconds?: number | null;
  /** By which each further delay is longer, up to a day; 2 if not given. */
  readonly RetryDelayFactor?: number | null;
  /** A job that uses more memory ends as Faulted. */
  readonly MemoryLimitMegabytes?: number | null;
  /** Processors that a job may keep busy, such as 0.5. Held on hosts with the label holds-limits. */
  readonly ProcessorLimit?: number | null;
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
