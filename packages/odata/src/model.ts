import type { Sql } from 'sql-template-tag';

/** What the query engine must know of an entity; made by `entity()` in the server, never by hand. */
export interface EntityType {
  /** EDM type name, e.g. `JobDto`. */
  readonly name: string;
  /** Name of the key property, or null for rows without one. */
  readonly key: string | null;
  /**
   * An index finds a row by its key, which no two rows of `source` share: pages may be chosen by keys alone.
   */
  readonly keyIsIndexed?: boolean;
  /** The member by which rows stand that are alike in the order asked for; the key decides last. */
  readonly ties?: string;
  /** What stands after FROM: a table name or a parenthesised query. An alias is put behind it. */
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
   * Members of a complex value (stored as jsonb under the same names); paths `Complex/Member` read it.
   * The members' own `sql` is not asked: their names say where they are.
   */
  readonly complex?: Complex;
  /** A PostgreSQL array (scalars) or a jsonb array (complex, untyped): `any` and `all` work on it. */
  readonly collection?: boolean;
  /** The value in SQL, given the alias of its row. */
  readonly sql: (alias: Sql) => Sql;
  /**
   * False where the value is secret or computed after the read: it can be selected, not filtered or sorted
   * by.
   */
  readonly filterable: boolean;
  /**
   * False where SQL never gives null. Sorting by it can then walk a plain index: for others the order must
   * say where nulls go (OData: first when ascending), which PostgreSQL's default index order does not match.
   */
  readonly nullable?: boolean;
}

export interface Navigation {
  readonly target: () => EntityType;
  readonly many: boolean;
  /** Join condition, given the aliases of the two rows. A to-one condition must find one row at most. */
  readonly on: (parent: Sql, child: Sql) => Sql;
}
