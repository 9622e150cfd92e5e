import type { Field } from '../../../kernel/contract/fields.ts';
import { JsonText } from '../../../kernel/contract/write-answer.ts';
import { QueueItem } from '../items/contract.ts';
import type { ItemAnswer } from '../items/item-answer.ts';

/**
 * A row of queue_items as statements return it. JSON columns come as text, with names that end in `_text`.
 */
export type StoredItem = Record<string, unknown>;

/** For the RETURNING of a statement in which the row is named `i`. */
export const ITEM_COLUMNS = `i.id, i.key, i.unique_key, i.tenant_id, i.folder_id, i.queue_id, i.status, i.review_status,
    i.reviewer_user_id, i.reference, i.priority, i.due_at, i.defer_at, i.risk_sla_at, i.specific_content::text as specific_content_text,
    i.output::text as output_text, i.analytics::text as analytics_text, i.progress, i.processing_exception,
    i.processing_exception_type, i.start_processing, i.end_processing, i.seconds_in_previous_attempts, i.ancestor_id,
    i.ancestor_unique_key, i.retry_number, i.manual_ancestor_id, i.manual_ancestor_unique_key, i.manual_retry_number, i.robot_id, i.creator_job_key, i.executor_job_key, i.source, i.parent_operation_id,
    i.operation_id, i.row_version, i.created_at, i.creator_user_id`;

/** What an answer shows in addition to the row. */
export interface Beside {
  readonly queueName: string;
  readonly encrypted: boolean;
  readonly folderPath: string;
}

/**
 * Properties that are neither a column nor a constant. Each must compute what its SQL in
 * the contract computes.
 */
const COMPUTED: Readonly<Record<string, (row: StoredItem, beside: Beside) => unknown>> = {
  QueueDefinitionName: (_, { queueName }) => queueName,
  Encrypted: (_, { encrypted }) => encrypted,
  OrganizationUnitFullyQualifiedName: (_, { folderPath }) => folderPath,
  RowVersion: (row) => rowVersion(row.row_version as number),
  SpecificContent: (row, { encrypted }) => data(row.specific_content_text, encrypted),
  SpecificData: (row) => wrapped(row.specific_content_text),
  Output: (row, { encrypted }) => data(row.output_text, encrypted),
  OutputData: (row) => wrapped(row.output_text),
  Analytics: (row, { encrypted }) => data(row.analytics_text, encrypted),
  AnalyticsData: (row) => wrapped(row.analytics_text),
};

type Read = (row: StoredItem, beside: Beside) => unknown;

/**
 * Makes the entity that `find` would read from the row that a statement returned, which saves each call
 * a second statement. Undefined if the contract has a property that only SQL can compute; the row is
 * then read again.
 */
export function itemReader(): ((row: StoredItem, beside: Beside) => ItemAnswer) | undefined {
  const readers: [name: string, read: Read][] = [];
  for (const [name, field] of Object.entries(QueueItem.fields as Readonly<Record<string, Field>>)) {
    const read = COMPUTED[name] ?? plainly(name, field);
    if (!read) return undefined;
    readers.push([name, read]);
  }
  return (row, beside) => {
    const item: Record<string, unknown> = {};
    for (const [name, read] of readers) item[name] = read(row, beside);
    // Every declared property is there, because the object was made from the declaration.
    return item as ItemAnswer;
  };
}

function plainly(name: string, { options }: Field): Read | undefined {
  if (options.writeOnly) return () => undefined;
  if (options.constant !== undefined) return () => options.constant;
  const column = options.from ?? snake(name);
  // For an item that was just added, a statement leaves out the columns that only a robot fills.
  return /^[a-z_][a-z0-9_]*$/.test(column) ? (row) => row[column] ?? null : undefined;
}

const snake = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
/** The stored text, unparsed unless it has to be unsealed first. */
const data = (text: unknown, encrypted: boolean): unknown =>
  typeof text !== 'string' ? null : encrypted ? JSON.parse(text) : new JsonText(text);
const wrapped = (text: unknown): unknown =>
  typeof text === 'string' ? `{"DynamicProperties":${text}}` : null;

const FIRST_VERSION = 'AAAAAAAAAAE=';
function rowVersion(version: number): string {
  if (version === 1) return FIRST_VERSION;
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(version));
  return bytes.toString('base64');
}
