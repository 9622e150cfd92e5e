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
/** A map in the form of the API: a list of names, and a list of their values in the same order. */
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

/** Needs no token, as in the public description of the API. */
const open = { ...shared, scope: null, callers: ['user', 'app', 'robot', 'anonymous'] } as const;

export const getAuthenticationSettings = operation({
  ...open,
  id: 'Settings_GetAuthenticationSettings',
  path: '/odata/Settings/~.GetAuthenticationSettings',
  summary: 'How people may sign in: clients ask before they have a token.',
  answer: one(ResponseDictionary),
});

const Language = dto('LanguageInfo', {
  Name: Text({ notNull: true }),
  DisplayName: Text({ notNull: true }),
  Icon: Text({ description: 'Always null: nothing here shows flags.' }),
  IsDefault: Bool({ default: false }),
  IsDisabled: Bool({ default: false }),
});
const NamedValue = dto('NameValueDto', { Name: Text({ notNull: true }), Value: Text({ notNull: true }) });

export const getLanguages = operation({
  ...open,
  id: 'Settings_GetLanguages',
  path: '/odata/Settings/~.GetLanguages',
  summary: 'Languages that people may choose.',
  answer: one(dto('ListResultDtoOfLanguageInfo', { Items: List(Complex(Language), { notNull: true }) })),
});

export const getTimezones = operation({
  ...open,
  id: 'Settings_GetTimezones',
  path: '/odata/Settings/~.GetTimezones',
  summary: 'Time zones by their IANA names, each with its offset outside of summer time.',
  answer: one(dto('ListResultDtoOfNameValueDto', { Items: List(Complex(NamedValue), { notNull: true }) })),
});
