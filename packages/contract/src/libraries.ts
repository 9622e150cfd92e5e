// Made from the server's declarations by `npm run contract`.
import type { Many, Operation } from './operation.ts';
import type { BulkItemDtoOfString, ProjectType } from './packages-shared.ts';
import type { TagDto } from './shared.ts';

export interface LibraryDto {
  readonly Id: string | null;
  readonly Key: string;
  readonly Version: string | null;
  readonly Title: string | null;
  readonly Description: string | null;
  readonly Authors: string | null;
  readonly ReleaseNotes: string | null;
  readonly Tags: string | null;
  readonly LicenseUrl: string | null;
  readonly ProjectUrl: string | null;
  readonly Published: string | null;
  readonly IsLatestVersion: boolean | null;
  readonly OldVersion: string | null;
  readonly ProjectType: ProjectType | null;
  readonly IsCompiled: boolean | null;
  readonly ResourceTags: readonly TagDto[] | null;
  readonly Created: string | null;
  readonly LastUpdated: string | null;
  readonly Owners: string | null;
  readonly IconUrl: string | null;
  readonly Summary: string | null;
  readonly PackageSize: number | null;
  readonly IsPrerelease: boolean | null;
}

/** Lists the libraries of the tenant, each in its latest version. */
export const getLibraries: Operation<
  { readonly feedId?: string | null; readonly searchTerm?: string | null },
  Many<LibraryDto>
> = {
  id: 'Libraries_Get',
  method: 'GET',
  path: '/odata/Libraries',
  query: ['feedId', 'searchTerm'],
  answer: 'many',
};

/** Lists every version of a library, the newest first. */
export const getLibraryVersions: Operation<
  { readonly packageId: string; readonly feedId?: string | null },
  Many<LibraryDto>
> = {
  id: 'Libraries_GetVersionsByPackageid',
  method: 'GET',
  path: "/odata/Libraries/UiPath.Server.Configuration.OData.GetVersions(packageId='{packageId}')",
  query: ['feedId'],
  answer: 'many',
};

/** The bytes of `Id:Version`. Their SHA-256 is the ETag. */
export const downloadLibrary: Operation<{ readonly key: string; readonly feedId?: string | null }, Response> =
  {
    id: 'Libraries_DownloadPackageByKey',
    method: 'GET',
    path: "/odata/Libraries/UiPath.Server.Configuration.OData.DownloadPackage(key='{key}')",
    query: ['feedId'],
    answer: 'file',
  };

/** Uploads libraries, each a file of the form. Answers 207, also where all went well. */
export const uploadLibrary: Operation<{ readonly feedId?: string | null }, Many<BulkItemDtoOfString>> = {
  id: 'Libraries_UploadPackage',
  method: 'POST',
  path: '/odata/Libraries/UiPath.Server.Configuration.OData.UploadPackage',
  query: ['feedId'],
  takes: 'files',
  answer: 'many',
};

/** Deletes `Id:Version`, or with `Id` alone all versions. */
export const deleteLibrary: Operation<{ readonly key: string; readonly feedId?: string | null }, undefined> =
  {
    id: 'Libraries_DeleteById',
    method: 'DELETE',
    path: "/odata/Libraries('{key}')",
    query: ['feedId'],
    answer: 'nothing',
  };
