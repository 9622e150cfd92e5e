import { wholeNumber } from '../../kernel/settings.ts';

export const jobSettings = {
  lostJobSeconds: wholeNumber('BATON_LOST_JOB_SECONDS', {
    help: 'time that a job waits for a robot that went silent before it becomes Faulted',
    default: 600,
    min: 1,
    max: 86_400,
  }),
  inlineOutput: wholeNumber('BATON_INLINE_OUTPUT', {
    help:
      'longest OutputArguments of a job, in characters; longer ones become a file, OutputFile.' +
      ' Raise it for clients that know OutputArguments alone',
    default: 10_000,
    min: 0,
    max: 1_000_000,
  }),
};
