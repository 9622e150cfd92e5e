import { LANGUAGES } from '../../identity/languages.ts';
import type { OutputOf } from '../../kernel/contract/fields.ts';
import { handle, type Route } from '../../kernel/http/mount.ts';
import {
  getActivitySettings,
  getAuthenticationSettings,
  getLanguages,
  getTimezones,
  getWebSettings,
  type ResponseDictionary,
} from './contract.ts';
import { timeZones } from './time-zones.ts';

export const settingsRoutes: readonly Route[] = [
  handle(getActivitySettings, () => ({ ApiVersion: '20.0', SignalR: { url: null, skipNegotiation: false } })),
  handle(getWebSettings, (ctx) =>
    dictionary({
      'Abp.Timing.TimeZone': 'UTC',
      'Abp.Localization.DefaultLanguageName': 'en',
      'Features.ModernFolders.Enabled': 'true',
      'Scalability.SignalR.Enabled': 'false',
      'Baton.TenantKey': ctx.tenant.key,
    }),
  ),
  handle(getAuthenticationSettings, () =>
    dictionary({
      'ExternalAuth.System.OpenIdConnect.Enabled': 'false',
      'WindowsAuth.Enabled': 'false',
      'Auth.RestrictBasicAuthentication': 'true',
    }),
  ),
  handle(getLanguages, () => ({
    Items: Object.entries(LANGUAGES).map(([Name, DisplayName]) => ({
      Name,
      DisplayName,
      Icon: null,
      IsDefault: Name === 'en',
    })),
  })),
  handle(getTimezones, (ctx) => ({
    Items: timeZones(ctx.now()).map(({ id, offset }) => ({ Name: `(UTC${offset}) ${id}`, Value: id })),
  })),
];

const dictionary = (values: Readonly<Record<string, string>>): OutputOf<typeof ResponseDictionary> => ({
  Keys: Object.keys(values),
  Values: Object.values(values),
});
