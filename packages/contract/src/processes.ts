// Made from the server's declarations by `npm run contract`.
import type { DataContentType, TargetFramework } from './enumerations.ts';
import type { Many, One, Operation } from './operation.ts';
import type { BulkItemDtoOfString, ProjectType } from './packages-shared.ts';
import type { TagDto } from './shared.ts';

export interface ArgumentMetadata {
  readonly Input: string | null;
  readonly Output: string | null;
}

export interface EntryPointDto {
  readonly UniqueId: string | null;
  readonly Path: string | null;
  readonly InputArguments: string | null;
  readonly OutputArguments: string | null;
  readonly DataVariation: EntryPointDataVariationDto | null;
  readonly Id: number;
}

export interface EntryPointDataVariationDto {
  readonly Content: string | null;
  readonly ContentType: DataContentType | null;
  readonly Id: number | null;
}

export interface ProcessDto {
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
  readonly IsActive: boolean | null;
  readonly Arguments: ArgumentMetadata | null;
  readonly SupportsMultipleEntryPoints: boolean | null;
  readonly MainEntryPointPath: string | null;
  readonly RequiresUserInteraction: boolean | null;
  readonly IsAttended: boolean | null;
  readonly TargetFramework: TargetFramework | null;
  readonly PackageType: PackageType | null;
  /** With `$expand`. */
  readonly EntryPoints?: readonly EntryPointDto[];
}

export const PackageType = {
  Undefined: 0,
  Process: 1,
  ProcessLibrary: 2,
  ProcessOrchestration: 3,
  WebApp: 4,
  Agent: 5,
  TestAutomationProcess: 6,
  Api: 7,
  MCPServer: 8,
  BusinessRules: 9,
  CaseManagement: 10,
} as const;
export type PackageType = keyof typeof PackageType;

export interface ProcessesSetArgumentsRequest {
  readonly key: string;
  readonly arguments: ArgumentMetadataInput;
}

export interface ArgumentMetadataInput {
  readonly Input?: string | null;
  readonly Output?: string | null;
}

/** Lists the packages of a feed, each in its latest version. */
export const getPackages: Operation<
  { readonly feedId?: string | null; readonly searchTerm?: string | null },
  Many<ProcessDto>
> = {
  id: 'Processes_Get',
  method: 'GET',
  path: '/odata/Processes',
  query: ['feedId', 'searchTerm'],
  answer: 'many',
};

/** Lists every version of a package, the newest first. */
export const getPackageVersions: Operation<
  { readonly processId: string; readonly feedId?: string | null },
  Many<ProcessDto>
> = {
  id: 'Processes_GetProcessVersionsByProcessid',
  method: 'GET',
  path: "/odata/Processes/UiPath.Server.Configuration.OData.GetProcessVersions(processId='{processId}')",
  query: ['feedId'],
  answer: 'many',
};

/** Arguments of the main entry point of `Id:Version`. */
export const getArguments: Operation<
  { readonly key: string; readonly feedId?: string | null },
  One<ArgumentMetadata>
> = {
  id: 'Processes_GetArgumentsByKey',
  method: 'GET',
  path: "/odata/Processes/UiPath.Server.Configuration.OData.GetArguments(key='{key}')",
  query: ['feedId'],
  answer: 'one',
};

/** The entry point of `Id:Version` that jobs start by default. */
export const getMainEntryPoint: Operation<
  { readonly key: string; readonly feedId?: string | null },
  One<EntryPointDto>
> = {
  id: 'Processes_GetPackageMainEntryPointByKey',
  method: 'GET',
  path: "/odata/Processes/UiPath.Server.Configuration.OData.GetPackageMainEntryPoint(key='{key}')",
  query: ['feedId'],
  answer: 'one',
};

/** Every entry point of `Id:Version`. */
export const getEntryPoints: Operation<
  { readonly key: string; readonly feedId?: string | null },
  Many<EntryPointDto>
> = {
  id: 'Processes_GetPackageEntryPointsByKey',
  method: 'GET',
  path: "/odata/Processes/UiPath.Server.Configuration.OData.GetPackageEntryPoints(key='{key}')",
  query: ['feedId'],
  answer: 'many',
};

/** The bytes of `Id:Version`. Their SHA-256 is the ETag. */
export const downloadPackage: Operation<{ readonly key: string; readonly feedId?: string | null }, Response> =
  {
    id: 'Processes_DownloadPackageByKey',
    method: 'GET',
    path: "/odata/Processes/UiPath.Server.Configuration.OData.DownloadPackage(key='{key}')",
    query: ['feedId'],
    answer: 'file',
  };

/** Uploads packages, each a file of the form, under any field name. */
export const uploadPackage: Operation<{ readonly feedId?: string | null }, Many<BulkItemDtoOfString>> = {
  id: 'Processes_UploadPackage',
  method: 'POST',
  path: '/odata/Processes/UiPath.Server.Configuration.OData.UploadPackage',
  query: ['feedId'],
  takes: 'files',
  answer: 'many',
};

/** Says which arguments a package takes that does not say so itself. */
export const setArguments: Operation<
  { readonly feedId?: string | null; readonly body: ProcessesSetArgumentsRequest },
  undefined
> = {
  id: 'Processes_SetArguments',
  method: 'POST',
  path: '/odata/Processes/UiPath.Server.Configuration.OData.SetArguments',
  query: ['feedId'],
  answer: 'nothing',
};

/** Deletes `Id:Version`, or with `Id` alone all versions; none that a process uses. */
export const deletePackage: Operation<{ readonly key: string; readonly feedId?: string | null }, undefined> =
  {
    id: 'Processes_DeleteById',
    method: 'DELETE',
    path: "/odata/Processes('{key}')",
    query: ['feedId'],
    answer: 'nothing',
  };
