import { Bool, Complex, dto, List, Text } from '../../kernel/contract/fields.ts';
import { one, operation } from '../../kernel/contract/operation.ts';

const SignalRActivitySettings = dto('SignalRActivitySettingsDto', {
  url: Text(),
  skipNegotiation: Bool({ default: false }),
});
export const ActivitySettings = dto('ActivitySettingsDto', {
  ApiVersion: Text(),
  SignalR: Complex(SignalRActivitySettings),
});
/** A map as the API writes it: names, and their values at the same places. */
export const ResponseDictionary = dto('ResponseDictionaryDto', { Keys: List(Text()), Values: List(Text()) });

const shared = {
  tag: 'Settings',
  method: 'GET',
  scope: 'OR.Settings',
  permission: null,
  folder: 'none',
} as const;

export const getActivitySettings = operation({
  ...shared,
  id: 'Settings_GetActivitySettings',
  path: '/odata/Settings/~.GetActivitySettings',
  summary: 'The version of the API, for clients that see no response headers.',
  callers: ['user', 'app', 'robot', 'machine'],
  answer: one(ActivitySettings),
});

export const getWebSettings = operation({
  ...shared,
  id: 'Settings_GetWebSettings',
  path: '/odata/Settings/~.GetWebSettings',
  summary: 'What pages need to know of the server.',
  answer: one(ResponseDictionary),
});

export const getAuthenticationSettings = operation({
  ...shared,
  id: 'Settings_GetAuthenticationSettings',
  path: '/odata/Settings/~.GetAuthenticationSettings',
  summary: 'How people may sign in: clients ask before they have a token.',
  scope: null,
  callers: ['user', 'app', 'robot', 'anonymous'],
  answer: one(ResponseDictionary),
});
