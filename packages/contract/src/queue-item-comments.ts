// Made from the server's declarations by `npm run contract`.
import type { Many, NoInput, One, Operation } from './operation.ts';

export interface QueueItemCommentDto {
  readonly Text: string;
  readonly QueueItemId: number | null;
  readonly CreationTime: string | null;
  readonly UserId: number | null;
  readonly UserName: string | null;
  readonly Id: number;
}

export interface QueueItemCommentDtoInput {
  readonly Text: string;
  readonly QueueItemId?: number | null;
}

/** What people wrote about the items of the folder. */
export const getComments: Operation<NoInput, Many<QueueItemCommentDto>> = {
  id: 'QueueItemComments_Get',
  method: 'GET',
  path: '/odata/QueueItemComments',
  answer: 'many',
};

/** Comments on an item. */
export const createComment: Operation<
  { readonly body: QueueItemCommentDtoInput },
  One<QueueItemCommentDto>
> = {
  id: 'QueueItemComments_Post',
  method: 'POST',
  path: '/odata/QueueItemComments',
  answer: 'one',
};

/** A comment. */
export const getComment: Operation<{ readonly key: number }, One<QueueItemCommentDto>> = {
  id: 'QueueItemComments_GetById',
  method: 'GET',
  path: '/odata/QueueItemComments({key})',
  answer: 'one',
};

/** Changes the text of one's own comment. */
export const putComment: Operation<
  { readonly key: number; readonly body: QueueItemCommentDtoInput },
  undefined
> = {
  id: 'QueueItemComments_PutById',
  method: 'PUT',
  path: '/odata/QueueItemComments({key})',
  answer: 'nothing',
};

/** Deletes one's own comment. */
export const deleteComment: Operation<{ readonly key: number }, undefined> = {
  id: 'QueueItemComments_DeleteById',
  method: 'DELETE',
  path: '/odata/QueueItemComments({key})',
  answer: 'nothing',
};

/** What people wrote about an item and all other attempts at it. */
export const getCommentsHistory: Operation<{ readonly queueItemId: number }, Many<QueueItemCommentDto>> = {
  id: 'QueueItemComments_GetQueueItemCommentsHistoryByQueueitemid',
  method: 'GET',
  path: '/odata/QueueItemComments/UiPath.Server.Configuration.OData.GetQueueItemCommentsHistory(queueItemId={queueItemId})',
  answer: 'many',
};
