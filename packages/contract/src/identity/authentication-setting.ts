// Made from the server's declarations by `npm run contract`.
import type { Operation } from '../operation.ts';

export interface AuthenticationSettingDto {
  readonly id: string | null;
  readonly partitionGlobalId: string | null;
  readonly authenticationSettingType: string | null;
  readonly externalIdentityProviderDto: unknown;
  readonly directoryConnectionDto: unknown;
  readonly hostConnectionType: string | null;
}

export interface CreateAuthenticationSettingCommand {
  readonly partitionGlobalId: string;
  /** Of saml2 all is kept and given back, and nobody signs in by it. */
  readonly authenticationSettingType: string;
  readonly externalIdentityProviderDto?: Readonly<Record<string, unknown>> | null;
  /** Kept and given back, and not carried out: directories write by SCIM, and none is asked. */
  readonly directoryConnectionDto?: Readonly<Record<string, unknown>> | null;
}

export interface UpdateAuthenticationSettingCommand {
  readonly partitionGlobalId: string;
  /** Of saml2 all is kept and given back, and nobody signs in by it. */
  readonly authenticationSettingType: string;
  readonly externalIdentityProviderDto?: Readonly<Record<string, unknown>> | null;
  /** Kept and given back, and not carried out: directories write by SCIM, and none is asked. */
  readonly directoryConnectionDto?: Readonly<Record<string, unknown>> | null;
  readonly id?: string | null;
}

/** The ways of signing in that are set up, by their type. */
export const getAuthenticationSettings: Operation<
  { readonly partitionGlobalId: string },
  Readonly<Record<string, AuthenticationSettingDto | null>> | null
> = {
  id: 'AuthenticationSetting_GetAll',
  method: 'GET',
  path: '/identity/api/AuthenticationSetting/getAll/{partitionGlobalId}',
  answer: 'plain',
};

/** One way of signing in. */
export const getAuthenticationSetting: Operation<{ readonly id: string }, AuthenticationSettingDto> = {
  id: 'AuthenticationSetting_Get',
  method: 'GET',
  path: '/identity/api/AuthenticationSetting/{id}',
  answer: 'plain',
};

/** Sets up a way of signing in. */
export const createAuthenticationSetting: Operation<
  { readonly body: CreateAuthenticationSettingCommand },
  AuthenticationSettingDto
> = {
  id: 'AuthenticationSetting_Create',
  method: 'POST',
  path: '/identity/api/AuthenticationSetting',
  answer: 'plain',
};

/** Changes a way of signing in; without a client secret the one it has stays. */
export const updateAuthenticationSetting: Operation<
  { readonly body: UpdateAuthenticationSettingCommand },
  AuthenticationSettingDto
> = {
  id: 'AuthenticationSetting_Update',
  method: 'PUT',
  path: '/identity/api/AuthenticationSetting',
  answer: 'plain',
};

/** Removes a way of signing in. */
export const deleteAuthenticationSetting: Operation<{ readonly id: string }, undefined> = {
  id: 'AuthenticationSetting_Delete',
  method: 'DELETE',
  path: '/identity/api/AuthenticationSetting/{id}',
  answer: 'nothing',
};
