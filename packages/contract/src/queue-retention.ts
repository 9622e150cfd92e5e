// Made from the server's declarations by `npm run contract`.
import type { RetentionAction, RetentionType } from './enumerations.ts';
import type { Many, NoInput, One, Operation } from './operation.ts';

export interface QueueRetentionSettingDto {
  readonly QueueDefinitionId: number;
  readonly Action: RetentionAction;
  /** Days. */
  readonly Period: number;
  /** With Archive: where the archives go. */
  readonly BucketId: number | null;
  readonly Type: RetentionType | null;
}

export interface QueueRetentionSettingDtoInput {
  readonly Action: RetentionAction;
  /** Days. */
  readonly Period: number;
  /** With Archive: where the archives go. */
  readonly BucketId?: number | null;
  readonly Type?: RetentionType | null;
}

/** How long items that have ended are kept, for each queue of the folder. */
export const getQueueRetentions: Operation<NoInput, Many<QueueRetentionSettingDto>> = {
  id: 'QueueRetention_Get',
  method: 'GET',
  path: '/odata/QueueRetention',
  answer: 'many',
};

/** How long the items of a queue are kept. */
export const getQueueRetention: Operation<
  { readonly key: number; readonly retentionType?: RetentionType | null },
  One<QueueRetentionSettingDto>
> = {
  id: 'QueueRetention_GetById',
  method: 'GET',
  path: '/odata/QueueRetention({key})',
  query: ['retentionType'],
  answer: 'one',
};

/** Says how long the items of a queue are kept. */
export const putQueueRetention: Operation<
  { readonly key: number; readonly body: QueueRetentionSettingDtoInput },
  undefined
> = {
  id: 'QueueRetention_PutById',
  method: 'PUT',
  path: '/odata/QueueRetention({key})',
  answer: 'nothing',
};

/** Forgets the settings of a queue, so that its items are kept. */
export const deleteQueueRetention: Operation<{ readonly key: number }, undefined> = {
  id: 'QueueRetention_DeleteById',
  method: 'DELETE',
  path: '/odata/QueueRetention({key})',
  answer: 'nothing',
};
