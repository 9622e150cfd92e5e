// Made from the server's declarations by `npm run contract`.
import type { NoInput, One, Operation } from './operation.ts';

export interface ResponseDictionaryDto {
  readonly Keys: readonly string[] | null;
  readonly Values: readonly string[] | null;
}

export interface ActivitySettingsDto {
  readonly ApiVersion: string | null;
  readonly SignalR: SignalRActivitySettingsDto | null;
}

export interface SignalRActivitySettingsDto {
  readonly url: string | null;
  readonly skipNegotiation: boolean;
}

export interface ListResultDtoOfLanguageInfo {
  readonly Items: readonly LanguageInfo[];
}

export interface LanguageInfo {
  readonly Name: string;
  readonly DisplayName: string;
  /** Always null: nothing here shows flags. */
  readonly Icon: string | null;
  readonly IsDefault: boolean;
  readonly IsDisabled: boolean;
}

export interface ListResultDtoOfNameValueDto {
  readonly Items: readonly NameValueDto[];
}

export interface NameValueDto {
  readonly Name: string;
  readonly Value: string;
}

/** The version of the API, for clients that see no response headers. */
export const getActivitySettings: Operation<NoInput, One<ActivitySettingsDto>> = {
  id: 'Settings_GetActivitySettings',
  method: 'GET',
  path: '/odata/Settings/UiPath.Server.Configuration.OData.GetActivitySettings',
  answer: 'one',
};

/** What pages need to know of the server. */
export const getWebSettings: Operation<NoInput, One<ResponseDictionaryDto>> = {
  id: 'Settings_GetWebSettings',
  method: 'GET',
  path: '/odata/Settings/UiPath.Server.Configuration.OData.GetWebSettings',
  answer: 'one',
};

/** How people may sign in: clients ask before they have a token. */
export const getAuthenticationSettings: Operation<NoInput, One<ResponseDictionaryDto>> = {
  id: 'Settings_GetAuthenticationSettings',
  method: 'GET',
  path: '/odata/Settings/UiPath.Server.Configuration.OData.GetAuthenticationSettings',
  answer: 'one',
};

/** Languages that people may choose. */
export const getLanguages: Operation<NoInput, One<ListResultDtoOfLanguageInfo>> = {
  id: 'Settings_GetLanguages',
  method: 'GET',
  path: '/odata/Settings/UiPath.Server.Configuration.OData.GetLanguages',
  answer: 'one',
};

/** Time zones by their IANA names, each with its offset outside of summer time. */
export const getTimezones: Operation<NoInput, One<ListResultDtoOfNameValueDto>> = {
  id: 'Settings_GetTimezones',
  method: 'GET',
  path: '/odata/Settings/UiPath.Server.Configuration.OData.GetTimezones',
  answer: 'one',
};
