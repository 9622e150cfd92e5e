import type { PERMISSION_GROUPS, RIGHTS } from '../auth/permissions.ts';

export type Right = (typeof RIGHTS)[number];

/**
 * What declarations may name, such as `Queues.View`; the last one is of those who administer the
 * organization.
 */
export type PermissionName = `${keyof typeof PERMISSION_GROUPS}.${Right}` | 'Organization.Administer';

/** One, or several of which one or all are needed. */
export type Permission<N extends string = string> =
  | N
  | { readonly any: readonly N[] }
  | { readonly all: readonly N[] };
export const anyOf = <const N extends string>(...any: N[]): Permission<N> => ({ any });
export const allOf = <const N extends string>(...all: N[]): Permission<N> => ({ all });
