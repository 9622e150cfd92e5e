import { wholeNumber } from '../../kernel/settings.ts';

export const jobSettings = {
  lostJobSeconds: wholeNumber('BATON_LOST_JOB_SECONDS', {
    help: 'time that a job waits for a robot that went silent before it becomes Faulted',
    default: 600,
    min: 1,
    max: 86_400,
  }),
};
