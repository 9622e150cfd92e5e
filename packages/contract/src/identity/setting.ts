// Made from the server's declarations by `npm run contract`.
import type { Operation } from '../operation.ts';

export interface SettingDto {
  readonly id: number | null;
  readonly key: string | null;
  readonly value: string | null;
  readonly partitionGlobalId: string | null;
  readonly userId: string | null;
}

export interface BulkCreateOrUpdateSettingsCommand {
  readonly settings: readonly CreateOrUpdateSettingCommand[];
  readonly partitionGlobalId?: string | null;
  readonly userId?: string | null;
}

export interface CreateOrUpdateSettingCommand {
  readonly key: string;
  readonly value?: string | null;
}

/** The settings with the given keys, of a user or else of the organization. */
export const getSettings: Operation<
  {
    readonly key?: readonly string[] | null;
    readonly partitionGlobalId?: string | null;
    readonly userId?: string | null;
  },
  readonly SettingDto[]
> = {
  id: 'Setting_GetSettingsBulk',
  method: 'GET',
  path: '/identity/api/Setting',
  query: ['key', 'partitionGlobalId', 'userId'],
  answer: 'plain',
};

/** Makes or changes settings, of a user or else of the organization. */
export const updateSettings: Operation<
  { readonly body: BulkCreateOrUpdateSettingsCommand },
  readonly SettingDto[]
> = {
  id: 'Setting_UpdateSettings',
  method: 'PUT',
  path: '/identity/api/Setting',
  answer: 'plain',
};

/** Removes a setting; what it was for goes back to how it is without one. */
export const deleteSetting: Operation<{ readonly settingId: number }, undefined> = {
  id: 'Setting_Delete',
  method: 'DELETE',
  path: '/identity/api/Setting/{settingId}',
  answer: 'nothing',
};
