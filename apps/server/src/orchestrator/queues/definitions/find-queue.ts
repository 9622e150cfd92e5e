import sql from 'sql-template-tag';
import type { Queryable } from '../../../kernel/db/sql.ts';
import { notFound } from '../../../kernel/errors.ts';
import { type Context, folderOf } from '../../../kernel/http/context.ts';
import { QueueDefinition } from './contract.ts';

export interface FoundQueue {
  readonly id: number;
  readonly key: string;
  readonly name: string;
  readonly encrypted: boolean;
  readonly enforce_unique_reference: boolean;
  readonly sla_in_minutes: number;
  readonly specific_data_json_schema: string | null;
  readonly output_data_json_schema: string | null;
  readonly analytics_data_json_schema: string | null;
}

/** A queue of the call's folder. `lock` keeps others from changing it, but not from adding items. */
export async function requireQueue(
  db: Queryable,
  ctx: Context,
  id: number,
  { lock = false } = {},
): Promise<FoundQueue> {
  const row = await db.first<FoundQueue>(sql`
    select d.id, d.key, d.name, d.encrypted, d.enforce_unique_reference, d.sla_in_minutes,
      d.specific_data_json_schema,
           d.output_data_json_schema, d.analytics_data_json_schema
      from queue_definitions d join queue_folders l on l.queue_id = d.id and l.folder_id = ${folderOf(ctx).id}
     where d.id = ${id} and d.tenant_id = ${ctx.tenant.id} ${lock ? sql`for no key update of d` : sql``}`);
  if (!row) throw notFound(QueueDefinition.label);
  return row;
}
