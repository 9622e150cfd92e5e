import { wholeNumber } from '../../kernel/settings.ts';

export const robotsServiceSettings = {
  eventStreams: wholeNumber('BATON_EVENT_STREAMS', {
    help: 'most event streams of robots at once, in a process',
    default: 10_000,
    min: 1,
    max: 1_000_000,
  }),
};
