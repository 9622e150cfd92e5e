import type { Operation } from '@baton/contract/operation';

export interface OperationRequest {
  readonly method: string;
  /** Path and query below the base URL. */
  readonly path: string;
  readonly body: unknown;
}

/** The options of OData, for operations that answer lists and entities. */
export interface QueryOptions<Member extends string = string> {
  readonly $filter?: string;
  readonly $orderby?: string;
  readonly $select?: readonly Member[];
  readonly $expand?: string;
  readonly $top?: number;
  readonly $skip?: number;
  readonly $skiptoken?: string;
  readonly $count?: boolean;
}

/** Builds the request of an operation. Only here does its path become a URL. */
export function requestOf<Input>(
  { path, query = [], method }: Operation<Input, unknown>,
  input: NoInfer<Input>,
  options: QueryOptions = {},
): OperationRequest {
  const given = input as Readonly<Record<string, unknown>>;
  const filled = path.replace(/('?)\{(\w+)\}\1/g, (_, quote: string, name: string) => {
    const text = String(given[name]);
    return quote + encodeURIComponent(quote ? text.replaceAll("'", "''") : text) + quote;
  });
  const search = new URLSearchParams();
  for (const name of query) {
    if (given[name] !== undefined && given[name] !== null) search.set(name, String(given[name]));
  }
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined) search.set(name, String(value));
  }
  return { method, path: search.size > 0 ? `${filled}?${search}` : filled, body: given['body'] };
}

/** A text as a literal of `$filter`. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
