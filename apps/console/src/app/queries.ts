import { QueryClient } from '@tanstack/react-query';
import { isWorthAnother } from '../api/calls.ts';

/** What the page has read. Changes arrive live (live.ts); polling is the backstop. */
export const queries = new QueryClient({
  defaultOptions: { queries: { retry: isWorthAnother, staleTime: 5000, refetchInterval: 60_000 } },
});
