import { wholeNumber } from '../../kernel/settings.ts';

export const sessionSettings = {
  heartbeatSeconds: wholeNumber('BATON_HEARTBEAT_SECONDS', {
    help: 'time between heartbeats of a robot',
    default: 30,
    min: 1,
    max: 3600,
  }),
  updateMinutes: wholeNumber('BATON_UPDATE_MINUTES', {
    help: 'minutes that a host may be silent when it changes its version, before other hosts go on without it',
    default: 60,
    min: 1,
    max: 43_200,
  }),
  hostUseDays: wholeNumber('BATON_HOST_USE_DAYS', {
    help: 'days that the use of hosts is kept, a row a minute',
    default: 7,
    min: 1,
    max: 400,
  }),
};

/** Heartbeats that a host may miss before it counts as unresponsive. */
export const MISSED_HEARTBEATS = 4;
