// Made from the server's declarations by `npm run contract`.
import type { Operation } from '../operation.ts';
import type { PartitionDto, SortOrder, UserDto } from './shared.ts';

export interface UserPartitionDtoPagedResultDto {
  readonly totalCount: number | null;
  readonly results: readonly UserDto[] | null;
}

/** Lists the users of the organization. */
export const getUserPartitionUsers: Operation<
  {
    readonly partitionGlobalId: string;
    readonly searchTerm?: string | null;
    readonly top?: number | null;
    readonly skip?: number | null;
    readonly sortBy?: string | null;
    readonly sortOrder?: SortOrder | null;
  },
  UserPartitionDtoPagedResultDto
> = {
  id: 'UserPartition_GetUsers',
  method: 'GET',
  path: '/identity/api/UserPartition/users/{partitionGlobalId}',
  query: ['searchTerm', 'top', 'skip', 'sortBy', 'sortOrder'],
  answer: 'plain',
};

/** The organizations a user is in: one. */
export const getPartitionsOfUser: Operation<{ readonly userId: string }, readonly PartitionDto[]> = {
  id: 'UserPartition_GetPartitions',
  method: 'GET',
  path: '/identity/api/UserPartition/partitions/{userId}',
  answer: 'plain',
};
