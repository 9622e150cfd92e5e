import type { Transaction } from '../../../kernel/db/sql.ts';
import { unavailable } from '../../../kernel/errors.ts';

/** Edits take milliseconds, archiving a batch of old items seconds. Whoever holds a lock for longer has forgotten it. */
const MOST_SECONDS = 30;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Waits until nobody has the item locked, and has it then until the transaction ends: two who wait for one item do not wait for each
 * other. A caller who is told that there is nothing goes home while the item is there.
 */
export async function waitForItem(tx: Transaction, id: number, seconds = MOST_SECONDS): Promise<void> {
  try {
    await tx.execute(lockTimeout(`${seconds * 1000}ms`));
    await tx.execute({ text: 'select from queue_items where id = $1 for no key update', values: [id] });
  } catch (error) {
    if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
    throw unavailable(`The items of the queue have been locked for ${seconds} seconds.`);
  }
  await tx.execute(lockTimeout('0'));
}

const lockTimeout = (value: string) => ({
  text: `select set_config('lock_timeout', $1, true)`,
  values: [value],
});
