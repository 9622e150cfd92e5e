import { entity } from '../../kernel/contract/entity.ts';
import { enumeration } from '../../kernel/contract/enumeration.ts';
import { Bool, Complex, DateTime, dto, Enum, Int64, List, Text } from '../../kernel/contract/fields.ts';
import { file, many, one, operation } from '../../kernel/contract/operation.ts';

export const ExportType = enumeration('ExportModelType', {
  OrchestratorAudit: 0,
  TestAutomationAudit: 1,
  Queues: 2,
  Logs: 3,
  Jobs: 4,
  Privileges: 5,
  RateLimitsReportQueueItems: 6,
  RateLimitsReportJobs: 7,
  AutopilotForRobotsData: 8,
});
export const ExportStatus = enumeration('ExportModelStatus', {
  New: 0,
  InProgress: 1,
  Completed: 2,
  Failed: 3,
});

export const Export = entity({
  name: 'ExportModel',
  set: 'Exports',
  label: 'Export',
  table: 'exports',
  properties: {
    Name: Text(),
    Type: Enum(ExportType),
    Status: Enum(ExportStatus),
    RequestedAt: DateTime(),
    ExecutedAt: DateTime(),
    Size: Int64(),
    Id: Int64(),
  },
});

const ResponseDictionary = dto('ResponseDictionaryDto', { Keys: List(Text()), Values: List(Text()) });

/** The address and the headers to fetch a file with. */
export const BlobFileAccess = dto('BlobFileAccessDto', {
  Uri: Text(),
  Verb: Text(),
  RequiresAuth: Bool(),
  Headers: Complex(ResponseDictionary),
});

const common = { tag: 'Exports', method: 'GET', scope: null, permission: null, folder: 'none' } as const;

/** Baton's own operation. Callers find the exports that they asked for. */
export const getExports = operation({
  ...common,
  id: 'Exports_Get',
  path: '/odata/Exports',
  summary: 'The exports that the caller asked for.',
  odata: { entity: Export, options: 'efsotkc' },
  answer: many(Export),
});
export const getExport = operation({
  ...common,
  id: 'Exports_GetById',
  path: '/odata/Exports({key})',
  summary: 'How far an export is that the caller asked for.',
  params: { key: Int64() },
  odata: { entity: Export, options: 'es' },
  answer: one(Export),
});
export const getDownloadLink = operation({
  ...common,
  id: 'Exports_GetDownloadLinkById',
  path: '/odata/Exports({key})/~.GetDownloadLink',
  summary:
    'Where the file of a completed export can be fetched from, without a token, for the next ten minutes.',
  params: { key: Int64() },
  answer: one(BlobFileAccess),
});
/** Baton's own operation. The download link leads here. */
export const downloadExport = operation({
  ...common,
  id: 'Exports_Download',
  path: '/api/Exports/Download',
  summary: 'The file of an export, for whoever holds a link to it.',
  callers: ['anonymous'],
  query: { token: Text({ required: true, maxLength: 1000 }) },
  answer: file('text/csv; charset=utf-8'),
});
