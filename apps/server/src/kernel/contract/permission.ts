/** A permission, or several of which one or all are needed. */
export type Permission = string | { readonly any: readonly string[] } | { readonly all: readonly string[] };
export const anyOf = (...any: string[]): Permission => ({ any });
export const allOf = (...all: string[]): Permission => ({ all });
