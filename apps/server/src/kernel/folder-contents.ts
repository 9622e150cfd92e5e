import type { Sql } from 'sql-template-tag';

/** What keeps a folder from being deleted. */
export interface FolderContents {
  /** `The folder, or one below it, still has …` */
  readonly what: string;
  /** A row where one of these folders has any. */
  readonly find: (folderIds: readonly number[]) => Sql;
  /** Of the refusal; default: CannotDeleteEntitiesInHierarchy. */
  readonly code?: number;
}
