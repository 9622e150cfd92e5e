import type { Query } from '../filter/odata.ts';
import type { Scope } from './view.ts';

export interface ListQuery extends Query {
  readonly scope?: Scope;
}

export interface ListPage<Row> {
  readonly rows: readonly Row[];
  /** `@odata.nextLink`: where the list goes on. Absent at its end. */
  readonly next?: string;
  /** All rows that match. */
  readonly count?: number;
  readonly isEstimate?: boolean;
}

/** Where the rows of a list come from. The page gives it; the table asks. */
export interface Source<Row> {
  /** Names the list in the cache: what is not in the query decides here, such as the folder. */
  readonly id: readonly unknown[];
  /** The whole address without options, for copying: `https://host/odata/Jobs`. */
  readonly address: string;
  /** What a call needs besides the token, for copying: the folder. */
  readonly headers?: Readonly<Record<string, string>>;
  /** @param next the link of the page before; absent for the first */
  readonly fetchPage: (
    query: ListQuery,
    next: string | undefined,
    signal: AbortSignal,
  ) => Promise<ListPage<Row>>;
}

/** The key of a list in the cache of TanStack Query: to read it again, invalidate this. */
export const listKey = (id: readonly unknown[]): readonly unknown[] => ['list', ...id];
