// Made from the server's declarations by `npm run contract`.
import type { Operation } from './operation.ts';

export interface AvailableVersionsDto {
  readonly availableVersions: readonly string[];
}

/**
 * Versions that LatestVersion and LatestPatch choose from: that of the server, whose robots are released with
 * it.
 */
export const getAvailableVersions: Operation<
  { readonly onlyLatestPatchVersions?: boolean | null },
  AvailableVersionsDto
> = {
  id: 'UpdateServer_GetAvailableVersions',
  method: 'GET',
  path: '/api/UpdateServer/GetAvailableVersions',
  query: ['onlyLatestPatchVersions'],
  answer: 'plain',
};
