import { enumeration } from '../../kernel/contract/enumeration.ts';

/**
 * Kinds of robot, and kinds of the slot ("runtime") that a job takes. Several names may stand for one kind;
 * answers have the first of them.
 */
export const RobotType = enumeration('RobotType', {
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
});

export const HostingType = enumeration('RobotHostingType', { Standard: 0, Floating: 1 });
export const RobotProvisionType = enumeration('RobotProvisionType', { Manual: 0, Automatic: 1 });
export const CredentialType = enumeration('CredentialType', {
  Default: 0,
  SmartCard: 1,
  NCipher: 2,
  SafeNet: 3,
  NoCredential: 4,
});
