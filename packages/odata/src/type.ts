import type { Enumeration } from './model.ts';

/** The type of a value, as far as comparisons and calls need it. */
export type Type =
  | { readonly kind: 'boolean' | 'string' | 'guid' | 'datetime' | 'date' | 'untyped' | 'null' }
  | { readonly kind: 'number'; readonly integer: boolean; readonly stored: 'int' | 'double' | 'numeric' }
  | { readonly kind: 'enum'; readonly enumeration: Enumeration };
