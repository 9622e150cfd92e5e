/** A schema, and the JSON texts to check against it. */
export interface SchemaWork {
  readonly schema: string;
  readonly texts: readonly string[];
}
export type Problem = string | undefined;
export type SchemaAnswer = { readonly problems: readonly Problem[] } | { readonly error: string };

/**
 * Milliseconds of a processor for one call, including the compiling of its schema. A schema of 100,000
 * characters takes half of it.
 */
export const CPU_MS = 3_000;
