import { entity, toMany, toOne } from '../../kernel/contract/entity.ts';
import { enumeration } from '../../kernel/contract/enumeration.ts';
import {
  Bool,
  Complex,
  DateTime,
  dto,
  Enum,
  Guid,
  Int32,
  Int64,
  List,
  NameText,
  Text,
} from '../../kernel/contract/fields.ts';
import { many, nothing, one, operation, value } from '../../kernel/contract/operation.ts';
import { ArgumentMetadata, EntryPoint, PackageType, TargetFramework } from '../packages/contract.ts';
import { Tag } from '../tag.ts';
import { processCreated, processDeleted, processUpdated } from './events.ts';
import { membersOfOurs } from './run-limits.ts';

/** Clients filter by these numbers (`ProcessType eq '1'`). The later names follow in the order of the API. */
export const ReleaseProcessType = enumeration('ReleaseProcessType', {
  Undefined: 0,
  Process: 1,
  TestAutomationProcess: 2,
  ProcessOrchestration: 3,
  WebApp: 4,
  Agent: 5,
  Api: 6,
  MCPServer: 7,
  BusinessRules: 8,
  CaseManagement: 9,
});

export const JobPriority = enumeration('JobPriority', { Low: 0, Normal: 1, High: 2 });
export const RobotSize = enumeration('RobotSize', { Small: 0, Standard: 1, Medium: 2, Large: 3 });
export const RemoteControlAccess = enumeration('RemoteControlAccess', { None: 0, ReadOnly: 1, Full: 2 });
export const VideoRecordingType = enumeration('VideoRecordingType', { None: 0, Failed: 1, All: 2 });
export const RetentionAction = enumeration('RetentionAction', { Delete: 0, Archive: 1, None: 2 });
export const RetentionType = enumeration('RetentionType', { Final: 0, Stale: 1 });

const AutopilotForRobots = dto('AutopilotForRobotsSettingsDto', { Enabled: Bool(), HealingEnabled: Bool() });
const AgentSettings = dto('AgentSettings', { Memory: Bool() });

export const ProcessSettings = dto('ProcessSettingsDto', {
  ErrorRecordingEnabled: Bool({ default: false }),
  Duration: Int32({ default: 0 }),
  Frequency: Int32({ default: 0 }),
  Quality: Int32({ default: 0 }),
  AutoStartProcess: Bool({ default: false }),
  AlwaysRunning: Bool({ default: false }),
  AutopilotForRobots: Complex(AutopilotForRobots),
  AgentSettings: Complex(AgentSettings),
});

export const VideoRecordingSettings = dto('VideoRecordingSettingsDto', {
  VideoRecordingType: Enum(VideoRecordingType, { default: 'None' }),
  QueueItemVideoRecordingType: Enum(VideoRecordingType, { default: 'None' }),
  MaxDurationSeconds: Int32({ min: 0 }),
});

/** A version that a process has or had. Jobs call its `Id` ReleaseVersionId. */
export const ReleaseVersion = entity({
  name: 'ReleaseVersionDto',
  inTenant: false,
  reading: 'as part',
  table: `(select v.*, r.name as release_name
             from release_versions v join releases r on r.id = v.release_id)`,
  properties: {
    ReleaseId: Int64(),
    VersionNumber: Text(),
    CreationTime: DateTime({ from: 'created_at' }),
    ReleaseName: NameText(),
    Id: Int64(),
  },
});

const PROCESS_TYPE = `case p.package_type ${Object.entries(PackageType.members)
  .map(
    ([name, type]) => `when ${type} then ${ReleaseProcessType.parse(name) ?? ReleaseProcessType.Undefined}`,
  )
  .join(' ')} end`;

/**
 * A release with the columns of its package, entry point and folder. PostgreSQL leaves out the joins that a
 * query does not use.
 */
const RELEASES = `(
  select r.*, ${PROCESS_TYPE} as process_type, p.version_order, p.target_framework, p.project_type,
         p.is_attended, p.is_compiled, p.supports_multiple_entry_points, p.runtime_kind, p.sha256,
         coalesce(r.interaction_override, p.requires_user_interaction) as requires_user_interaction,
         coalesce(r.requires_override, p.requires) as requires,
         e.path as entry_point_path, f.key as folder_key, f.path as folder_path
    from releases r join packages p on p.id = r.package_row_id join folders f on f.id = r.folder_id
    left join package_entry_points e on e.id = r.entry_point_id)`;

const IS_LATEST = `not exists (select from packages newer where newer.feed_id = $.feed_id
  and folded(newer.package_id) = folded($.process_key) and newer.version_order > $.version_order)`;
const CURRENT_VERSION = `(select jsonb_build_object('Id', v.id, 'ReleaseId', v.release_id,
    'VersionNumber', v.version_number, 'CreationTime', v.created_at, 'ReleaseName', $.name)
   from release_versions v where v.id = $.current_version_id)`;
const ARGUMENTS = `(select jsonb_build_object('Input', e.input_arguments, 'Output', e.output_arguments)
   from package_entry_points e where e.id = $.entry_point_id)`;

export const EVERY_HOST = 'hosts with and without a desktop get the same jobs';

/** Members of a process, with their limits. The API describes most of the limits. */
const releaseProperties = {
  Key: Guid({ readOnly: true, notNull: true }),
  Name: NameText({ required: true, maxLength: 256 }),
  ProcessKey: NameText({ required: true, maxLength: 100 }),
  ProcessVersion: Text({ required: true, maxLength: 64 }),
  Description: Text({ maxLength: 10_000 }),
  IsLatestVersion: Bool({ readOnly: true, from: IS_LATEST }),
  /** Always false: a package in use cannot be deleted. */
  IsProcessDeleted: Bool({ readOnly: true, constant: false }),
  EntryPointId: Int64(),
  EntryPointPath: Text(),
  InputArguments: Text({ maxLength: 10_000 }),
  EnvironmentVariables: Text({ maxLength: 4_000, description: 'Lines `NAME=value`.' }),
  ProcessType: Enum(ReleaseProcessType, { readOnly: true }),
  SupportsMultipleEntryPoints: Bool({ readOnly: true }),
  RequiresUserInteraction: Bool({ notCarriedOut: EVERY_HOST }),
  IsConversational: Bool({ readOnly: true, constant: false }),
  MinRequiredRobotVersion: Text({ readOnly: true, constant: null }),
  IsAttended: Bool({ readOnly: true }),
  IsCompiled: Bool({ readOnly: true }),
  AutomationHubIdeaUrl: Text({ maxLength: 2_000 }),
  ...membersOfOurs,
  CurrentVersion: Complex(ReleaseVersion, { readOnly: true, from: CURRENT_VERSION }),
  Arguments: Complex(ArgumentMetadata, { readOnly: true, from: ARGUMENTS }),
  ProcessSettings: Complex(ProcessSettings, {
    notCarriedOut: 'robots neither record nor start by themselves',
  }),
  VideoRecordingSettings: Complex(VideoRecordingSettings, { notCarriedOut: 'robots do not record' }),
  AutoUpdate: Bool(),
  HiddenForAttendedUser: Bool({ notCarriedOut: 'there are no attended robots' }),
  FeedId: Guid(),
  JobPriority: Enum(JobPriority, {
    from: `case when $.specific_priority_value <= 30 then 0
                when $.specific_priority_value <= 60 then 1 else 2 end`,
  }),
  SpecificPriorityValue: Int32({ min: 1, max: 100 }),
  FolderKey: Guid({ readOnly: true }),
  OrganizationUnitId: Int64({ readOnly: true, from: 'folder_id' }),
  OrganizationUnitFullyQualifiedName: Text({ readOnly: true, from: 'folder_path' }),
  TargetFramework: Enum(TargetFramework, { readOnly: true }),
  RobotSize: Enum(RobotSize, { notCarriedOut: 'there are no serverless robots' }),
  Tags: List(Complex(Tag), { max: 100 }),
  RemoteControlAccess: Enum(RemoteControlAccess, { notCarriedOut: 'there is no remote control' }),
  LastModificationTime: DateTime({ readOnly: true, from: 'modified_at' }),
  LastModifierUserId: Int64({ readOnly: true, from: 'modifier_user_id' }),
  CreationTime: DateTime({ readOnly: true, from: 'created_at' }),
  CreatorUserId: Int64({ readOnly: true }),
  Id: Int64({ readOnly: true }),
};

const navigations = {
  EntryPoint: toOne(() => EntryPoint, '$.entry_point_id = @.id'),
  /** All entry points of the package. The official TypeScript SDK expands them. */
  EntryPoints: toMany(() => EntryPoint, '$.package_row_id = @.package_row_id'),
  ReleaseVersions: toMany(() => ReleaseVersion, '$.id = @.release_id'),
};

export const Release = entity({
  name: 'ReleaseDto',
  set: 'Releases',
  label: 'Release',
  table: RELEASES,
  inFolder: '$.folder_id in ?',
  reading: { scope: 'OR.Execution', inFolder: 'Processes.View' },
  properties: releaseProperties,
  navigations,
});

const retention = (type: number, column: string): string =>
  `(select s.${column} from release_retention s where s.release_id = $.id and s.type = ${type})`;

const retentionProperties = {
  RetentionAction: Enum(RetentionAction, {
    notCarriedOut: 'nothing deletes or archives jobs yet',
    from: `coalesce(${retention(0, 'action')}, 2)`,
  }),
  RetentionPeriod: Int32({ min: 1, max: 180, from: `coalesce(${retention(0, 'period')}, 30)` }),
  RetentionBucketId: Int64({ from: retention(0, 'bucket_id') }),
  StaleRetentionAction: Enum(RetentionAction, {
    notCarriedOut: 'nothing deletes or archives jobs yet',
    from: `coalesce(${retention(1, 'action')}, 2)`,
  }),
  StaleRetentionPeriod: Int32({ min: 1, max: 180, from: `coalesce(${retention(1, 'period')}, 180)` }),
  StaleRetentionBucketId: Int64({ from: retention(1, 'bucket_id') }),
};

/** A process with the retention of its jobs. Newer clients create and read processes in this form. */
export const ReleaseWithRetention = entity({
  name: 'ReleaseWithRetentionDto',
  set: 'Releases',
  base: () => Release,
  label: 'Release',
  table: RELEASES,
  inFolder: '$.folder_id in ?',
  properties: {
    ...releaseProperties,
    ...retentionProperties,
  },
  navigations,
});

/** The body of PATCH. No member is required. */
export const ReleasePatch = dto('ReleasePatchDto', {
  ...releaseProperties,
  ...retentionProperties,
  Name: NameText({ minLength: 1, maxLength: 256 }),
  ProcessKey: NameText({ maxLength: 100 }),
  ProcessVersion: Text({ maxLength: 64 }),
});

const processes = { tag: 'Releases', scope: 'OR.Execution', folder: 'required' } as const;
const byId = { key: Int64() };
const byKey = { identifier: Guid() };
const merge = {
  mergePackageTags: Bool({ ofNoEffect: 'packages carry no tags of Orchestrator' }),
};
const PERMISSIONS = List(Text(), { max: 50 });
const example = { Name: 'Invoices', ProcessKey: 'Invoices', ProcessVersion: '1.0.0' };

export const getReleases = operation({
  ...processes,
  id: 'Releases_Get',
  method: 'GET',
  path: '/odata/Releases',
  summary: 'Lists the processes of a folder, or of all folders of the caller.',
  permission: 'Processes.View',
  folder: 'optional',
  query: { mandatoryPermissions: PERMISSIONS, atLeastOnePermissions: PERMISSIONS },
  odata: { entity: Release, options: 'efsotkc' },
  answer: many(Release),
});

export const listReleases = operation({
  ...processes,
  id: 'Releases_ListReleases',
  method: 'GET',
  path: '/odata/Releases/~.ListReleases',
  summary: 'Lists the processes of a folder, or of all folders of the caller.',
  permission: 'Processes.View',
  folder: 'optional',
  odata: { entity: Release, options: 'efsotkc' },
  answer: many(Release),
});

export const getRelease = operation({
  ...processes,
  id: 'Releases_GetById',
  method: 'GET',
  path: '/odata/Releases({key})',
  summary: 'One process.',
  permission: 'Processes.View',
  params: byId,
  odata: { entity: Release, options: 'es' },
  answer: one(Release),
});

export const getReleaseWithRetention = operation({
  ...processes,
  id: 'Releases_GetReleaseById',
  method: 'GET',
  path: '/odata/Releases({key})/~.GetRelease',
  summary: 'One process, with how long its jobs are to be kept.',
  permission: 'Processes.View',
  params: byId,
  odata: { entity: ReleaseWithRetention, options: 'es' },
  answer: one(ReleaseWithRetention),
});

export const postRelease = operation({
  ...processes,
  id: 'Releases_Post',
  method: 'POST',
  path: '/odata/Releases',
  summary: 'Makes a process of a version of a package.',
  permission: 'Processes.Create',
  body: ReleaseWithRetention,
  tells: [processCreated],
  answer: one(Release, 201),
  example,
});

export const createRelease = operation({
  ...processes,
  id: 'Releases_CreateRelease',
  method: 'POST',
  path: '/odata/Releases/~.CreateRelease',
  summary: 'Makes a process of a version of a package, and says how long its jobs are to be kept.',
  permission: 'Processes.Create',
  body: ReleaseWithRetention,
  tells: [processCreated],
  answer: one(ReleaseWithRetention, 201),
  example: { ...example, RetentionAction: 'None', RetentionPeriod: 30 },
});

export const putRelease = operation({
  ...processes,
  id: 'Releases_PutById',
  method: 'PUT',
  path: '/odata/Releases({key})',
  summary: 'Replaces what a process says; what is left out goes back to its default.',
  permission: 'Processes.Edit',
  params: byId,
  body: ReleaseWithRetention,
  tells: [processUpdated],
  answer: nothing(200),
  example,
});

export const patchRelease = operation({
  ...processes,
  id: 'Releases_PatchById',
  method: 'PATCH',
  path: '/odata/Releases({key})',
  summary: 'Changes what is given; the rest stays.',
  permission: 'Processes.Edit',
  params: byId,
  body: ReleasePatch,
  tells: [processUpdated],
  answer: nothing(200),
  example: { Description: 'Books invoices' },
});

export const deleteRelease = operation({
  ...processes,
  id: 'Releases_DeleteById',
  method: 'DELETE',
  path: '/odata/Releases({key})',
  summary: 'Deletes a process whose jobs have all ended.',
  permission: 'Processes.Delete',
  params: byId,
  tells: [processDeleted],
  answer: nothing(204),
});

export const deleteReleaseByKey = operation({
  ...processes,
  id: 'Releases_DeleteByKey',
  method: 'DELETE',
  path: '/api/Releases/DeleteByKey',
  summary: 'Deletes a process, in whichever folder, whose jobs have all ended.',
  permission: 'Processes.Delete',
  folder: 'optional',
  query: { key: Guid({ required: true }) },
  tells: [processDeleted],
  answer: nothing(204),
});

const UpdateToSpecific = dto('ReleasesUpdateToSpecificPackageVersionRequest', {
  packageVersion: Text({ required: true, maxLength: 64 }),
});

export const updateToSpecific = operation({
  ...processes,
  id: 'Releases_UpdateToSpecificPackageVersionById',
  method: 'POST',
  path: '/odata/Releases({key})/~.UpdateToSpecificPackageVersion',
  summary: 'Moves a process to a version of its package.',
  permission: 'Processes.Edit',
  params: byId,
  body: UpdateToSpecific,
  tells: [processUpdated],
  answer: value(Int64()),
  example: { packageVersion: '1.0.1' },
});

export const updateToSpecificByKey = operation({
  ...processes,
  id: 'Releases_UpdateToSpecificPackageVersionByKeyByIdentifier',
  method: 'POST',
  path: '/odata/Releases/~.UpdateToSpecificPackageVersionByKey(identifier={identifier})',
  summary: 'Moves a process to a version of its package.',
  permission: 'Processes.Edit',
  params: byKey,
  body: UpdateToSpecific,
  tells: [processUpdated],
  answer: value(Guid()),
  example: { packageVersion: '1.0.1' },
});

export const updateToLatest = operation({
  ...processes,
  id: 'Releases_UpdateToLatestPackageVersionById',
  method: 'POST',
  path: '/odata/Releases({key})/~.UpdateToLatestPackageVersion',
  summary: 'Moves a process to the latest version of its package.',
  permission: 'Processes.Edit',
  params: byId,
  query: merge,
  tells: [processUpdated],
  answer: value(Int64()),
});

export const updateToLatestByKey = operation({
  ...processes,
  id: 'Releases_UpdateToLatestPackageVersionByKeyByIdentifier',
  method: 'POST',
  path: '/odata/Releases/~.UpdateToLatestPackageVersionByKey(identifier={identifier})',
  summary: 'Moves a process to the latest version of its package.',
  permission: 'Processes.Edit',
  params: byKey,
  query: merge,
  tells: [processUpdated],
  answer: value(Guid()),
});

export const rollback = operation({
  ...processes,
  id: 'Releases_RollbackToPreviousReleaseVersionById',
  method: 'POST',
  path: '/odata/Releases({key})/~.RollbackToPreviousReleaseVersion',
  summary: 'Moves a process back to the version that it had before.',
  permission: 'Processes.Edit',
  params: byId,
  query: merge,
  tells: [processUpdated],
  answer: value(Int64()),
});

export const rollbackByKey = operation({
  ...processes,
  id: 'Releases_RollbackToPreviousReleaseVersionByKeyByIdentifier',
  method: 'POST',
  path: '/odata/Releases/~.RollbackToPreviousReleaseVersionByKey(identifier={identifier})',
  summary: 'Moves a process back to the version that it had before.',
  permission: 'Processes.Edit',
  params: byKey,
  query: merge,
  tells: [processUpdated],
  answer: value(Guid()),
});

/**
 * FailedItems has the processes that could not be moved. If there are any, Success is false, but the
 * others are moved.
 */
const result = { Success: Bool(), Message: Text() };
const ResultOfIds = dto('BulkOperationResponseDtoOfInt64', { ...result, FailedItems: List(Int64()) });
const ResultOfKeys = dto('BulkOperationResponseDtoOfGuid', { ...result, FailedItems: List(Guid()) });

export const updateToLatestBulk = operation({
  ...processes,
  id: 'Releases_UpdateToLatestPackageVersionBulk',
  method: 'POST',
  path: '/odata/Releases/~.UpdateToLatestPackageVersionBulk',
  summary: 'Moves processes to the latest version of their packages, each by itself.',
  permission: 'Processes.Edit',
  body: dto('ReleasesUpdateToLatestPackageVersionBulkRequest', {
    releaseIds: List(Int64(), { required: true, max: 1000 }),
    ...merge,
  }),
  tells: [processUpdated],
  answer: one(ResultOfIds),
  example: { releaseIds: [1] },
});

export const updateToLatestBulkByKey = operation({
  ...processes,
  id: 'Releases_UpdateToLatestPackageVersionBulkByKey',
  method: 'POST',
  path: '/odata/Releases/~.UpdateToLatestPackageVersionBulkByKey',
  summary: 'Moves processes to the latest version of their packages, each by itself.',
  permission: 'Processes.Edit',
  body: dto('ReleasesUpdateToLatestPackageVersionBulkRequestByKey', {
    releaseKeys: List(Guid(), { required: true, max: 1000 }),
    ...merge,
  }),
  tells: [processUpdated],
  answer: one(ResultOfKeys),
  example: { releaseKeys: ['3f2504e0-4f89-41d3-9a0c-0305e82c3301'] },
});

export const updateByKey = operation({
  ...processes,
  id: 'Releases_UpdateByKey',
  method: 'POST',
  path: '/odata/Releases/~.UpdateByKey',
  summary: 'Changes version, entry point or input of a process.',
  permission: 'Processes.Edit',
  body: dto('ReleasesUpdateByKeyRequest', {
    releaseKey: Guid({ required: true }),
    processVersion: Text({ maxLength: 64 }),
    entryPointPath: Text(),
    inputArgs: Text({ maxLength: 10_000 }),
  }),
  tells: [processUpdated],
  answer: nothing(200),
  example: { releaseKey: '3f2504e0-4f89-41d3-9a0c-0305e82c3301', processVersion: '1.0.1' },
});
