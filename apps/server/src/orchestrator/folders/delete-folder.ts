import sql, { type Sql } from 'sql-template-tag';
import type { Transaction } from '../../kernel/db/sql.ts';
import { isForeignKeyViolation } from '../../kernel/db/violations.ts';
import { CODE, conflict } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';
import { isFinal } from '../jobs/transitions.ts';
import { inSubtree, lockTree, requireFolder, rightTo, type Which } from './reach.ts';
import { recordFolderChange } from './update-folder.ts';

/**
 * Deletes a folder with all below it, if they are empty. The rows are locked before they are looked into:
 * whoever adds something now waits on its foreign key, and finds the folder gone.
 */
export async function removeFolder(ctx: Context, which: Which): Promise<void> {
  await ctx
    .transaction(async (tx) => {
      await tx.execute(lockTree(ctx.tenant.id));
      const folder = await requireFolder(tx, ctx, which, rightTo('Delete'));
      const rows = await tx.query<{ id: number }>(sql`
        select id from folders where ${inSubtree(folder.id)} order by id for update`);
      const ids = rows.map((row) => row.id);
      await checkEmpty(tx, ids);
      await tx.execute(sql`delete from folders where id = any(${ids}::bigint[])`);
      await recordFolderChange(tx, ctx, folder, 'folder.deleted', { path: folder.path, folderIds: ids });
    })
    .catch((error: unknown) => {
      throw isForeignKeyViolation(error) ? notEmpty('other things') : error;
    });
}

const notEmpty = (what: string): Error =>
  conflict(CODE.CannotDeleteEntitiesInHierarchy, `The folder, or one below it, still has ${what}.`);

/**
 * What keeps a folder. Things whose foreign keys do not cascade would refuse by themselves; here they get a
 * name.
 */
const CONTENTS: readonly (readonly [what: string, query: (ids: readonly number[]) => Sql])[] = [
  ['users', (ids) => sql`select from folder_users where folder_id = any(${ids}::bigint[]) limit 1`],
  ['processes', (ids) => sql`select from releases where folder_id = any(${ids}::bigint[]) limit 1`],
  // Shared ones too: a folder that a queue is linked to shows it as its own.
  ['queues', (ids) => sql`select from queue_folders where folder_id = any(${ids}::bigint[]) limit 1`],
  ['assets', (ids) => sql`select from asset_folders where folder_id = any(${ids}::bigint[]) limit 1`],
  ['buckets', (ids) => sql`select from bucket_folders where folder_id = any(${ids}::bigint[]) limit 1`],
  [
    'packages',
    (ids) => sql`
      select from packages p join feeds f on f.id = p.feed_id
       where f.folder_id = any(${ids}::bigint[]) limit 1`,
  ],
];

async function checkEmpty(tx: Transaction, ids: readonly number[]): Promise<void> {
  const states = await tx.query<{ state: number }>(sql`
    select distinct state from jobs where folder_id = any(${ids}::bigint[])`);
  if (states.some(({ state }) => !isFinal(state))) {
    throw conflict(
      CODE.NotInFinalStateJobsExist,
      'The folder, or one below it, has jobs that have not ended.',
    );
  }
  for (const [what, query] of CONTENTS) if (await tx.first(query(ids))) throw notEmpty(what);
}
