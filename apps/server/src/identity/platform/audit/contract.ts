import { DateTime, dto, Int32, Text } from '../../../kernel/contract/fields.ts';
import { file, operation, plain } from '../../../kernel/contract/operation.ts';
import { byAdministrators, inOrganization } from '../declaration.ts';
import { pageOf, sorting } from '../paging.ts';

const AuditQueryRecord = dto('AuditQueryRecordDto', {
  createdOn: DateTime(),
  category: Text(),
  action: Text(),
  /** JSON, as text. */
  auditLogDetails: Text(),
  userName: Text(),
  email: Text(),
  message: Text(),
  detailsVersion: Text(),
  source: Text(),
});

const Language = Text({ maxLength: 16, ofNoEffect: 'there is one wording, English' });

const shared = { ...byAdministrators, tag: 'AuditQuery', scope: 'PM.Audit', method: 'GET' } as const;

export const getAuditEvents = operation({
  ...shared,
  id: 'AuditQuery_GetAuditEvents',
  path: '/identity/api/AuditQuery/{partitionGlobalId}',
  summary: 'Who changed what in the organization, newest first.',
  params: inOrganization,
  // This page alone is not limited to 1000 rows.
  query: { ...sorting, language: Language, top: Int32({ min: 0 }), skip: Int32({ min: 0 }) },
  answer: plain(pageOf('AuditQueryRecordDtoPagedResult', AuditQueryRecord)),
});

export const downloadAuditEvents = operation({
  ...shared,
  id: 'AuditQuery_DownloadAuditEvents',
  path: '/identity/api/AuditQuery/{partitionGlobalId}/download',
  summary: 'The newest changes as a CSV file.',
  params: inOrganization,
  query: { language: Language, size: Int32({ min: 1, max: 100_000 }) },
  answer: file('application/octet-stream'),
});
