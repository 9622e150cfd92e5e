import { area } from '../../kernel/area.ts';
import { accountRoutes } from './routes.ts';
import { accountSettings } from './settings.ts';

export const accountArea = area({
  name: 'account',
  routes: accountRoutes,
  settings: accountSettings,
  isOn: accountSettings.passwordSignIn,
});
