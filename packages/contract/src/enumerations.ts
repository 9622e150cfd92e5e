// Made from the server's declarations by `npm run contract`.

export const JobState = {
  Pending: 0,
  Running: 1,
  Stopping: 2,
  Terminating: 3,
  Faulted: 4,
  Successful: 5,
  Stopped: 6,
  Suspended: 7,
  Resumed: 8,
} as const;
export type JobState = keyof typeof JobState;

export const JobPriority = { Low: 0, Normal: 1, High: 2 } as const;
export type JobPriority = keyof typeof JobPriority;

export const JobSourceType = {
  Manual: 0,
  Schedule: 1,
  Agent: 2,
  Queue: 3,
  StudioWeb: 4,
  IntegrationTrigger: 5,
  StudioDesktop: 6,
  AutomationOpsPipelines: 7,
  Apps: 8,
  SAP: 9,
  HttpTrigger: 10,
  HttpTriggerCallback: 11,
  RobotAPI: 12,
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
export type JobSourceType = keyof typeof JobSourceType;

export const JobType = { Unattended: 0, Attended: 1, ServerlessGeneric: 2 } as const;
export type JobType = keyof typeof JobType;

export const StopStrategy = { SoftStop: 1, Kill: 2 } as const;
export type StopStrategy = keyof typeof StopStrategy;

export const RobotType = {
  NonProduction: 0,
  Attended: 1,
  Unattended: 2,
  Development: 3,
  Studio: 3,
  RpaDeveloper: 3,
  StudioX: 4,
  CitizenDeveloper: 4,
  Headless: 5,
  StudioPro: 6,
  RpaDeveloperPro: 6,
  TestAutomation: 7,
  AutomationCloud: 8,
  Serverless: 9,
  AutomationKit: 10,
  ServerlessTestAutomation: 11,
  AutomationCloudTestAutomation: 12,
  AttendedStudioWeb: 13,
  Hosting: 14,
  AssistantWeb: 15,
  ProcessOrchestration: 16,
  AgentService: 17,
  AppTest: 18,
  PerformanceTest: 19,
} as const;
export type RobotType = keyof typeof RobotType;

export const ReleaseProcessType = {
  Undefined: 0,
  Process: 1,
  TestAutomationProcess: 2,
  ProcessOrchestration: 3,
  WebApp: 4,
  Agent: 5,
  Api: 6,
  MCPServer: 7,
  BusinessRules: 8,
  CaseManagement: 9,
} as const;
export type ReleaseProcessType = keyof typeof ReleaseProcessType;

export const RemoteControlAccess = { None: 0, ReadOnly: 1, Full: 2 } as const;
export type RemoteControlAccess = keyof typeof RemoteControlAccess;

export const PendingReason = {
  NoAccount: 1,
  RobotNotInFolder: 2,
  NoMachine: 3,
  MachineNotInFolder: 4,
  NoHostConnected: 5,
  MachineNotConnected: 6,
  NoHostForPackage: 7,
  NoHostWithLabels: 8,
  InMaintenance: 9,
  AccountNotOnMachine: 10,
  GivenBack: 20,
  MachineBusy: 21,
  NoFreeSlot: 22,
  OthersFirst: 23,
  NextHeartbeat: 24,
  BeingPrepared: 25,
  NotDueYet: 26,
} as const;
export type PendingReason = keyof typeof PendingReason;

export const PendingReasonTarget = {
  Folder: 0,
  Machine: 1,
  Robot: 2,
  Process: 3,
  Session: 4,
  Job: 5,
} as const;
export type PendingReasonTarget = keyof typeof PendingReasonTarget;

export const RobotHostingType = { Standard: 0, Floating: 1 } as const;
export type RobotHostingType = keyof typeof RobotHostingType;

export const RobotProvisionType = { Manual: 0, Automatic: 1 } as const;
export type RobotProvisionType = keyof typeof RobotProvisionType;

export const CredentialType = { Default: 0, SmartCard: 1, NCipher: 2, SafeNet: 3, NoCredential: 4 } as const;
export type CredentialType = keyof typeof CredentialType;

export const TargetFramework = { Legacy: 0, Windows: 1, Portable: 2 } as const;
export type TargetFramework = keyof typeof TargetFramework;

export const RobotSize = { Small: 0, Standard: 1, Medium: 2, Large: 3 } as const;
export type RobotSize = keyof typeof RobotSize;

export const MachineType = { Standard: 0, Template: 1 } as const;
export type MachineType = keyof typeof MachineType;

export const MachineScope = {
  Default: 0,
  Shared: 1,
  PersonalWorkspace: 2,
  Cloud: 3,
  Serverless: 4,
  AutomationCloudRobot: 5,
  ElasticRobot: 6,
  ProcessOrchestration: 7,
  AgentService: 8,
} as const;
export type MachineScope = keyof typeof MachineScope;

export const EndpointDetectionStatus = { NotAvailable: 0, Mixed: 1, Enabled: 2 } as const;
export type EndpointDetectionStatus = keyof typeof EndpointDetectionStatus;

export const AutomationType = { Any: 0, Foreground: 1, Background: 2 } as const;
export type AutomationType = keyof typeof AutomationType;

export const MachineTargetFramework = { Any: 0, Windows: 1, Portable: 2 } as const;
export type MachineTargetFramework = keyof typeof MachineTargetFramework;

export const ServerlessLicensingModel = { RobotUnits: 0, LicenseSlots: 1 } as const;
export type ServerlessLicensingModel = keyof typeof ServerlessLicensingModel;

export const VideoRecordingType = { None: 0, Failed: 1, All: 2 } as const;
export type VideoRecordingType = keyof typeof VideoRecordingType;

export const UpdatePolicyType = { None: 0, SpecificVersion: 1, LatestVersion: 2, LatestPatch: 3 } as const;
export type UpdatePolicyType = keyof typeof UpdatePolicyType;

export const MaintenanceStopStrategy = { None: 0, Kill: 1 } as const;
export type MaintenanceStopStrategy = keyof typeof MaintenanceStopStrategy;

export const DataContentType = { Json: 0 } as const;
export type DataContentType = keyof typeof DataContentType;

export const ExportModelType = {
  OrchestratorAudit: 0,
  TestAutomationAudit: 1,
  Queues: 2,
  Logs: 3,
  Jobs: 4,
  Privileges: 5,
  RateLimitsReportQueueItems: 6,
  RateLimitsReportJobs: 7,
  AutopilotForRobotsData: 8,
} as const;
export type ExportModelType = keyof typeof ExportModelType;

export const ExportModelStatus = { New: 0, InProgress: 1, Completed: 2, Failed: 3 } as const;
export type ExportModelStatus = keyof typeof ExportModelStatus;

export const UserType = {
  User: 0,
  Robot: 1,
  DirectoryUser: 2,
  DirectoryGroup: 3,
  DirectoryRobot: 4,
  DirectoryExternalApplication: 5,
} as const;
export type UserType = keyof typeof UserType;

export const RoleType = { Mixed: 0, Tenant: 1, Folder: 2 } as const;
export type RoleType = keyof typeof RoleType;

export const UpdateStatus = {
  None: 0,
  InProgress: 1,
  Failed: 2,
  NonCompliant: 3,
  Compliant: 4,
  NotApplicable: 5,
  Scheduled: 6,
  FailedRescheduled: 7,
} as const;
export type UpdateStatus = keyof typeof UpdateStatus;

export const UpdateReason = {
  NonCompliantWithDifferentVersion: 0,
  NonCompliantWithoutTargetVersion: 1,
  NotApplicableForOlderSessions: 2,
  NotApplicableForMachineType: 3,
  NotApplicableTemplateWithoutRobotSessions: 4,
  NotApplicableForPlatform: 5,
  NotApplicableForTargetFramework: 6,
} as const;
export type UpdateReason = keyof typeof UpdateReason;

export const RetentionAction = { Delete: 0, Archive: 1, None: 2 } as const;
export type RetentionAction = keyof typeof RetentionAction;

export const RetentionType = { Final: 0, Stale: 1 } as const;
export type RetentionType = keyof typeof RetentionType;

export const QueueItemPriority = { High: 0, Normal: 1, Low: 2 } as const;
export type QueueItemPriority = keyof typeof QueueItemPriority;

export const Platform = { Unknown: 0, Windows: 1, Linux: 2, OSX: 3 } as const;
export type Platform = keyof typeof Platform;

export const SessionState = { Available: 0, Busy: 1, Disconnected: 2, Unknown: 3 } as const;
export type SessionState = keyof typeof SessionState;

export const PermissionScope = { Global: 0, Folder: 1, GlobalOrFolder: 2 } as const;
export type PermissionScope = keyof typeof PermissionScope;
