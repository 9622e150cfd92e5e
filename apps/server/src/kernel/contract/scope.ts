import type { Term } from '@baton/odata/order';
import type { Parts } from '@baton/odata/select';
import sql, { type Sql } from 'sql-template-tag';
import { type Context, folderOf } from '../http/context.ts';
import type { Entity } from './entity.ts';

export interface Scope {
  /** Narrows the rows, beside tenant and folder. */
  readonly where?: (row: Sql) => Sql;
  /** `where` finds only rows of the tenant, so that condition is left out, and an index alone may answer. */
  readonly isWithinTenant?: boolean;
  /** Replaces the entity's table. */
  readonly from?: Sql;
  /** The order if the client names none, as in the query engine. */
  readonly order?: (row: Sql) => readonly Term[];
  readonly parts?: Parts;
  /** `$skip` counts from the end, as in the query engine. */
  readonly isFromEnd?: boolean;
  /** Each row says where it stands in the order. */
  readonly withCursor?: boolean;
  /**
   * - `here` (default if the operation needs a folder): the folder of the call
   * - an id: that folder
   * - a list: any of those folders
   * - `all`: anywhere in the tenant; only after a check of its own
   */
  readonly folder?: 'here' | 'all' | number | readonly number[];
}

/** The condition that a row is in the scope. */
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
