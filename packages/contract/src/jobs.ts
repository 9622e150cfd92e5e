// Made from the server's declarations by `npm run contract`.
import type { JobAttachmentDtoInput } from './attachments.ts';
import type {
  JobPriority,
  JobSourceType,
  JobState,
  JobType,
  PendingReason,
  PendingReasonTarget,
  ReleaseProcessType,
  RemoteControlAccess,
  RobotType,
  StopStrategy,
  TargetFramework,
} from './enumerations.ts';
import type { ExportModel } from './exports.ts';
import type { MachineDto } from './machines.ts';
import type { Many, NoInput, One, Operation } from './operation.ts';
import type {
  AutopilotForRobotsSettingsDto,
  AutopilotForRobotsSettingsDtoInput,
  ReleaseDto,
  VideoRecordingSettingsDtoInput,
} from './releases-types.ts';
import type { SimpleRobotDto } from './robots.ts';

export interface JobDto {
  readonly Key: string;
  readonly StartTime: string | null;
  readonly EndTime: string | null;
  readonly State: JobState;
  readonly SubState: string | null;
  readonly JobPriority: JobPriority | null;
  readonly SpecificPriorityValue: number | null;
  readonly ResourceOverwrites: string | null;
  readonly Source: string | null;
  readonly SourceType: JobSourceType | null;
  readonly BatchExecutionKey: string | null;
  readonly Info: string | null;
  readonly CreationTime: string;
  readonly StartingScheduleId: number | null;
  readonly ReleaseName: string | null;
  readonly Type: JobType | null;
  readonly InputArguments: string | null;
  readonly InputFile: string | null;
  readonly EnvironmentVariables: string | null;
  readonly OutputArguments: string | null;
  readonly OutputFile: string | null;
  readonly HostMachineName: string | null;
  readonly HasMediaRecorded: boolean | null;
  readonly HasVideoRecorded: boolean;
  readonly PersistenceId: string | null;
  readonly ResumeVersion: number | null;
  readonly StopStrategy: StopStrategy | null;
  readonly RuntimeType: RobotType | null;
  readonly RequiresUserInteraction: boolean | null;
  readonly ReleaseVersionId: number | null;
  readonly EntryPointPath: string | null;
  readonly OrganizationUnitId: number | null;
  readonly OrganizationUnitFullyQualifiedName: string | null;
  readonly Reference: string | null;
  readonly ProcessType: ReleaseProcessType | null;
  readonly ProfilingOptions: string | null;
  readonly ResumeOnSameContext: boolean | null;
  readonly LocalSystemAccount: string | null;
  readonly OrchestratorUserIdentity: string | null;
  readonly RemoteControlAccess: RemoteControlAccess | null;
  readonly StartingTriggerId: string | null;
  readonly MaxExpectedRunningTimeSeconds: number | null;
  readonly ServerlessJobType: JobType | null;
  readonly ParentJobKey: string | null;
  readonly ResumeTime: string | null;
  readonly LastModificationTime: string | null;
  readonly JobError: JobErrorDto | null;
  readonly ErrorCode: string | null;
  readonly FpsProperties: string | null;
  readonly TraceId: string | null;
  readonly ParentSpanId: string | null;
  readonly RootSpanId: string | null;
  readonly AutopilotForRobots: AutopilotForRobotsSettingsDto | null;
  readonly FpsContext: string | null;
  /**
   * What a pending job waits for before all else; for filters. Kept with the job, and judged anew when
   * something changes.
   */
  readonly PendingReason: PendingReason | null;
  /**
   * Of a pending job: all that it waits for, judged now by the conditions of the hand-out. What has to be
   * cured first comes first.
   */
  readonly PendingReasons: readonly PendingReasonDto[] | null;
  /** Labels that its host must have. */
  readonly Requires: readonly string[] | null;
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
  /** 1, or more for a job that was made because an earlier one faulted. */
  readonly Attempt: number;
  /** Of a later attempt: the job of the first. */
  readonly FirstJobKey: string | null;
  /** The next attempt, where there is one. */
  readonly NextJobKey: string | null;
  /** Of a later attempt: how the one before it ended. */
  readonly RetryReason: string | null;
  /** When a later attempt may begin. Null from then on. */
  readonly DueTime: string | null;
  /** Processor time that it used. */
  readonly ProcessorSeconds: number | null;
  /** The most memory that it used at once. */
  readonly PeakMemoryBytes: number | null;
  readonly Id: number;
  /** With `$expand`. */
  readonly Robot?: SimpleRobotDto | null;
  /** With `$expand`. */
  readonly Release?: ReleaseDto | null;
  /** With `$expand`. */
  readonly Machine?: MachineDto | null;
}

export interface JobErrorDto {
  readonly code: string | null;
  readonly title: string | null;
  readonly detail: string | null;
  readonly category: string | null;
  readonly status: number | null;
  readonly timestamp: string | null;
}

export interface PendingReasonDto {
  readonly Code: PendingReason;
  /** The reason as a sentence. */
  readonly Text: string;
  /** The number in the sentence: slots, or jobs that come first. */
  readonly Count: number | null;
  readonly TargetType: PendingReasonTarget;
  /** What to look at for the cure. */
  readonly TargetId: number | null;
}

export interface JobCountsOverTimeDto {
  readonly from: string;
  readonly until: string;
  /** How long each part is. */
  readonly seconds: number;
  readonly parts: readonly JobCountsDto[];
}

export const JobClock = { Created: 0, Started: 1, Ended: 2 } as const;
export type JobClock = keyof typeof JobClock;

export interface JobCountsDto {
  /** Where the part begins. */
  readonly time: string;
  readonly pending: number;
  readonly running: number;
  readonly stopping: number;
  readonly terminating: number;
  readonly faulted: number;
  readonly successful: number;
  readonly stopped: number;
  readonly suspended: number;
  readonly resumed: number;
}

export interface StartJobsRequest {
  readonly startInfo: StartProcessDto;
}

export interface StartProcessDto {
  readonly ReleaseKey?: string | null;
  readonly ReleaseName?: string | null;
  readonly Strategy?: StartStrategy | null;
  readonly RobotIds?: readonly number[] | null;
  readonly MachineSessionIds?: readonly number[] | null;
  readonly NoOfRobots?: number | null;
  /** Jobs to start; default 1. */
  readonly JobsCount?: number | null;
  readonly Source?: StartSource | null;
  readonly JobPriority?: JobPriority | null;
  readonly SpecificPriorityValue?: number | null;
  readonly RuntimeType?: RobotType | null;
  /** A JSON object as text. */
  readonly InputArguments?: string | null;
  /** An attachment of the folder with the arguments; for long ones. */
  readonly InputFile?: string | null;
  /** Lines `NAME=value`. */
  readonly EnvironmentVariables?: string | null;
  readonly Reference?: string | null;
  readonly MachineRobots?: readonly MachineRobotDto[] | null;
  /** Taken, and of no effect: the package has its own. */
  readonly TargetFramework?: TargetFramework | null;
  /** Kept and given back, and not carried out: jobs are not suspended yet. */
  readonly ResumeOnSameContext?: boolean | null;
  readonly BatchExecutionKey?: string | null;
  /** Kept and given back, and not carried out: hosts with and without a desktop get the same jobs. */
  readonly RequiresUserInteraction?: boolean | null;
  /** Seconds after which the job is stopped by StopStrategy. */
  readonly StopProcessExpression?: string | null;
  readonly StopStrategy?: StopStrategy | null;
  /** Seconds after a soft stop until the job is killed. */
  readonly KillProcessExpression?: string | null;
  /** Kept and given back, and not carried out: there is no remote control. */
  readonly RemoteControlAccess?: RemoteControlAccess | null;
  /** Taken, and of no effect: there are no alerts yet. */
  readonly AlertPendingExpression?: string | null;
  /** Taken, and of no effect: there are no alerts yet. */
  readonly AlertRunningExpression?: string | null;
  readonly RunAsMe?: boolean | null;
  /** Taken, and of no effect: jobs are not linked by it. */
  readonly ParentOperationId?: string | null;
  /** Kept and given back, and not carried out: there is no such service. */
  readonly AutopilotForRobots?: AutopilotForRobotsSettingsDtoInput | null;
  /** Kept and given back, and not carried out: robots do not profile. */
  readonly ProfilingOptions?: string | null;
  /** Kept and given back, and not carried out: there is no such service. */
  readonly FpsContext?: string | null;
  /** Kept and given back, and not carried out: there is no such service. */
  readonly FpsProperties?: string | null;
  readonly TraceId?: string | null;
  readonly ParentSpanId?: string | null;
  readonly RootSpanId?: string | null;
  readonly EntryPointPath?: string | null;
  /** Taken, and of no effect: robots do not record. */
  readonly VideoRecordingSettings?: VideoRecordingSettingsDtoInput | null;
  /** Labels that the host must have, instead of the process's. */
  readonly Requires?: readonly string[] | null;
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
  /** Files of the folder that become files of each job. */
  readonly Attachments?: readonly JobAttachmentDtoInput[] | null;
}

export const StartStrategy = {
  All: 0,
  Specific: 1,
  RobotCount: 2,
  JobsCount: 3,
  ModernJobsCount: 4,
} as const;
export type StartStrategy = keyof typeof StartStrategy;

export const StartSource = {
  Manual: 0,
  Schedule: 1,
  Queue: 2,
  StudioWeb: 3,
  IntegrationTrigger: 4,
  StudioDesktop: 5,
  AutomationOpsPipelines: 6,
  Apps: 7,
  SAP: 8,
  HttpTrigger: 9,
  HttpTriggerWithCallback: 10,
  RobotAPI: 11,
  Assistant: 12,
  CommandLine: 13,
  RobotNetAPI: 14,
  Autopilot: 15,
  TestManager: 16,
  AgentService: 17,
  ProcessOrchestration: 18,
  PluginEcosystem: 19,
  PerformanceTesting: 20,
  AgentHub: 21,
  ApiWorkflow: 22,
} as const;
export type StartSource = keyof typeof StartSource;

export interface MachineRobotDto {
  readonly MachineId?: number | null;
  readonly MachineName?: string | null;
  readonly RobotId?: number | null;
  readonly RobotUserName?: string | null;
}

export interface ValidationResultDto {
  readonly IsValid: boolean | null;
  readonly Errors: readonly string[] | null;
  readonly ErrorCodes: readonly JobPendingReason[] | null;
}

export const JobPendingReason = {
  RobotNotAssignedToFolder: 0,
  RobotNotFound: 1,
  RobotNoCredentials: 2,
  RobotBusy: 3,
  RobotConcurrencyLimit: 4,
  RobotNoMatchingUsernames: 5,
  RobotVersionTooLow: 6,
  TemplateNoRuntime: 7,
  TemplateNoHostsAvailable: 8,
  TemplateNoLicense: 9,
  TemplateFullCapacity: 10,
  TemplateNotAssignedToFolder: 11,
  TemplateMaintenanceMode: 12,
} as const;
export type JobPendingReason = keyof typeof JobPendingReason;

export interface StopJobRequest {
  readonly strategy: StopStrategy;
}

export interface StopJobsRequest {
  readonly strategy: StopStrategy;
  readonly jobIds: readonly number[];
}

export interface RestartJobRequest {
  readonly jobId: number;
}

export interface ResumeJobRequest {
  readonly jobKey: string;
}

/** Lists jobs of a folder; without one, of all folders where the caller may see jobs. */
export const getJobs: Operation<NoInput, Many<JobDto>> = {
  id: 'Jobs_Get',
  method: 'GET',
  path: '/odata/Jobs',
  answer: 'many',
};

/** How many jobs were created, began or ended in each part of a time, by the state that they have now. */
export const getJobCounts: Operation<
  {
    readonly from?: string | null;
    readonly until?: string | null;
    readonly parts?: number | null;
    readonly clock?: JobClock | null;
    readonly withSubfolders?: boolean | null;
  },
  JobCountsOverTimeDto
> = {
  id: 'Jobs_GetCountsOverTime',
  method: 'GET',
  path: '/api/Jobs/CountsOverTime',
  query: ['from', 'until', 'parts', 'clock', 'withSubfolders'],
  answer: 'plain',
};

/** Has the jobs that the query options ask for written to a CSV file. */
export const exportJobs: Operation<NoInput, One<ExportModel>> = {
  id: 'Jobs_Export',
  method: 'POST',
  path: '/odata/Jobs/UiPath.Server.Configuration.OData.Export',
  answer: 'one',
};

/** One job. */
export const getJob: Operation<{ readonly key: number }, One<JobDto>> = {
  id: 'Jobs_GetById',
  method: 'GET',
  path: '/odata/Jobs({key})',
  answer: 'one',
};

/** The job with a key, in whichever folder it is. */
export const getJobByKey: Operation<{ readonly identifier: string }, One<JobDto>> = {
  id: 'Jobs_GetByKey',
  method: 'GET',
  path: '/odata/Jobs/UiPath.Server.Configuration.OData.GetByKey(identifier={identifier})',
  answer: 'one',
};

/** Starts a process: creates jobs that the folder’s robots take by priority. */
export const startJobs: Operation<{ readonly body: StartJobsRequest }, Many<JobDto>> = {
  id: 'Jobs_StartJobs',
  method: 'POST',
  path: '/odata/Jobs/UiPath.Server.Configuration.OData.StartJobs',
  answer: 'many',
};

/** Says whether StartJobs with the same body would find somebody to run the job now. */
export const validateDynamicJob: Operation<{ readonly body: StartJobsRequest }, One<ValidationResultDto>> = {
  id: 'Jobs_ValidateDynamicJob',
  method: 'POST',
  path: '/odata/Jobs/UiPath.Server.Configuration.OData.ValidateDynamicJob',
  answer: 'one',
};

/** Says why a waiting job waits. */
export const validateExistingJob: Operation<{ readonly key: number }, One<ValidationResultDto>> = {
  id: 'Jobs_ValidateExistingJobById',
  method: 'POST',
  path: '/odata/Jobs({key})/UiPath.Server.Configuration.OData.ValidateExistingJob',
  answer: 'one',
};

/** Asks a job to stop, or kills it. One that no robot has begun stops at once. */
export const stopJob: Operation<{ readonly key: number; readonly body: StopJobRequest }, undefined> = {
  id: 'Jobs_StopJobById',
  method: 'POST',
  path: '/odata/Jobs({key})/UiPath.Server.Configuration.OData.StopJob',
  answer: 'nothing',
};

/** Stops several jobs. Those that ended meanwhile are passed over; when all had ended, it is refused. */
export const stopJobs: Operation<{ readonly body: StopJobsRequest }, undefined> = {
  id: 'Jobs_StopJobs',
  method: 'POST',
  path: '/odata/Jobs/UiPath.Server.Configuration.OData.StopJobs',
  answer: 'nothing',
};

/**
 * Starts a job that ended once more, as a new job with the same arguments. While that one has not ended,
 * asking again answers it.
 */
export const restartJob: Operation<{ readonly body: RestartJobRequest }, One<JobDto>> = {
  id: 'Jobs_RestartJob',
  method: 'POST',
  path: '/odata/Jobs/UiPath.Server.Configuration.OData.RestartJob',
  answer: 'one',
};

/** Lets a suspended job go on. */
export const resumeJob: Operation<{ readonly body: ResumeJobRequest }, One<JobDto>> = {
  id: 'Jobs_ResumeJob',
  method: 'POST',
  path: '/odata/Jobs/UiPath.Server.Configuration.OData.ResumeJob',
  answer: 'one',
};
