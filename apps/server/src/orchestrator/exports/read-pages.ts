import type { Statement, Transaction } from '../../kernel/db/sql.ts';

const ROWS = 1000;

/** All rows of a statement in one snapshot, read through a cursor of the transaction. */
export async function* readPages(
  tx: Transaction,
  { text, values }: Statement,
  perPage = ROWS,
): AsyncGenerator<readonly Record<string, unknown>[]> {
  await tx.execute({ text: `declare pages no scroll cursor for ${text}`, values });
  for (;;) {
    const rows = await tx.query({ text: `fetch ${perPage} from pages`, values: [] });
    if (rows.length > 0) yield rows;
    if (rows.length < perPage) break;
  }
  await tx.execute({ text: 'close pages', values: [] });
}
