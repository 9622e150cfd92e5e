import sql from 'sql-template-tag';
import type { Transaction } from '../db/sql.ts';

/**
 * Claims work that every node is woken for, until the transaction ends: false where another has it. An
 * advisory lock, not a mark in a row: it goes with the connection of a node that dies, and the row stays
 * free for what must be written down meanwhile. Claim first, then look whether the work is still to be done,
 * then count that it was begun.
 */
export async function claim(tx: Transaction, work: string): Promise<boolean> {
  const lock = await tx.first<{ mine: boolean }>(sql`
    select pg_try_advisory_xact_lock(hashtextextended(${`baton ${work}`}, 0)) as mine`);
  return lock?.mine === true;
}
