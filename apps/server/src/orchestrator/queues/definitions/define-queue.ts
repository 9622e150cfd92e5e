import sql from 'sql-template-tag';
import type { Input } from '../../../kernel/contract/fields.ts';
import { findByKey } from '../../../kernel/contract/read-rows.ts';
import { changing, type Refusals } from '../../../kernel/db/changing.ts';
import type { Transaction } from '../../../kernel/db/sql.ts';
import { invalid, notFound } from '../../../kernel/errors.ts';
import { tell } from '../../../kernel/events/tell.ts';
import { type Context, folderOf } from '../../../kernel/http/context.ts';
import { retentionOf } from '../../processes/retention-setting.ts';
import { queueCreated, queueDeleted, queueUpdated } from '../events.ts';
import { checkSla } from '../limits.ts';
import { QueueError } from '../queue-error.ts';
import { saveRetention } from '../retention/retention.ts';
import { checkJsonSchema } from '../schemas/json-schema.ts';
import { sharedQueues } from '../sharing/share-queues.ts';
import { QueueDefinition, QueueWithRetention } from './contract.ts';
import { requireQueue } from './find-queue.ts';

/** Clients older than retention send and read the queue without its settings. */
type QueueInput = Partial<Input<typeof QueueWithRetention.fields>>;

export const createDefinition = async (ctx: Context, { body }: { readonly body: QueueInput }) =>
  findByKey(ctx, QueueDefinition, await insert(ctx, body));

export const createWithRetention = async (ctx: Context, { body }: { readonly body: QueueInput }) =>
  findByKey(ctx, QueueWithRetention, await insert(ctx, body));

async function insert(ctx: Context, body: QueueInput): Promise<number> {
  const folder = folderOf(ctx);
  const values = await checked(ctx, body);
  const settings = retentionOf(body);
  return changing(ctx, used(values), async (tx) => {
    await checkRelease(tx, ctx, values.releaseId);
    const queue = (await tx.first<{ id: number; key: string }>(sql`
      insert into queue_definitions (
        tenant_id, folder_id, creator_user_id, name, description,
        max_number_of_retries, accept_automatically_retry, retry_abandoned_items,
        enforce_unique_reference, encrypted,
        specific_data_json_schema, output_data_json_schema, analytics_data_json_schema,
        sla_in_minutes, risk_sla_in_minutes, release_id, tags)
      values (
        ${ctx.tenant.id}, ${folder.id}, ${ctx.access.user?.id ?? null}::bigint, ${values.name}, ${values.description},
        ${values.retries}, ${values.retry}, ${values.retryAbandoned},
        ${body.EnforceUniqueReference ?? false}, ${body.Encrypted ?? false},
        ${values.specific}, ${values.output}, ${values.analytics},
        ${values.sla}, ${values.riskSla}, ${values.releaseId}, ${values.tags}::jsonb)
      returning id, key`))!;
    await tx.execute(sql`
      insert into queue_folders (queue_id, folder_id, name) values (${queue.id}, ${folder.id}, ${values.name})`);
    for (const setting of settings) await saveRetention(tx, ctx, queue.id, setting);
    await tellOf(tx, ctx, queueCreated, { ...queue, name: values.name });
    return queue.id;
  });
}

/**
 * Two settings of a queue cannot change: unique references, because its items may not have them, and
 * encryption, because its items stay stored as they are. A body may repeat the current value or leave it out.
 */
export async function updateDefinition(ctx: Context, id: number, body: QueueInput): Promise<void> {
  const values = await checked(ctx, body);
  const settings = retentionOf(body);
  await changing(ctx, used(values), async (tx) => {
    const old = await requireQueue(tx, ctx, id, { lock: true });
    refuseChange('EnforceUniqueReference', body.EnforceUniqueReference, old.enforce_unique_reference);
    refuseChange('Encrypted', body.Encrypted, old.encrypted);
    await checkRelease(tx, ctx, values.releaseId);
    await tx.execute(sql`
        update queue_definitions
           set name = ${values.name}, description = ${values.description},
             max_number_of_retries = ${values.retries},
               accept_automatically_retry = ${values.retry}, retry_abandoned_items = ${values.retryAbandoned},
               specific_data_json_schema = ${values.specific}, output_data_json_schema = ${values.output},
               analytics_data_json_schema = ${values.analytics}, sla_in_minutes = ${values.sla},
               risk_sla_in_minutes = ${values.riskSla}, release_id = ${values.releaseId},
                 tags = ${values.tags}::jsonb,
               modified_at = now()
         where id = ${id}`);
    for (const setting of settings) await saveRetention(tx, ctx, id, setting);
    await tellOf(tx, ctx, queueUpdated, { ...old, name: values.name });
  });
}

/**
 * Deletes the queue in all its folders, with its items. Who may not delete it in one of them can only remove
 * it from the others (ShareToFolders).
 */
export async function deleteDefinition(ctx: Context, id: number): Promise<void> {
  await ctx.transaction(async (tx) => {
    const queue = await requireQueue(tx, ctx, id, { lock: true });
    await sharedQueues.checkDeletable(tx, ctx, id);
    await tx.execute(sql`delete from queue_definitions where id = ${id}`);
    await tellOf(tx, ctx, queueDeleted, queue);
  });
}

function refuseChange(member: string, given: boolean | null | undefined, is: boolean): void {
  if (typeof given === 'boolean' && given !== is)
    throw new QueueError(
      400,
      'QueueDefinitionParametersCannotChange',
      `${member}: cannot be changed once the queue exists.`,
    );
}

/**
 * A name is taken if any of the queue's folders already has a queue of that name. The index
 * on queue_folders decides.
 */
const used = ({ name }: { readonly name: string }): Refusals => ({ queue_folders_name: name });

/** The process that works on the queue. The caller must be able to see it in its folder. */
async function checkRelease(tx: Transaction, ctx: Context, id: number | null): Promise<void> {
  if (id === null) return;
  const release = await tx.first<{ folder_id: number }>(sql`
    select folder_id from releases where id = ${id} and tenant_id = ${ctx.tenant.id}`);
  if (!release || !ctx.access.can('Processes.View', release.folder_id)) throw notFound('Release');
}

const tellOf = (
  tx: Transaction,
  ctx: Context,
  event: typeof queueCreated | typeof queueUpdated | typeof queueDeleted,
  { id, key, name }: { readonly id: number; readonly key: string; readonly name: string },
): Promise<void> => tell(tx, ctx, event, [{ key, folderId: folderOf(ctx).id, payload: { id, name } }]);

async function checked(ctx: Context, body: QueueInput) {
  const name = body.Name;
  if (!name) throw invalid('Name', 'must not be empty');
  await checkJsonSchema(ctx, body.SpecificDataJsonSchema, 'SpecificDataJsonSchema');
  await checkJsonSchema(ctx, body.OutputDataJsonSchema, 'OutputDataJsonSchema');
  await checkJsonSchema(ctx, body.AnalyticsDataJsonSchema, 'AnalyticsDataJsonSchema');
  const sla = body.SlaInMinutes ?? 0;
  const riskSla = body.RiskSlaInMinutes ?? 0;
  checkSla(ctx, sla, 'SlaInMinutes');
  checkSla(ctx, riskSla, 'RiskSlaInMinutes');
  // The warning would come after the deadline.
  if (riskSla > sla)
    throw new QueueError(
      400,
      'SlaEnableQueueDefinitionFailure',
      `RiskSlaInMinutes: ${riskSla} is more than SlaInMinutes, ${sla}.`,
    );
  return {
    name,
    description: body.Description ?? null,
    retries: body.MaxNumberOfRetries ?? 0,
    retry: body.AcceptAutomaticallyRetry ?? false,
    retryAbandoned: body.RetryAbandonedItems ?? false,
    specific: body.SpecificDataJsonSchema || null,
    output: body.OutputDataJsonSchema || null,
    analytics: body.AnalyticsDataJsonSchema || null,
    sla,
    riskSla,
    releaseId: body.ReleaseId || null,
    tags: JSON.stringify(body.Tags ?? []),
  };
}
