// Made from the server's declarations by `npm run contract`.
import type { Many, NoInput, One, Operation, Value } from './operation.ts';
import type {
  BulkOperationResponseDtoOfGuid,
  BulkOperationResponseDtoOfInt64,
  ReleaseDto,
  ReleasePatchDto,
  ReleasesUpdateByKeyRequest,
  ReleasesUpdateToLatestPackageVersionBulkRequest,
  ReleasesUpdateToLatestPackageVersionBulkRequestByKey,
  ReleasesUpdateToSpecificPackageVersionRequest,
  ReleaseWithRetentionDto,
  ReleaseWithRetentionDtoInput,
} from './releases-types.ts';

/** Lists the processes of a folder, or of all folders of the caller. */
export const getReleases: Operation<
  {
    readonly mandatoryPermissions?: readonly string[] | null;
    readonly atLeastOnePermissions?: readonly string[] | null;
  },
  Many<ReleaseDto>
> = {
  id: 'Releases_Get',
  method: 'GET',
  path: '/odata/Releases',
  query: ['mandatoryPermissions', 'atLeastOnePermissions'],
  answer: 'many',
};

/** Lists the processes of a folder, or of all folders of the caller. */
export const listReleases: Operation<NoInput, Many<ReleaseDto>> = {
  id: 'Releases_ListReleases',
  method: 'GET',
  path: '/odata/Releases/UiPath.Server.Configuration.OData.ListReleases',
  answer: 'many',
};

/** One process. */
export const getRelease: Operation<{ readonly key: number }, One<ReleaseDto>> = {
  id: 'Releases_GetById',
  method: 'GET',
  path: '/odata/Releases({key})',
  answer: 'one',
};

/** One process, with how long its jobs are to be kept. */
export const getReleaseWithRetention: Operation<{ readonly key: number }, One<ReleaseWithRetentionDto>> = {
  id: 'Releases_GetReleaseById',
  method: 'GET',
  path: '/odata/Releases({key})/UiPath.Server.Configuration.OData.GetRelease',
  answer: 'one',
};

/** Makes a process of a version of a package. */
export const postRelease: Operation<{ readonly body: ReleaseWithRetentionDtoInput }, One<ReleaseDto>> = {
  id: 'Releases_Post',
  method: 'POST',
  path: '/odata/Releases',
  answer: 'one',
};

/** Makes a process of a version of a package, and says how long its jobs are to be kept. */
export const createRelease: Operation<
  { readonly body: ReleaseWithRetentionDtoInput },
  One<ReleaseWithRetentionDto>
> = {
  id: 'Releases_CreateRelease',
  method: 'POST',
  path: '/odata/Releases/UiPath.Server.Configuration.OData.CreateRelease',
  answer: 'one',
};

/** Replaces what a process says; what is left out goes back to its default. */
export const putRelease: Operation<
  { readonly key: number; readonly body: ReleaseWithRetentionDtoInput },
  undefined
> = {
  id: 'Releases_PutById',
  method: 'PUT',
  path: '/odata/Releases({key})',
  answer: 'nothing',
};

/** Changes what is given; the rest stays. */
export const patchRelease: Operation<{ readonly key: number; readonly body: ReleasePatchDto }, undefined> = {
  id: 'Releases_PatchById',
  method: 'PATCH',
  path: '/odata/Releases({key})',
  answer: 'nothing',
};

/** Changes version, entry point or input of a process. */
export const updateByKey: Operation<{ readonly body: ReleasesUpdateByKeyRequest }, undefined> = {
  id: 'Releases_UpdateByKey',
  method: 'POST',
  path: '/odata/Releases/UiPath.Server.Configuration.OData.UpdateByKey',
  answer: 'nothing',
};

/** Deletes a process whose jobs have all ended. */
export const deleteRelease: Operation<{ readonly key: number }, undefined> = {
  id: 'Releases_DeleteById',
  method: 'DELETE',
  path: '/odata/Releases({key})',
  answer: 'nothing',
};

/** Deletes a process, in whichever folder, whose jobs have all ended. */
export const deleteReleaseByKey: Operation<{ readonly key: string }, undefined> = {
  id: 'Releases_DeleteByKey',
  method: 'DELETE',
  path: '/api/Releases/DeleteByKey',
  query: ['key'],
  answer: 'nothing',
};

/** Moves a process to a version of its package. */
export const updateToSpecific: Operation<
  { readonly key: number; readonly body: ReleasesUpdateToSpecificPackageVersionRequest },
  Value<number | null>
> = {
  id: 'Releases_UpdateToSpecificPackageVersionById',
  method: 'POST',
  path: '/odata/Releases({key})/UiPath.Server.Configuration.OData.UpdateToSpecificPackageVersion',
  answer: 'value',
};

/** Moves a process to a version of its package. */
export const updateToSpecificByKey: Operation<
  { readonly identifier: string; readonly body: ReleasesUpdateToSpecificPackageVersionRequest },
  Value<string | null>
> = {
  id: 'Releases_UpdateToSpecificPackageVersionByKeyByIdentifier',
  method: 'POST',
  path: '/odata/Releases/UiPath.Server.Configuration.OData.UpdateToSpecificPackageVersionByKey(identifier={identifier})',
  answer: 'value',
};

/** Moves a process to the latest version of its package. */
export const updateToLatest: Operation<
  { readonly key: number; readonly mergePackageTags?: boolean | null },
  Value<number | null>
> = {
  id: 'Releases_UpdateToLatestPackageVersionById',
  method: 'POST',
  path: '/odata/Releases({key})/UiPath.Server.Configuration.OData.UpdateToLatestPackageVersion',
  query: ['mergePackageTags'],
  answer: 'value',
};

/** Moves a process to the latest version of its package. */
export const updateToLatestByKey: Operation<
  { readonly identifier: string; readonly mergePackageTags?: boolean | null },
  Value<string | null>
> = {
  id: 'Releases_UpdateToLatestPackageVersionByKeyByIdentifier',
  method: 'POST',
  path: '/odata/Releases/UiPath.Server.Configuration.OData.UpdateToLatestPackageVersionByKey(identifier={identifier})',
  query: ['mergePackageTags'],
  answer: 'value',
};

/** Moves a process back to the version that it had before. */
export const rollback: Operation<
  { readonly key: number; readonly mergePackageTags?: boolean | null },
  Value<number | null>
> = {
  id: 'Releases_RollbackToPreviousReleaseVersionById',
  method: 'POST',
  path: '/odata/Releases({key})/UiPath.Server.Configuration.OData.RollbackToPreviousReleaseVersion',
  query: ['mergePackageTags'],
  answer: 'value',
};

/** Moves a process back to the version that it had before. */
export const rollbackByKey: Operation<
  { readonly identifier: string; readonly mergePackageTags?: boolean | null },
  Value<string | null>
> = {
  id: 'Releases_RollbackToPreviousReleaseVersionByKeyByIdentifier',
  method: 'POST',
  path: '/odata/Releases/UiPath.Server.Configuration.OData.RollbackToPreviousReleaseVersionByKey(identifier={identifier})',
  query: ['mergePackageTags'],
  answer: 'value',
};

/** Moves processes to the latest version of their packages, each by itself. */
export const updateToLatestBulk: Operation<
  { readonly body: ReleasesUpdateToLatestPackageVersionBulkRequest },
  One<BulkOperationResponseDtoOfInt64>
> = {
  id: 'Releases_UpdateToLatestPackageVersionBulk',
  method: 'POST',
  path: '/odata/Releases/UiPath.Server.Configuration.OData.UpdateToLatestPackageVersionBulk',
  answer: 'one',
};

/** Moves processes to the latest version of their packages, each by itself. */
export const updateToLatestBulkByKey: Operation<
  { readonly body: ReleasesUpdateToLatestPackageVersionBulkRequestByKey },
  One<BulkOperationResponseDtoOfGuid>
> = {
  id: 'Releases_UpdateToLatestPackageVersionBulkByKey',
  method: 'POST',
  path: '/odata/Releases/UiPath.Server.Configuration.OData.UpdateToLatestPackageVersionBulkByKey',
  answer: 'one',
};
