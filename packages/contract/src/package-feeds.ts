// Made from the server's declarations by `npm run contract`.
import type { NoInput, Operation } from './operation.ts';

export interface PackageFeedDto {
  readonly id: string | null;
  readonly name: string | null;
  readonly purpose: FeedPurpose | null;
  readonly folderId: number | null;
  readonly isShared: boolean | null;
  readonly isPublic: boolean | null;
  readonly isExternal: boolean | null;
  readonly feedUrl: string | null;
  readonly publishUrl: string | null;
  readonly authenticationType: string | null;
  readonly apiKey: string | null;
  readonly basicUserName: string | null;
  readonly basicPassword: string | null;
  readonly supportedProjectTypes: readonly string[] | null;
}

export const FeedPurpose = { Processes: 1, Libraries: 2 } as const;
export type FeedPurpose = keyof typeof FeedPurpose;

/** Id of the feed that a folder has or takes from one above; null where it uses that of the tenant. */
export const getFolderFeed: Operation<{ readonly folderId: number }, string | null> = {
  id: 'PackageFeeds_GetFolderFeed',
  method: 'GET',
  path: '/api/PackageFeeds/GetFolderFeed',
  query: ['folderId'],
  answer: 'plain',
};

/** Feeds of processes that the caller may see. */
export const getFeeds: Operation<NoInput, readonly PackageFeedDto[]> = {
  id: 'PackageFeeds_GetFeeds',
  method: 'GET',
  path: '/api/PackageFeeds/GetFeeds',
  answer: 'plain',
};

/** Feeds of libraries that the caller may see. */
export const getLibraryFeeds: Operation<NoInput, readonly PackageFeedDto[]> = {
  id: 'PackageFeeds_GetLibraryFeeds',
  method: 'GET',
  path: '/api/PackageFeeds/GetLibraryFeeds',
  answer: 'plain',
};
