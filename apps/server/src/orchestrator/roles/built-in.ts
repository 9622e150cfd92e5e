import { ALL_PERMISSIONS, PERMISSION_GROUPS, RIGHTS } from '../../kernel/auth/permissions.ts';
import { ADMINISTRATOR } from '../../people/tenant-administrators.ts';
import { RoleType } from './enumerations.ts';

export interface BuiltInRole {
  readonly name: string;
  readonly type: number;
  readonly isEditable: boolean;
  readonly permissions: readonly string[];
}

type Group = keyof typeof PERMISSION_GROUPS;

const groupsOf = (scope: 'Global' | 'Folder'): readonly Group[] =>
  (Object.keys(PERMISSION_GROUPS) as Group[]).filter((group) => PERMISSION_GROUPS[group] === scope);

const all = (...groups: readonly Group[]): readonly string[] =>
  groups.flatMap((group) => RIGHTS.map((right) => `${group}.${right}`));

const view = (...groups: readonly Group[]): readonly string[] => groups.map((group) => `${group}.View`);

const rights = (group: Group, ...granted: readonly (typeof RIGHTS)[number][]): readonly string[] =>
  granted.map((right) => `${group}.${right}`);

/**
 * The permissions that a job needs in its own folder: to take work, read settings, write logs and files,
 * start other jobs, and ask people.
 */
const running = [
  ...view('SubFolders', 'Processes', 'FolderPackages', 'Queues', 'Buckets', 'Environments'),
  ...view('TaskCatalogs', 'BusinessRules'),
  ...rights('Assets', 'View', 'Edit'),
  ...rights('Jobs', 'View', 'Edit', 'Create'),
  ...rights('Logs', 'View', 'Create'),
  ...rights('Tasks', 'View', 'Edit', 'Create'),
  ...rights('ExecutionMedia', 'View', 'Create'),
  ...all('Transactions', 'BlobFiles'),
];

const publishing = [
  ...rights('FolderPackages', 'View', 'Edit', 'Create'),
  ...rights('Processes', 'View', 'Edit', 'Create', 'Delete'),
  ...view('Queues', 'Assets', 'Buckets', 'Jobs', 'Schedules', 'TestSets', 'Environments'),
];

const developing = [
  ...running,
  ...publishing,
  ...all(
    'Queues',
    'Assets',
    'Buckets',
    'Schedules',
    'TaskCatalogs',
    'Tasks',
    'BusinessRules',
    'ActionDesign',
  ),
  ...all('TestSets', 'TestSetExecutions', 'TestSetSchedules', 'TestDataQueues', 'TestDataQueueItems'),
  ...rights('Monitoring', 'View', 'Edit'),
  ...view('TaskAssignment', 'TestCaseExecutionArtifacts'),
];

const unique = (permissions: readonly string[]): readonly string[] => [...new Set(permissions)];

/** The roles that every tenant has from the start. Guides, scripts and other servers know their names. */
export const BUILT_IN_ROLES: readonly BuiltInRole[] = [
  { name: ADMINISTRATOR, type: RoleType.Mixed, isEditable: false, permissions: ALL_PERMISSIONS },
  {
    name: 'Robot',
    type: RoleType.Mixed,
    isEditable: true,
    permissions: unique([...running, ...view('Libraries', 'Packages', 'Robots')]),
  },
  {
    name: 'Tenant Administrator',
    type: RoleType.Tenant,
    isEditable: false,
    permissions: all(...groupsOf('Global')),
  },
  {
    name: 'Allow to be Automation User',
    type: RoleType.Tenant,
    isEditable: false,
    permissions: view('Libraries', 'Packages', 'Robots', 'License', 'Settings', 'Tags'),
  },
  {
    name: 'Allow to be Automation Publisher',
    type: RoleType.Tenant,
    isEditable: false,
    permissions: unique([
      ...view('License', 'Settings', 'Tags', 'Machines'),
      ...rights('Libraries', 'View', 'Edit', 'Create'),
      ...rights('Packages', 'View', 'Edit', 'Create'),
    ]),
  },
  {
    name: 'Folder Administrator',
    type: RoleType.Folder,
    isEditable: false,
    permissions: all(...groupsOf('Folder')),
  },
  { name: 'Automation User', type: RoleType.Folder, isEditable: false, permissions: unique(running) },
  { name: 'Automation Publisher', type: RoleType.Folder, isEditable: false, permissions: unique(publishing) },
  { name: 'Automation Developer', type: RoleType.Folder, isEditable: false, permissions: unique(developing) },
  {
    name: 'Personal Workspace Administrator',
    type: RoleType.Folder,
    isEditable: false,
    permissions: all(...groupsOf('Folder').filter((group) => group !== 'SubFolders')),
  },
  {
    name: 'Enable Running Automation',
    type: RoleType.Folder,
    isEditable: false,
    permissions: [...view('Processes', 'Queues', 'Assets'), ...rights('Jobs', 'View', 'Edit', 'Create')],
  },
];
