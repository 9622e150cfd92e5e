// Made from the server's declarations by `npm run contract`.
import type { Operation } from '../operation.ts';

export interface ExternalIdentityProviderDto {
  readonly id: string | null;
  readonly partitionGlobalId: string | null;
  readonly displayName: string;
  readonly authenticationScheme: string | null;
  readonly clientId: string;
  readonly clientSecret: string | null;
  readonly authority: string;
  readonly isActive: boolean | null;
  readonly settings: string | null;
}

export interface CreateExternalIdentityProviderCommand {
  readonly partitionGlobalId: string;
  readonly displayName: string;
  readonly authenticationScheme?: string | null;
  readonly clientId: string;
  readonly clientSecret?: string | null;
  readonly authority: string;
  readonly isActive?: boolean | null;
  readonly settings?: unknown;
}

export interface UpdateExternalIdentityProviderCommand {
  readonly partitionGlobalId: string;
  readonly displayName: string;
  readonly authenticationScheme?: string | null;
  readonly clientId: string;
  readonly clientSecret?: string | null;
  readonly authority: string;
  readonly isActive?: boolean | null;
  readonly settings?: unknown;
  readonly id: string;
}

/** The OpenID providers that people may sign in with. */
export const getIdentityProviders: Operation<
  { readonly partitionGlobalId: string },
  readonly ExternalIdentityProviderDto[]
> = {
  id: 'ExternalIdentityProvider_GetAll',
  method: 'GET',
  path: '/identity/api/ExternalIdentityProvider/{partitionGlobalId}',
  answer: 'plain',
};

/** Lets people sign in with another OpenID provider; its redirect URI is /identity/sign-in/callback. */
export const createIdentityProvider: Operation<
  { readonly body: CreateExternalIdentityProviderCommand },
  ExternalIdentityProviderDto
> = {
  id: 'ExternalIdentityProvider_Create',
  method: 'POST',
  path: '/identity/api/ExternalIdentityProvider',
  answer: 'plain',
};

/**
 * Changes a provider; without a client secret the one it has stays. Switched off, it lets nobody in, and
 * those it has let in are signed out.
 */
export const updateIdentityProvider: Operation<
  { readonly body: UpdateExternalIdentityProviderCommand },
  ExternalIdentityProviderDto
> = {
  id: 'ExternalIdentityProvider_Update',
  method: 'PUT',
  path: '/identity/api/ExternalIdentityProvider',
  answer: 'plain',
};

/** Removes a provider; those who came by it are signed out, and need another way to sign in. */
export const deleteIdentityProvider: Operation<
  { readonly partitionGlobalId: string; readonly id: string },
  undefined
> = {
  id: 'ExternalIdentityProvider_Delete',
  method: 'DELETE',
  path: '/identity/api/ExternalIdentityProvider/{partitionGlobalId}/{id}',
  answer: 'nothing',
};
