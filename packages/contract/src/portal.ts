// Made from the server's declarations by `npm run contract`.
import type { NoInput, Operation } from './operation.ts';

export interface TenantsAndOrganizationInfo {
  readonly organization: NamedPlaceDto | null;
  readonly tenants: readonly NamedPlaceDto[] | null;
}

export interface NamedPlaceDto {
  readonly id: string | null;
  readonly name: string | null;
}

/** The organization of the caller, and those of its tenants that the caller may enter. */
export const getTenantsAndOrganization: Operation<NoInput, TenantsAndOrganizationInfo> = {
  id: 'Portal_TenantsAndOrganizationInfo',
  method: 'GET',
  path: '/portal_/api/filtering/leftnav/tenantsAndOrganizationInfo',
  answer: 'plain',
};
