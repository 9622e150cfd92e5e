import { entity } from '../../kernel/contract/entity.ts';
import { Enum, Int32, Int64 } from '../../kernel/contract/fields.ts';
import { many, nothing, one, operation } from '../../kernel/contract/operation.ts';
import { RetentionAction, RetentionType } from './contract.ts';
import { processUpdated } from './events.ts';
import { RETENTION_TYPES } from './retention-setting.ts';

/**
 * How long the jobs of a process are to be kept. The server stores and shows these settings, but nothing acts
 * on them yet: every job is kept. Without a setting the action is `None`.
 */
export const ReleaseRetention = entity({
  name: 'ReleaseRetentionSettingDto',
  set: 'ReleaseRetention',
  label: 'Release',
  key: 'ReleaseId',
  table: `(select r.id as release_id, r.tenant_id, r.folder_id, t.type, coalesce(s.action, ${RetentionAction.None}) as action,
                  coalesce(s.period, t.period) as period, s.bucket_id
             from releases r cross join ${RETENTION_TYPES}
             left join release_retention s on s.release_id = r.id and s.type = t.type)`,
  inFolder: '$.folder_id in ?',
  properties: {
    ReleaseId: Int64({ readOnly: true }),
    Action: Enum(RetentionAction, { required: true, notCarriedOut: 'nothing deletes or archives jobs yet' }),
    Period: Int32({ required: true, min: 1, max: 180, description: 'Days.' }),
    BucketId: Int64(),
    Type: Enum(RetentionType),
  },
});

const retention = { tag: 'ReleaseRetention', scope: 'OR.Execution', folder: 'required' } as const;
const params = { key: Int64() };
const query = {
  retentionType: Enum(RetentionType, {
    description: 'Final (default): ended jobs. Stale: jobs that never ended.',
  }),
};

export const getReleaseRetentions = operation({
  ...retention,
  id: 'ReleaseRetention_Get',
  method: 'GET',
  path: '/odata/ReleaseRetention',
  summary: 'Lists how long ended jobs are to be kept, for each process of a folder.',
  permission: 'Processes.View',
  odata: { entity: ReleaseRetention, options: 'efsotkc' },
  answer: many(ReleaseRetention),
});

export const getReleaseRetention = operation({
  ...retention,
  id: 'ReleaseRetention_GetById',
  method: 'GET',
  path: '/odata/ReleaseRetention({key})',
  summary: 'How long the jobs of a process are to be kept.',
  permission: 'Processes.View',
  params,
  query,
  odata: { entity: ReleaseRetention, options: 'es' },
  answer: one(ReleaseRetention),
});

export const putReleaseRetention = operation({
  ...retention,
  id: 'ReleaseRetention_PutById',
  method: 'PUT',
  path: '/odata/ReleaseRetention({key})',
  summary: 'Says how long the jobs of a process are to be kept. Kept only: nothing deletes jobs yet.',
  permission: 'Processes.Edit',
  params,
  body: ReleaseRetention,
  tells: [processUpdated],
  answer: nothing(200),
  example: { Action: 'Delete', Period: 30 },
});

export const deleteReleaseRetention = operation({
  ...retention,
  id: 'ReleaseRetention_DeleteById',
  method: 'DELETE',
  path: '/odata/ReleaseRetention({key})',
  summary: 'Forgets the settings of a process, so that its jobs are kept.',
  permission: 'Processes.Edit',
  params,
  tells: [processUpdated],
  answer: nothing(204),
});
