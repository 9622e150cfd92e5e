import { BY_ROLES, FULL_ACCESS, WIDER_SCOPES } from '../../kernel/auth/principal.ts';
import { ORCHESTRATOR, PLATFORM } from '../../kernel/auth/scopes.ts';

/** Scopes that an application can be registered for, to use by itself or for a user. */
export const API_SCOPES: readonly string[] = [
  ...ORCHESTRATOR.flatMap((name) => withNarrow(`OR.${name}`, ['Read', 'Write'])),
  BY_ROLES,
  ...Object.entries(PLATFORM).flatMap(([name, narrow]) => withNarrow(`PM.${name}`, narrow)),
];

/**
 * oidc-provider's name for our API, which must be a URI. Tokens carry AUDIENCE
 * instead (tokens/issue-token.ts).
 */
export const RESOURCE = 'urn:baton:api';

/** These need a person. An application never gets them with its own credentials. */
export const USER_SCOPES: readonly string[] = [
  FULL_ACCESS,
  'IdentityServerApi',
  'openid',
  'profile',
  'email',
  'offline_access',
];

export const isApiScope = (scope: string): boolean => API_SCOPES.includes(scope);

export const isKnown = (scope: string): boolean => isApiScope(scope) || USER_SCOPES.includes(scope);

/** A registered `OR.Jobs` also covers `OR.Jobs.Read`, because that is less. */
export function covers(registered: readonly string[], scope: string): boolean {
  if (registered.includes(scope)) return true;
  if (!isApiScope(scope)) return false;
  const [whole, side = ''] = scope.split(/(?=\.(?:Read|Write)$)/) as [string, string?];
  const wider = WIDER_SCOPES[whole];
  return registered.includes(whole) || (wider !== undefined && covers(registered, wider + side));
}

export const splitScope = (scope: string | undefined): string[] => [
  ...new Set((scope ?? '').split(/\s+/).filter(Boolean)),
];

function withNarrow(scope: string, narrow: readonly string[]): string[] {
  return [scope, ...narrow.map((kind) => `${scope}.${kind}`)];
}
