/**
 * An item is seen where its queue is, in any of the folders it is shared with: its own `folder_id` only says where it was added. For
 * rows of `queue_items`.
 */
export const isSeenIn = (folderId: string): string =>
  `exists (select from queue_folders l where l.queue_id = queue_items.queue_id and l.folder_id = ${folderId})`;
