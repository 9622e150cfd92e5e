import { area } from '../../kernel/area.ts';
import { repeat } from '../../kernel/background/repeat.ts';
import { platform } from '../../kernel/http/dialects/platform.ts';
import { platformRoutes } from './routes.ts';
import { platformSettings } from './settings.ts';
import { removeOldAttempts } from './users/login-attempts.ts';

/** The Platform Management API, and the operations beside it that clients use. */
export const platformArea = area({
  name: 'platform',
  routes: platformRoutes,
  dialect: platform,
  settings: platformSettings,
  background: ({ db, services }) => {
    const days = services.setting(platformSettings.loginAttemptDays);
    return [
      repeat(
        {
          name: 'remove old attempts to sign in',
          everySeconds: 3600,
          run: () => removeOldAttempts(db, services.now(), days),
        },
        services,
      ),
    ];
  },
});
