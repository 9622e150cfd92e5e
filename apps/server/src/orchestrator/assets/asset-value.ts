import type { OutputOf, Static } from '../../kernel/contract/fields.ts';
import { ApiError, badRequest, CODE, invalid } from '../../kernel/errors.ts';
import type { Sealer } from '../../kernel/secrets/seal.ts';
import { AssetValueType, type RobotAsset } from './contract.ts';

/** The members of a value in request bodies. */
export type ValueInput = {
  readonly [K in Exclude<keyof (typeof RobotAsset)['fields'], 'Name' | 'ConnectionData' | 'Id'>]?: Static<
    (typeof RobotAsset)['fields'][K]
  > | null;
};

/** A stored value. Only the members that belong to the asset's type are filled. */
export interface Value {
  readonly string_value: string;
  readonly bool_value: boolean;
  readonly int_value: number;
  readonly credential_username: string;
  /** A password or a secret, sealed. */
  readonly secret: Buffer | null;
  readonly external_name: string;
  readonly key_value_list: readonly { readonly Key?: string | null; readonly Value?: string | null }[];
}

export interface AssetIdentity {
  readonly key: string;
  readonly value_type: number;
}

const EMPTY: Value = {
  string_value: '',
  bool_value: false,
  int_value: 0,
  credential_username: '',
  secret: null,
  external_name: '',
  key_value_list: [],
};

/**
 * Reads a value of the asset's type. It ignores the members of other types, since clients send whole rows
 * back. Passwords and secrets are always shown blank, so a blank one keeps the one of `before`. A password is
 * kept only if the user name stays the same.
 */
export function valueOf(
  asset: AssetIdentity,
  input: ValueInput,
  path: string,
  sealer: Sealer,
  before?: Pick<Value, 'credential_username' | 'secret'>,
): Value {
  if (input.CredentialStoreId != null && input.CredentialStoreId > 1) {
    throw new ApiError(404, 2301, 'The credential store does not exist.');
  }
  const seal = (text: string): Buffer => sealer.seal(Buffer.from(text), purposeOf(asset));
  switch (asset.value_type) {
    case AssetValueType.Bool:
      return { ...EMPTY, bool_value: input.BoolValue ?? false };
    case AssetValueType.Integer:
      return { ...EMPTY, int_value: input.IntValue ?? 0 };
    case AssetValueType.KeyValueList:
      return { ...EMPTY, key_value_list: input.KeyValueList ?? [] };
    case AssetValueType.Secret: {
      const secret = input.SecretValue ? seal(input.SecretValue) : before?.secret;
      if (!secret) throw invalid(`${path}SecretValue`, 'is required');
      return { ...EMPTY, secret, external_name: input.ExternalName ?? '' };
    }
    case AssetValueType.Credential:
    case AssetValueType.WindowsCredential: {
      const userName = input.CredentialUsername ?? before?.credential_username ?? '';
      const kept = before?.credential_username === userName ? before.secret : null;
      const secret = input.CredentialPassword ? seal(input.CredentialPassword) : kept;
      if (!secret) {
        throw badRequest(
          CODE.CredentialAssetEmptyPasswordForNewUser,
          `${path}CredentialPassword: must not be empty for a new user name.`,
        );
      }
      return { ...EMPTY, credential_username: userName, secret, external_name: input.ExternalName ?? '' };
    }
    default:
      return { ...EMPTY, string_value: input.StringValue ?? '' };
  }
}

const purposeOf = ({ key }: AssetIdentity): string => `asset ${key}`;

/** A value in the members of the API, with its secrets in clear text. Only robots get it. */
export type OpenValue = Omit<OutputOf<typeof RobotAsset>, 'Name' | 'Id'>;

export function openValue(asset: AssetIdentity, value: Value, sealer: Sealer): OpenValue {
  const secret = value.secret ? sealer.open(value.secret, purposeOf(asset)).toString() : '';
  const isSecret = asset.value_type === AssetValueType.Secret;
  return {
    ValueType: asset.value_type,
    StringValue: value.string_value,
    BoolValue: value.bool_value,
    IntValue: value.int_value,
    CredentialUsername: value.credential_username,
    CredentialPassword: isSecret ? '' : secret,
    SecretValue: isSecret ? secret : '',
    ExternalName: value.external_name,
    KeyValueList: value.key_value_list.map(({ Key = null, Value = null }) => ({ Key, Value })),
  };
}
