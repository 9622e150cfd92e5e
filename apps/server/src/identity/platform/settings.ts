import { wholeNumber } from '../../kernel/settings.ts';

export const platformSettings = {
  loginAttemptDays: wholeNumber('BATON_LOGIN_ATTEMPT_DAYS', {
    help: 'days after which attempts to sign in leave their lists and the audit; addresses and browsers stand in them',
    default: 365,
    min: 1,
    max: 36_500,
  }),
};
