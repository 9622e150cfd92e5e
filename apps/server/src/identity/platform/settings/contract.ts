import { Complex, dto, Guid, Int64, List, NameText, Text } from '../../../kernel/contract/fields.ts';
import { nothing, operation, plain } from '../../../kernel/contract/operation.ts';
import { byEverybody } from '../declaration.ts';

export const Setting = dto('SettingDto', {
  id: Int64(),
  key: Text(),
  value: Text(),
  partitionGlobalId: Guid(),
  userId: Guid(),
});

const shared = {
  ...byEverybody,
  tag: 'Setting',
  scope: 'PM.Setting',
  path: '/identity/api/Setting',
} as const;
const settings = plain(List(Complex(Setting)));

export const getSettings = operation({
  ...shared,
  id: 'Setting_GetSettingsBulk',
  method: 'GET',
  summary: 'The settings with the given keys, of a user or else of the organization.',
  // `key=a&key=b`
  query: {
    key: List(NameText({ maxLength: 256 }), {
      max: 200,
      description: 'Names of settings; without any, all.',
      example: ['name'],
    }),
    partitionGlobalId: Guid(),
    userId: Guid(),
  },
  answer: settings,
});

export const updateSettings = operation({
  ...shared,
  id: 'Setting_UpdateSettings',
  method: 'PUT',
  summary: 'Makes or changes settings, of a user or else of the organization.',
  body: dto('BulkCreateOrUpdateSettingsCommand', {
    settings: List(
      Complex(
        dto('CreateOrUpdateSettingCommand', {
          key: NameText({ required: true, maxLength: 256 }),
          value: Text({ maxLength: 65_536 }),
        }),
      ),
      { required: true, max: 200 },
    ),
    partitionGlobalId: Guid(),
    userId: Guid(),
  }),
  tells: 'audit',
  answer: settings,
  example: { settings: [{ key: 'Branding.Color', value: '#204060' }], partitionGlobalId: null, userId: null },
});

export const deleteSetting = operation({
  ...shared,
  path: '/identity/api/Setting/{settingId}',
  id: 'Setting_Delete',
  method: 'DELETE',
  summary: 'Removes a setting; what it was for goes back to how it is without one.',
  params: { settingId: Int64() },
  tells: 'audit',
  answer: nothing(),
});
