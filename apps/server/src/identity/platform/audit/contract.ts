import { enumeration } from '../../../kernel/contract/enumeration.ts';
import { DateTime, dto, Enum, Guid, Int32, NameText, Text } from '../../../kernel/contract/fields.ts';
import { file, operation, plain } from '../../../kernel/contract/operation.ts';
import { byAdministrators, inOrganization } from '../declaration.ts';
import { pageOf, sorting } from '../paging.ts';

export const AuditResult = enumeration('AuditResult', { success: 0, failure: 1 });

export const AuditQueryRecord = dto('AuditQueryRecordDto', {
  createdOn: DateTime(),
  category: Text(),
  action: Text(),
  /** JSON, as text. */
  auditLogDetails: Text(),
  userName: Text(),
  email: Text(),
  message: Text(),
  detailsVersion: Text(),
  /** Where the change came in: Identity, Orchestrator, SCIM, SignIn or Command. */
  source: Text(),
  /** Of the user who acted. */
  userId: Guid(),
  result: Enum(AuditResult),
});

const filters = {
  userId: Guid({ description: 'Whom it is about, or who did it.' }),
  category: NameText({ maxLength: 64, description: 'What it is about.', example: 'User' }),
  action: NameText({ maxLength: 64, description: 'What was done.', example: 'Create' }),
  result: Enum(AuditResult, { description: 'What came of it.' }),
  since: DateTime(),
  until: DateTime({ description: 'Time before which it was.' }),
};

const Language = Text({ maxLength: 16, ofNoEffect: 'there is one wording, English' });

const shared = { ...byAdministrators, tag: 'AuditQuery', scope: 'PM.Audit', method: 'GET' } as const;

export const getAuditEvents = operation({
  ...shared,
  id: 'AuditQuery_GetAuditEvents',
  path: '/identity/api/AuditQuery/{partitionGlobalId}',
  summary: 'Who changed what in the organization, and who signed in or was refused, newest first.',
  params: inOrganization,
  // Only this page may have more than 1000 rows.
  query: { ...sorting, ...filters, language: Language, top: Int32({ min: 0 }), skip: Int32({ min: 0 }) },
  answer: plain(pageOf('AuditQueryRecordDtoPagedResult', AuditQueryRecord)),
});

export const downloadAuditEvents = operation({
  ...shared,
  id: 'AuditQuery_DownloadAuditEvents',
  path: '/identity/api/AuditQuery/{partitionGlobalId}/download',
  summary: 'The newest of them as a CSV file.',
  params: inOrganization,
  query: { ...filters, language: Language, size: Int32({ min: 1, max: 100_000 }) },
  answer: file('application/octet-stream'),
});
