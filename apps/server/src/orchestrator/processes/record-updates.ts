import type { Transaction } from '../../kernel/db/sql.ts';
import { recordEvents } from '../../kernel/events/record.ts';
import type { Context } from '../../kernel/http/context.ts';
import type { ReleaseRow } from './release-row.ts';

type Updated = Pick<ReleaseRow, 'id' | 'key' | 'name' | 'folderId' | 'processKey' | 'processVersion'>;

export const recordUpdates = (tx: Transaction, ctx: Context, releases: readonly Updated[]): Promise<void> =>
  recordEvents(
    tx,
    { principal: ctx.principal, tenantId: ctx.tenant.id },
    releases.map(({ id, key, name, folderId, processKey, processVersion }) => ({
      type: 'process.updated',
      entity: 'Release',
      key,
      folderId,
      payload: { id, name, processKey, processVersion },
    })),
  );
