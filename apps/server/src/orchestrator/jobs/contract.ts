import { entity, toOne } from '../../kernel/contract/entity.ts';
import {
  Bool,
  Complex,
  DateTime,
  Double,
  dto,
  Enum,
  Guid,
  Int32,
  Int64,
  List,
  NameText,
  Text,
} from '../../kernel/contract/fields.ts';
import { many, nothing, one, operation } from '../../kernel/contract/operation.ts';
import { JobAttachment } from '../attachments/contract.ts';
import { attachmentLinked } from '../attachments/events.ts';
import { IS_MEDIA } from '../attachments/media.ts';
import { Export } from '../exports/contract.ts';
import { Labels } from '../labels.ts';
import { Machine } from '../machines/contract.ts';
import { TargetFramework } from '../packages/contract.ts';
import {
  EVERY_HOST,
  JobPriority,
  Release,
  ReleaseProcessType,
  RemoteControlAccess,
  VideoRecordingSettings,
} from '../processes/contract.ts';
import { limitsOfBoth, SECONDS } from '../processes/run-limits.ts';
import { SimpleRobot } from '../robots/contract.ts';
import { RobotType } from '../robots/enumerations.ts';
import { StopStrategy } from '../stop-strategy.ts';
import {
  JobPendingReason,
  JobSourceType,
  JobState,
  JobType,
  StartSource,
  StartStrategy,
} from './enumerations.ts';
import { jobCreated, jobStopped, jobStopping, jobTerminating } from './events.ts';
import { FIRST_REASON, PENDING_REASONS, PendingReason, PendingReasonTarget } from './pending-reasons.ts';

const JobError = dto('JobErrorDto', {
  code: Text(),
  title: Text(),
  detail: Text(),
  category: Text(),
  status: Int32(),
  timestamp: DateTime(),
});
const AutopilotForRobots = dto('AutopilotForRobotsSettingsDto', { Enabled: Bool(), HealingEnabled: Bool() });

const JobPendingReasonDto = dto('PendingReasonDto', {
  Code: Enum(PendingReason, { notNull: true }),
  Text: Text({ notNull: true, description: 'The reason as a sentence.' }),
  Count: Int32({ description: 'The number in the sentence: slots, or jobs that come first.' }),
  TargetType: Enum(PendingReasonTarget, { notNull: true }),
  TargetId: Int64({ description: 'What to look at for the cure.' }),
});

/** A first attempt has no key of a first one: its own key is that. */
const NEXT_ATTEMPT = `(select n.key from jobs n where n.first_job_key = coalesce($.first_job_key, $.key) and n.attempt = $.attempt + 1)`;

const kept = (name: string): string => `($.details->>'${name}')`;

export const Job = entity({
  name: 'JobDto',
  set: 'Jobs',
  label: 'Job',
  table: 'jobs',
  inFolder: '$.folder_id in ?',
  indexedInFolder: ['State'],
  names: ['ReleaseName'],
  ties: 'CreationTime',
  reading: { scope: 'OR.Jobs', inFolder: 'Jobs.View' },
  properties: {
    Key: Guid({ notNull: true }),
    StartTime: DateTime({ from: 'started_at' }),
    EndTime: DateTime({ from: 'ended_at' }),
    State: Enum(JobState, { notNull: true }),
    SubState: Text(),
    JobPriority: Enum(JobPriority, {
      from: 'case when $.priority <= 30 then 0 when $.priority <= 60 then 1 else 2 end',
    }),
    SpecificPriorityValue: Int32({ from: 'priority' }),
    ResourceOverwrites: Text({ constant: null }),
    Source: Text(),
    SourceType: Enum(JobSourceType),
    BatchExecutionKey: Guid(),
    Info: Text({
      from: `case when $.state = ${JobState.Pending} then coalesce($.waits_for, $.info) else $.info end`,
    }),
    CreationTime: DateTime({ from: 'created_at', notNull: true }),
    StartingScheduleId: Int64(),
    ReleaseName: NameText(),
    Type: Enum(JobType),
    InputArguments: Text(),
    InputFile: Guid(),
    EnvironmentVariables: Text(),
    OutputArguments: Text(),
    OutputFile: Guid(),
    HostMachineName: Text(),
    HasMediaRecorded: Bool({
      from: `exists (select from job_attachments l join attachments a on a.id = l.attachment_id
                      where l.job_id = $.id and ${IS_MEDIA})`,
    }),
    HasVideoRecorded: Bool({ constant: false }),
    PersistenceId: Guid({ constant: null }),
    ResumeVersion: Int32({ constant: null }),
    StopStrategy: Enum(StopStrategy),
    RuntimeType: Enum(RobotType),
    RequiresUserInteraction: Bool(),
    ReleaseVersionId: Int64(),
    EntryPointPath: Text(),
    OrganizationUnitId: Int64({ from: 'folder_id' }),
    OrganizationUnitFullyQualifiedName: Text({
      from: '(select f.path from folders f where f.id = $.folder_id)',
    }),
    Reference: Text(),
    ProcessType: Enum(ReleaseProcessType),
    ProfilingOptions: Text({ from: kept('ProfilingOptions') }),
    ResumeOnSameContext: Bool(),
    LocalSystemAccount: Text({ constant: null }),
    OrchestratorUserIdentity: Text({
      from: `(select u.user_name from robots r join users u on u.id = r.user_id where r.id = $.robot_id)`,
    }),
    RemoteControlAccess: Enum(RemoteControlAccess),
    StartingTriggerId: Guid({ constant: null }),
    MaxExpectedRunningTimeSeconds: Int64({ from: 'stop_after_seconds' }),
    ServerlessJobType: Enum(JobType, { constant: null }),
    ParentJobKey: Guid(),
    ResumeTime: DateTime({ constant: null }),
    LastModificationTime: DateTime({ from: 'modified_at' }),
    JobError: Complex(JobError, {
      from: `case when $.state = ${JobState.Faulted} then jsonb_build_object('code', $.error_code, 'title', 'The job faulted', 'detail', $.info,
               'category', case when $.reported_state is null then 'System' else 'User' end, 'timestamp', $.ended_at) end`,
    }),
    ErrorCode: Text(),
    FpsProperties: Text({ from: kept('FpsProperties') }),
    TraceId: Text({ from: kept('TraceId') }),
    ParentSpanId: Text({ from: kept('ParentSpanId') }),
    RootSpanId: Text({ from: kept('RootSpanId') }),
    AutopilotForRobots: Complex(AutopilotForRobots, { from: `($.details->'AutopilotForRobots')` }),
    FpsContext: Text({ from: kept('FpsContext') }),
    // Baton's own members.
    PendingReason: Enum(PendingReason, {
      from: FIRST_REASON,
      description:
        'What a pending job waits for before all else; for filters. Kept with the job, and judged anew when something changes.',
    }),
    PendingReasons: List(Complex(JobPendingReasonDto), {
      from: PENDING_REASONS,
      filterable: false,
      description:
        'Of a pending job: all that it waits for, judged now by the conditions of the hand-out. What has to be cured first comes first.',
    }),
    Requires: Labels({ from: 'to_jsonb($.requires)', description: 'Labels that its host must have.' }),
    ...limitsOfBoth,
    Attempt: Int32({
      notNull: true,
      description: '1, or more for a job that was made because an earlier one faulted.',
    }),
    FirstJobKey: Guid({ description: 'Of a later attempt: the job of the first.' }),
    NextJobKey: Guid({ from: NEXT_ATTEMPT, description: 'The next attempt, where there is one.' }),
    RetryReason: Text({ description: 'Of a later attempt: how the one before it ended.' }),
    DueTime: DateTime({ from: 'due_at', description: 'When a later attempt may begin. Null from then on.' }),
    ProcessorSeconds: Double({ description: 'Processor time that it used.' }),
    PeakMemoryBytes: Int64({ description: 'The most memory that it used at once.' }),
    Id: Int64(),
  },
  navigations: {
    Robot: toOne(() => SimpleRobot, '$.robot_id = @.id'),
    Release: toOne(() => Release, '$.release_id = @.id'),
    Machine: toOne(() => Machine, '$.machine_id = @.id'),
  },
});

const MachineRobot = dto('MachineRobotDto', {
  MachineId: Int64(),
  MachineName: NameText(),
  RobotId: Int64(),
  RobotUserName: NameText(),
});

/** The most jobs that a single call can start. */
export const MOST_JOBS = 10_000;
/** Characters of arguments that the call itself may contain. */
const MOST_ARGUMENTS = 10_000;

export const StartProcess = dto('StartProcessDto', {
  ReleaseKey: Text({ maxLength: 64 }),
  ReleaseName: NameText({ maxLength: 256 }),
  Strategy: Enum(StartStrategy),
  RobotIds: List(Int64(), { max: 1000 }),
  MachineSessionIds: List(Int64(), { max: 1000 }),
  NoOfRobots: Int32({ min: 0 }),
  JobsCount: Int32({ min: 0, max: MOST_JOBS, description: 'Jobs to start; default 1.' }),
  Source: Enum(StartSource),
  JobPriority: Enum(JobPriority),
  SpecificPriorityValue: Int32({ min: 1, max: 100 }),
  RuntimeType: Enum(RobotType),
  InputArguments: Text({ maxLength: MOST_ARGUMENTS, description: 'A JSON object as text.' }),
  InputFile: Guid({ description: 'An attachment of the folder with the arguments; for long ones.' }),
  EnvironmentVariables: Text({ maxLength: 4000, description: 'Lines `NAME=value`.' }),
  Reference: Text({ maxLength: 128 }),
  MachineRobots: List(Complex(MachineRobot), { max: 1000 }),
  TargetFramework: Enum(TargetFramework, { ofNoEffect: 'the package has its own' }),
  ResumeOnSameContext: Bool({ notCarriedOut: 'jobs are not suspended yet' }),
  BatchExecutionKey: Guid(),
  RequiresUserInteraction: Bool({ notCarriedOut: EVERY_HOST }),
  StopProcessExpression: Text({
    ...SECONDS,
    description: 'Seconds after which the job is stopped by StopStrategy.',
  }),
  StopStrategy: Enum(StopStrategy),
  KillProcessExpression: Text({
    ...SECONDS,
    description: 'Seconds after a soft stop until the job is killed.',
  }),
  RemoteControlAccess: Enum(RemoteControlAccess, { notCarriedOut: 'there is no remote control' }),
  AlertPendingExpression: Text({ ...SECONDS, ofNoEffect: 'there are no alerts yet' }),
  AlertRunningExpression: Text({ ...SECONDS, ofNoEffect: 'there are no alerts yet' }),
  RunAsMe: Bool(),
  ParentOperationId: Text({ maxLength: 128, ofNoEffect: 'jobs are not linked by it' }),
  AutopilotForRobots: Complex(AutopilotForRobots, { notCarriedOut: 'there is no such service' }),
  ProfilingOptions: Text({ maxLength: 4000, notCarriedOut: 'robots do not profile' }),
  FpsContext: Text({ maxLength: 2048, notCarriedOut: 'there is no such service' }),
  FpsProperties: Text({ maxLength: 4000, notCarriedOut: 'there is no such service' }),
  TraceId: Text({ maxLength: 255 }),
  ParentSpanId: Text({ maxLength: 255 }),
  RootSpanId: Text({ maxLength: 255 }),
  EntryPointPath: Text({ maxLength: 512 }),
  VideoRecordingSettings: Complex(VideoRecordingSettings, { ofNoEffect: 'robots do not record' }),
  // Baton's own members.
  Requires: Labels({ description: "Labels that the host must have, instead of the process's." }),
  ...limitsOfBoth,
  Attachments: List(Complex(JobAttachment), {
    max: 100,
    description: 'Files of the folder that become files of each job.',
  }),
});

const StartJobsRequest = dto('StartJobsRequest', { startInfo: Complex(StartProcess, { required: true }) });
const StopJobRequest = dto('StopJobRequest', { strategy: Enum(StopStrategy, { required: true }) });
const StopJobsRequest = dto('StopJobsRequest', {
  strategy: Enum(StopStrategy, { required: true }),
  jobIds: List(Int64(), { required: true, max: MOST_JOBS }),
});
const RestartJobRequest = dto('RestartJobRequest', { jobId: Int64({ required: true }) });
const ResumeJobRequest = dto('ResumeJobRequest', { jobKey: Guid({ required: true }) });
const ValidationResult = dto('ValidationResultDto', {
  IsValid: Bool(),
  Errors: List(Text()),
  ErrorCodes: List(Enum(JobPendingReason)),
});

const shared = { tag: 'Jobs', scope: 'OR.Jobs', folder: 'required' } as const;
const params = { key: Int64() };
const start = {
  startInfo: {
    ReleaseKey: '1f8a1a5e-6a5b-4a0e-9c39-0e0f0a7c3d11',
    JobsCount: 1,
    InputArguments: '{"invoice":"A-17"}',
  },
};

export const getJobs = operation({
  ...shared,
  id: 'Jobs_Get',
  method: 'GET',
  path: '/odata/Jobs',
  summary: 'Lists jobs of a folder; without one, of all folders where the caller may see jobs.',
  permission: 'Jobs.View',
  folder: 'optional',
  odata: { entity: Job, options: 'efsotkc' },
  answer: many(Job),
});

export const exportJobs = operation({
  ...shared,
  id: 'Jobs_Export',
  method: 'POST',
  path: '/odata/Jobs/~.Export',
  summary: 'Has the jobs that the query options ask for written to a CSV file.',
  permission: 'Jobs.View',
  odata: { entity: Job, options: 'efsotkc' },
  tells: { nothing: 'A file for the caller alone.' },
  answer: one(Export),
});

export const getJob = operation({
  ...shared,
  id: 'Jobs_GetById',
  method: 'GET',
  path: '/odata/Jobs({key})',
  summary: 'One job.',
  permission: 'Jobs.View',
  folder: 'optional',
  params,
  odata: { entity: Job, options: 'es' },
  answer: one(Job),
});

export const getJobByKey = operation({
  ...shared,
  id: 'Jobs_GetByKey',
  method: 'GET',
  path: '/odata/Jobs/~.GetByKey(identifier={identifier})',
  summary: 'The job with a key, in whichever folder it is.',
  permission: 'Jobs.View',
  folder: 'none',
  heldAnywhere: true,
  params: { identifier: Guid() },
  odata: { entity: Job, options: 'es' },
  answer: one(Job),
});

export const startJobs = operation({
  ...shared,
  id: 'Jobs_StartJobs',
  method: 'POST',
  path: '/odata/Jobs/~.StartJobs',
  summary: 'Starts a process: creates jobs that the folder’s robots take by priority.',
  permission: 'Jobs.Create',
  body: StartJobsRequest,
  odata: { entity: Job, options: 'efsoc' },
  tells: [jobCreated, attachmentLinked],
  answer: many(Job, 201),
  example: start,
});

export const validateDynamicJob = operation({
  ...shared,
  id: 'Jobs_ValidateDynamicJob',
  method: 'POST',
  path: '/odata/Jobs/~.ValidateDynamicJob',
  summary: 'Says whether StartJobs with the same body would find somebody to run the job now.',
  permission: 'Jobs.Create',
  body: StartJobsRequest,
  tells: { nothing: 'It only looks.' },
  answer: one(ValidationResult),
  example: start,
});

export const validateExistingJob = operation({
  ...shared,
  id: 'Jobs_ValidateExistingJobById',
  method: 'POST',
  path: '/odata/Jobs({key})/~.ValidateExistingJob',
  summary: 'Says why a waiting job waits.',
  permission: 'Jobs.View',
  params,
  tells: { nothing: 'It only looks.' },
  answer: one(ValidationResult),
});

export const stopJob = operation({
  ...shared,
  id: 'Jobs_StopJobById',
  method: 'POST',
  path: '/odata/Jobs({key})/~.StopJob',
  summary: 'Asks a job to stop, or kills it. One that no robot has begun stops at once.',
  permission: 'Jobs.Edit',
  params,
  body: StopJobRequest,
  tells: [jobStopped, jobStopping, jobTerminating],
  answer: nothing(200),
  example: { strategy: 'SoftStop' },
});

export const stopJobs = operation({
  ...shared,
  id: 'Jobs_StopJobs',
  method: 'POST',
  path: '/odata/Jobs/~.StopJobs',
  summary:
    'Stops several jobs. Those that ended meanwhile are passed over; when all had ended, it is refused.',
  permission: 'Jobs.Edit',
  body: StopJobsRequest,
  tells: [jobStopped, jobStopping, jobTerminating],
  answer: nothing(200),
  example: { strategy: 'Kill', jobIds: [12, 13] },
});

export const restartJob = operation({
  ...shared,
  id: 'Jobs_RestartJob',
  method: 'POST',
  path: '/odata/Jobs/~.RestartJob',
  summary:
    'Starts a job that ended once more, as a new job with the same arguments. While that one has not ended, asking again answers it.',
  permission: 'Jobs.Create',
  body: RestartJobRequest,
  odata: { entity: Job, options: 'es' },
  tells: [jobCreated, attachmentLinked],
  answer: one(Job),
  example: { jobId: 12 },
});

export const resumeJob = operation({
  ...shared,
  id: 'Jobs_ResumeJob',
  method: 'POST',
  path: '/odata/Jobs/~.ResumeJob',
  summary: 'Lets a suspended job go on.',
  permission: 'Jobs.Edit',
  body: ResumeJobRequest,
  odata: { entity: Job, options: 'es' },
  tells: { nothing: 'No job is suspended yet: it is refused.' },
  answer: one(Job),
  example: { jobKey: '1f8a1a5e-6a5b-4a0e-9c39-0e0f0a7c3d11' },
});
