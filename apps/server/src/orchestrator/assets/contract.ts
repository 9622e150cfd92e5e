import { entity, toMany } from '../../kernel/contract/entity.ts';
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
import { many, nothing, one, operation } from '../../kernel/contract/operation.ts';
import { AccessibleFolders } from '../folders/accessible-folders.ts';
import { Tag } from '../tag.ts';
import { assetCreated, assetDeleted, assetUpdated } from './events.ts';

export const AssetValueType = enumeration('AssetValueType', {
  DBConnectionString: 0,
  HttpConnectionString: 1,
  Text: 2,
  Bool: 3,
  Integer: 4,
  Credential: 5,
  WindowsCredential: 6,
  KeyValueList: 7,
  Secret: 8,
});
/** `PerRobot` includes values of users and machines. */
export const AssetValueScope = enumeration('AssetValueScope', { Global: 0, PerRobot: 1 });

const KeyValuePair = dto('CustomKeyValuePair', { Key: Text(), Value: Text() });

/** A value of any type as text. */
const RENDERED = `case $.value_type
  when 3 then case when $.bool_value then 'True' else 'False' end
  when 4 then $.int_value::text
  when 5 then 'username: ' || $.credential_username
  when 6 then 'username: ' || $.credential_username
  when 7 then (select string_agg((p->>'Key') || '=' || (p->>'Value'), ';')
                 from jsonb_array_elements($.key_value_list) p)
  when 8 then ''
  else $.string_value end`;

/**
 * The members of a value. Those that belong to other types than ValueType are zero or empty, never null,
 * because clients read them into types without null. Secrets can be written, but are never shown.
 */
const value = {
  StringValue: Text({ maxLength: 1_000_000, default: '' }),
  BoolValue: Bool({ default: false }),
  IntValue: Int32({ default: 0 }),
  CredentialUsername: Text({ maxLength: 512, default: '' }),
  CredentialPassword: Text({ maxLength: 25_000, constant: '', default: '' }),
  SecretValue: Text({ maxLength: 25_000, constant: '', default: '' }),
  ExternalName: Text({ maxLength: 450, default: '' }),
  CredentialStoreId: Int64({ constant: null }),
  KeyValueList: List(Complex(KeyValuePair), { default: [] }),
} as const;

const EVERYONE = 'v.user_id is null and v.machine_id is null and v.robot_id is null';
const VALUES =
  'v.string_value, v.bool_value, v.int_value, v.credential_username, v.external_name, v.key_value_list';

export const Asset = entity({
  name: 'AssetDto',
  set: 'Assets',
  label: 'Asset',
  table: `(select a.*, ${VALUES}, v.id is not null as has_default_value
             from assets a left join asset_values v on v.asset_id = a.id and ${EVERYONE})`,
  inFolder: 'exists (select from asset_folders f where f.asset_id = $.id and f.folder_id in ?)',
  properties: {
    Key: Guid({ readOnly: true }),
    Name: NameText({ required: true, maxLength: 256 }),
    CanBeDeleted: Bool({ constant: true, readOnly: true }),
    ValueScope: Enum(AssetValueScope, {
      notNull: true,
      description: 'A new asset without one is Global.',
    }),
    ValueType: Enum(AssetValueType),
    Value: Text({ from: RENDERED, readOnly: true, default: '' }),
    ...value,
    HasDefaultValue: Bool(),
    Description: Text({ maxLength: 250 }),
    Tags: List(Complex(Tag)),
    FoldersCount: Int32({
      from: '(select count(*)::int from asset_folders f where f.asset_id = $.id)',
      readOnly: true,
    }),
    LastModificationTime: DateTime({ from: 'modified_at', readOnly: true }),
    LastModifierUserId: Int64({ from: 'modifier_user_id', readOnly: true }),
    CreationTime: DateTime({ from: 'created_at', readOnly: true }),
    CreatorUserId: Int64({ readOnly: true }),
    Id: Int64({ readOnly: true }),
  },
  navigations: {
    UserValues: toMany(() => AssetUserValue, '$.id = @.asset_id'),
    RobotValues: toMany(() => AssetRobotValue, '$.id = @.asset_id'),
  },
});

const ofValue = {
  ValueType: Enum(AssetValueType),
  Value: Text({ from: RENDERED, readOnly: true, default: '' }),
  ...value,
  Name: Text({ from: 'asset_name', readOnly: true }),
  Id: Int64({ readOnly: true }),
} as const;

/** A value of a user, of a machine, or of a user on a machine. */
export const AssetUserValue = entity({
  name: 'AssetUserValueDto',
  table: `(select v.*, a.name as asset_name, a.value_type, u.user_name, m.name as machine_name
             from asset_values v join assets a on a.id = v.asset_id
             left join users u on u.id = v.user_id left join machines m on m.id = v.machine_id
            where v.user_id is not null or v.machine_id is not null)`,
  inTenant: false,
  reading: 'as part',
  properties: {
    UserId: Int64(),
    UserName: Text({ readOnly: true }),
    MachineId: Int64(),
    MachineName: Text({ readOnly: true }),
    ...ofValue,
  },
});

export const AssetRobotValue = entity({
  name: 'AssetRobotValueDto',
  table: `(select v.*, a.name as asset_name, a.value_type, r.name as robot_name,
                  '***' || right(r.key::text, 7) as key_trail
             from asset_values v join assets a on a.id = v.asset_id join robots r on r.id = v.robot_id)`,
  inTenant: false,
  reading: 'as part',
  properties: {
    RobotId: Int64({ required: true }),
    RobotName: Text({ readOnly: true }),
    KeyTrail: Text({ readOnly: true }),
    ...ofValue,
  },
});

const AssetInput = dto('AssetDto', {
  ...Asset.fields,
  UserValues: List(Complex(dto('AssetUserValueDto', AssetUserValue.fields)), { max: 10_000 }),
  RobotValues: List(Complex(dto('AssetRobotValueDto', AssetRobotValue.fields)), { max: 10_000 }),
});

const ConnectionData = dto('CredentialsConnectionData', { url: Text(), body: Text(), bearerToken: Text() });

/** What a robot gets: the one value that applies to it, with secrets in clear text. */
export const RobotAsset = entity({
  name: 'UserAssetDto',
  label: 'Asset',
  table: 'asset_values',
  inTenant: false,
  properties: {
    Name: NameText({ required: true, maxLength: 256 }),
    ValueType: Enum(AssetValueType),
    ...value,
    ConnectionData: Complex(ConnectionData, { constant: null, readOnly: true }),
    Id: Int64({ readOnly: true }),
  },
});

const common = { tag: 'Assets', scope: 'OR.Assets' } as const;
const inFolder = { ...common, folder: 'required' } as const;
const listed = { odata: { entity: Asset, options: 'efsotkc' }, answer: many(Asset) } as const;
const example = {
  Name: 'Mailbox',
  ValueScope: 'Global',
  ValueType: 'Text',
  StringValue: 'invoices@acme.example',
};

export const getAssets = operation({
  ...inFolder,
  ...listed,
  id: 'Assets_Get',
  method: 'GET',
  path: '/odata/Assets',
  summary: 'The assets of the folder, but for those of type Secret.',
  permission: 'Assets.View',
});
export const getFilteredAssets = operation({
  ...inFolder,
  ...listed,
  id: 'Assets_GetFiltered',
  method: 'GET',
  path: '/odata/Assets/~.GetFiltered',
  summary: 'The assets of the folder, of every type.',
  permission: 'Assets.View',
});
export const getAssetsAcrossFolders = operation({
  ...common,
  ...listed,
  id: 'Assets_GetAssetsAcrossFolders',
  method: 'GET',
  path: '/odata/Assets/~.GetAssetsAcrossFolders',
  summary: 'The assets of all folders where the caller may see them, but for those that one folder has.',
  permission: null,
  folder: 'optional',
  query: { excludeFolderId: Int64() },
});
export const createAsset = operation({
  ...inFolder,
  id: 'Assets_Post',
  method: 'POST',
  path: '/odata/Assets',
  summary: 'Creates an asset.',
  permission: 'Assets.Create',
  body: AssetInput,
  example,
  tells: [assetCreated],
  answer: one(Asset, 201),
});
export const getAsset = operation({
  ...inFolder,
  id: 'Assets_GetById',
  method: 'GET',
  path: '/odata/Assets({key})',
  summary: 'An asset.',
  permission: 'Assets.View',
  params: { key: Int64() },
  odata: { entity: Asset, options: 'es' },
  answer: one(Asset),
});
export const putAsset = operation({
  ...inFolder,
  id: 'Assets_PutById',
  method: 'PUT',
  path: '/odata/Assets({key})',
  summary: 'Replaces what can be changed of an asset.',
  permission: 'Assets.Edit',
  params: { key: Int64() },
  body: AssetInput,
  example,
  tells: [assetUpdated],
  answer: nothing(200),
});
export const deleteAsset = operation({
  ...inFolder,
  id: 'Assets_DeleteById',
  method: 'DELETE',
  path: '/odata/Assets({key})',
  summary: 'Deletes an asset, in all folders where it is.',
  permission: 'Assets.Delete',
  params: { key: Int64() },
  tells: [assetDeleted],
  answer: nothing(204),
});

export const getFoldersForAsset = operation({
  ...common,
  id: 'Assets_GetFoldersForAssetById',
  method: 'GET',
  path: '/odata/Assets/~.GetFoldersForAsset(id={id})',
  summary: 'The folders where an asset is, as far as the caller may see them, and how many there are in all.',
  permission: null,
  folder: 'optional',
  params: { id: Int64() },
  answer: one(AccessibleFolders),
});
export const shareAssets = operation({
  ...common,
  id: 'Assets_ShareToFolders',
  method: 'POST',
  path: '/odata/Assets/~.ShareToFolders',
  summary:
    'Adds assets to folders and takes them from others. An asset that is in no folder any more is deleted.',
  permission: null,
  folder: 'optional',
  body: dto('AssetFoldersShareDto', {
    AssetIds: List(Int64(), { required: true, min: 1, max: 1000 }),
    ToAddFolderIds: List(Int64(), { max: 1000 }),
    ToRemoveFolderIds: List(Int64(), { max: 1000 }),
  }),
  example: { AssetIds: [1], ToAddFolderIds: [1], ToRemoveFolderIds: [] },
  tells: [assetUpdated, assetDeleted],
  answer: nothing(204),
});

const forRobots = {
  ...inFolder,
  permission: 'Assets.View',
  odata: { entity: RobotAsset, options: 'es' },
  answer: one(RobotAsset),
} as const;

export const getRobotAsset = operation({
  ...forRobots,
  id: 'Assets_GetRobotAssetByRobotidAndAssetname',
  method: 'GET',
  path: "/odata/Assets/~.GetRobotAsset(robotId='{robotId}',assetName='{assetName}')",
  summary: 'The value of an asset for the robot with a key or an id, secrets in clear text.',
  params: { robotId: Text({ example: '1' }), assetName: NameText() },
});
export const getRobotAssetByRobotId = operation({
  ...forRobots,
  id: 'Assets_GetRobotAssetByRobotId',
  method: 'GET',
  path: "/odata/Assets/~.GetRobotAssetByRobotId(robotId={robotId},assetName='{assetName}')",
  summary: 'The value of an asset for the robot with an id, secrets in clear text.',
  params: { robotId: Int64(), assetName: NameText() },
});
/** The answer may hold a password, so it is not kept for an Idempotency-Key. */
export const getRobotAssetByNameForRobotKey = operation({
  ...forRobots,
  id: 'Assets_GetRobotAssetByNameForRobotKey',
  method: 'POST',
  path: '/odata/Assets/~.GetRobotAssetByNameForRobotKey',
  summary: 'The value of an asset for the robot with a key, secrets in clear text.',
  readOnly: true,
  body: dto('AssetsGetRobotByNameAndKeyRequest', {
    robotKey: Text({ required: true }),
    assetName: NameText({ required: true }),
    supportsCredentialsProxyDisconnected: Bool({ ofNoEffect: 'there are no proxies of credentials' }),
  }),
  example: { robotKey: '0f5be6bb-4d1e-4f2f-9b5b-d62b2cb5a9a4', assetName: 'Mailbox' },
});
export const setRobotAssetByRobotKey = operation({
  ...inFolder,
  id: 'Assets_SetRobotAssetByRobotKey',
  method: 'POST',
  path: '/odata/Assets/~.SetRobotAssetByRobotKey',
  summary: 'Changes the value that an asset has for a robot.',
  permission: 'Assets.Edit',
  body: dto('AssetsSetRobotAssetsByKeyRequest', {
    robotKey: Text({ required: true }),
    robotAsset: Complex(dto('UserAssetDto', RobotAsset.fields), { required: true }),
  }),
  example: {
    robotKey: '0f5be6bb-4d1e-4f2f-9b5b-d62b2cb5a9a4',
    robotAsset: { Name: 'Mailbox', ValueType: 'Text', StringValue: 'billing@acme.example' },
  },
  tells: [assetUpdated],
  answer: nothing(204),
});
