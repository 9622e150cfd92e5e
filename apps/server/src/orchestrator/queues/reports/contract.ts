import { Int64, Text } from '../../../kernel/contract/fields.ts';
import { file, one, operation } from '../../../kernel/contract/operation.ts';
import { Export } from '../../exports/contract.ts';
import { common as ofQueues, VIEW } from '../access.ts';
import { QueueItem } from '../items/contract.ts';

const common = { ...ofQueues, tag: 'QueueDefinitions' } as const;

export const exportItems = operation({
  ...common,
  id: 'QueueDefinitions_ExportById',
  method: 'POST',
  path: '/odata/QueueDefinitions({key})/^.Export',
  summary: 'Has the items of a queue that the query options choose written to a CSV file, in the background.',
  permission: VIEW,
  params: { key: Int64() },
  odata: { entity: QueueItem, options: 'efsotkc' },
  tells: { nothing: 'A file for the caller alone.' },
  answer: one(Export),
});
/** For clients up to API 16. Newer ones export. */
export const reportItems = operation({
  ...common,
  id: 'QueueDefinitions_ReportsById',
  method: 'GET',
  path: '/odata/QueueDefinitions({key})/^.Reports',
  summary: 'The items of a queue that the query options choose, as a CSV file.',
  permission: VIEW,
  params: { key: Int64() },
  odata: { entity: QueueItem, options: 'efsotkc' },
  answer: file('text/csv; charset=utf-8'),
});
export const getJsonSchemaDefinition = operation({
  ...common,
  id: 'QueueDefinitions_GetJsonSchemaDefinitionByIdAndJsonschematype',
  method: 'GET',
  path: "/odata/QueueDefinitions({key})/^.GetJsonSchemaDefinition(jsonSchemaType='{jsonSchemaType}')",
  summary: 'The JSON schema of SpecificData, OutputData or AnalyticsData of a queue, as a file.',
  permission: 'Queues.Edit',
  params: { key: Int64(), jsonSchemaType: Text() },
  answer: file('application/json; charset=utf-8'),
});
