import sql from 'sql-template-tag';
import type { Transaction } from '../../kernel/db/sql.ts';
import { PENDING } from '../jobs/transitions.ts';
import { isConnected } from '../sessions/enumerations.ts';

/**
 * Robots live in the time of their machines. While the time of the server was turned by that many
 * milliseconds, a connected robot would have sent its heartbeats. Call it in the transaction of the turn, in
 * which now() is still the time before.
 */
export async function keepReporting(tx: Transaction, byMs: number): Promise<void> {
  const by = sql`${byMs}::float8 * interval '1 millisecond'`;
  await tx.execute(sql`
    update sessions set reporting_at = reporting_at + ${by}, responsive_until = responsive_until + ${by}
     where id in (select id from sessions s where ${isConnected('s')} order by id for update)`);
  await tx.execute(sql`
    update jobs set lease_until = lease_until + ${by}
     where id in (select id from jobs where state = ${PENDING} and lease_until > now() order by id for update)`);
}
