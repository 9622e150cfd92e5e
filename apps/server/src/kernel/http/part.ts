import type { Database } from '../db/sql.ts';
import type { Part, Services } from './context.ts';

/** Declares what the calls of one server share. Ask for it with `ctx.part(…)`. */
export const part = <T>(make: Part<T>['make']): Part<T> => ({ make });

export function partsOf(services: () => Services, db: Database): Services['part'] {
  const made = new Map<Part<unknown>, unknown>();
  return <T>(wanted: Part<T>): T => {
    let one = made.get(wanted) as T | undefined;
    if (one === undefined) made.set(wanted, (one = wanted.make(services(), db)));
    return one;
  };
}
