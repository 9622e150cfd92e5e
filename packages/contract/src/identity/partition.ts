// Made from the server's declarations by `npm run contract`.
import type { Operation } from '../operation.ts';
import type { PartitionDto } from './shared.ts';

export interface UpdatePartitionCommand {
  readonly displayName?: string | null;
  /** Kept and given back, and not carried out: each person has a language, or else their browser. */
  readonly language?: string | null;
}

export interface UpdatePartitionAccessPolicyCommand {
  readonly entitiesToAdd?: readonly unknown[] | null;
  readonly entitiesToRemove?: readonly unknown[] | null;
}

/** The organization. */
export const getOrganization: Operation<{ readonly partitionGlobalId: string }, PartitionDto> = {
  id: 'Partition_Get',
  method: 'GET',
  path: '/identity/api/Partition/{partitionGlobalId}',
  answer: 'plain',
};

/** Changes what the organization is shown as, and its language; its name stands in addresses and stays. */
export const updateOrganization: Operation<
  { readonly partitionGlobalId: string; readonly body: UpdatePartitionCommand },
  PartitionDto
> = {
  id: 'Partition_Update',
  method: 'PUT',
  path: '/identity/api/Partition/{partitionGlobalId}',
  answer: 'plain',
};

/** The users and groups that the organization lets in; where none is named, everybody. */
export const getAccessPolicy: Operation<{ readonly partitionGlobalId: string }, readonly unknown[]> = {
  id: 'PartitionAccessPolicy_Get',
  method: 'GET',
  path: '/identity/api/PartitionAccessPolicy/{partitionGlobalId}',
  answer: 'plain',
};

/**
 * Adds users and groups that are let in and takes others out; nobody else signs in or uses a token, but
 * administrators.
 */
export const updateAccessPolicy: Operation<
  { readonly partitionGlobalId: string; readonly body: UpdatePartitionAccessPolicyCommand },
  readonly unknown[]
> = {
  id: 'PartitionAccessPolicy_Update',
  method: 'PUT',
  path: '/identity/api/PartitionAccessPolicy/{partitionGlobalId}',
  answer: 'plain',
};
