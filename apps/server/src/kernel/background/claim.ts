import sql from 'sql-template-tag';
import type { Transaction } from '../db/sql.ts';

/**
 * Claims work for which every node is woken, until the transaction ends. False if another node has it. The
 * claim is an advisory lock rather than a mark in a row: it goes with the connection of a node that dies, and
 * the row stays free for what has to be written meanwhile. Claim first, then check that the work is still to
 * be done, then count that it was begun.
 */
export async function claim(tx: Transaction, work: string): Promise<boolean> {
  const lock = await tx.first<{ mine: boolean }>(sql`
    select pg_try_advisory_xact_lock(hashtextextended(${`baton ${work}`}, 0)) as mine`);
  return lock?.mine === true;
}
