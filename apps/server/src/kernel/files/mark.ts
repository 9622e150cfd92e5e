import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import type { Database } from '../db/sql.ts';

/**
 * Rows and files are one: a node whose shared disk is not mounted, or that has a folder of its own, would
 * keep what it is given where no other node finds it, and answer 404 for all the rest. So the folder holds a
 * file that names its database, and a node that does not see that file stores and reads nothing. Answers its
 * path; throws where the folder is another one.
 */
export async function markFolder(db: Database, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  return db.transaction(async (tx) => {
    const row = (await tx.first<{ id: string; isMarked: boolean }>(sql`
      select id, is_marked as "isMarked" from files_folder for update`))!;
    // No key of a file begins with a dot.
    const mark = join(folder, `.of-${row.id}`);
    const isThere = await access(mark).then(
      () => true,
      () => false,
    );
    if (row.isMarked && !isThere)
      throw new Error(
        `${folder} is not the folder of files of this database, where there is a file ${mark}. Mount or restore that folder; all nodes share it. Where it is lost, make that file anew, empty: what was in the folder is then missing`,
      );
    if (!isThere) await writeFile(mark, '', { mode: 0o600, flush: true });
    if (!row.isMarked) await tx.execute(sql`update files_folder set is_marked = true`);
    return mark;
  });
}
