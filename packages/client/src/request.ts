import type { InputFor, Operation } from '@baton/server/contract';

export interface OperationRequest {
  readonly method: string;
  /** Path and query below the base URL. */
  readonly path: string;
  readonly body: unknown;
}

export type QueryOptions = Readonly<Record<`$${string}`, string | number | boolean>>;

/** Builds the request of a declared operation: the one place where its path is turned into a URL. */
export function requestOf<O extends Operation>(
  operation: O,
  input: InputFor<O>,
  options: QueryOptions = {},
): OperationRequest {
  const given = input as Readonly<Record<string, unknown>>;
  const { path, params = {}, query = {}, method } = operation as Operation;
  const filled = path.replace(/('?)\{(\w+)\}\1/g, (_, quote: string, name: string) => {
    if (!(name in params)) throw new Error(`${path} has no parameter '${name}'.`);
    const text = String(given[name]);
    return quote + encodeURIComponent(quote ? text.replaceAll("'", "''") : text) + quote;
  });
  const search = new URLSearchParams();
  for (const name of Object.keys(query)) {
    if (given[name] !== undefined && given[name] !== null) search.set(name, String(given[name]));
  }
  for (const [name, value] of Object.entries(options)) search.set(name, String(value));
  return { method, path: search.size > 0 ? `${filled}?${search}` : filled, body: given.body };
}

/** A text as it stands in `$filter`. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
