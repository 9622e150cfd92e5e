import { parseOptions } from '@baton/odata/options';
import sql from 'sql-template-tag';
import type { Access } from '../../kernel/auth/access.ts';
import { claim } from '../../kernel/background/claim.ts';
import { onNotice } from '../../kernel/background/on-notice.ts';
import { constant } from '../../kernel/db/constant.ts';
import type { Database, Transaction } from '../../kernel/db/sql.ts';
import type { Context, Folder, Services } from '../../kernel/http/context.ts';
import { part } from '../../kernel/http/part.ts';
import { rememberAccess } from '../../kernel/http/remember-access.ts';
import { Job } from '../jobs/contract.ts';
import { BulkActionState, Outcome } from './contract.ts';
import { type BulkWork, WORKS } from './kinds.ts';
import type { KeptPrincipal } from './request-action.ts';

const LOOK_SECONDS = 5;
/** Rows of one transaction. The counts of an action grow by that. */
const BATCH = 100;
/** More than the number of nodes, each of which has claimed at most one. */
const CANDIDATES = 100;
const KEEP_DAYS = 90;
const RUNNING = constant(BulkActionState.Running);

/** Rights are looked up again for each batch, because they may change. */
const rights = part((services, db) => rememberAccess(db, services, async () => undefined));

/**
 * Works on bulk actions, one at a time on each node. A claim ends with its connection, so that if a node dies
 * another one goes on: a batch is one transaction, which has changed its rows and says so, or neither.
 */
export function startBulkActions(services: Services, db: Database): () => Promise<void> {
  const run = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted && (await runNext(services, db, signal)));
    await db.execute(sql`
      delete from bulk_actions where created_at < now() - make_interval(days => ${KEEP_DAYS}) and state <> ${RUNNING}`);
  };
  return onNotice({ name: 'bulk actions', topic: 'bulk', lookSeconds: LOOK_SECONDS, run }, services);
}

const runNext = (services: Services, db: Database, signal: AbortSignal): Promise<boolean> =>
  db.transaction(async (claiming) => {
    const id = await claimNext(claiming);
    if (id === undefined) return false;
    while (!signal.aborted && (await runBatch(services, db, id)));
    return !signal.aborted;
  });

async function claimNext(tx: Transaction): Promise<number | undefined> {
  const open = await tx.query<{ id: number }>(
    sql`select id from bulk_actions where state = ${RUNNING} order by id limit ${CANDIDATES}`,
  );
  for (const { id } of open) {
    if (!(await claim(tx, `bulk action ${id}`))) continue;
    const still = await tx.first(sql`select from bulk_actions where id = ${id} and state = ${RUNNING}`);
    if (still) return id;
  }
  return undefined;
}

interface ActionRow {
  readonly kind: number;
  readonly priority: number | null;
  readonly principal: KeptPrincipal;
  readonly tenant: Context['tenant'];
  readonly organization: Context['organization'];
  readonly folder: Folder | null;
}

/** Changes the next rows, and counts them. False if the action has ended. */
const runBatch = (services: Services, db: Database, id: number): Promise<boolean> =>
  db.transaction(async (tx) => {
    // Who aborts the action waits for this batch, and no batch begins after the abort.
    const action = await tx.first<ActionRow>(sql`
      select a.kind, a.priority, a.principal, jsonb_build_object('id', t.id, 'key', t.key, 'name', t.name) as tenant,
             jsonb_build_object('id', o.id, 'name', o.name) as organization,
             (select jsonb_build_object('id', f.id, 'key', f.key, 'path', f.path, 'displayName', f.display_name,
                                        'ancestors', to_jsonb(f.ancestors)) from folders f where f.id = a.folder_id) as folder
        from bulk_actions a join tenants t on t.id = a.tenant_id join organizations o on o.id = t.organization_id
       where a.id = ${id} and a.state = ${RUNNING} for no key update of a`);
    if (!action) return false;
    const work = WORKS[action.kind]!;
    const rows = await tx.query<{ id: number }>(sql`
      select row_id as id from bulk_action_rows where action_id = ${id} and outcome = ${constant(Outcome.Waiting)}
       order by row_id limit ${work.isSlow ? 1 : BATCH}`);
    const ids = rows.map((row) => row.id);
    const refused =
      ids.length === 0 ? new Map<number, string>() : await change(services, db, tx, action, work, ids);
    await tx.execute(sql`
      update bulk_action_rows r set outcome = case when n.reason is null then ${Outcome.Done}::smallint else ${Outcome.Refused}::smallint end, reason = n.reason
        from unnest(${ids}::bigint[], ${ids.map((row) => refused.get(row) ?? null)}::text[]) as n (id, reason)
       where r.action_id = ${id} and r.row_id = n.id`);
    await tx.execute(sql`
      update bulk_actions set done = done + ${ids.length - refused.size}, refused = refused + ${refused.size},
             state = case when ${ids.length === 0} then ${BulkActionState.Completed}::smallint else state end,
             ended_at = case when ${ids.length === 0} then now() end
       where id = ${id}`);
    return ids.length > 0;
  });

/** As the caller, with the rights that the caller has now. Answers why rows were left as they are. */
async function change(
  services: Services,
  db: Database,
  tx: Transaction,
  { principal: kept, tenant, organization, folder, priority }: ActionRow,
  work: BulkWork,
  ids: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const all = (reason: string): ReadonlyMap<number, string> => new Map(ids.map((id) => [id, reason]));
  if (!folder) return all('its folder is gone');
  const principal = {
    ...kept,
    scopes: new Set(kept.scopes),
    machineId: undefined,
    job: undefined,
    tokenId: '',
    expiresAt: 0,
  };
  const found: Access = await services.part(rights)(principal, { tenant, organization });
  const access = found.under(work.scope, 'Write');
  if (!access.allows(work.permission, folder.id)) return all('the caller no longer has the right');
  const ctx: Context = {
    ...services,
    baseUrl: '',
    url: '',
    origin: '',
    headers: {},
    ip: '',
    principal,
    access,
    organization,
    tenant,
    folder,
    options: parseOptions(Job.type, {}),
    pageRows: BATCH,
    isPreferredSize: false,
    wantsEstimate: false,
    db: tx,
    outside: db.hot,
    shared: undefined,
    transaction: (each) => each(tx),
  };
  return work.run(ctx, tx, ids, priority);
}
