import sql from 'sql-template-tag';
import type { Config } from './config.ts';
import type { Identity } from './identity/identity.ts';
import { type RepeatedWork, repeat } from './kernel/background/repeat.ts';
import type { Database } from './kernel/db/sql.ts';
import { removeUnused } from './kernel/files/unused-files.ts';
import type { Services } from './kernel/http/context.ts';
import { maintainLogPartitions } from './orchestrator/logs/log-partitions.ts';
import { abandonItems } from './orchestrator/queues/abandon-items.ts';
import { archiveItems } from './orchestrator/queues/archive-items.ts';
import { expireItems } from './orchestrator/queues/expire-items.ts';
import { foldStatistics } from './orchestrator/queues/fold-statistics.ts';

/** What the server does by itself, and how often. Each piece is safe on several nodes at once. */
export function startMaintenance(
  { log, files, now }: Services,
  db: Database,
  identity: Identity,
  config: Config,
): () => Promise<void> {
  const work: readonly RepeatedWork[] = [
    {
      name: 'abandon forgotten transactions',
      everySeconds: 60,
      run: () => abandonItems(db, config.queueAbandonMinutes),
    },
    { name: 'count what queues did', everySeconds: 300, run: () => foldStatistics(db) },
    { name: 'delete items that queues keep no longer', everySeconds: 3600, run: () => expireItems(db) },
    {
      name: 'archive items that queues keep no longer',
      everySeconds: 3600,
      run: () => archiveItems({ db, files, log, now }),
    },
    { name: 'remove files that nobody wants', everySeconds: 300, run: () => removeUnused(db, files) },
    { name: 'make partitions for logs', everySeconds: 3600, run: () => maintainLogPartitions(db) },
    { name: 'remove expired tokens', everySeconds: 600, run: () => identity.removeExpired() },
    {
      name: 'forget idempotent answers after a day',
      everySeconds: 600,
      run: () => db.execute(sql`delete from idempotent_answers where created_at < now() - interval '1 day'`),
    },
  ];
  const stops = work.map((one) => repeat(one, log));
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}
