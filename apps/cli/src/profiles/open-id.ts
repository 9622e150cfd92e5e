import { bodyOf } from '@baton/client/api-failure';
import { patiently, Unreachable } from '@baton/client/patience';
import { COMMAND_CLIENT, FULL_ACCESS, ROUTES } from '@baton/contract/identity/open-id';
import * as openid from 'openid-client';
import { Failure } from '../failure.ts';
import type { Profile } from './profile-file.ts';

/** Everything that the person may do, and a refresh token. */
export const SCOPE = `openid profile offline_access ${FULL_ACCESS}`;

export type Tokens = openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers;

/**
 * The server at a URL as an OpenID provider. Its endpoints are taken to be below that URL, whatever name the
 * server gives itself. On 0.0.0.0 without BATON_PUBLIC_URL that name cannot be reached.
 */
export async function openIdOf(url: string): Promise<openid.Configuration> {
  const { origin } = new URL(url);
  const address = `${origin}/identity/.well-known/openid-configuration`;
  const found = await bodyOf(await patiently({}, address, {}), `GET ${address}`);
  const issuer = (found as { issuer?: unknown } | undefined)?.issuer;
  if (typeof issuer !== 'string' || !URL.canParse(issuer))
    throw new Failure(`${origin} is no Baton server: it does not say how to sign in.`);
  if (issuer.startsWith('https:') && origin.startsWith('http:'))
    throw new Failure(`The server signs people in at ${new URL(issuer).origin}: name it with --url.`);
  const below = (route: keyof typeof ROUTES): string => `${origin}/identity${ROUTES[route]}`;
  const configuration = new openid.Configuration(
    {
      issuer,
      authorization_endpoint: below('authorization'),
      token_endpoint: below('token'),
      device_authorization_endpoint: below('device_authorization'),
      revocation_endpoint: below('revocation'),
      authorization_response_iss_parameter_supported: true,
    },
    COMMAND_CLIENT,
    undefined,
    openid.None(),
  );
  if (origin.startsWith('http:')) openid.allowInsecureRequests(configuration);
  configuration[openid.customFetch] = (to, init) => patiently({}, to, init as RequestInit);
  return configuration;
}

/** Waits for a call of the library, and turns its errors into those of the command. */
export async function ask<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const { cause } = error as Error;
    if (cause instanceof Unreachable) throw cause;
    if (error instanceof openid.ResponseBodyError || error instanceof openid.AuthorizationResponseError)
      throw new Refusal(error.error, error.error_description ?? error.error);
    if (error instanceof openid.ClientError)
      throw new Failure(`The server's answer is not what it should be: ${error.message}`);
    throw error;
  }
}

/** The server or the person refused; `code` is the error code of OAuth. */
export class Refusal extends Failure {
  readonly code: string;
  constructor(code: string, message: string) {
    super(code === 'access_denied' ? 'The sign-in was given up.' : `The sign-in was refused: ${message}`);
    this.code = code;
  }
}

export function profileOf(url: string, tokens: Tokens, userName: string): Profile {
  if (!tokens.refresh_token) throw new Failure('The server gave no refresh token.');
  return {
    url,
    userName,
    accessToken: tokens.access_token,
    expiresAt: Date.now() + (tokens.expires_in ?? 300) * 1000,
    refreshToken: tokens.refresh_token,
  };
}
