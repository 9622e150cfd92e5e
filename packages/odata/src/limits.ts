/** The limits of one query. The defaults are those that the API guide states or that its server enforces. */
export interface Limits {
  /** The largest `$top`, in rows. */
  readonly maxTop: number;
  /** The number of properties in one `$orderby`. */
  readonly maxOrderBy: number;
  /**
   * The number of operators, calls, paths and literals in one `$filter` or `$orderby`. An `in`
   * list counts as one.
   */
  readonly maxNodes: number;
  /**
   * How deep parentheses, `not` and calls may be nested. It bounds the recursion of the parser and
   * of all later steps.
   */
  readonly maxDepth: number;
  /** The number of values in one `in` list. */
  readonly maxListValues: number;
  /** How deep `$expand` may be nested. */
  readonly maxExpandDepth: number;
  /** The number of navigations in one path: `Release/Environment/Name` has two. */
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
