// Made from the server's declarations by `npm run contract`.
import type { RetentionAction, RetentionType } from './enumerations.ts';
import type { Many, NoInput, One, Operation } from './operation.ts';

export interface ReleaseRetentionSettingDto {
  readonly ReleaseId: number;
  /** Kept and given back, and not carried out: nothing deletes or archives jobs yet. */
  readonly Action: RetentionAction;
  /** Days. */
  readonly Period: number;
  readonly BucketId: number | null;
  readonly Type: RetentionType | null;
}

export interface ReleaseRetentionSettingDtoInput {
  /** Kept and given back, and not carried out: nothing deletes or archives jobs yet. */
  readonly Action: RetentionAction;
  /** Days. */
  readonly Period: number;
  readonly BucketId?: number | null;
  readonly Type?: RetentionType | null;
}

/** Lists how long ended jobs are to be kept, for each process of a folder. */
export const getReleaseRetentions: Operation<NoInput, Many<ReleaseRetentionSettingDto>> = {
  id: 'ReleaseRetention_Get',
  method: 'GET',
  path: '/odata/ReleaseRetention',
  answer: 'many',
};

/** How long the jobs of a process are to be kept. */
export const getReleaseRetention: Operation<
  { readonly key: number; readonly retentionType?: RetentionType | null },
  One<ReleaseRetentionSettingDto>
> = {
  id: 'ReleaseRetention_GetById',
  method: 'GET',
  path: '/odata/ReleaseRetention({key})',
  query: ['retentionType'],
  answer: 'one',
};

/** Says how long the jobs of a process are to be kept. Kept only: nothing deletes jobs yet. */
export const putReleaseRetention: Operation<
  { readonly key: number; readonly body: ReleaseRetentionSettingDtoInput },
  undefined
> = {
  id: 'ReleaseRetention_PutById',
  method: 'PUT',
  path: '/odata/ReleaseRetention({key})',
  answer: 'nothing',
};

/** Forgets the settings of a process, so that its jobs are kept. */
export const deleteReleaseRetention: Operation<{ readonly key: number }, undefined> = {
  id: 'ReleaseRetention_DeleteById',
  method: 'DELETE',
  path: '/odata/ReleaseRetention({key})',
  answer: 'nothing',
};
