import { wholeNumber } from '../../kernel/settings.ts';

export const sessionSettings = {
  heartbeatSeconds: wholeNumber('BATON_HEARTBEAT_SECONDS', {
    help: 'time between heartbeats of a robot',
    default: 30,
    min: 1,
    max: 3600,
  }),
};

/** Heartbeats that a host may miss before it counts as unresponsive. */
export const MISSED_HEARTBEATS = 4;
