import { flag } from '../../kernel/settings.ts';

export const accountSettings = {
  passwordSignIn: flag('BATON_PASSWORD_SIGN_IN', {
    help: 'true: old clients may use /api/Account/Authenticate',
  }),
};
