/**
 * An item is visible where its queue is: in every folder that the queue is shared with. The item's own
 * `folder_id` only says where it was added. For rows of `queue_items`.
 */
export const isSeenIn = (folderId: string): string =>
  `exists (select from queue_folders l where l.queue_id = queue_items.queue_id and l.folder_id = ${folderId})`;
