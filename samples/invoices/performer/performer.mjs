// Takes invoices from a queue until there are none, checks each, and adds up those that can be booked.
import { setTimeout as delay } from 'node:timers/promises';
import { log, queue, stopRequested } from 'baton';
import { problemOf } from './check-invoice.mjs';

/** Its server answers at the second try only: what an application exception and a retry are for. */
const FLAKY_SUPPLIER = 'Flaky Ltd';

/** What the robot calls with the input arguments; what it answers are the output arguments. */
export async function main({ queue: name = 'Invoices', run, pace = 0 }) {
  const mine = run ? { Reference: `${run}/`, ReferenceFilterOption: 'StartsWith' } : {};
  const summary = { processed: 0, succeeded: 0, businessExceptions: 0, applicationExceptions: 0, totals: {} };
  log.info(`Taking ${run ? `the items of run ${run}` : 'all items'} from the queue ${name}`);
  while (!stopRequested()) {
    const item = await queue.startTransaction(name, mine);
    if (!item) break;
    await delay(pace);
    await work(item, summary);
    summary.processed += 1;
    if (summary.processed % 10 === 0) log.info(`${summary.processed} invoices processed`);
  }
  log.info(`Done: ${summary.succeeded} of ${summary.processed} invoices booked`, summary.totals);
  return summary;
}

async function work(item, summary) {
  const invoice = item.SpecificContent;
  const problem = problemOf(invoice);
  if (problem) {
    log.warn(`${invoice.Number} is refused: ${problem}`);
    await queue.fail(item, problem, { type: 'BusinessException' });
    summary.businessExceptions += 1;
  } else if (invoice.Supplier === FLAKY_SUPPLIER && item.RetryNumber === 0) {
    log.warn(`${invoice.Number} is to be tried again: ${FLAKY_SUPPLIER} does not answer`);
    await queue.fail(item, `${FLAKY_SUPPLIER} does not answer`);
    summary.applicationExceptions += 1;
  } else {
    await queue.succeed(item, { Currency: invoice.Currency, GrossCents: invoice.GrossCents });
    summary.succeeded += 1;
    summary.totals[invoice.Currency] = (summary.totals[invoice.Currency] ?? 0) + invoice.GrossCents;
  }
}
