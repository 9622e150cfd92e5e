import sql from 'sql-template-tag';
import type { Input } from '../../kernel/contract/fields.ts';
import { findByKey } from '../../kernel/contract/read-rows.ts';
import { uniqueViolation } from '../../kernel/db/violations.ts';
import { badRequest, CODE, invalid, nameUsed, notFound } from '../../kernel/errors.ts';
import { recordEvents } from '../../kernel/events/record.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { QueueDefinition } from './contract.ts';
import { checkJsonSchema } from './json-schema.ts';

type QueueInput = Partial<Input<typeof QueueDefinition.fields>>;

export async function createDefinition(
  ctx: Context,
  { body }: { readonly body: QueueInput },
): Promise<unknown> {
  const folder = folderOf(ctx);
  const values = checked(body);
  const id = await ctx.transaction(async (tx) => {
    try {
      const row = await tx.first<{ id: number }>(sql`
        insert into queue_definitions (tenant_id, folder_id, name, description, max_number_of_retries, accept_automatically_retry,
          retry_abandoned_items, enforce_unique_reference, specific_data_json_schema, output_data_json_schema,
          analytics_data_json_schema, sla_in_minutes, risk_sla_in_minutes, release_id, tags, creator_user_id)
        values (${ctx.tenant.id}, ${folder.id}, ${values.name}, ${values.description}, ${values.retries}, ${values.retry},
          ${values.retryAbandoned}, ${body.EnforceUniqueReference ?? false}, ${values.specific}, ${values.output},
          ${values.analytics}, ${values.sla}, ${values.riskSla}, ${values.releaseId}, ${values.tags}::jsonb, ${ctx.access.user?.id ?? null}::bigint)
        returning id`);
      await recordEvents(tx, { principal: ctx.principal, tenantId: ctx.tenant.id }, [
        {
          type: 'queue.created',
          entity: 'QueueDefinition',
          key: row!.id,
          folderId: folder.id,
          payload: { name: values.name },
        },
      ]);
      return row!.id;
    } catch (error) {
      if (uniqueViolation(error)) throw nameUsed(values.name);
      throw error;
    }
  });
  return findByKey(ctx, QueueDefinition, id);
}

export async function updateDefinition(ctx: Context, id: number, body: QueueInput): Promise<void> {
  const folder = folderOf(ctx);
  const values = checked(body);
  await ctx.transaction(async (tx) => {
    const old = await tx.first<{ enforce_unique_reference: boolean }>(sql`
      select enforce_unique_reference from queue_definitions where id = ${id} and folder_id = ${folder.id} for update`);
    if (!old) throw notFound(QueueDefinition.label);
    if (
      typeof body.EnforceUniqueReference === 'boolean' &&
      body.EnforceUniqueReference !== old.enforce_unique_reference
    ) {
      throw badRequest(
        CODE.ForbiddenOperation,
        'EnforceUniqueReference: cannot be changed once the queue exists.',
      );
    }
    try {
      await tx.execute(sql`
        update queue_definitions
           set name = ${values.name}, description = ${values.description}, max_number_of_retries = ${values.retries},
               accept_automatically_retry = ${values.retry}, retry_abandoned_items = ${values.retryAbandoned},
               specific_data_json_schema = ${values.specific}, output_data_json_schema = ${values.output},
               analytics_data_json_schema = ${values.analytics}, sla_in_minutes = ${values.sla},
               risk_sla_in_minutes = ${values.riskSla}, release_id = ${values.releaseId}, tags = ${values.tags}::jsonb, modified_at = now()
         where id = ${id}`);
    } catch (error) {
      if (uniqueViolation(error)) throw nameUsed(values.name);
      throw error;
    }
    await recordEvents(tx, { principal: ctx.principal, tenantId: ctx.tenant.id }, [
      {
        type: 'queue.updated',
        entity: 'QueueDefinition',
        key: id,
        folderId: folder.id,
        payload: { name: values.name },
      },
    ]);
  });
}

export async function deleteDefinition(ctx: Context, id: number): Promise<void> {
  const folder = folderOf(ctx);
  await ctx.transaction(async (tx) => {
    const gone = await tx.first<{ name: string }>(sql`
      delete from queue_definitions where id = ${id} and folder_id = ${folder.id} returning name`);
    if (!gone) throw notFound(QueueDefinition.label);
    await recordEvents(tx, { principal: ctx.principal, tenantId: ctx.tenant.id }, [
      {
        type: 'queue.deleted',
        entity: 'QueueDefinition',
        key: id,
        folderId: folder.id,
        payload: { name: gone.name },
      },
    ]);
  });
}

function checked(body: QueueInput) {
  const name = body.Name?.trim();
  if (!name) throw invalid('Name', 'must not be empty');
  // Refused rather than ignored: what a caller wants encrypted must not lie in the clear.
  if (body.Encrypted) throw invalid('Encrypted', 'queues with encryption at rest are not available yet');
  checkJsonSchema(body.SpecificDataJsonSchema, 'SpecificDataJsonSchema');
  checkJsonSchema(body.OutputDataJsonSchema, 'OutputDataJsonSchema');
  checkJsonSchema(body.AnalyticsDataJsonSchema, 'AnalyticsDataJsonSchema');
  return {
    name,
    description: body.Description ?? null,
    retries: body.MaxNumberOfRetries ?? 0,
    retry: body.AcceptAutomaticallyRetry ?? false,
    retryAbandoned: body.RetryAbandonedItems ?? false,
    specific: body.SpecificDataJsonSchema || null,
    output: body.OutputDataJsonSchema || null,
    analytics: body.AnalyticsDataJsonSchema || null,
    sla: body.SlaInMinutes ?? 0,
    riskSla: body.RiskSlaInMinutes ?? 0,
    releaseId: body.ReleaseId ?? null,
    tags: JSON.stringify(body.Tags ?? []),
  };
}
