import type { Term } from '@baton/odata/order';
import type { Parts } from '@baton/odata/select';
import sql, { type Sql } from 'sql-template-tag';
import { type Context, folderOf } from '../http/context.ts';
import type { Entity } from './entity.ts';

export interface Scope {
  /** Narrows the rows, beside tenant and folder. */
  readonly where?: (row: Sql) => Sql;
  /** `where` finds rows of the tenant only: it is no condition of its own, and an index may answer alone. */
  readonly isWithinTenant?: boolean;
  /** Instead of the entity's table. */
  readonly from?: Sql;
  /** As the query engine has it: where the client names none. */
  readonly order?: (row: Sql) => readonly Term[];
  readonly parts?: Parts;
  /** As the query engine has it: `$skip` counts from the end. */
  readonly isFromEnd?: boolean;
  /** Rows say where they stand in the order. */
  readonly withCursor?: boolean;
  /**
   * - `here` (default where the operation needs a folder): the folder of the call
   * - an id: that folder
   * - a list: any of those
   * - `all`: wherever in the tenant; only behind a check of its own
   */
  readonly folder?: 'here' | 'all' | number | readonly number[];
}

/** That a row is one of those which the scope leaves. */
export function conditionOf(ctx: Context, entity: Entity, scope: Scope, row: Sql): Sql {
  const conditions: Sql[] = [];
  if (entity.inTenant && !scope.isWithinTenant) conditions.push(entity.inTenant(row, ctx.tenant.id));
  const folder = entity.inFolder && folderCondition(ctx, entity.inFolder, scope.folder ?? 'here', row);
  if (folder) conditions.push(folder);
  if (scope.where) conditions.push(sql`(${scope.where(row)})`);
  if (conditions.length === 0) return sql`true`;
  return conditions.reduce((left, right) => sql`${left} and ${right}`);
}

function folderCondition(
  ctx: Context,
  inFolder: (row: Sql, folderIds: readonly number[]) => Sql,
  folder: NonNullable<Scope['folder']>,
  row: Sql,
): Sql | undefined {
  if (folder === 'all') return undefined;
  const ids = folder === 'here' ? [folderOf(ctx).id] : typeof folder === 'number' ? [folder] : folder;
  return ids.length === 0 ? sql`false` : inFolder(row, ids);
}
