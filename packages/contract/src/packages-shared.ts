// Made from the server's declarations by `npm run contract`.

export const ProjectType = {
  Undefined: 0,
  Process: 1,
  ProcessLibrary: 2,
  BusinessProcess: 3,
  BusinessProcessLibrary: 4,
  TestAutomationProcess: 5,
  ProcessOrchestration: 6,
  BusinessProcessOrchestration: 7,
  WebApp: 8,
  BusinessWebApp: 9,
  Agent: 10,
  BusinessAgent: 11,
  Api: 12,
  MCPServer: 13,
  BusinessRules: 14,
  CaseManagement: 15,
} as const;
export type ProjectType = keyof typeof ProjectType;

export interface BulkItemDtoOfString {
  readonly Key: string | null;
  readonly Status: string | null;
  readonly Body: string | null;
}
