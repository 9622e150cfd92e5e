import { enumeration } from '../../kernel/contract/enumeration.ts';
import {
  Bool,
  Complex,
  DateTime,
  Double,
  dto,
  Enum,
  Guid,
  type InputOf,
  Int32,
  Int64,
  Json,
  List,
  MapOf,
  NameText,
  Text,
} from '../../kernel/contract/fields.ts';
import { file, nothing, operation, plain, stream } from '../../kernel/contract/operation.ts';
import { LONGEST_NAME } from '../attachments/contract.ts';
import { attachmentLinked, attachmentUploaded } from '../attachments/events.ts';
import { BlobFileAccess } from '../exports/contract.ts';
import { JobState } from '../jobs/enumerations.ts';
import { jobCompleted, jobCreated, jobFaulted, jobStarted, jobStopped } from '../jobs/events.ts';
import { Labels } from '../labels.ts';
import { RobotType } from '../robots/enumerations.ts';
import { Interpreters, Platform } from '../sessions/contract.ts';
import { SessionState } from '../sessions/enumerations.ts';
import { robotStatus } from '../sessions/events.ts';

/**
 * The operations that a robot's agent calls. The API described them up to its version 11, and this contract
 * adds what they lack. apps/robot/PROTOCOL.md describes the whole conversation. Only the token of a machine
 * may call them; it is for one tenant and one machine.
 */
const CommandState = enumeration('CommandState', { All: 0, Pending: 1 });

const RobotServicePayload = dto('RobotServicePayload', {
  serviceUserName: NameText({ maxLength: 256 }),
  hostMachineName: NameText({ required: true, maxLength: 256 }),
  installationId: Guid({ required: true }),
  version: Text({ maxLength: 64 }),
  platform: Enum(Platform),
  runtimes: MapOf(Int32({ min: 0, max: 10_000 })),
  capabilities: List(Text({ maxLength: 64 }), { max: 100 }),
  labels: Labels({ description: 'What the host has, for jobs that require it.' }),
  interpreters: Complex(Interpreters, { description: 'The versions of what jobs run with.' }),
  updates: Bool({
    description: 'Whether the host changes to another version by itself when it is its turn.',
  }),
});

export const RobotDetails = dto('RobotDetailsDto', {
  robotKey: Text({ notNull: true }),
  user: Text(),
  machineName: Text(),
  machineId: Int64(),
  robotName: Text(),
  robotType: Enum(RobotType),
  hasLicense: Bool({ default: true }),
  tenantId: Int32(),
  organizationUnitId: Int64(),
  isExternalLicensed: Bool({ default: false }),
  executionSettings: Json(),
  authSettings: Json(),
  id: Int64(),
});

const RobotServiceResponse = dto('RobotServiceResponse', {
  robots: List(Complex(RobotDetails), { notNull: true }),
  sessionKey: Guid({ notNull: true }),
  heartbeatSeconds: Int32({ notNull: true }),
});

const Heartbeat = dto('HeartbeatDto', {
  robotKey: Text({ maxLength: 64 }),
  robotState: Enum(SessionState),
  jobState: Enum(JobState),
  jobKey: Guid(),
  executionId: Guid(),
  processEnded: Bool({
    description: 'The process has ended, and the robot still sends its log. The job takes no slot any more.',
  }),
  processKey: NameText({ maxLength: 256 }),
  info: Text(),
  outputArguments: Text(),
});

/** Numbers that a host does not know are left out. */
const HostUseReport = dto('HostUseReport', {
  load: Double({ min: 0, description: 'Processes that could run, on average over the last minute.' }),
  processors: Int32({ min: 0 }),
  memoryBytes: Int64({ min: 0 }),
  freeMemoryBytes: Int64({ min: 0 }),
  diskBytes: Int64({ min: 0, description: 'Of the disk with the data folder of the robot.' }),
  freeDiskBytes: Int64({ min: 0 }),
});
export type HostUseReport = InputOf<typeof HostUseReport>;

const HeartbeatPayload = dto('HeartbeatPayload', {
  sessionKey: Guid({ required: true }),
  heartbeats: List(Complex(Heartbeat), { max: 10_000 }),
  commandState: Enum(CommandState),
  serviceUserName: NameText({ maxLength: 256 }),
  trouble: Text({
    maxLength: 2000,
    description:
      'Why the host can begin no job at the moment, such as a full disk. While it says so it gets none.',
  }),
  use: Complex(HostUseReport, { description: 'How busy the host is. Once a minute is enough.' }),
});

const RobotCommandType = enumeration('RobotCommandType', { StartProcess: 0, StopProcess: 1, KillProcess: 2 });

/** Everything that a robot needs for a job. It may still ask the server for more later. */
export const RobotJob = dto('RobotJobDto', {
  id: Int64({ notNull: true }),
  key: Guid({ notNull: true }),
  url: Text({ notNull: true }),
  accessToken: Text({ notNull: true }),
  organizationId: Text(),
  organizationName: Text(),
  tenantId: Text(),
  tenantName: Text(),
  folderId: Int64(),
  folderKey: Guid(),
  folderPath: Text({ notNull: true }),
  robotKey: Guid(),
  account: Text({ description: 'The name of the account that the job runs as.' }),
  releaseKey: Guid(),
  processName: Text({ notNull: true }),
  packageId: Text({ notNull: true }),
  packageVersion: Text({ notNull: true }),
  packageSha256: Text(),
  packageUrl: Text({ notNull: true }),
  entryPointPath: Text(),
  inputArguments: Text({ description: 'A JSON object as text.' }),
  inputFileUrl: Text({
    description:
      'Where the arguments are, if they are a file. Their members take precedence over inputArguments.',
  }),
  environmentVariables: MapOf(Text({ notNull: true })),
  stopAfterSeconds: Int64(),
  killAfterSeconds: Int64(),
  memoryLimitMegabytes: Int32(),
  processorLimit: Double({ description: 'Processors that the job may keep busy.' }),
  traceId: Text(),
});

/** A start has an execution and a job. A stop only has the key of its job. */
const RobotCommandData = dto('RobotCommandDataDto', {
  id: Text({ notNull: true }),
  type: Enum(RobotCommandType, { notNull: true }),
  executionId: Guid(),
  job: Complex(RobotJob),
  jobKey: Guid(),
});

export const RobotCommand = dto('RobotCommand', {
  robotKey: Text(),
  username: Text(),
  robotName: Text(),
  robotType: Enum(RobotType),
  machineId: Int64(),
  hasLicense: Bool({ default: true }),
  isExternalLicensed: Bool({ default: false }),
  executionSettings: Json(),
  authSettings: Json(),
  data: Complex(RobotCommandData, { notNull: true }),
});

const HeartbeatResponse = dto('HeartbeatResponse', {
  commands: List(Complex(RobotCommand), { notNull: true }),
  serviceSettingsStamp: Text(),
  wantedVersion: Text({
    description: 'The version that the host ought to be. Null where it may be whichever.',
  }),
  isTurn: Bool({
    notNull: true,
    description: 'The host may change to that version now: finish its jobs, and start again.',
  }),
});

export const JobStateReport = dto('JobStateReport', {
  robotKey: Text({ maxLength: 64 }),
  robotState: Enum(SessionState),
  jobKey: Guid({ required: true }),
  executionId: Guid({ required: true }),
  jobState: Enum(JobState, { required: true }),
  info: Text(),
  outputArguments: Text({ description: 'A JSON object as text.' }),
  outputFile: Guid({
    description: 'The same as a file of the job that the robot has uploaded (AddJobFile).',
  }),
  processKey: NameText({ maxLength: 256 }),
  exitCode: Int32(),
  endTime: DateTime({
    description:
      'When the process ended. Without it, or where it is after now or well before the start, the job ends now.',
  }),
  processorSeconds: Double({ min: 0, description: 'Processor time that the job used.' }),
  peakMemoryBytes: Int64({ min: 0, description: 'The most memory that the job used at once.' }),
  hostMachineName: NameText({ maxLength: 256 }),
});

const JobStateVerdict = dto('JobStateVerdict', {
  jobKey: Guid({ notNull: true }),
  accepted: Bool({ notNull: true }),
  state: Enum(JobState),
  reason: Text(),
});
const JobStateVerdicts = dto('JobStateVerdicts', {
  results: List(Complex(JobStateVerdict), { notNull: true }),
});

const RobotIdentifier = dto('RobotIdentifier', {
  robotKey: Text({ maxLength: 64 }),
  userName: NameText({ maxLength: 256 }),
});

export const PublishedProcess = dto('PublishedProcess', {
  activationKey: Text(),
  processName: Text(),
  processDescription: Text(),
  processKey: Guid(),
  packageId: Text(),
  packageVersion: Text(),
  inputArguments: Text(),
  folderId: Int64(),
  folderName: Text(),
  processSettings: Json(),
  folderFullyQualifiedName: Text(),
  feedUrl: Text(),
});

const shared = {
  tag: 'RobotsService',
  scope: null,
  permission: null,
  folder: 'none',
  callers: ['machine'],
} as const;
const GUID = '3f1c1e52-5b41-4a36-8d4a-6f1f1b3e9a10';

export const startService = operation({
  ...shared,
  id: 'RobotsService_StartService',
  method: 'POST',
  path: '/api/RobotsService/StartService',
  summary: 'Connects a host: what it offers, and whom it may run jobs as.',
  body: RobotServicePayload,
  tells: [robotStatus],
  answer: plain(RobotServiceResponse),
  example: {
    hostMachineName: 'laptop-7',
    installationId: GUID,
    platform: 'Linux',
    runtimes: { Unattended: 2 },
    capabilities: ['python'],
  },
});

export const stopService = operation({
  ...shared,
  id: 'RobotsService_StopService',
  method: 'POST',
  path: '/api/RobotsService/StopService',
  summary: 'Says goodbye. Jobs that run go on; those that have not begun go to others.',
  body: HeartbeatPayload,
  tells: [robotStatus],
  answer: nothing(204),
  example: { sessionKey: GUID },
});

const heartbeat = {
  ...shared,
  method: 'POST',
  summary:
    'Says that a host is alive and what its jobs are doing; takes jobs for its free slots and answers all commands that stand.',
  body: HeartbeatPayload,
  tells: [robotStatus],
  answer: plain(HeartbeatResponse),
  example: { sessionKey: GUID, commandState: 'All', heartbeats: [{ robotState: 'Available' }] },
} as const;

export const heartbeatV1 = operation({
  ...heartbeat,
  id: 'RobotsService_Heartbeat',
  path: '/api/RobotsService/Heartbeat',
});
export const heartbeatV2 = operation({
  ...heartbeat,
  id: 'RobotsService_HeartbeatV2',
  path: '/api/RobotsService/HeartbeatV2',
});

export const submitJobState = operation({
  ...shared,
  id: 'RobotsService_SubmitJobState',
  method: 'POST',
  path: '/api/RobotsService/SubmitJobState',
  summary: 'Reports that jobs start or how they ended; each report is accepted or refused by itself.',
  body: List(Complex(JobStateReport), { required: true, max: 100 }),
  tells: [jobStarted, jobCompleted, jobFaulted, jobStopped, jobCreated, attachmentUploaded, attachmentLinked],
  answer: plain(JobStateVerdicts),
  example: [{ jobKey: GUID, executionId: GUID, jobState: 'Running' }],
});

export const beginSession = operation({
  ...shared,
  id: 'RobotsService_BeginSession',
  method: 'POST',
  path: '/api/RobotsService/BeginSession',
  summary: 'Details of one of the robots that may work on this machine.',
  body: RobotIdentifier,
  tells: { nothing: 'It only looks.' },
  answer: plain(RobotDetails),
  example: { robotKey: GUID },
});

export const endSession = operation({
  ...shared,
  id: 'RobotsService_EndSession',
  method: 'POST',
  path: '/api/RobotsService/EndSession',
  summary: 'Ends what BeginSession began; nothing is kept of it.',
  body: RobotIdentifier,
  tells: { nothing: 'It only looks.' },
  answer: nothing(204),
  example: { robotKey: GUID },
});

export const getProcesses = operation({
  ...shared,
  id: 'RobotsService_GetProcesses',
  method: 'POST',
  path: '/api/RobotsService/GetProcesses',
  summary: 'Processes that one of this machine’s robots may run.',
  body: RobotIdentifier,
  tells: { nothing: 'It only looks.' },
  answer: plain(List(Complex(PublishedProcess))),
  example: { robotKey: GUID },
});

export const streamEvents = operation({
  ...shared,
  id: 'RobotsService_Events',
  method: 'GET',
  path: '/api/RobotsService/Events',
  summary: 'A stream of events that wakes a host: at each, it sends a heartbeat.',
  query: { sessionKey: Guid({ required: true }) },
  answer: stream('text/event-stream'),
});

/** Baton's own operations, for files of jobs. */
export const addJobFile = operation({
  ...shared,
  id: 'RobotsService_AddJobFile',
  method: 'POST',
  path: '/api/RobotsService/AddJobFile',
  summary: 'Makes a place for a file of a job, and says where its content is to be uploaded.',
  body: dto('RobotJobFileDto', {
    jobKey: Guid({ required: true }),
    executionId: Guid({ required: true }),
    id: Guid({
      required: true,
      description: 'Chosen by the robot; asking again with it makes no second file.',
    }),
    name: NameText({ required: true, minLength: 1, maxLength: LONGEST_NAME }),
    category: Text({ required: true, maxLength: 128, description: 'Artifact, Evidence or Output.' }),
  }),
  tells: { nothing: 'Nobody sees it before its content is there.' },
  answer: plain(
    dto('RobotJobFileAccessDto', {
      attachmentId: Guid({ notNull: true }),
      isThere: Bool({ notNull: true, description: 'Its content has been uploaded already.' }),
      access: Complex(BlobFileAccess),
    }),
  ),
  example: { jobKey: GUID, executionId: GUID, id: GUID, name: 'report.pdf', category: 'Artifact' },
});

export const getJobInput = operation({
  ...shared,
  id: 'RobotsService_GetJobInput',
  method: 'GET',
  path: '/api/RobotsService/GetJobInput',
  summary: 'The arguments of a job, where they are a file.',
  query: {
    jobKey: Guid({ required: true, description: 'Key of the job.', example: GUID }),
    executionId: Guid({
      required: true,
      description: 'The execution under which the host has it.',
      example: GUID,
    }),
  },
  answer: file('*/*', {
    also: {
      206: { text: 'The range that was asked for.', body: 'same' },
      416: { text: 'The content has no such range.', body: 'none' },
    },
  }),
});

/** Of the API's version 11. */
export const uploadScreenshot = operation({
  ...shared,
  id: 'RobotsService_UploadScreenshot',
  method: 'POST',
  path: '/api/RobotsService/UploadScreenshot',
  summary: 'Makes a picture of the host’s screen one of the recordings of a job.',
  multipart: { fields: ['robotKey', 'jobKey'] },
  tells: [attachmentUploaded, attachmentLinked],
  answer: nothing(204),
});
