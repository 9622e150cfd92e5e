// Made from the server's declarations by `npm run contract`.
import type { Operation } from '../operation.ts';

export interface DirectoryEntryDto {
  readonly source: string | null;
  readonly identifier: string | null;
  readonly identityName: string | null;
  readonly displayName: string | null;
  readonly email: string | null;
  readonly domain: string | null;
  readonly type: number | null;
  readonly objectType: string | null;
}

export interface ResolveEntityCommand {
  readonly identifier: string;
}

export interface ResolveEntityByNameCommand {
  readonly entityName: string;
  /** Default: user. */
  readonly entityType?: DirectoryEntityType | null;
}

export const DirectoryEntityType = { user: 0, group: 1, application: 4 } as const;
export type DirectoryEntityType = keyof typeof DirectoryEntityType;

export interface BulkResolveCommand {
  readonly identifiers: readonly string[];
}

export interface BulkResolveByNameCommand {
  readonly entityNames: readonly string[];
  /** Default: user. */
  readonly entityType?: DirectoryEntityType | null;
}

export interface GroupMembershipCommand {
  readonly userIdentifier: string;
  readonly groupIdentifiers: readonly string[];
}

export interface DirectoryScopeDto {
  readonly name: string | null;
  readonly isDefault: boolean | null;
}

/** Who and what in the directory has a name that begins so. */
export const searchDirectory: Operation<
  {
    readonly partitionGlobalId: string;
    readonly startsWith?: string | null;
    readonly sourceFilter?: readonly string[] | null;
  },
  readonly DirectoryEntryDto[]
> = {
  id: 'Directory_Search',
  method: 'GET',
  path: '/identity/api/Directory/Search/{partitionGlobalId}',
  query: ['startsWith', 'sourceFilter'],
  answer: 'plain',
};

/** The entry with an identifier. */
export const resolve: Operation<
  { readonly partitionGlobalId: string; readonly body: ResolveEntityCommand },
  unknown
> = {
  id: 'Directory_Resolve',
  method: 'POST',
  path: '/identity/api/Directory/Resolve/{partitionGlobalId}',
  answer: 'plain',
};

/** The entry with a name. */
export const resolveByName: Operation<
  { readonly partitionGlobalId: string; readonly body: ResolveEntityByNameCommand },
  unknown
> = {
  id: 'Directory_ResolveByName',
  method: 'POST',
  path: '/identity/api/Directory/ResolveByName/{partitionGlobalId}',
  answer: 'plain',
};

/** The entries with these identifiers, by identifier; null for those that are not there. */
export const bulkResolve: Operation<
  { readonly partitionGlobalId: string; readonly body: BulkResolveCommand },
  unknown
> = {
  id: 'Directory_BulkResolve',
  method: 'POST',
  path: '/identity/api/Directory/BulkResolve/{partitionGlobalId}',
  answer: 'plain',
};

/** The entries with these names, by name; null for those that are not there. */
export const bulkResolveByName: Operation<
  { readonly partitionGlobalId: string; readonly body: BulkResolveByNameCommand },
  unknown
> = {
  id: 'Directory_BulkResolveByName',
  method: 'POST',
  path: '/identity/api/Directory/BulkResolveByName/{partitionGlobalId}',
  answer: 'plain',
};

/** Which of some groups an entry is in. */
export const groupMembership: Operation<
  { readonly partitionGlobalId: string; readonly body: GroupMembershipCommand },
  readonly string[]
> = {
  id: 'Directory_GroupMembership',
  method: 'POST',
  path: '/identity/api/Directory/GroupMembership/{partitionGlobalId}',
  answer: 'plain',
};

/** The domains of the directory. */
export const directoryScopes: Operation<
  { readonly partitionGlobalId: string },
  readonly DirectoryScopeDto[]
> = {
  id: 'Directory_Scopes',
  method: 'GET',
  path: '/identity/api/Directory/Scopes/{partitionGlobalId}',
  answer: 'plain',
};

/** Who is in a group. */
export const groupMembers: Operation<
  { readonly partitionGlobalId: string; readonly groupId: string },
  readonly unknown[]
> = {
  id: 'Directory_TransitiveDirectoryGroupMembers',
  method: 'GET',
  path: '/identity/api/Directory/TransitiveDirectoryGroupMembers/{partitionGlobalId}/{groupId}',
  answer: 'plain',
};
