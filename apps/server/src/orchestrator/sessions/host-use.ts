import sql from 'sql-template-tag';
import type { OutputOf } from '../../kernel/contract/fields.ts';
import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import type { Database, Transaction } from '../../kernel/db/sql.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';
import type { HostUseReport } from '../robots-service/contract.ts';
import type { getHostUse, HostUse } from './contract.ts';

/**
 * Keeps what a host says of its use, a row a minute. Robots say it once a minute, so most heartbeats write
 * nothing here.
 */
export const noteHostUse = (tx: Transaction, sessionId: number, use: HostUseReport): Promise<number> =>
  tx.execute(sql`
    insert into host_use (session_id, minute, load, processors, memory_bytes, free_memory_bytes, disk_bytes, free_disk_bytes)
    values (${sessionId}, date_trunc('minute', now()), ${use.load ?? null}::float8, ${use.processors ?? null}::int,
            ${use.memoryBytes ?? null}::bigint, ${use.freeMemoryBytes ?? null}::bigint, ${use.diskBytes ?? null}::bigint,
            ${use.freeDiskBytes ?? null}::bigint)
    on conflict (session_id, minute) do update set
      load = excluded.load, processors = excluded.processors, memory_bytes = excluded.memory_bytes,
      free_memory_bytes = excluded.free_memory_bytes, disk_bytes = excluded.disk_bytes, free_disk_bytes = excluded.free_disk_bytes`);

const HOUR = 60;

/** The last minutes of a host, oldest first. */
export async function readHostUse(
  ctx: Context,
  { sessionId, minutes }: InputFor<typeof getHostUse>,
): Promise<AnswerFor<typeof getHostUse>> {
  const session = await ctx.db.first(
    sql`select from sessions where id = ${sessionId ?? null} and tenant_id = ${ctx.tenant.id}`,
  );
  if (!session) throw notFound('Session');
  return ctx.db.query<OutputOf<typeof HostUse>>(sql`
    select minute, load, processors, memory_bytes as "memoryBytes", free_memory_bytes as "freeMemoryBytes",
           disk_bytes as "diskBytes", free_disk_bytes as "freeDiskBytes"
      from host_use where session_id = ${sessionId ?? null} and minute > now() - make_interval(mins => ${minutes ?? HOUR}::int)
     order by minute`);
}

export const forgetHostUse = (db: Database, days: number): Promise<number> =>
  db.execute(sql`delete from host_use where minute < now() - make_interval(days => ${days}::int)`);
