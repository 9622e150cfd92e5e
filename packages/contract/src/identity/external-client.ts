// Made from the server's declarations by `npm run contract`.
import type { NoInput, Operation } from '../operation.ts';

export interface ExternalApiResourceDto {
  readonly name: string | null;
  readonly displayName: string | null;
  readonly description: string | null;
  readonly scopes: readonly ExternalApiScopeDto[] | null;
}

export interface ExternalApiScopeDto {
  readonly name: string | null;
  readonly displayName: string | null;
  readonly description: string | null;
  readonly type: 0 | 1 | null;
}

export interface ExternalClientDto {
  readonly name: string | null;
  readonly id: string | null;
  readonly secret: string | null;
  readonly isConfidential: boolean | null;
  readonly redirectUri: string | null;
  readonly resources: readonly ExternalApiResourceDto[] | null;
  readonly secrets: readonly ExternalClientSecretDto[] | null;
}

export interface ExternalClientSecretDto {
  readonly id: number | null;
  readonly description: string | null;
  readonly secret: string | null;
  readonly creationTime: string | null;
  readonly expiryTime: string | null;
}

export interface CreateExternalClientCommand {
  readonly partitionGlobalId: string;
  readonly name: string;
  readonly redirectUri?: string | null;
  readonly scopes?: readonly ExternalClientScope[] | null;
  readonly isConfidential?: boolean | null;
}

export interface ExternalClientScope {
  readonly name: string;
  readonly type?: ScopeType | null;
}

export const ScopeType = { user: 0, application: 1 } as const;
export type ScopeType = keyof typeof ScopeType;

export interface UpdateExternalClientCommand {
  readonly partitionGlobalId?: string | null;
  readonly name: string;
  readonly redirectUri?: string | null;
  readonly scopes?: readonly ExternalClientScope[] | null;
}

export interface GenerateSecretCommand {
  readonly partitionGlobalId: string;
  readonly clientId: string;
  readonly description?: string | null;
  readonly expiryTime?: string | null;
}

/** What applications can be given access to. */
export const getApiResources: Operation<NoInput, readonly ExternalApiResourceDto[]> = {
  id: 'ExternalApiResource_Get',
  method: 'GET',
  path: '/identity/api/ExternalApiResource',
  answer: 'plain',
};

/** Lists the external applications. */
export const getClients: Operation<{ readonly partitionGlobalId: string }, readonly ExternalClientDto[]> = {
  id: 'ExternalClient_GetAll',
  method: 'GET',
  path: '/identity/api/ExternalClient/{partitionGlobalId}',
  answer: 'plain',
};

/** One external application. */
export const getClient: Operation<
  { readonly partitionGlobalId: string; readonly clientId: string },
  ExternalClientDto
> = {
  id: 'ExternalClient_Get',
  method: 'GET',
  path: '/identity/api/ExternalClient/{partitionGlobalId}/{clientId}',
  answer: 'plain',
};

/** Makes an external application; its secret is told here and never again. */
export const createClient: Operation<{ readonly body: CreateExternalClientCommand }, ExternalClientDto> = {
  id: 'ExternalClient_Create',
  method: 'POST',
  path: '/identity/api/ExternalClient',
  answer: 'plain',
};

/** Changes an external application; the scopes given replace those it had. */
export const updateClient: Operation<
  {
    readonly partitionGlobalId: string;
    readonly clientId: string;
    readonly body: UpdateExternalClientCommand;
  },
  ExternalClientDto
> = {
  id: 'ExternalClient_Update',
  method: 'PUT',
  path: '/identity/api/ExternalClient/{partitionGlobalId}/{clientId}',
  answer: 'plain',
};

/** Removes an external application; its tokens end within a second. */
export const deleteClient: Operation<
  { readonly partitionGlobalId: string; readonly clientId: string },
  undefined
> = {
  id: 'ExternalClient_Delete',
  method: 'DELETE',
  path: '/identity/api/ExternalClient/{partitionGlobalId}/{clientId}',
  answer: 'nothing',
};

/** Adds a secret; those before stay good. */
export const generateSecret: Operation<{ readonly body: GenerateSecretCommand }, ExternalClientSecretDto> = {
  id: 'ExternalClient_GenerateSecret',
  method: 'POST',
  path: '/identity/api/ExternalClient/GenerateSecret',
  answer: 'plain',
};

/** Adds a secret; those before stay good. */
export const generateSecretByGet: Operation<
  { readonly partitionGlobalId: string; readonly clientId: string },
  ExternalClientSecretDto
> = {
  id: 'ExternalClient_GenerateSecretByGet',
  method: 'GET',
  path: '/identity/api/ExternalClient/{partitionGlobalId}/{clientId}/GenerateSecret',
  answer: 'plain',
};

/** Takes a secret back. */
export const deleteSecret: Operation<
  { readonly partitionGlobalId: string; readonly secretId: number },
  undefined
> = {
  id: 'ExternalClient_DeleteSecret',
  method: 'DELETE',
  path: '/identity/api/ExternalClient/{partitionGlobalId}/secrets/{secretId}',
  answer: 'nothing',
};
