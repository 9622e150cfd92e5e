const CURRENCIES = new Set(['EUR', 'USD', 'GBP']);

/** What is wrong with an invoice, in the words of accounting; undefined where it can be booked. */
export function problemOf({
  Date: date,
  Due: due,
  Currency: currency,
  NetCents: net,
  TaxCents: tax,
  GrossCents: gross,
}) {
  if (!CURRENCIES.has(currency)) return `Currency ${currency} is not accepted`;
  if (gross <= 0) return 'There is nothing to pay';
  if (net + tax !== gross) return 'Net and tax do not add up to gross';
  // ISO dates sort as texts.
  if (due < date) return 'Due before it was written';
  return undefined;
}
