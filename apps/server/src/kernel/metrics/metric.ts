import type { Queryable } from '../db/sql.ts';

/**
 * A number, or some told apart by labels, that an operator may watch. Of the server as a whole: no names of
 * tenants, people, queues or robots.
 */
export interface Metric {
  /** `baton_jobs`; what only grows ends with `_total`. */
  readonly name: string;
  readonly kind: 'gauge' | 'counter' | 'histogram';
  readonly help: string;
  /** One statement at most, which an index answers: it is read at each scrape of each server. */
  readonly read: (db: Queryable) => Promise<readonly Sample[]> | readonly Sample[];
}

export interface Sample {
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
  /** Of a histogram. */
  readonly part?: '_bucket' | '_sum' | '_count';
}

/** A sample for each name, 0 where nothing was found: a series that comes and goes is hard to watch. */
export const byLabel = (
  label: string,
  names: readonly string[],
  found: ReadonlyMap<string, number>,
): readonly Sample[] => names.map((name) => ({ value: found.get(name) ?? 0, labels: { [label]: name } }));
