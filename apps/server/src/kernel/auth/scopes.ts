import type { IDENTITY_ACCESS } from './principal.ts';

/** Resources of the Orchestrator API; each is a scope `OR.X` with `OR.X.Read` and `OR.X.Write` inside it. */
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

/** Resources of the Identity API, with the narrow scopes the guide lists for each. */
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

/** What an operation may ask for; the last one, only a person's own sign-in has. */
export type ScopeName =
  | `OR.${(typeof ORCHESTRATOR)[number]}`
  | `PM.${keyof typeof PLATFORM}`
  | typeof IDENTITY_ACCESS;
