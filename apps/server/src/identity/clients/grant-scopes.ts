import { errors } from 'oidc-provider';
import { BY_ROLES, type Principal } from '../../kernel/auth/principal.ts';
import type { ClientFacts } from './clients.ts';
import { covers, isApiScope, isKnown, splitScope, USER_SCOPES } from './scopes.ts';

/**
 * Scopes of a token that a client gets by its own credentials. Without any asked for, all that are registered
 * for the application (what real clients expect, clients.md 18). Throws invalid_scope.
 */
export function clientScopes(facts: ClientFacts, asked: string | undefined): string[] {
  // What a machine may do follows from what it is; robots ask for all sorts of scopes.
  if (facts.kind !== 'app') return [BY_ROLES];
  const wanted = splitScope(asked);
  // Nothing registered, nothing asked: the roles given to the application decide.
  if (wanted.length === 0) return facts.appScopes.length > 0 ? [...facts.appScopes] : [BY_ROLES];
  const granted = [...facts.appScopes, BY_ROLES];
  const refused = wanted.filter((scope) => !covers(granted, scope));
  const ofUsers = refused.filter((scope) => USER_SCOPES.includes(scope) || covers(facts.userScopes, scope));
  if (ofUsers.length > 0) {
    throw new errors.InvalidScope(
      `The client is not allowed to access User scopes: ${ofUsers.join(' ')}`,
      ofUsers.join(' '),
    );
  }
  refuse(refused);
  return wanted;
}

/** They say who somebody is, and open nothing: every application for people may ask for them. */
const IDENTITY_SCOPES = ['openid', 'profile', 'email', 'offline_access'];

/**
 * Scopes of a token that acts for a person. Throws invalid_scope. The product's own clients also ask for
 * services that are not there (a command line tool for 25 of them); those are left out.
 */
export function userScopes(facts: ClientFacts, asked: string | undefined): string[] {
  const wanted = splitScope(asked);
  if (facts.kind === 'first-party') {
    return wanted.filter(isKnown);
  }
  const registered = facts.kind === 'app' ? facts.userScopes : [];
  if (wanted.length === 0) return [...registered];
  const allowed = [...registered, ...IDENTITY_SCOPES];
  // Asked for by clients that do not know what they are registered for: all of it, and nothing more.
  const byRoles = wanted.includes(BY_ROLES) && !registered.includes(BY_ROLES);
  const meant = byRoles
    ? [...wanted.filter((scope) => scope !== BY_ROLES), ...registered.filter(isApiScope)]
    : wanted;
  refuse(meant.filter((scope) => !covers(allowed, scope)));
  return [...new Set(meant)];
}

/** Whether a client holds what one of its tokens says. */
export function isCovered(facts: ClientFacts, kind: Principal['kind'], scope: string): boolean {
  if (facts.kind !== 'app') return true;
  return covers(
    kind === 'user' ? [...facts.userScopes, ...IDENTITY_SCOPES] : [...facts.appScopes, BY_ROLES],
    scope,
  );
}

function refuse(scopes: readonly string[]): void {
  if (scopes.length === 0) return;
  throw new errors.InvalidScope(
    `Scopes that are unknown or not registered for the client: ${scopes.join(' ')}`,
    scopes.join(' '),
  );
}
