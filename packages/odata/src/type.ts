import type { Enumeration } from './model.ts';

/** What a value is, as far as comparisons and calls care. */
export type Type =
  | { readonly kind: 'boolean' | 'string' | 'guid' | 'datetime' | 'date' | 'untyped' | 'null' }
  | { readonly kind: 'number'; readonly integer: boolean; readonly stored: 'int' | 'double' | 'numeric' }
  | { readonly kind: 'enum'; readonly enumeration: Enumeration };
