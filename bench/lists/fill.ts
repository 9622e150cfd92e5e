import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';

/** How many rows a table of the bench has. */
export interface Sizes {
  readonly jobs: number;
  readonly items: number;
  readonly logs: number;
}

export interface Place {
  readonly tenantId: number;
  readonly folderId: number;
}

/**
 * Fills a folder as it looks after a year: 20 processes, 10 queues, and nearly all work ended. Ten other
 * folders hold a tenth as many jobs.
 */
export async function fill(sql: pg.Pool, place: Place, sizes: Sizes): Promise<void> {
  const { tenantId, folderId } = place;
  const { rows } = await sql.query<{ id: number }>(FOLDERS, [tenantId]);
  for (const { id } of rows) {
    await sql.query(PROCESSES, [tenantId, id]);
    await sql.query(JOBS, [tenantId, id, Math.ceil(sizes.jobs / 100)]);
  }
  await sql.query(PROCESSES, [tenantId, folderId]);
  await sql.query(JOBS, [tenantId, folderId, sizes.jobs]);
  await sql.query(QUEUES, [tenantId, folderId]);
  await sql.query('alter table queue_items disable trigger user');
  await sql.query(ITEMS, [tenantId, folderId, sizes.items]);
  await sql.query('alter table queue_items enable trigger user');
  await sql.query(LOGS, [tenantId, folderId, sizes.logs]);
  await vacuum(sql, ['jobs', 'queue_items', 'robot_logs']);
}

/** A transaction that is older than the rows keeps VACUUM from marking their pages as visible to all. */
const VACUUM_DEADLINE_MS = 300_000;

/**
 * Vacuums until each page of the tables is marked, so that scans of an index alone need no row.
 * @throws when an old transaction does not end
 */
async function vacuum(sql: pg.Pool, tables: readonly string[]): Promise<void> {
  const deadline = Date.now() + VACUUM_DEADLINE_MS;
  for (;;) {
    await sql.query(`vacuum analyze ${tables.join(', ')}`);
    const { rows } = await sql.query<{ relname: string }>(
      `select relname from pg_class
        where oid = any($1::text[]::regclass[]) and relkind = 'r' and relallvisible < relpages`,
      [tables],
    );
    if (rows.length === 0) return;
    if (Date.now() > deadline) throw new Error(`a transaction keeps ${rows[0]!.relname} from being vacuumed`);
    await delay(100);
  }
}

const FOLDERS = `
  insert into folders (tenant_id, display_name, path) select $1, 'Bench ' || n, 'Bench ' || n
    from generate_series(1, 10) n returning id`;

const PROCESSES = `
  with feed as (
    insert into feeds (tenant_id, folder_id, purpose) values ($1, $2, 1) returning id),
  package as (
    insert into packages (tenant_id, feed_id, package_id, version, version_order, is_prerelease, title, description,
           authors, project_type, package_type, target_framework, requires_user_interaction, is_attended,
           is_compiled, supports_multiple_entry_points, runtime_kind, sha256, size, file_key)
    select $1, id, 'Bench', '1.0.0', '1', false, 'Bench', '', '', 0, 0, 0, false, false, false, false, 'node', '', 0,
           gen_random_uuid()::text from feed returning id, feed_id)
  insert into releases (tenant_id, folder_id, name, process_key, process_version, feed_id, package_row_id)
  select $1, $2, 'Process ' || n, 'Bench', '1.0.0', feed_id, id from package, generate_series(1, 20) n`;

/** One in a hundred waits, and one in ten failed. There is a job every two minutes. */
const JOBS = `
  insert into jobs (tenant_id, folder_id, release_id, release_name, process_key, process_version, runtime_kind,
         state, batch_execution_key, host_machine_name, input_arguments, output_arguments, info, error_code,
         created_at, started_at, ended_at, modified_at)
  select $1, $2, r.id, r.name, 'Bench', '1.0.0', 'node', state, gen_random_uuid(), 'HOST-' || n % 50,
         '{"invoice":"A-' || n || '"}', '{"booked":true}', case when state = 4 then 'The page did not open' end,
         case when state = 4 then 'Robot' end, at,
         case when state > 0 then at + (n % 600) * interval '1 second' end,
         case when state > 0 then at + (n % 600 + n % 97) * interval '1 second' end, at
    from generate_series(1, $3::int) n
   cross join lateral (select now() - ($3::int - n) * interval '2 minutes' as at,
                              case when n % 100 = 0 then 0 when n % 10 = 3 then 4 when n % 25 = 7 then 6 else 5 end
                                as state) s
    join releases r on r.folder_id = $2 and r.name = 'Process ' || (1 + n % 20)`;

const QUEUES = `
  with made as (
    insert into queue_definitions (tenant_id, folder_id, name)
    select $1, $2, 'Queue ' || n from generate_series(1, 10) n returning id, folder_id, name)
  insert into queue_folders (queue_id, folder_id, name) select id, folder_id, name from made`;

const ITEMS = `
  insert into queue_items (key, unique_key, tenant_id, folder_id, queue_id, status, priority, reference,
         specific_content, output, processing_exception_type, created_at, start_processing, end_processing)
  select uuidv7(), uuidv7(), $1, $2, d.queue_id, status, n % 3, 'INV-' || n,
         ('{"Invoice":"INV-' || n || '","Customer":"Customer ' || n % 5000 || '"}')::json,
         case when status = 3 then '{"Booked":true}'::json end, case when status in (2, 5) then 0 end, at,
         case when status > 0 then at + interval '5 minutes' end,
         case when status > 0 then at + interval '6 minutes' end
    from generate_series(1, $3::int) n
   cross join lateral (select now() - ($3::int - n) * interval '30 seconds' as at,
                              case when n % 50 = 0 then 0 when n % 20 = 3 then 2 when n % 20 = 7 then 5
                                   when n % 100 = 9 then 4 else 3 end as status) s
    join queue_folders d on d.folder_id = $2 and d.name = 'Queue ' || (1 + (n / 11) % 10)`;

/** Forty lines for each of the last jobs. One in a thousand is an error. */
const LOGS = `
  insert into robot_logs (tenant_id, folder_id, job_key, level, time_stamp, message, raw_message, process_name,
         windows_identity, robot_name, host_machine_name, fingerprint)
  select $1, $2, j.key, case when n % 1000 = 0 then 4 when n % 200 = 0 then 3 when n % 3 = 0 then 1 else 2 end,
         now() - ($3::int - n) * interval '100 ms', 'Invoice ' || n || ' was read and booked in a moment',
         '{"message":"Invoice ' || n || ' was read and booked in a moment","level":"Information","fileName":"Main"}',
         j.release_name, 'ACME\\robot', 'robot', j.host_machine_name, n::text
    from generate_series(1, $3::int) n
    join (select key, release_name, host_machine_name, row_number() over (order by id desc) as place from jobs
           where folder_id = $2) j
      on j.place = 1 + (($3::int - n) / 40) % (select count(*) from jobs where folder_id = $2)`;
