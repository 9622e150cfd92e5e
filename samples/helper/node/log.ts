import { log, mask } from 'baton';

/** Lines with levels and fields, and what no line shows. */
export const main = ({ secret }: { readonly secret: string }) => {
  mask(secret);
  log.info(`booked with ${secret}`, { invoice: 'A-1', cents: 1200 });
  log.warn('the bank answers slowly', { seconds: 2.5 });
  log.error(new Error('no more money'));
  console.log('what is printed is a line, too');
};
