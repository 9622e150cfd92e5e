/**
 * Groups of rights, in the order in which the API lists them. Each has View, Edit, Create and Delete.
 * `Global` ones are checked in the tenant, `Folder` ones in a folder (admin.md, section 5).
 */
export const PERMISSION_GROUPS = {
  Libraries: 'Global',
  Machines: 'Global',
  License: 'Global',
  Settings: 'Global',
  Robots: 'Global',
  Processes: 'Folder',
  Packages: 'Global',
  Assets: 'Folder',
  Environments: 'Folder',
  Queues: 'Folder',
  Transactions: 'Folder',
  Jobs: 'Folder',
  Schedules: 'Folder',
  Logs: 'Folder',
  Roles: 'Global',
  Users: 'Global',
  Audit: 'Global',
  Alerts: 'Global',
  Units: 'Global',
  Webhooks: 'Global',
  Monitoring: 'Folder',
  ExecutionMedia: 'Folder',
  MLLogs: 'Global',
  SubFolders: 'Folder',
  Buckets: 'Folder',
  BlobFiles: 'Folder',
  FolderPackages: 'Folder',
  BusinessRules: 'Folder',
  RemoteControl: 'Folder',
  TaskCatalogs: 'Folder',
  Tasks: 'Folder',
  TaskAssignment: 'Folder',
  ActionDesign: 'Folder',
  TestSets: 'Folder',
  TestSetExecutions: 'Folder',
  TestSetSchedules: 'Folder',
  TestDataQueues: 'Folder',
  TestDataQueueItems: 'Folder',
  TestCaseExecutionArtifacts: 'Folder',
  Tags: 'Global',
  BackgroundTasks: 'Global',
  AppVersions: 'Global',
  SolutionPackages: 'Global',
  SolutionDeployments: 'Global',
} as const satisfies Readonly<Record<string, 'Global' | 'Folder'>>;

export const RIGHTS = ['View', 'Edit', 'Create', 'Delete'] as const;

export const ALL_PERMISSIONS: readonly string[] = Object.keys(PERMISSION_GROUPS).flatMap((group) =>
  RIGHTS.map((right) => `${group}.${right}`),
);
