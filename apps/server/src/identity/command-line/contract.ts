import { Complex, dto, Guid, List, Text } from '../../kernel/contract/fields.ts';
import { nothing, operation, plain } from '../../kernel/contract/operation.ts';

// The official command line asks these once it has its token (clients.md 32). Without answers it gives up.

const Named = dto('NamedPlaceDto', { id: Guid(), name: Text() });

const forAll = { scope: null, permission: null, folder: 'none' } as const;

export const getTenantsAndOrganization = operation({
  ...forAll,
  id: 'Portal_TenantsAndOrganizationInfo',
  tag: 'Portal',
  method: 'GET',
  path: '/portal_/api/filtering/leftnav/tenantsAndOrganizationInfo',
  summary: 'The organization of the caller, and those of its tenants that the caller may enter.',
  answer: plain(
    dto('TenantsAndOrganizationInfo', {
      organization: Complex(() => Named),
      tenants: List(Complex(() => Named)),
    }),
  ),
});

const studioWeb = { ...forAll, tag: 'StudioWeb', method: 'POST', readOnly: true, callers: ['user'] } as const;

export const enableFirstRun = operation({
  ...studioWeb,
  id: 'StudioWeb_TryEnableFirstRun',
  path: '/api/StudioWeb/TryEnableFirstRun',
  summary: 'Changes nothing: there is nothing to switch on before the first run.',
  answer: nothing(204),
});

export const acquireLicense = operation({
  ...studioWeb,
  id: 'StudioWeb_AcquireLicense',
  path: '/api/StudioWeb/AcquireLicense',
  summary: 'Changes nothing: nobody needs a license.',
  answer: nothing(204),
});
