import type { PERMISSION_GROUPS, RIGHTS } from '../auth/permissions.ts';

export type Right = (typeof RIGHTS)[number];

/**
 * The permissions that declarations may name, such as `Queues.View`. Administrators of the organization hold
 * the last one.
 */
export type PermissionName = `${keyof typeof PERMISSION_GROUPS}.${Right}` | 'Organization.Administer';

/** One permission, any of several, or all of several. */
export type Permission<N extends string = string> =
  | N
  | { readonly any: readonly N[] }
  | { readonly all: readonly N[] };
export const anyOf = <const N extends string>(...any: N[]): Permission<N> => ({ any });
export const allOf = <const N extends string>(...all: N[]): Permission<N> => ({ all });
