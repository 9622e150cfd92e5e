import { entity, toMany } from '../../kernel/contract/entity.ts';
import { enumeration } from '../../kernel/contract/enumeration.ts';
import {
  Bool,
  Complex,
  DateTime,
  dto,
  Enum,
  Guid,
  Int64,
  List,
  NameText,
  Text,
} from '../../kernel/contract/fields.ts';
import { anyOf, file, many, nothing, one, operation, plain } from '../../kernel/contract/operation.ts';
import type { Right } from '../../kernel/contract/permission.ts';
import { processUpdated } from '../processes/events.ts';
import { Tag } from '../tag.ts';
import {
  libraryDeleted,
  libraryUploaded,
  packageDeleted,
  packageUpdated,
  packageUploaded,
} from './events.ts';

export const FeedPurpose = enumeration('FeedPurpose', { Processes: 1, Libraries: 2 });

export const ProjectType = enumeration('ProjectType', {
  Undefined: 0,
  Process: 1,
  ProcessLibrary: 2,
  BusinessProcess: 3,
  BusinessProcessLibrary: 4,
  TestAutomationProcess: 5,
  ProcessOrchestration: 6,
  BusinessProcessOrchestration: 7,
  WebApp: 8,
  BusinessWebApp: 9,
  Agent: 10,
  BusinessAgent: 11,
  Api: 12,
  MCPServer: 13,
  BusinessRules: 14,
  CaseManagement: 15,
});

export const PackageType = enumeration('PackageType', {
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
});

export const TargetFramework = enumeration('TargetFramework', { Legacy: 0, Windows: 1, Portable: 2 });
export const DataContentType = enumeration('DataContentType', { Json: 0 });

/** Each is the JSON text of a list `[{ name, type, required, hasDefault }]`. Types have their .NET names. */
export const ArgumentMetadata = dto('ArgumentMetadata', { Input: Text(), Output: Text() });

const EntryPointDataVariation = dto('EntryPointDataVariationDto', {
  Content: Text(),
  ContentType: Enum(DataContentType),
  Id: Int64(),
});

export const EntryPoint = entity({
  name: 'EntryPointDto',
  label: 'Entry point',
  table: 'package_entry_points',
  inTenant: false,
  // An entry point belongs to a package or a process. Whoever may read that one may read what it can be
  // started with, as in `Arguments`.
  reading: 'as part',
  properties: {
    UniqueId: Guid(),
    Path: Text(),
    InputArguments: Text(),
    OutputArguments: Text(),
    /** Belongs to test automations with data. Packages never bring it here. */
    DataVariation: Complex(EntryPointDataVariation, { from: 'null::jsonb', filterable: false }),
    Id: Int64(),
  },
});

/** SQL conditions over versions of the same package in the same feed. */
const sameAs = (other: string): string =>
  `${other}.feed_id = $.feed_id and folded(${other}.package_id) = folded($.package_id)`;
const IS_LATEST = `not exists (select from packages newer
  where ${sameAs('newer')} and newer.version_order > $.version_order)`;
const OLD_VERSION = `(select older.version from packages older
  where ${sameAs('older')} and older.version_order < $.version_order
    order by older.version_order desc limit 1)`;
const MAIN_ARGUMENTS = `(
  select jsonb_build_object('Input', main.input_arguments, 'Output', main.output_arguments)
    from package_entry_points main where main.package_row_id = $.id and main.is_main)`;

const packageProperties = {
  Id: Text({ from: 'package_id' }),
  Key: Text({ from: "$.package_id || ':' || $.version" }),
  Version: Text(),
  Title: Text(),
  Description: Text(),
  Authors: Text(),
  ReleaseNotes: Text(),
  Tags: Text(),
  LicenseUrl: Text(),
  ProjectUrl: Text(),
  Published: DateTime({ from: 'published_at' }),
  IsLatestVersion: Bool({ from: IS_LATEST }),
  OldVersion: Text({ from: OLD_VERSION }),
  ProjectType: Enum(ProjectType),
  IsCompiled: Bool(),
  /** The tags that people give in Orchestrator, not those of the author. Packages have none yet. */
  ResourceTags: List(Complex(Tag), { from: "'[]'::jsonb", filterable: false }),
};

export const Package = entity({
  name: 'ProcessDto',
  set: 'Processes',
  key: 'Key',
  label: 'Package',
  table: 'packages',
  properties: {
    ...packageProperties,
    /** Whether a process uses this version. */
    IsActive: Bool({ from: 'exists (select from releases r where r.package_row_id = $.id)' }),
    Arguments: Complex(ArgumentMetadata, { from: MAIN_ARGUMENTS }),
    SupportsMultipleEntryPoints: Bool(),
    MainEntryPointPath: Text(),
    RequiresUserInteraction: Bool(),
    IsAttended: Bool(),
    TargetFramework: Enum(TargetFramework),
    PackageType: Enum(PackageType),
  },
  navigations: { EntryPoints: toMany(() => EntryPoint, '$.id = @.package_row_id') },
});

export const Library = entity({
  name: 'LibraryDto',
  set: 'Libraries',
  key: 'Key',
  label: 'Library',
  table: 'packages',
  properties: {
    ...packageProperties,
    Created: DateTime({ from: 'published_at' }),
    LastUpdated: DateTime({ from: 'published_at' }),
    Owners: Text(),
    IconUrl: Text(),
    Summary: Text(),
    PackageSize: Int64({ from: 'size' }),
    IsPrerelease: Bool(),
  },
});

/**
 * The result of one file of an upload. `Status` is the name of an HTTP status. `Body` is the package in JSON,
 * or the error.
 */
export const UploadResult = dto('BulkItemDtoOfString', { Key: Text(), Status: Text(), Body: Text() });

/** Names begin in lower case, as in the answers of `/api`. */
export const PackageFeed = dto('PackageFeedDto', {
  id: Guid(),
  name: NameText(),
  purpose: Enum(FeedPurpose),
  folderId: Int64(),
  isShared: Bool(),
  isPublic: Bool(),
  isExternal: Bool(),
  feedUrl: Text(),
  publishUrl: Text(),
  authenticationType: Text(),
  apiKey: Text(),
  basicUserName: Text(),
  basicPassword: Text(),
  supportedProjectTypes: List(Text()),
});

/**
 * Packages live in feeds, not in folders. The feed that `feedId` names decides which permission counts:
 * `Packages` for the feed of the tenant, `FolderPackages` for the feed of a folder. So the declaration admits
 * anybody who holds either permission somewhere, and feeds.ts decides.
 */
const inFeed = { scope: 'OR.Execution', folder: 'none', heldAnywhere: true } as const;
const processes = { ...inFeed, tag: 'Processes' } as const;
const packages = (right: Right) => anyOf(`Packages.${right}`, `FolderPackages.${right}`);
const packageKey = NameText({
  description: 'Id and version of the package.',
  example: 'Invoices:1.0.3',
});

/** The answer to an upload of several packages if some were refused. Each row has its own result. */
const SOME_FAILED = {
  text: 'Some packages were refused; each row says what became of one.',
  body: 'same',
} as const;

const query = { feedId: Guid({ description: 'The feed; the one of the tenant where it is absent.' }) };
const search = { ...query, searchTerm: Text({ description: 'Part of the id or the title, in any case.' }) };

export const getPackages = operation({
  ...processes,
  id: 'Processes_Get',
  method: 'GET',
  path: '/odata/Processes',
  summary: 'Lists the packages of a feed, each in its latest version.',
  permission: packages('View'),
  query: search,
  odata: { entity: Package, options: 'efsotkc' },
  answer: many(Package),
});

export const getPackageVersions = operation({
  ...processes,
  id: 'Processes_GetProcessVersionsByProcessid',
  method: 'GET',
  path: "/odata/Processes/~.GetProcessVersions(processId='{processId}')",
  summary: 'Lists every version of a package, the newest first.',
  permission: packages('View'),
  params: { processId: NameText() },
  query,
  odata: { entity: Package, options: 'efsotkc' },
  answer: many(Package),
});

export const getArguments = operation({
  ...processes,
  id: 'Processes_GetArgumentsByKey',
  method: 'GET',
  path: "/odata/Processes/~.GetArguments(key='{key}')",
  summary: 'Arguments of the main entry point of `Id:Version`.',
  permission: packages('View'),
  params: { key: packageKey },
  query,
  answer: one(ArgumentMetadata),
});

export const getMainEntryPoint = operation({
  ...processes,
  id: 'Processes_GetPackageMainEntryPointByKey',
  method: 'GET',
  path: "/odata/Processes/~.GetPackageMainEntryPoint(key='{key}')",
  summary: 'The entry point of `Id:Version` that jobs start by default.',
  permission: packages('View'),
  params: { key: packageKey },
  query,
  odata: { entity: EntryPoint, options: 's' },
  answer: one(EntryPoint),
});

export const getEntryPoints = operation({
  ...processes,
  id: 'Processes_GetPackageEntryPointsByKey',
  method: 'GET',
  path: "/odata/Processes/~.GetPackageEntryPoints(key='{key}')",
  summary: 'Every entry point of `Id:Version`.',
  permission: packages('View'),
  params: { key: packageKey },
  query,
  odata: { entity: EntryPoint, options: 'fsotkc' },
  answer: many(EntryPoint),
});

export const downloadPackage = operation({
  ...processes,
  id: 'Processes_DownloadPackageByKey',
  method: 'GET',
  path: "/odata/Processes/~.DownloadPackage(key='{key}')",
  summary: 'The bytes of `Id:Version`. Their SHA-256 is the ETag.',
  permission: packages('View'),
  // Machines fetch what their jobs run.
  callers: ['user', 'app', 'robot', 'machine'],
  params: { key: packageKey },
  query,
  answer: file('application/octet-stream', {
    also: {
      304: { text: 'The copy that the caller has is still good.', body: 'none' },
    },
  }),
});

export const uploadPackage = operation({
  ...processes,
  id: 'Processes_UploadPackage',
  method: 'POST',
  path: '/odata/Processes/~.UploadPackage',
  summary: 'Uploads packages, each a file of the form, under any field name.',
  permission: packages('Create'),
  query,
  multipart: true,
  tells: [packageUploaded, processUpdated],
  answer: many(UploadResult, 200, { also: { 207: SOME_FAILED } }),
});

export const deletePackage = operation({
  ...processes,
  id: 'Processes_DeleteById',
  method: 'DELETE',
  path: "/odata/Processes('{key}')",
  summary: 'Deletes `Id:Version`, or with `Id` alone all versions; none that a process uses.',
  permission: packages('Delete'),
  params: { key: packageKey },
  query,
  tells: [packageDeleted],
  answer: nothing(204),
});

export const setArguments = operation({
  ...processes,
  id: 'Processes_SetArguments',
  method: 'POST',
  path: '/odata/Processes/~.SetArguments',
  summary: 'Says which arguments a package takes that does not say so itself.',
  permission: packages('Edit'),
  query,
  body: dto('ProcessesSetArgumentsRequest', {
    key: NameText({ required: true }),
    arguments: Complex(ArgumentMetadata, { required: true }),
  }),
  tells: [packageUpdated],
  answer: nothing(200),
  example: {
    key: 'Invoices:1.0.0',
    arguments: { Input: '[{"name":"queue","type":"System.String"}]', Output: null },
  },
});

const libraries = { tag: 'Libraries', scope: 'OR.Execution', folder: 'none' } as const;

export const getLibraries = operation({
  ...libraries,
  id: 'Libraries_Get',
  method: 'GET',
  path: '/odata/Libraries',
  summary: 'Lists the libraries of the tenant, each in its latest version.',
  permission: 'Libraries.View',
  query: search,
  odata: { entity: Library, options: 'efsotkc' },
  answer: many(Library),
});

export const getLibraryVersions = operation({
  ...libraries,
  id: 'Libraries_GetVersionsByPackageid',
  method: 'GET',
  path: "/odata/Libraries/~.GetVersions(packageId='{packageId}')",
  summary: 'Lists every version of a library, the newest first.',
  permission: 'Libraries.View',
  params: { packageId: NameText() },
  query,
  odata: { entity: Library, options: 'efsotkc' },
  answer: many(Library),
});

export const downloadLibrary = operation({
  ...libraries,
  id: 'Libraries_DownloadPackageByKey',
  method: 'GET',
  path: "/odata/Libraries/~.DownloadPackage(key='{key}')",
  summary: 'The bytes of `Id:Version`. Their SHA-256 is the ETag.',
  permission: 'Libraries.View',
  callers: ['user', 'app', 'robot', 'machine'],
  params: { key: packageKey },
  query,
  answer: file('application/octet-stream', {
    also: {
      304: { text: 'The copy that the caller has is still good.', body: 'none' },
    },
  }),
});

export const uploadLibrary = operation({
  ...libraries,
  id: 'Libraries_UploadPackage',
  method: 'POST',
  path: '/odata/Libraries/~.UploadPackage',
  summary: 'Uploads libraries, each a file of the form. Answers 207, also where all went well.',
  permission: 'Libraries.Create',
  query,
  multipart: true,
  tells: [libraryUploaded],
  answer: many(UploadResult, 207),
});

export const deleteLibrary = operation({
  ...libraries,
  id: 'Libraries_DeleteById',
  method: 'DELETE',
  path: "/odata/Libraries('{key}')",
  summary: 'Deletes `Id:Version`, or with `Id` alone all versions.',
  permission: 'Libraries.Delete',
  params: { key: packageKey },
  query,
  tells: [libraryDeleted],
  answer: nothing(204),
});

const feeds = { tag: 'PackageFeeds', scope: 'OR.Execution', folder: 'none', permission: null } as const;

export const getFolderFeed = operation({
  ...feeds,
  id: 'PackageFeeds_GetFolderFeed',
  method: 'GET',
  path: '/api/PackageFeeds/GetFolderFeed',
  summary: 'Id of the feed that a folder has or takes from one above; null where it uses that of the tenant.',
  query: { folderId: Int64({ required: true }) },
  answer: plain(Guid()),
});

export const getFeeds = operation({
  ...feeds,
  id: 'PackageFeeds_GetFeeds',
  method: 'GET',
  path: '/api/PackageFeeds/GetFeeds',
  summary: 'Feeds of processes that the caller may see.',
  answer: plain(List(Complex(PackageFeed))),
});

export const getLibraryFeeds = operation({
  ...feeds,
  id: 'PackageFeeds_GetLibraryFeeds',
  method: 'GET',
  path: '/api/PackageFeeds/GetLibraryFeeds',
  summary: 'Feeds of libraries that the caller may see.',
  answer: plain(List(Complex(PackageFeed))),
});
