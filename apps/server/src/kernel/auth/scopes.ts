import type { IDENTITY_ACCESS } from './principal.ts';

/** Resources of the Orchestrator API. Each is a scope `OR.X` that contains `OR.X.Read` and `OR.X.Write`. */
export const ORCHESTRATOR = [
  'Administration',
  'Assets',
  'Audit',
  'Buckets',
  'BusinessRules',
  'Execution',
  'Folders',
  'Jobs',
  'License',
  'Machines',
  'Monitoring',
  'Queues',
  'Robots',
  'Settings',
  'Tasks',
  'TestDataQueues',
  'TestSetExecutions',
  'TestSetSchedules',
  'TestSets',
  'Users',
  'Webhooks',
] as const;

/** Resources of the Identity API, with the narrow scopes that the guide lists for each. */
export const PLATFORM = {
  Audit: ['Read'],
  AuthSetting: [],
  Group: ['Read', 'Write'],
  License: ['Read', 'Write'],
  MessageTemplate: ['Read', 'Write'],
  OAuthApp: ['Read', 'Write'],
  RobotAccount: ['Read', 'Write'],
  Setting: ['Read', 'Write'],
  User: ['Read', 'Write'],
  UserLoginAttempt: ['Read'],
} as const satisfies Readonly<Record<string, readonly ('Read' | 'Write')[]>>;

/** The scopes that an operation may require. Only a person's own sign-in has the last one. */
export type ScopeName =
  | `OR.${(typeof ORCHESTRATOR)[number]}`
  | `PM.${keyof typeof PLATFORM}`
  | typeof IDENTITY_ACCESS;
