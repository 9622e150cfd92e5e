import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { notFound } from '../../kernel/errors.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { Bucket } from './contract.ts';

export interface FoundBucket {
  readonly id: number;
  readonly name: string;
  readonly identifier: string;
  /** The sum of flags (bucket-options.ts). */
  readonly options: number;
}

export const toldOf = ({ id, identifier: key, name }: FoundBucket) => ({ key, payload: { id, key, name } });

/** Finds a bucket of the call's folder. `lock` protects it from changes and deletion. */
export async function requireBucket(
  db: Queryable,
  ctx: Context,
  id: number,
  { lock = false } = {},
): Promise<FoundBucket> {
  const row = await db.first<FoundBucket>(sql`
    select b.id, b.name, b.identifier, b.options
      from buckets b join bucket_folders l on l.bucket_id = b.id and l.folder_id = ${folderOf(ctx).id}
     where b.id = ${id} and b.tenant_id = ${ctx.tenant.id} ${lock ? sql`for update of b` : sql``}`);
  if (!row) throw notFound(Bucket.label);
  return row;
}
