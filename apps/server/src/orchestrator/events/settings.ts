import { wholeNumber } from '../../kernel/settings.ts';

export const eventSettings = {
  readers: wholeNumber('BATON_EVENT_READERS', {
    help: 'most streams of events (GET /api/Events) at once, in a process',
    default: 1000,
    min: 1,
    max: 100_000,
  }),
};
