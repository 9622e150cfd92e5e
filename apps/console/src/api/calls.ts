import { ApiFailure } from '@baton/client/api-failure';
import { type CallOptions, type Client, createClient } from '@baton/client/client';
import { Unreachable } from '@baton/client/patience';
import type { QueryOptions } from '@baton/client/request';
import type { Many, MemberOf, NoInput, Operation } from '@baton/contract/operation';
import { infiniteQueryOptions, keepPreviousData, type QueryKey, queryOptions } from '@tanstack/react-query';
import { session } from './session.ts';

/**
 * Lists come by pages of this size with a link to the next. Who says `$top` instead gets that many rows and
 * no link.
 */
const PAGE = { prefer: 'odata.maxpagesize=200' };

const fetchByPages: typeof fetch = (input, init) => {
  const headers = new Headers(init?.headers);
  for (const [name, value] of Object.entries(PAGE)) if (!headers.has(name)) headers.set(name, value);
  return fetch(input, { ...init, headers });
};

const clientAt = (url: string): Client => createClient({ url, tokens: session, fetch: fetchByPages });

/** Calls of the whole server: who am I, where may I go. */
const host = clientAt(location.origin);

/** Where a call is made. */
export interface Place {
  readonly organization: string;
  readonly tenant: string;
  /** The id of a folder. Without one, all folders that the person may see. */
  readonly folder?: number | undefined;
}

const clients = new Map<string, Client>();

/** The client of a tenant, in a folder if there is one. */
export function clientOf({ organization, tenant, folder }: Place): Client {
  const url = `${location.origin}/${encodeURIComponent(organization)}/${encodeURIComponent(tenant)}/orchestrator_`;
  const client = clients.get(url) ?? clientAt(url);
  clients.set(url, client);
  return folder === undefined ? client : client.in(folder);
}

/**
 * The key under which an answer is kept: where, what, with what. All answers of an operation are found by
 * `[organization, tenant, folder, id]`, of a tenant by the first two.
 */
const keyOf = (
  place: Place | undefined,
  operation: Operation<never, unknown>,
  ...more: readonly unknown[]
): QueryKey => [
  place?.organization ?? null,
  place?.tenant ?? null,
  place?.folder ?? null,
  operation.id,
  ...more,
];

/** A read, for `useQuery`. What was read before stays until the next is there. */
export const read = <Input, Answer, const Member extends MemberOf<Answer> = never>(
  place: Place | undefined,
  operation: Operation<Input, Answer>,
  input: NoInfer<Input>,
  options?: QueryOptions<Member>,
) =>
  queryOptions({
    queryKey: keyOf(place, operation as Operation<never, unknown>, input, options),
    queryFn: ({ signal }) =>
      (place ? clientOf(place) : host).call<Input, Answer, Member>(operation, input, {
        options,
        signal,
      } as CallOptions<Member>),
    placeholderData: keepPreviousData,
  });

/** A list by pages, for `useInfiniteQuery`: each begins behind the last row of the one before. */
export const readPages = <Row, const Member extends keyof Row & string>(
  place: Place,
  operation: Operation<NoInput, Many<Row>>,
  options: QueryOptions<Member> & { readonly $select: readonly Member[] },
) =>
  infiniteQueryOptions({
    queryKey: keyOf(place, operation as Operation<never, unknown>, 'pages', options),
    queryFn: ({ signal, pageParam }) => {
      const more = pageParam === undefined ? options : { ...options, $count: false, $skiptoken: pageParam };
      // With `$select`, the answer has these members only.
      return clientOf(place).call(
        operation,
        {},
        { options: more as QueryOptions<never>, signal },
      ) as unknown as Promise<Many<Pick<Row, Member>>>;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ '@odata.nextLink': link }) =>
      link === undefined
        ? undefined
        : (new URL(link, location.href).searchParams.get('$skiptoken') ?? undefined),
    placeholderData: keepPreviousData,
  });

/** What passes by itself: too much to do, or a server that is just starting. */
const PASSING = new Set([429, 502, 503, 504]);

/** Failures that may pass are tried again, twice; what the server refused is not. */
export const isWorthAnother = (failures: number, error: unknown): boolean =>
  failures < 2 && (error instanceof ApiFailure ? PASSING.has(error.status) : error instanceof Unreachable);
