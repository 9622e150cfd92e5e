import type { Sql } from 'sql-template-tag';

/**
 * What the query engine must know about an entity. `entity()` in the server makes it; it is
 * never written by hand.
 */
export interface EntityType {
  /** The name of the EDM type, such as `JobDto`. */
  readonly name: string;
  /** The name of the key property, or null for rows without one. */
  readonly key: string | null;
  /**
   * Whether an index finds a row by its key and no two rows of `source` share a key. Then a page can be
   * chosen by keys alone.
   */
  readonly keyIsIndexed?: boolean;
  /** The member that orders rows that are equal in the requested order. The key decides last. */
  readonly ties?: string;
  /** What FROM contains: a table name or a query in parentheses. An alias is added after it. */
  readonly source: Sql;
  readonly properties: Readonly<Record<string, Property>>;
  readonly navigations: Readonly<Record<string, Navigation>>;
}

export type EdmType =
  | 'Edm.Boolean'
  | 'Edm.Int32'
  | 'Edm.Int64'
  | 'Edm.Double'
  | 'Edm.String'
  | 'Edm.Guid'
  | 'Edm.DateTimeOffset'
  | 'Edm.Untyped';

/** Enumerations are stored as their numbers, so that `Level ge '2'` is a comparison of numbers. */
export interface Enumeration {
  readonly name: string;
  readonly members: Readonly<Record<string, number>>;
}

export interface Complex {
  readonly name: string;
  readonly properties: Readonly<Record<string, Property>>;
}

export interface Property {
  readonly type: EdmType;
  readonly enumeration?: Enumeration;
  /**
   * The members of a complex value, stored as jsonb under the same names. Paths `Complex/Member` read them.
   * The `sql` of a member is not used, because its name tells where the value is.
   */
  readonly complex?: Complex;
  /** A PostgreSQL array (scalars) or a jsonb array (complex, untyped). `any` and `all` work on it. */
  readonly collection?: boolean;
  /** The value in SQL, given the alias of its row. */
  readonly sql: (alias: Sql) => Sql;
  /**
   * False if the value is secret or computed after the read. It can be selected, but not
   * filtered or sorted by.
   */
  readonly filterable: boolean;
  /**
   * False if SQL never gives null. Sorting by it can then use a plain index. For other properties the
   * order must say where nulls go (OData: first when ascending), and PostgreSQL's default index order
   * does not match that.
   */
  readonly nullable?: boolean;
}

export interface Navigation {
  readonly target: () => EntityType;
  readonly many: boolean;
  /** The join condition, given the aliases of the two rows. A to-one condition must find at most one row. */
  readonly on: (parent: Sql, child: Sql) => Sql;
}
