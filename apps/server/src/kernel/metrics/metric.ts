import type { Queryable } from '../db/sql.ts';

/**
 * A number that an operator may watch, or several that labels distinguish. It is about the server as a whole,
 * so no label names a tenant, a person, a queue or a robot.
 */
export interface Metric {
  /** `baton_jobs`. The name of a metric that only grows ends with `_total`. */
  readonly name: string;
  readonly kind: 'gauge' | 'counter' | 'histogram';
  readonly help: string;
  /** Runs at most one statement, answered by an index, because each scrape of each server runs it. */
  readonly read: (db: Queryable) => Promise<readonly Sample[]> | readonly Sample[];
}

export interface Sample {
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
  /** Histograms only. */
  readonly part?: '_bucket' | '_sum' | '_count';
}

/** A sample for each name, 0 if nothing was found: a series that comes and goes is hard to watch. */
export const byLabel = (
  label: string,
  names: readonly string[],
  found: ReadonlyMap<string, number>,
): readonly Sample[] => names.map((name) => ({ value: found.get(name) ?? 0, labels: { [label]: name } }));
