import type { Database } from '../db/sql.ts';
import type { Services } from './context.ts';

/**
 * What the calls of one server share: what they gather for one statement, what they remember. Made at its
 * first use, and gone with the server; several servers in one process have one each.
 */
export interface Part<T> {
  readonly make: (services: Services, db: Database) => T;
}

export const part = <T>(make: Part<T>['make']): Part<T> => ({ make });

export type PartOf = <T>(part: Part<T>) => T;

export function partsOf(services: () => Services, db: Database): PartOf {
  const made = new Map<Part<unknown>, unknown>();
  return <T>(wanted: Part<T>): T => {
    let one = made.get(wanted) as T | undefined;
    if (one === undefined) made.set(wanted, (one = wanted.make(services(), db)));
    return one;
  };
}
