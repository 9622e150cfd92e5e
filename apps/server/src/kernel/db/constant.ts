import { raw, type Sql } from 'sql-template-tag';

/**
 * Numbers of the code as they stand in a statement, one or a list. They are never bound: PostgreSQL takes an
 * index of some states only for states that it can read.
 */
export const constant = (of: number | readonly number[]): Sql =>
  raw(typeof of === 'number' ? String(of) : `(${of.join(', ')})`);
