/**
 * What the rest of the server knows about the database. Statements are composed with sql-template-tag, whose
 * `Sql` is a `Statement`. A statement with a `name` is prepared once for each connection, so a name must
 * stand for one text.
 *
 * Values come back as: int2, int4, int8, numeric -> number; timestamptz -> 'yyyy-MM-ddTHH:mm:ss[.ffffff]Z';
 * date and timestamp -> text as PostgreSQL writes them; json, jsonb -> parsed; bytea -> Buffer; arrays of
 * these. Values go in as: array -> PostgreSQL array (stringify what is meant for jsonb), object -> JSON,
 * undefined -> null.
 */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

export interface Queryable {
  /** The caller declares the columns. They are not inferred from where the rows go. */
  query<Row = Record<string, unknown>>(statement: Statement): Promise<NoInfer<Row>[]>;
  /** The first row. Undefined if there is none. */
  first<Row = Record<string, unknown>>(statement: Statement): Promise<NoInfer<Row> | undefined>;
  /** The number of rows that the statement touched. */
  execute(statement: Statement): Promise<number>;
}

export interface Transaction extends Queryable {
  /**
   * Runs when the commit is acknowledged, in the given order, and never after a rollback. Errors are logged.
   */
  afterCommit(work: () => void): void;
}

export interface Database extends Queryable {
  /**
   * Connections of their own for statements that serve many calls at once, so that these never wait behind a
   * long list. They are planned once, only with nested loops over indexes. So a plan that was made while a
   * table was empty stays good when it has grown.
   */
  readonly hot: Queryable;
  /**
   * Read committed. If `work` throws, it rolls back and passes the error on. After a serialization failure
   * (40001) or a deadlock (40P01), the whole `work` runs again, up to 3 times, so it must have no effects
   * outside of SQL.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * Hears NOTIFY on a connection of its own, and answers how to stop. After a lost connection it also calls
   * `heard('')`, because something may have been missed: an empty payload means "look again".
   */
  listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>>;
  /** Waits for everything that runs, and stops the listeners. */
  close(): Promise<void>;
}
