import sql, { type Sql } from 'sql-template-tag';
import { actorOf } from '../../kernel/auth/principal.ts';
import { type CsvColumn, csvColumns } from '../../kernel/contract/csv.ts';
import type { Entity } from '../../kernel/contract/entity.ts';
import type { OutputOf } from '../../kernel/contract/fields.ts';
import { type Scope, selectRows } from '../../kernel/contract/read-rows.ts';
import { wake } from '../../kernel/events/live.ts';
import type { Context } from '../../kernel/http/context.ts';
import type { Export } from './contract.ts';

export interface ExportRequest {
  /** `ExportType`. */
  readonly type: number;
  /** Name of the file, without `.csv`. */
  readonly name: string;
  readonly entity: Entity;
  /** Properties, in the order of the file. The call can choose among them with `$select`. */
  readonly columns: readonly string[];
  readonly scope?: Scope;
}

/**
 * Has the rows that the call's query options ask for written to a file in the background
 * (run-exports.ts). Answers the new row, as `Export` shows it. The statement contains the caller's rights
 * at the time of the call.
 */
export async function requestExport(ctx: Context, request: ExportRequest): Promise<OutputOf<typeof Export>> {
  const { columns, statement } = fileOf(ctx, request);
  return ctx.transaction(async (tx) => {
    const row = await tx.first<OutputOf<typeof Export>>(sql`
      insert into exports (tenant_id, requested_by, name, type, query, columns)
      values (${ctx.tenant.id}, ${actorOf(ctx.principal)}, ${request.name}, ${request.type},
              ${JSON.stringify({ text: statement.text, values: statement.values })}::jsonb,
              ${JSON.stringify(columns)}::jsonb)
      returning id as "Id", name as "Name", type as "Type", status as "Status", requested_at as "RequestedAt",
                executed_at as "ExecutedAt", size as "Size"`);
    wake(tx, ctx, 'exports');
    return row!;
  });
}

/** What the file of a request holds: the statement that reads its rows, and the columns that are written. */
export function fileOf(
  ctx: Context,
  { entity, columns, scope = {} }: Pick<ExportRequest, 'entity' | 'columns' | 'scope'>,
): { readonly statement: Sql; readonly columns: readonly CsvColumn[] } {
  const { select } = ctx.options;
  const chosen = select ? columns.filter((name) => select.has(name)) : columns;
  const options = { ...ctx.options, select: new Set(chosen), expand: new Map() };
  return { statement: selectRows({ ...ctx, options }, entity, scope), columns: csvColumns(entity, chosen) };
}
