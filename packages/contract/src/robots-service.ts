// Made from the server's declarations by `npm run contract`.
import type { JobState, Platform, RobotType, SessionState } from './enumerations.ts';
import type { BlobFileAccessDto } from './exports.ts';
import type { NoInput, Operation } from './operation.ts';
import type { InterpretersDtoInput } from './sessions.ts';

export interface JoinedDto {
  /** The client id that goes with the secret. */
  readonly licenseKey: string;
  readonly machineName: string;
}

export interface JoinRequest {
  /** The code's part behind the address: `12.…` */
  readonly code: string;
  readonly hostMachineName: string;
  /** SHA-256, in hexadecimal, of the client secret that the host has made. */
  readonly secretHash: string;
}

export interface RobotServiceResponse {
  readonly robots: readonly RobotDetailsDto[];
  readonly sessionKey: string;
  readonly heartbeatSeconds: number;
}

export interface RobotServicePayload {
  readonly serviceUserName?: string | null;
  readonly hostMachineName: string;
  readonly installationId: string;
  readonly version?: string | null;
  readonly platform?: Platform | null;
  readonly runtimes?: Readonly<Record<string, number | null>> | null;
  readonly capabilities?: readonly string[] | null;
  /** What the host has, for jobs that require it. */
  readonly labels?: readonly string[] | null;
  /** The versions of what jobs run with. */
  readonly interpreters?: InterpretersDtoInput | null;
  /** Whether the host changes to another version by itself when it is its turn. */
  readonly updates?: boolean | null;
}

export interface RobotDetailsDto {
  readonly robotKey: string;
  readonly user: string | null;
  readonly machineName: string | null;
  readonly machineId: number | null;
  readonly robotName: string | null;
  readonly robotType: RobotType | null;
  readonly hasLicense: boolean;
  readonly tenantId: number | null;
  readonly organizationUnitId: number | null;
  readonly isExternalLicensed: boolean;
  readonly executionSettings: unknown;
  readonly authSettings: unknown;
  readonly id: number | null;
}

export interface HeartbeatPayload {
  readonly sessionKey: string;
  readonly heartbeats?: readonly HeartbeatDto[] | null;
  readonly commandState?: CommandState | null;
  readonly serviceUserName?: string | null;
  /** Why the host can begin no job at the moment, such as a full disk. While it says so it gets none. */
  readonly trouble?: string | null;
  /** How busy the host is. Once a minute is enough. */
  readonly use?: HostUseReport | null;
}

export interface HeartbeatDto {
  readonly robotKey?: string | null;
  readonly robotState?: SessionState | null;
  readonly jobState?: JobState | null;
  readonly jobKey?: string | null;
  readonly executionId?: string | null;
  /** The process has ended, and the robot still sends its log. The job takes no slot any more. */
  readonly processEnded?: boolean | null;
  readonly processKey?: string | null;
  readonly info?: string | null;
  readonly outputArguments?: string | null;
}

export const CommandState = { All: 0, Pending: 1 } as const;
export type CommandState = keyof typeof CommandState;

export interface HostUseReport {
  /** Processes that could run, on average over the last minute. */
  readonly load?: number | null;
  readonly processors?: number | null;
  readonly memoryBytes?: number | null;
  readonly freeMemoryBytes?: number | null;
  /** Of the disk with the data folder of the robot. */
  readonly diskBytes?: number | null;
  readonly freeDiskBytes?: number | null;
}

export interface HeartbeatResponse {
  readonly commands: readonly RobotCommand[];
  readonly serviceSettingsStamp: string | null;
  /** The version that the host ought to be. Null where it may be whichever. */
  readonly wantedVersion: string | null;
  /** The host may change to that version now: finish its jobs, and start again. */
  readonly isTurn: boolean;
}

export interface RobotCommand {
  readonly robotKey: string | null;
  readonly username: string | null;
  readonly robotName: string | null;
  readonly robotType: RobotType | null;
  readonly machineId: number | null;
  readonly hasLicense: boolean;
  readonly isExternalLicensed: boolean;
  readonly executionSettings: unknown;
  readonly authSettings: unknown;
  readonly data: RobotCommandDataDto;
}

export interface RobotCommandDataDto {
  readonly id: string;
  readonly type: RobotCommandType;
  readonly executionId: string | null;
  readonly job: RobotJobDto | null;
  readonly jobKey: string | null;
}

export const RobotCommandType = { StartProcess: 0, StopProcess: 1, KillProcess: 2 } as const;
export type RobotCommandType = keyof typeof RobotCommandType;

export interface RobotJobDto {
  readonly id: number;
  readonly key: string;
  readonly url: string;
  readonly accessToken: string;
  readonly organizationId: string | null;
  readonly organizationName: string | null;
  readonly tenantId: string | null;
  readonly tenantName: string | null;
  readonly folderId: number | null;
  readonly folderKey: string | null;
  readonly folderPath: string;
  readonly robotKey: string | null;
  /** The name of the account that the job runs as. */
  readonly account: string | null;
  readonly releaseKey: string | null;
  readonly processName: string;
  readonly packageId: string;
  readonly packageVersion: string;
  readonly packageSha256: string | null;
  readonly packageUrl: string;
  readonly entryPointPath: string | null;
  /** A JSON object as text. */
  readonly inputArguments: string | null;
  /** Where the arguments are, if they are a file. Their members take precedence over inputArguments. */
  readonly inputFileUrl: string | null;
  readonly environmentVariables: Readonly<Record<string, string>> | null;
  readonly stopAfterSeconds: number | null;
  readonly killAfterSeconds: number | null;
  readonly memoryLimitMegabytes: number | null;
  /** Processors that the job may keep busy. */
  readonly processorLimit: number | null;
  readonly traceId: string | null;
}

export interface JobStateVerdicts {
  readonly results: readonly JobStateVerdict[];
}

export interface JobStateReport {
  readonly robotKey?: string | null;
  readonly robotState?: SessionState | null;
  readonly jobKey: string;
  readonly executionId: string;
  readonly jobState: JobState;
  readonly info?: string | null;
  /** A JSON object as text. */
  readonly outputArguments?: string | null;
  /** The same as a file of the job that the robot has uploaded (AddJobFile). */
  readonly outputFile?: string | null;
  readonly processKey?: string | null;
  readonly exitCode?: number | null;
  /**
   * When the process ended. Without it, or where it is after now or well before the start, the job ends now.
   */
  readonly endTime?: string | null;
  /** Processor time that the job used. */
  readonly processorSeconds?: number | null;
  /** The most memory that the job used at once. */
  readonly peakMemoryBytes?: number | null;
  readonly hostMachineName?: string | null;
}

export interface JobStateVerdict {
  readonly jobKey: string;
  readonly accepted: boolean;
  readonly state: JobState | null;
  readonly reason: string | null;
}

export interface RobotIdentifier {
  readonly robotKey?: string | null;
  readonly userName?: string | null;
}

export interface PublishedProcess {
  readonly activationKey: string | null;
  readonly processName: string | null;
  readonly processDescription: string | null;
  readonly processKey: string | null;
  readonly packageId: string | null;
  readonly packageVersion: string | null;
  readonly inputArguments: string | null;
  readonly folderId: number | null;
  readonly folderName: string | null;
  readonly processSettings: unknown;
  readonly folderFullyQualifiedName: string | null;
  readonly feedUrl: string | null;
}

export interface RobotJobFileAccessDto {
  readonly attachmentId: string;
  /** Its content has been uploaded already. */
  readonly isThere: boolean;
  readonly access: BlobFileAccessDto | null;
}

export interface RobotJobFileDto {
  readonly jobKey: string;
  readonly executionId: string;
  /** Chosen by the robot; asking again with it makes no second file. */
  readonly id: string;
  readonly name: string;
  /** Artifact, Evidence or Output. */
  readonly category: string;
}

/** A host joins a machine with a code, and signs in with a secret of its own from then on. */
export const joinMachine: Operation<{ readonly body: JoinRequest }, JoinedDto> = {
  id: 'RobotsService_Join',
  method: 'POST',
  path: '/api/RobotsService/Join',
  answer: 'plain',
};

/** Connects a host: what it offers, and whom it may run jobs as. */
export const startService: Operation<{ readonly body: RobotServicePayload }, RobotServiceResponse> = {
  id: 'RobotsService_StartService',
  method: 'POST',
  path: '/api/RobotsService/StartService',
  answer: 'plain',
};

/** Says goodbye. Jobs that run go on; those that have not begun go to others. */
export const stopService: Operation<{ readonly body: HeartbeatPayload }, undefined> = {
  id: 'RobotsService_StopService',
  method: 'POST',
  path: '/api/RobotsService/StopService',
  answer: 'nothing',
};

/**
 * Says that a host is alive and what its jobs are doing; takes jobs for its free slots and answers all
 * commands that stand.
 */
export const heartbeatV1: Operation<{ readonly body: HeartbeatPayload }, HeartbeatResponse> = {
  id: 'RobotsService_Heartbeat',
  method: 'POST',
  path: '/api/RobotsService/Heartbeat',
  answer: 'plain',
};

/**
 * Says that a host is alive and what its jobs are doing; takes jobs for its free slots and answers all
 * commands that stand.
 */
export const heartbeatV2: Operation<{ readonly body: HeartbeatPayload }, HeartbeatResponse> = {
  id: 'RobotsService_HeartbeatV2',
  method: 'POST',
  path: '/api/RobotsService/HeartbeatV2',
  answer: 'plain',
};

/** Reports that jobs start or how they ended; each report is accepted or refused by itself. */
export const submitJobState: Operation<{ readonly body: readonly JobStateReport[] }, JobStateVerdicts> = {
  id: 'RobotsService_SubmitJobState',
  method: 'POST',
  path: '/api/RobotsService/SubmitJobState',
  answer: 'plain',
};

/** Details of one of the robots that may work on this machine. */
export const beginSession: Operation<{ readonly body: RobotIdentifier }, RobotDetailsDto> = {
  id: 'RobotsService_BeginSession',
  method: 'POST',
  path: '/api/RobotsService/BeginSession',
  answer: 'plain',
};

/** Ends what BeginSession began; nothing is kept of it. */
export const endSession: Operation<{ readonly body: RobotIdentifier }, undefined> = {
  id: 'RobotsService_EndSession',
  method: 'POST',
  path: '/api/RobotsService/EndSession',
  answer: 'nothing',
};

/** Processes that one of this machine’s robots may run. */
export const getProcesses: Operation<{ readonly body: RobotIdentifier }, readonly PublishedProcess[]> = {
  id: 'RobotsService_GetProcesses',
  method: 'POST',
  path: '/api/RobotsService/GetProcesses',
  answer: 'plain',
};

/** Makes a place for a file of a job, and says where its content is to be uploaded. */
export const addJobFile: Operation<{ readonly body: RobotJobFileDto }, RobotJobFileAccessDto> = {
  id: 'RobotsService_AddJobFile',
  method: 'POST',
  path: '/api/RobotsService/AddJobFile',
  answer: 'plain',
};

/** The arguments of a job, where they are a file. */
export const getJobInput: Operation<{ readonly jobKey: string; readonly executionId: string }, Response> = {
  id: 'RobotsService_GetJobInput',
  method: 'GET',
  path: '/api/RobotsService/GetJobInput',
  query: ['jobKey', 'executionId'],
  answer: 'file',
};

/** Makes a picture of the host’s screen one of the recordings of a job. */
export const uploadScreenshot: Operation<NoInput, undefined> = {
  id: 'RobotsService_UploadScreenshot',
  method: 'POST',
  path: '/api/RobotsService/UploadScreenshot',
  takes: 'files',
  answer: 'nothing',
};

/** A stream of events that wakes a host: at each, it sends a heartbeat. */
export const streamEvents: Operation<{ readonly sessionKey: string }, Response> = {
  id: 'RobotsService_Events',
  method: 'GET',
  path: '/api/RobotsService/Events',
  query: ['sessionKey'],
  answer: 'stream',
};
