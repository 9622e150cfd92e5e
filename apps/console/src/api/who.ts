import { getAllFoldersForCurrentUser } from '@baton/contract/folders-navigation';
import { getTenantsAndOrganization } from '@baton/contract/portal';
import { getCurrentPermissions } from '@baton/contract/users';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { type Place, read } from './calls.ts';
import { whoAmI } from './session.ts';

/** The person, the organization, and the tenants that the person may enter. */
export const me = queryOptions({ queryKey: ['me'], queryFn: whoAmI, staleTime: Number.POSITIVE_INFINITY });
export const tenants = read(undefined, getTenantsAndOrganization, {});

/** Folders in which the person holds a role, with those on the way to them. */
export const foldersOf = ({ organization, tenant }: Place) => ({
  ...read({ organization, tenant }, getAllFoldersForCurrentUser, {}),
  staleTime: 30_000,
});

/**
 * Whether the person may do something here: `may('Jobs.Create')`. What one may not do is not shown; what is
 * still unknown is not offered.
 */
export function useMay(place: Place): (permission: string) => boolean {
  const { data } = useQuery({ ...read(place, getCurrentPermissions, {}), staleTime: 30_000 });
  return (permission) => data?.Permissions?.includes(permission) ?? false;
}
