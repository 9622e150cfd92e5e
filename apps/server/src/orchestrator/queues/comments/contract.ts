import { entity } from '../../../kernel/contract/entity.ts';
import { DateTime, dto, Int64, Text } from '../../../kernel/contract/fields.ts';
import { many, nothing, one, operation } from '../../../kernel/contract/operation.ts';
import { EDIT, IN_QUEUE_FOLDERS, common as ofQueues, VIEW } from '../access.ts';
import { commentCreated, commentDeleted, commentUpdated } from '../events.ts';

export const QueueItemComment = entity({
  name: 'QueueItemCommentDto',
  set: 'QueueItemComments',
  label: 'QueueItemComment',
  table: `(select c.*, u.user_name from queue_item_comments c left join users u on u.id = c.user_id)`,
  inFolder: IN_QUEUE_FOLDERS,
  properties: {
    Text: Text({ required: true, maxLength: 512 }),
    QueueItemId: Int64({ from: 'item_id' }),
    /** Set by the server. The value in a body is ignored. */
    CreationTime: DateTime({ from: 'created_at', readOnly: true }),
    UserId: Int64({ readOnly: true }),
    UserName: Text({ readOnly: true }),
    Id: Int64({ readOnly: true }),
  },
});
const CommentInput = dto('QueueItemCommentDto', QueueItemComment.fields);

const common = { ...ofQueues, tag: 'QueueItemComments' } as const;
const example = { QueueItemId: 1, Text: 'The customer number was wrong.' };

export const getComments = operation({
  ...common,
  id: 'QueueItemComments_Get',
  method: 'GET',
  path: '/odata/QueueItemComments',
  summary: 'What people wrote about the items of the folder.',
  permission: VIEW,
  odata: { entity: QueueItemComment, options: 'efsotkc' },
  answer: many(QueueItemComment),
});
export const createComment = operation({
  ...common,
  id: 'QueueItemComments_Post',
  method: 'POST',
  path: '/odata/QueueItemComments',
  summary: 'Comments on an item.',
  permission: EDIT,
  body: CommentInput,
  example,
  tells: [commentCreated],
  answer: one(QueueItemComment, 201),
});
export const getComment = operation({
  ...common,
  id: 'QueueItemComments_GetById',
  method: 'GET',
  path: '/odata/QueueItemComments({key})',
  summary: 'A comment.',
  permission: VIEW,
  params: { key: Int64() },
  odata: { entity: QueueItemComment, options: 'es' },
  answer: one(QueueItemComment),
});
export const putComment = operation({
  ...common,
  id: 'QueueItemComments_PutById',
  method: 'PUT',
  path: '/odata/QueueItemComments({key})',
  summary: "Changes the text of one's own comment.",
  permission: EDIT,
  params: { key: Int64() },
  body: CommentInput,
  example,
  tells: [commentUpdated],
  answer: nothing(200),
});
export const deleteComment = operation({
  ...common,
  id: 'QueueItemComments_DeleteById',
  method: 'DELETE',
  path: '/odata/QueueItemComments({key})',
  summary: "Deletes one's own comment.",
  permission: EDIT,
  params: { key: Int64() },
  tells: [commentDeleted],
  answer: nothing(204),
});
export const getCommentsHistory = operation({
  ...common,
  id: 'QueueItemComments_GetQueueItemCommentsHistoryByQueueitemid',
  method: 'GET',
  path: '/odata/QueueItemComments/~.GetQueueItemCommentsHistory(queueItemId={queueItemId})',
  summary: 'What people wrote about an item and all other attempts at it.',
  permission: VIEW,
  params: { queueItemId: Int64() },
  odata: { entity: QueueItemComment, options: 'efsotkc' },
  answer: many(QueueItemComment),
});
