import { entity } from '../../../kernel/contract/entity.ts';
import { Enum, Int32, Int64 } from '../../../kernel/contract/fields.ts';
import { many, nothing, one, operation } from '../../../kernel/contract/operation.ts';
import { RetentionAction, RetentionType } from '../../processes/contract.ts';
import { RETENTION_TYPES } from '../../processes/retention-setting.ts';
import { IN_QUEUE_FOLDERS, common as ofQueues } from '../access.ts';
import { queueUpdated } from '../events.ts';

/**
 * How long items are kept: ended ones (Final), and those that never ended (Stale). Without a setting the
 * action is None, and items are kept for ever. expire-items.ts and archive-items.ts carry it out.
 */
export const QueueRetention = entity({
  name: 'QueueRetentionSettingDto',
  set: 'QueueRetention',
  label: 'QueueDefinition',
  key: 'QueueDefinitionId',
  table: `(select d.id as queue_id, d.tenant_id, t.type, coalesce(s.action,
    ${RetentionAction.None}) as action,
                  coalesce(s.period, t.period) as period, s.bucket_id
             from queue_definitions d
             cross join ${RETENTION_TYPES}
             left join queue_retention s on s.queue_id = d.id and s.type = t.type)`,
  inFolder: IN_QUEUE_FOLDERS,
  properties: {
    QueueDefinitionId: Int64({ from: 'queue_id', readOnly: true }),
    Action: Enum(RetentionAction, { required: true }),
    Period: Int32({ required: true, min: 1, max: 180, description: 'Days.' }),
    BucketId: Int64({ description: 'With Archive: where the archives go.' }),
    Type: Enum(RetentionType),
  },
});

const common = { ...ofQueues, tag: 'QueueRetention' } as const;
const params = { key: Int64() };
const query = {
  retentionType: Enum(RetentionType, {
    description: 'Final (default): items that have ended. Stale: items that never did.',
  }),
};

export const getQueueRetentions = operation({
  ...common,
  id: 'QueueRetention_Get',
  method: 'GET',
  path: '/odata/QueueRetention',
  summary: 'How long items that have ended are kept, for each queue of the folder.',
  permission: 'Queues.View',
  odata: { entity: QueueRetention, options: 'efsotkc' },
  answer: many(QueueRetention),
});
export const getQueueRetention = operation({
  ...common,
  id: 'QueueRetention_GetById',
  method: 'GET',
  path: '/odata/QueueRetention({key})',
  summary: 'How long the items of a queue are kept.',
  permission: 'Queues.View',
  params,
  query,
  odata: { entity: QueueRetention, options: 'es' },
  answer: one(QueueRetention),
});
export const putQueueRetention = operation({
  ...common,
  id: 'QueueRetention_PutById',
  method: 'PUT',
  path: '/odata/QueueRetention({key})',
  summary: 'Says how long the items of a queue are kept.',
  permission: 'Queues.Edit',
  params,
  body: QueueRetention,
  example: { Action: 'Delete', Period: 30, Type: 'Final' },
  tells: [queueUpdated],
  answer: nothing(200),
});
export const deleteQueueRetention = operation({
  ...common,
  id: 'QueueRetention_DeleteById',
  method: 'DELETE',
  path: '/odata/QueueRetention({key})',
  summary: 'Forgets the settings of a queue, so that its items are kept.',
  permission: 'Queues.Edit',
  params,
  tells: [queueUpdated],
  answer: nothing(204),
});
