// Made from the server's declarations by `npm run contract`.
import type { UpdatePolicyType, UpdateReason, UpdateStatus } from './enumerations.ts';
import type { SimpleFolderDto } from './folders-shared.ts';

export interface TagDto {
  readonly Name: string;
  readonly DisplayName: string | null;
  readonly Value: string | null;
  readonly DisplayValue: string | null;
}

export interface UpdatePolicyDto {
  readonly Type: UpdatePolicyType | null;
  readonly SpecificVersion: string | null;
}

export interface UpdateInfoDto {
  readonly updateStatus: UpdateStatus | null;
  readonly reason: UpdateReason | null;
  readonly targetUpdateVersion: string | null;
  readonly isCommunity: boolean;
  readonly statusInfo: string | null;
}

export interface TagDtoInput {
  readonly Name: string;
  readonly DisplayName?: string | null;
  readonly Value?: string | null;
  readonly DisplayValue?: string | null;
}

export interface AccessibleFoldersDto {
  readonly AccessibleFolders: readonly SimpleFolderDto[] | null;
  readonly TotalFoldersCount: number | null;
}

export interface UpdatePolicyDtoInput {
  readonly Type?: UpdatePolicyType | null;
  readonly SpecificVersion?: string | null;
}
