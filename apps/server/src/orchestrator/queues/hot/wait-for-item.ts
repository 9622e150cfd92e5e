import type { Transaction } from '../../../kernel/db/sql.ts';
import { unavailable } from '../../../kernel/errors.ts';

/** How long a call waits for locked items in total. */
export interface Patience {
  readonly seconds: number;
  readonly until: number;
}

export const patienceOf = (seconds: number): Patience => ({
  seconds,
  until: performance.now() + seconds * 1000,
});

const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Waits until the item is free, and holds it from then on until the transaction ends. A caller who did not
 * wait would be told that there is nothing, although the item is there.
 */
export async function waitForItem(tx: Transaction, id: number, patience: Patience): Promise<void> {
  const left = millisecondsLeft(patience);
  try {
    await tx.execute(lockTimeout(`${left}ms`));
    await tx.execute({ text: 'select from queue_items where id = $1 for no key update', values: [id] });
  } catch (error) {
    if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
    throw lockedFor(patience);
  }
  await tx.execute(lockTimeout('0'));
}

/** At least one. Throws the 503 of a call that has waited long enough if none are left. */
export function millisecondsLeft(patience: Patience): number {
  const left = Math.ceil(patience.until - performance.now());
  if (left <= 0) throw lockedFor(patience);
  return left;
}

const lockedFor = ({ seconds }: Patience) =>
  unavailable(`The items of the queue have been locked for ${seconds} seconds.`);

const lockTimeout = (value: string) => ({
  text: `select set_config('lock_timeout', $1, true)`,
  values: [value],
});
