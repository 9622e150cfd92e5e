import { text } from 'node:stream/consumers';
import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { attachmentNotFound } from './link-attachments.ts';

/** What a job calls the attachment with its arguments. */
export const INPUT = 'Input';
export const OUTPUT = 'Output';

/** Longer arguments are not looked into at the start; the robot does it. */
const MOST_CHECKED = 2 ** 20;

/** An attachment of the call's folder that is to be the input of a job: its text, if it is short. */
export async function inputFile(db: Queryable, ctx: Context, id: string): Promise<string | undefined> {
  const row = await db.first<{ key: string; size: number }>(sql`
    select file_key as key, size from attachments
     where id = ${id}::uuid and folder_id = ${folderOf(ctx).id} and file_key is not null for key share`);
  if (!row) throw attachmentNotFound();
  if (row.size > MOST_CHECKED) return undefined;
  const stored = await ctx.files.read(row.key);
  if (!stored) throw attachmentNotFound();
  return text(stored.stream);
}
