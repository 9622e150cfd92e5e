/**
 * What one query may ask for. The defaults are the limits that the API guide states or that its server
 * enforces.
 */
export interface Limits {
  /** Largest `$top`, in rows. */
  readonly maxTop: number;
  /** Properties in one `$orderby`. */
  readonly maxOrderBy: number;
  /** Operators, calls, paths and literals of one `$filter` or `$orderby`; an `in` list counts as one. */
  readonly maxNodes: number;
  /**
   * Parentheses, `not` and calls inside each other: the recursion of the parser, hence of all that follows.
   */
  readonly maxDepth: number;
  /** Values of one `in` list. */
  readonly maxListValues: number;
  /** `$expand` inside `$expand`. */
  readonly maxExpandDepth: number;
  /** Navigations in one path, `Release/Environment/Name` has two. */
  readonly maxPathDepth: number;
}

export const DEFAULT_LIMITS: Limits = Object.freeze({
  maxTop: 1000,
  maxOrderBy: 5,
  maxNodes: 100,
  maxDepth: 100,
  maxListValues: 1000,
  maxExpandDepth: 2,
  maxPathDepth: 4,
});
