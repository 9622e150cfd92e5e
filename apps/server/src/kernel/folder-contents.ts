import type { Sql } from 'sql-template-tag';

/** What keeps a folder from being deleted. */
export interface FolderContents {
  /** Completes `The folder, or one below it, still has …`. */
  readonly what: string;
  /** A statement that finds a row if one of these folders has any. */
  readonly find: (folderIds: readonly number[]) => Sql;
  /** The code of the refusal. Default: CannotDeleteEntitiesInHierarchy. */
  readonly code?: number;
}
