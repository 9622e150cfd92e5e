import { errors } from 'oidc-provider';
import { BY_ROLES, type Principal } from '../../kernel/auth/principal.ts';
import type { ClientFacts } from './clients.ts';
import { covers, isApiScope, isKnown, splitScope, USER_SCOPES } from './scopes.ts';

/**
 * The scopes of a token that a client gets with its own credentials. If it asks for none, it gets all that
 * are registered for it, which real clients expect (clients.md 18). Throws invalid_scope.
 */
export function clientScopes(facts: ClientFacts, asked: string | undefined): string[] {
  // What a machine may do follows from what it is. Robots ask for all sorts of scopes.
  if (facts.kind !== 'app') return [BY_ROLES];
  const wanted = splitScope(asked);
  // If nothing is registered and nothing asked for, the roles of the application decide.
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

/** These scopes say who somebody is and open nothing. Every application for people may ask for them. */
const IDENTITY_SCOPES = ['openid', 'profile', 'email', 'offline_access'];

/**
 * The scopes of a token that acts for a person. Throws invalid_scope. The product's own clients also ask for
 * services that do not exist here (a command line tool asks for 25), and those are left out.
 */
export function userScopes(facts: ClientFacts, asked: string | undefined): string[] {
  const wanted = splitScope(asked);
  if (facts.kind === 'first-party') {
    return wanted.filter(isKnown);
  }
  const registered = facts.kind === 'app' ? facts.userScopes : [];
  if (wanted.length === 0) return [...registered];
  const allowed = [...registered, ...IDENTITY_SCOPES];
  // Clients that do not know what they are registered for ask with this. They get all of it and nothing more.
  const byRoles = wanted.includes(BY_ROLES) && !registered.includes(BY_ROLES);
  const meant = byRoles
    ? [...wanted.filter((scope) => scope !== BY_ROLES), ...registered.filter(isApiScope)]
    : wanted;
  refuse(meant.filter((scope) => !covers(allowed, scope)));
  return [...new Set(meant)];
}

/** Whether a client still holds a scope that one of its tokens carries. */
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
