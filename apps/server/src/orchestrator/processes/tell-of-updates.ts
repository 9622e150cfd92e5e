import type { Transaction } from '../../kernel/db/sql.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import { processUpdated } from './events.ts';
import type { ReleaseRow } from './release-row.ts';

type Updated = Pick<ReleaseRow, 'id' | 'key' | 'name' | 'folderId' | 'processKey' | 'processVersion'>;

/** `changed`: what was changed besides the processes themselves. */
export const tellOfUpdates = (
  tx: Transaction,
  ctx: Context,
  releases: readonly Updated[],
  changed?: string[],
): Promise<void> =>
  tell(
    tx,
    ctx,
    processUpdated,
    releases.map(({ id, key, name, folderId, processKey, processVersion }) => ({
      key,
      folderId,
      payload: { id, name, processKey, processVersion, ...(changed ? { changed } : {}) },
    })),
  );
