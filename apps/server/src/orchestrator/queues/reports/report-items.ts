import sql from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../../kernel/contract/operation.ts';
import type { FileAnswer } from '../../../kernel/http/answer.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { ExportType } from '../../exports/contract.ts';
import { reportFile } from '../../exports/report-file.ts';
import { requestExport } from '../../exports/request-export.ts';
import { type FoundQueue, requireQueue } from '../definitions/find-queue.ts';
import { QueueItem } from '../items/contract.ts';
import { QueueError } from '../queue-error.ts';
import type { exportItems, getJsonSchemaDefinition, reportItems } from './contract.ts';

const COLUMNS = [
  'Id',
  'Key',
  'Status',
  'ReviewStatus',
  'Reference',
  'Priority',
  'CreationTime',
  'DeferDate',
  'DueDate',
  'RiskSlaDate',
  'StartProcessing',
  'EndProcessing',
  'RetryNumber',
  'AncestorId',
  'ManualAncestorId',
  'ProcessingExceptionType',
  'Progress',
  'RobotId',
  'CreatorJobKey',
  'ExecutorJobKey',
  'ParentOperationId',
  'OperationId',
];
/** Left out of the files of encrypted queues, because files are not encrypted. */
const CONTENT = ['ProcessingException', 'SpecificData', 'OutputData', 'AnalyticsData'];

const itemFile = (queue: FoundQueue) =>
  ({
    entity: QueueItem,
    columns: queue.encrypted ? COLUMNS : [...COLUMNS, ...CONTENT],
    scope: { where: (row: ReturnType<typeof sql>) => sql`${row}.queue_id = ${queue.id}` },
  }) as const;

export async function exportQueue(
  ctx: Context,
  { key }: InputFor<typeof exportItems>,
): Promise<AnswerFor<typeof exportItems>> {
  const queue = await requireQueue(ctx.db, ctx, key);
  return requestExport(ctx, {
    ...itemFile(queue),
    type: ExportType.Queues,
    name: `${fileNameOf(queue)}-${today(ctx)}`,
  });
}

export async function reportQueue(ctx: Context, { key }: InputFor<typeof reportItems>): Promise<FileAnswer> {
  const queue = await requireQueue(ctx.db, ctx, key);
  return reportFile(ctx, itemFile(queue), `${fileNameOf(queue)}-${today(ctx)}`);
}

const fileNameOf = (queue: FoundQueue): string => `queue-${queue.name.replace(/[^\p{L}\p{N} _-]/gu, '_')}`;
const today = (ctx: Context): string => new Date(ctx.now()).toISOString().slice(0, 10);

const SCHEMAS = {
  specificdata: 'specific_data_json_schema',
  outputdata: 'output_data_json_schema',
  analyticsdata: 'analytics_data_json_schema',
} as const;

export async function downloadSchema(
  ctx: Context,
  { key, jsonSchemaType }: InputFor<typeof getJsonSchemaDefinition>,
): Promise<FileAnswer> {
  const column = SCHEMAS[jsonSchemaType.toLowerCase() as keyof typeof SCHEMAS];
  if (!column)
    throw new QueueError(
      400,
      'InvalidQueueSchemaType',
      'jsonSchemaType: is none of SpecificData, OutputData, AnalyticsData.',
    );
  const queue = await requireQueue(ctx.db, ctx, key);
  const schema = queue[column];
  if (!schema)
    throw new QueueError(404, 'QueueSchemaDefinitionNotFound', `The queue ${queue.name} has no such schema.`);
  return {
    body: Buffer.from(schema),
    fileName: `${fileNameOf(queue)}-${jsonSchemaType}.json`,
  };
}
