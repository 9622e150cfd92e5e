import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type ListPage, type ListQuery, listKey, type Source } from './source.ts';

export interface Rows<Row> {
  readonly rows: readonly Row[];
  readonly count: number | undefined;
  readonly isEstimate: boolean;
  readonly hasMore: boolean;
  readonly isFirstLoad: boolean;
  /** The rows are of the query before; those of this one are on their way. */
  readonly isOld: boolean;
  readonly isLoadingMore: boolean;
  readonly error: unknown;
  /** The first rows came, and the next did not. */
  readonly moreFailed: boolean;
  readonly more: () => void;
  readonly again: () => void;
}

/** The rows of a query, page by page. While another query is on its way the rows before stay in sight. */
export function useRows<Row>(source: Source<Row>, query: ListQuery): Rows<Row> {
  const found = useInfiniteQuery({
    queryKey: [...listKey(source.id), query],
    queryFn: ({ pageParam, signal }) => source.fetchPage(query, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: ListPage<Row>) => page.next,
    placeholderData: keepPreviousData,
  });
  const { data, error, hasNextPage, isFetchingNextPage, isPending, isPlaceholderData } = found;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.rows) ?? [], [data]);
  // The newest page knows best; a source may count only on the first.
  const counted = data?.pages.findLast(({ count }) => count !== undefined);
  const isWhole = data !== undefined && !hasNextPage;
  return {
    rows,
    count: isWhole ? rows.length : counted?.count,
    isEstimate: !isWhole && (counted?.isEstimate ?? false),
    hasMore: hasNextPage,
    isFirstLoad: isPending,
    isOld: isPlaceholderData,
    isLoadingMore: isFetchingNextPage,
    error: data === undefined ? error : undefined,
    moreFailed: found.isFetchNextPageError,
    more: () => {
      if (hasNextPage && !isFetchingNextPage && !found.isFetchNextPageError) void found.fetchNextPage();
    },
    again: () => {
      if (found.isFetchNextPageError) void found.fetchNextPage();
      else void found.refetch();
    },
  };
}
