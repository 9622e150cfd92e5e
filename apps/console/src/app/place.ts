import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Place } from '../api/calls.ts';

const route = getRouteApi('/$organization/$tenant');

/** Where the page is: tenant by the path of its address, folder by its query. */
export function usePlace(): Place {
  const { organization, tenant } = route.useParams();
  const { folder } = route.useSearch();
  return useMemo(() => ({ organization, tenant, folder }), [organization, tenant, folder]);
}
