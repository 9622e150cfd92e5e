import { dto, Int64, List } from '../../../kernel/contract/fields.ts';
import { many, nothing, one, operation } from '../../../kernel/contract/operation.ts';
import { AccessibleFolders } from '../../folders/accessible-folders.ts';
import { QueueDefinition } from '../definitions/contract.ts';
import { queueUpdated } from '../events.ts';

const common = {
  tag: 'QueueDefinitions',
  scope: 'OR.Queues',
  permission: null,
  folder: 'optional',
} as const;

export const getQueuesAcrossFolders = operation({
  ...common,
  id: 'QueueDefinitions_GetQueuesAcrossFolders',
  method: 'GET',
  path: '/odata/QueueDefinitions/~.GetQueuesAcrossFolders',
  summary: 'The queues of all folders where the caller may see them, but for those that one folder has.',
  query: { excludeFolderId: Int64() },
  odata: { entity: QueueDefinition, options: 'efsotkc' },
  answer: many(QueueDefinition),
});
export const getFoldersForQueue = operation({
  ...common,
  id: 'QueueDefinitions_GetFoldersForQueueById',
  method: 'GET',
  path: '/odata/QueueDefinitions/~.GetFoldersForQueue(id={id})',
  summary: 'The folders where a queue is, as far as the caller may see them, and how many there are in all.',
  params: { id: Int64() },
  answer: one(AccessibleFolders),
});
export const shareQueues = operation({
  ...common,
  id: 'QueueDefinitions_ShareToFolders',
  method: 'POST',
  path: '/odata/QueueDefinitions/~.ShareToFolders',
  summary:
    'Adds queues to folders and takes them from others; all or nothing. A queue stays in one folder at least.',
  body: dto('QueueFoldersShareDto', {
    QueueIds: List(Int64(), { required: true, min: 1, max: 1000 }),
    ToAddFolderIds: List(Int64(), { max: 1000 }),
    ToRemoveFolderIds: List(Int64(), { max: 1000 }),
  }),
  example: { QueueIds: [1], ToAddFolderIds: [1], ToRemoveFolderIds: [] },
  tells: [queueUpdated],
  answer: nothing(204),
});
