/**
 * What the rest of the server knows of the database. Statements are composed with sql-template-tag, whose
 * `Sql` is a `Statement`; one with a `name` is prepared once per connection, so the name must stand for one
 * text.
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
  /** What the columns are, whoever asks says: it is not taken from where the rows are meant to go. */
  query<Row = Record<string, unknown>>(statement: Statement): Promise<NoInfer<Row>[]>;
  /** The first row, or undefined where there is none. */
  first<Row = Record<string, unknown>>(statement: Statement): Promise<NoInfer<Row> | undefined>;
  /** How many rows the statement touched. */
  execute(statement: Statement): Promise<number>;
}

export interface Transaction extends Queryable {
  /**
   * Runs once the commit is acknowledged, in the order given; never after a rollback. What it throws is
   * logged.
   */
  afterCommit(work: () => void): void;
}

export interface Database extends Queryable {
  /**
   * Connections of their own for statements that serve many calls at once: they never wait for one behind a
   * long list. They are planned once, for nested loops over indexes only: a plan made while a table was empty
   * stays good when it has grown.
   */
  readonly hot: Queryable;
  /**
   * Read committed. Rolls back when `work` throws, and passes the error on. A serialization failure (40001)
   * or a deadlock (40P01) runs the whole of `work` again, up to 3 times: it must have no effects but those in
   * SQL.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * Hears NOTIFY on a connection of its own; the answer stops it. After a lost connection `heard('')` is
   * called too, since something may have been missed: an empty payload means "look again".
   */
  listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>>;
  /** Waits for what is running, and stops the listeners. */
  close(): Promise<void>;
}
