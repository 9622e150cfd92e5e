import { Bool, dto, List, Text } from '../../kernel/contract/fields.ts';
import { anyOf, nothing, operation, plain } from '../../kernel/contract/operation.ts';

export const Version = dto('StatusVersionDto', {
  version: Text(),
  timestamp: Text(),
  deployment: Text(),
  configsVersion: Text(),
});
export const HostAvailability = dto('HostAvailabilityDto', {
  canConnect: Bool(),
  hasBadSsl: Bool(),
  connectionError: Text(),
});

export const Health = dto('HealthDto', {
  status: Text({ description: 'ok, or unavailable.' }),
  reasons: List(Text(), { description: 'Why it is unavailable.' }),
});

const shared = { tag: 'Status', method: 'GET', scope: null, folder: 'none' } as const;

export const getStatus = operation({
  ...shared,
  id: 'Status_Get',
  path: '/api/Status/Get',
  summary: 'Answers when the server does: 507 while there is no room to store anything.',
  permission: null,
  callers: ['anonymous'],
  answer: nothing(200),
});

export const getVersion = operation({
  ...shared,
  id: 'Status_Version',
  path: '/api/Status/Version',
  summary: 'The version of the server.',
  permission: null,
  callers: ['anonymous'],
  answer: plain(Version),
});

const ofHealth = { ...shared, permission: null, callers: ['anonymous'], answer: plain(Health) } as const;

export const getLive = operation({
  ...ofHealth,
  id: 'Health_Live',
  path: '/health/live',
  summary: 'Whether the process answers: where it does not, start it anew.',
});

export const getReady = operation({
  ...ofHealth,
  id: 'Health_Ready',
  path: '/health/ready',
  summary: 'Whether calls can be served: 503 with the reasons while database or files cannot be used.',
});

/** Needs a permission, because the server calls an address that the caller chooses. */
export const verifyHostAvailability = operation({
  ...shared,
  id: 'Status_VerifyHostAvailibility',
  path: '/api/Status/VerifyHostAvailibility',
  summary: 'Whether the server reaches an address, as webhooks will have to.',
  permission: anyOf('Webhooks.Create', 'Webhooks.Edit'),
  query: { url: Text({ required: true, maxLength: 2048, pattern: /^https?:\/\/[^\s/]+/i }) },
  answer: plain(HostAvailability),
});
