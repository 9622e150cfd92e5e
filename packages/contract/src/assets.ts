// Made from the server's declarations by `npm run contract`.
import type { Many, NoInput, One, Operation } from './operation.ts';
import type { AccessibleFoldersDto, TagDto, TagDtoInput } from './shared.ts';

export interface AssetDto {
  readonly Key: string | null;
  readonly Name: string;
  readonly CanBeDeleted: boolean;
  /** A new asset without one is Global. */
  readonly ValueScope: AssetValueScope;
  readonly ValueType: AssetValueType | null;
  readonly Value: string;
  readonly StringValue: string;
  readonly BoolValue: boolean;
  readonly IntValue: number;
  readonly CredentialUsername: string;
  readonly CredentialPassword: string;
  readonly SecretValue: string;
  readonly ExternalName: string;
  readonly CredentialStoreId: number | null;
  readonly KeyValueList: readonly CustomKeyValuePair[];
  readonly HasDefaultValue: boolean | null;
  readonly Description: string | null;
  readonly Tags: readonly TagDto[] | null;
  readonly FoldersCount: number | null;
  readonly LastModificationTime: string | null;
  readonly LastModifierUserId: number | null;
  readonly CreationTime: string | null;
  readonly CreatorUserId: number | null;
  readonly Id: number;
  /** With `$expand`. */
  readonly UserValues?: readonly AssetUserValueDto[];
  /** With `$expand`. */
  readonly RobotValues?: readonly AssetRobotValueDto[];
}

export const AssetValueScope = { Global: 0, PerRobot: 1 } as const;
export type AssetValueScope = keyof typeof AssetValueScope;

export const AssetValueType = {
  DBConnectionString: 0,
  HttpConnectionString: 1,
  Text: 2,
  Bool: 3,
  Integer: 4,
  Credential: 5,
  WindowsCredential: 6,
  KeyValueList: 7,
  Secret: 8,
} as const;
export type AssetValueType = keyof typeof AssetValueType;

export interface CustomKeyValuePair {
  readonly Key: string | null;
  readonly Value: string | null;
}

export interface AssetUserValueDto {
  readonly UserId: number | null;
  readonly UserName: string | null;
  readonly MachineId: number | null;
  readonly MachineName: string | null;
  readonly ValueType: AssetValueType | null;
  readonly Value: string;
  readonly StringValue: string;
  readonly BoolValue: boolean;
  readonly IntValue: number;
  readonly CredentialUsername: string;
  readonly CredentialPassword: string;
  readonly SecretValue: string;
  readonly ExternalName: string;
  readonly CredentialStoreId: number | null;
  readonly KeyValueList: readonly CustomKeyValuePair[];
  readonly Name: string | null;
  readonly Id: number;
}

export interface AssetRobotValueDto {
  readonly RobotId: number;
  readonly RobotName: string | null;
  readonly KeyTrail: string | null;
  readonly ValueType: AssetValueType | null;
  readonly Value: string;
  readonly StringValue: string;
  readonly BoolValue: boolean;
  readonly IntValue: number;
  readonly CredentialUsername: string;
  readonly CredentialPassword: string;
  readonly SecretValue: string;
  readonly ExternalName: string;
  readonly CredentialStoreId: number | null;
  readonly KeyValueList: readonly CustomKeyValuePair[];
  readonly Name: string | null;
  readonly Id: number;
}

export interface AssetDtoInput {
  readonly Name: string;
  /** A new asset without one is Global. */
  readonly ValueScope?: AssetValueScope | null;
  readonly ValueType?: AssetValueType | null;
  readonly StringValue?: string | null;
  readonly BoolValue?: boolean | null;
  readonly IntValue?: number | null;
  readonly CredentialUsername?: string | null;
  readonly CredentialPassword?: string | null;
  readonly SecretValue?: string | null;
  readonly ExternalName?: string | null;
  readonly CredentialStoreId?: number | null;
  readonly KeyValueList?: readonly CustomKeyValuePairInput[] | null;
  readonly HasDefaultValue?: boolean | null;
  readonly Description?: string | null;
  readonly Tags?: readonly TagDtoInput[] | null;
  readonly UserValues?: readonly AssetUserValueDtoInput[] | null;
  readonly RobotValues?: readonly AssetRobotValueDtoInput[] | null;
}

export interface CustomKeyValuePairInput {
  readonly Key?: string | null;
  readonly Value?: string | null;
}

export interface AssetUserValueDtoInput {
  readonly UserId?: number | null;
  readonly MachineId?: number | null;
  readonly ValueType?: AssetValueType | null;
  readonly StringValue?: string | null;
  readonly BoolValue?: boolean | null;
  readonly IntValue?: number | null;
  readonly CredentialUsername?: string | null;
  readonly CredentialPassword?: string | null;
  readonly SecretValue?: string | null;
  readonly ExternalName?: string | null;
  readonly CredentialStoreId?: number | null;
  readonly KeyValueList?: readonly CustomKeyValuePairInput[] | null;
}

export interface AssetRobotValueDtoInput {
  readonly RobotId: number;
  readonly ValueType?: AssetValueType | null;
  readonly StringValue?: string | null;
  readonly BoolValue?: boolean | null;
  readonly IntValue?: number | null;
  readonly CredentialUsername?: string | null;
  readonly CredentialPassword?: string | null;
  readonly SecretValue?: string | null;
  readonly ExternalName?: string | null;
  readonly CredentialStoreId?: number | null;
  readonly KeyValueList?: readonly CustomKeyValuePairInput[] | null;
}

export interface AssetFoldersShareDto {
  readonly AssetIds: readonly number[];
  readonly ToAddFolderIds?: readonly number[] | null;
  readonly ToRemoveFolderIds?: readonly number[] | null;
}

export interface UserAssetDto {
  readonly Name: string;
  readonly ValueType: AssetValueType | null;
  readonly StringValue: string;
  readonly BoolValue: boolean;
  readonly IntValue: number;
  readonly CredentialUsername: string;
  readonly CredentialPassword: string;
  readonly SecretValue: string;
  readonly ExternalName: string;
  readonly CredentialStoreId: number | null;
  readonly KeyValueList: readonly CustomKeyValuePair[];
  readonly ConnectionData: CredentialsConnectionData | null;
  readonly Id: number;
}

export interface CredentialsConnectionData {
  readonly url: string | null;
  readonly body: string | null;
  readonly bearerToken: string | null;
}

export interface AssetsGetRobotByNameAndKeyRequest {
  readonly robotKey: string;
  readonly assetName: string;
  /** Taken, and of no effect: there are no proxies of credentials. */
  readonly supportsCredentialsProxyDisconnected?: boolean | null;
}

export interface AssetsSetRobotAssetsByKeyRequest {
  readonly robotKey: string;
  readonly robotAsset: UserAssetDtoInput;
}

export interface UserAssetDtoInput {
  readonly Name: string;
  readonly ValueType?: AssetValueType | null;
  readonly StringValue?: string | null;
  readonly BoolValue?: boolean | null;
  readonly IntValue?: number | null;
  readonly CredentialUsername?: string | null;
  readonly CredentialPassword?: string | null;
  readonly SecretValue?: string | null;
  readonly ExternalName?: string | null;
  readonly CredentialStoreId?: number | null;
  readonly KeyValueList?: readonly CustomKeyValuePairInput[] | null;
}

/** The assets of the folder, but for those of type Secret. */
export const getAssets: Operation<NoInput, Many<AssetDto>> = {
  id: 'Assets_Get',
  method: 'GET',
  path: '/odata/Assets',
  answer: 'many',
};

/** The assets of the folder, of every type. */
export const getFilteredAssets: Operation<NoInput, Many<AssetDto>> = {
  id: 'Assets_GetFiltered',
  method: 'GET',
  path: '/odata/Assets/UiPath.Server.Configuration.OData.GetFiltered',
  answer: 'many',
};

/** The assets of all folders where the caller may see them, but for those that one folder has. */
export const getAssetsAcrossFolders: Operation<
  { readonly excludeFolderId?: number | null },
  Many<AssetDto>
> = {
  id: 'Assets_GetAssetsAcrossFolders',
  method: 'GET',
  path: '/odata/Assets/UiPath.Server.Configuration.OData.GetAssetsAcrossFolders',
  query: ['excludeFolderId'],
  answer: 'many',
};

/** Creates an asset. */
export const createAsset: Operation<{ readonly body: AssetDtoInput }, One<AssetDto>> = {
  id: 'Assets_Post',
  method: 'POST',
  path: '/odata/Assets',
  answer: 'one',
};

/** An asset. */
export const getAsset: Operation<{ readonly key: number }, One<AssetDto>> = {
  id: 'Assets_GetById',
  method: 'GET',
  path: '/odata/Assets({key})',
  answer: 'one',
};

/** Replaces what can be changed of an asset. */
export const putAsset: Operation<{ readonly key: number; readonly body: AssetDtoInput }, undefined> = {
  id: 'Assets_PutById',
  method: 'PUT',
  path: '/odata/Assets({key})',
  answer: 'nothing',
};

/** Deletes an asset, in all folders where it is. */
export const deleteAsset: Operation<{ readonly key: number }, undefined> = {
  id: 'Assets_DeleteById',
  method: 'DELETE',
  path: '/odata/Assets({key})',
  answer: 'nothing',
};

/** The folders where an asset is, as far as the caller may see them, and how many there are in all. */
export const getFoldersForAsset: Operation<{ readonly id: number }, One<AccessibleFoldersDto>> = {
  id: 'Assets_GetFoldersForAssetById',
  method: 'GET',
  path: '/odata/Assets/UiPath.Server.Configuration.OData.GetFoldersForAsset(id={id})',
  answer: 'one',
};

/** Adds assets to folders and takes them from others. An asset that is in no folder any more is deleted. */
export const shareAssets: Operation<{ readonly body: AssetFoldersShareDto }, undefined> = {
  id: 'Assets_ShareToFolders',
  method: 'POST',
  path: '/odata/Assets/UiPath.Server.Configuration.OData.ShareToFolders',
  answer: 'nothing',
};

/** The value of an asset for the robot with a key or an id, secrets in clear text. */
export const getRobotAsset: Operation<
  { readonly robotId: string; readonly assetName: string },
  One<UserAssetDto>
> = {
  id: 'Assets_GetRobotAssetByRobotidAndAssetname',
  method: 'GET',
  path: "/odata/Assets/UiPath.Server.Configuration.OData.GetRobotAsset(robotId='{robotId}',assetName='{assetName}')",
  answer: 'one',
};

/** The value of an asset for the robot with an id, secrets in clear text. */
export const getRobotAssetByRobotId: Operation<
  { readonly robotId: number; readonly assetName: string },
  One<UserAssetDto>
> = {
  id: 'Assets_GetRobotAssetByRobotId',
  method: 'GET',
  path: "/odata/Assets/UiPath.Server.Configuration.OData.GetRobotAssetByRobotId(robotId={robotId},assetName='{assetName}')",
  answer: 'one',
};

/** The value of an asset for the robot with a key, secrets in clear text. */
export const getRobotAssetByNameForRobotKey: Operation<
  { readonly body: AssetsGetRobotByNameAndKeyRequest },
  One<UserAssetDto>
> = {
  id: 'Assets_GetRobotAssetByNameForRobotKey',
  method: 'POST',
  path: '/odata/Assets/UiPath.Server.Configuration.OData.GetRobotAssetByNameForRobotKey',
  answer: 'one',
};

/** Changes the value that an asset has for a robot. */
export const setRobotAssetByRobotKey: Operation<
  { readonly body: AssetsSetRobotAssetsByKeyRequest },
  undefined
> = {
  id: 'Assets_SetRobotAssetByRobotKey',
  method: 'POST',
  path: '/odata/Assets/UiPath.Server.Configuration.OData.SetRobotAssetByRobotKey',
  answer: 'nothing',
};
