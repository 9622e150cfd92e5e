import { List, Text } from '../../kernel/contract/fields.ts';
import { allOf } from '../../kernel/contract/operation.ts';

export const FOLDER_PATH = '(select f.path from folders f where f.id = $.folder_id)';

/** A queue, and everything in it, is visible in its own folder and in every folder that it is shared with. */
export const inFoldersOf = (queueId: string): string =>
  `exists (select from queue_folders l where l.queue_id = ${queueId} and l.folder_id in ?)`;

export const IN_QUEUE_FOLDERS = inFoldersOf('$.queue_id');

export const VIEW = allOf('Queues.View', 'Transactions.View');

export const EDIT = allOf('Queues.View', 'Transactions.Edit');

export const common = { scope: 'OR.Queues', folder: 'required' } as const;

/**
 * Rights that a folder must give in addition to those of the operation. Rows of other folders are left out.
 */
export const morePermissions = {
  mandatoryPermissions: List(Text(), { max: 100 }),
  atLeastOnePermissions: List(Text(), { max: 100 }),
} as const;
