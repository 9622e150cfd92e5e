// Made from the server's declarations by `npm run contract`.
import type { QueueItemPriority } from './enumerations.ts';
import type { NoInput, Operation } from './operation.ts';

export interface BulkActionDto {
  readonly key: string;
  readonly kind: BulkActionKind;
  readonly state: BulkActionState;
  readonly name: string | null;
  /** The filter that chose the rows, when the action was made. */
  readonly filter: string | null;
  /** Null: all folders that the caller might see. */
  readonly folderId: number | null;
  /** Who: `user:` or `app:` and the id. */
  readonly requestedBy: string;
  readonly total: number;
  readonly done: number;
  readonly refused: number;
  readonly createdTime: string;
  readonly endedTime: string | null;
}

export interface JobBulkActionRequest {
  readonly action: JobBulkAction;
  /** How many rows the caller saw. The call is refused if more than a tenth more or fewer match now. */
  readonly expected: number;
  /** What the caller calls the action. */
  readonly name?: string | null;
}

export const BulkActionKind = {
  StopJobs: 0,
  KillJobs: 1,
  RestartJobs: 2,
  RetryItems: 10,
  DeleteItems: 11,
  SetPriorityOfItems: 12,
} as const;
export type BulkActionKind = keyof typeof BulkActionKind;

export const BulkActionState = { Running: 0, Completed: 1, Aborted: 2 } as const;
export type BulkActionState = keyof typeof BulkActionState;

export const JobBulkAction = { Stop: 0, Kill: 1, Restart: 2 } as const;
export type JobBulkAction = keyof typeof JobBulkAction;

export interface ItemBulkActionRequest {
  readonly action: ItemBulkAction;
  /** For SetPriority. */
  readonly priority?: QueueItemPriority | null;
  /** How many rows the caller saw. The call is refused if more than a tenth more or fewer match now. */
  readonly expected: number;
  /** What the caller calls the action. */
  readonly name?: string | null;
}

export const ItemBulkAction = { Retry: 10, Delete: 11, SetPriority: 12 } as const;
export type ItemBulkAction = keyof typeof ItemBulkAction;

export interface BulkActionRowDto {
  /** Of the job or the item. */
  readonly id: number;
  readonly folderId: number;
  readonly outcome: BulkActionOutcome;
  /** Why it was left as it is. */
  readonly reason: string | null;
}

export const BulkActionOutcome = { Waiting: 0, Done: 1, Refused: 2 } as const;
export type BulkActionOutcome = keyof typeof BulkActionOutcome;

/** Stops, kills or restarts all jobs that the filter finds, in the background. */
export const changeJobs: Operation<{ readonly body: JobBulkActionRequest }, BulkActionDto> = {
  id: 'Jobs_ChangeMany',
  method: 'POST',
  path: '/api/Jobs/BulkActions',
  answer: 'plain',
};

/** Retries or deletes all queue items that the filter finds, or gives them a priority, in the background. */
export const changeItemsByFilter: Operation<{ readonly body: ItemBulkActionRequest }, BulkActionDto> = {
  id: 'QueueItems_ChangeMany',
  method: 'POST',
  path: '/api/QueueItems/BulkActions',
  answer: 'plain',
};

/** The caller’s last 100 bulk actions, newest first. */
export const getBulkActions: Operation<NoInput, readonly BulkActionDto[]> = {
  id: 'BulkActions_Get',
  method: 'GET',
  path: '/api/BulkActions',
  answer: 'plain',
};

/** A bulk action and how far it is. */
export const getBulkAction: Operation<{ readonly key: string }, BulkActionDto> = {
  id: 'BulkActions_GetByKey',
  method: 'GET',
  path: '/api/BulkActions/{key}',
  answer: 'plain',
};

/** What became of each row, in the order of ids. */
export const getBulkActionRows: Operation<
  {
    readonly key: string;
    readonly outcome?: BulkActionOutcome | null;
    readonly after?: number | null;
    readonly take?: number | null;
  },
  readonly BulkActionRowDto[]
> = {
  id: 'BulkActions_GetRows',
  method: 'GET',
  path: '/api/BulkActions/{key}/Rows',
  query: ['outcome', 'after', 'take'],
  answer: 'plain',
};

/** Ends a bulk action. What it has done stays; at most one batch of rows is still changed. */
export const abortBulkAction: Operation<{ readonly key: string }, BulkActionDto> = {
  id: 'BulkActions_Abort',
  method: 'POST',
  path: '/api/BulkActions/{key}/Abort',
  answer: 'plain',
};

/**
 * Lets an action that has ended go on with the rows that it has not changed: those left, and those refused.
 */
export const repeatBulkAction: Operation<{ readonly key: string }, BulkActionDto> = {
  id: 'BulkActions_Repeat',
  method: 'POST',
  path: '/api/BulkActions/{key}/Repeat',
  answer: 'plain',
};
