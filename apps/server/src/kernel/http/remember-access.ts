import { type Access, type Admit, loadAccess } from '../auth/access.ts';
import type { Principal } from '../auth/principal.ts';
import type { Queryable } from '../db/sql.ts';
import { remember } from '../remember.ts';
import type { Services } from './context.ts';
import type { Place } from './place.ts';

export type AccessOf = (principal: Principal, place: Place) => Promise<Access>;

/**
 * Roles are read once for each caller and tenant, and again after a notice that roles have changed somewhere.
 */
export function rememberAccess(
  db: Queryable,
  { live, now }: Pick<Services, 'live' | 'now'>,
  admit: Admit,
): AccessOf {
  const names = new WeakMap<Principal, string>();
  const nameOf = (principal: Principal): string => {
    let name = names.get(principal);
    if (!name) {
      name = `${principal.kind} ${principal.job?.userId ?? principal.subject} ${[...principal.scopes].join(' ')}`;
      names.set(principal, name);
    }
    return name;
  };
  const find = remember({
    what: 'rights',
    clock: now,
    keyOf: ({ principal, place }: { readonly principal: Principal; readonly place: Place }) =>
      `${place.tenant.id} ${nameOf(principal)}`,
    ask: ({ principal, place }) => loadAccess(db, principal, place.tenant.id, admit),
    forgetOn: { live, topics: ['access', 'folders'] },
  });
  return (principal, place) => find({ principal, place });
}
