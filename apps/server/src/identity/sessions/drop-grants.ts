import sql, { type Sql } from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';

/** Deletes grants with everything that belongs to them. Answers the ids of their clients, each once. */
export async function dropGrants(tx: Queryable, which: Sql): Promise<readonly string[]> {
  const grants = await tx.query<{ id: string; clientId: string }>(sql`
    delete from oidc_records where kind = 'Grant' and ${which} returning id, payload ->> 'clientId' as "clientId"`);
  await tx.execute(sql`delete from oidc_records where grant_id = any(${grants.map(({ id }) => id)}::text[])`);
  return [...new Set(grants.map(({ clientId }) => clientId))];
}
