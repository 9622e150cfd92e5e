import sql, { type Sql } from 'sql-template-tag';
import { actorOf, type Principal } from '../../kernel/auth/principal.ts';
import type { Entity } from '../../kernel/contract/entity.ts';
import type { OutputOf } from '../../kernel/contract/fields.ts';
import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import { selectRows } from '../../kernel/contract/read-rows.ts';
import { CODE, conflict, forbidden, invalid, notFound } from '../../kernel/errors.ts';
import { wake } from '../../kernel/events/live.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { Job } from '../jobs/contract.ts';
import { QueueItem } from '../queues/items/contract.ts';
import {
  type abortBulkAction,
  type BulkAction,
  type BulkActionRow,
  BulkActionState,
  type changeItemsByFilter,
  type changeJobs,
  type getBulkActionRows,
  ItemAction,
  JobAction,
  MOST_ROWS,
  Outcome,
} from './contract.ts';

type Action = OutputOf<typeof BulkAction>;

/** Part of the caller that is kept, and read again by the node that works on the action. */
export type KeptPrincipal = Pick<
  Principal,
  'kind' | 'subject' | 'organizationId' | 'clientId' | 'tenantId'
> & {
  readonly scopes: readonly string[];
};

export async function requestJobs(
  ctx: Context,
  { body }: InputFor<typeof changeJobs>,
): Promise<AnswerFor<typeof changeJobs>> {
  const needed = body.action === JobAction.Restart ? 'Jobs.Create' : 'Jobs.Edit';
  if (!ctx.access.can(needed, folderOf(ctx).id)) throw forbidden(`${needed} is needed in the folder.`);
  return request(ctx, Job, body, null);
}

export async function requestItems(
  ctx: Context,
  { body }: InputFor<typeof changeItemsByFilter>,
): Promise<AnswerFor<typeof changeItemsByFilter>> {
  const isPriority = body.action === ItemAction.SetPriority;
  if (isPriority && body.priority == null) throw invalid('priority', 'is required with SetPriority');
  if (!isPriority && body.priority != null) throw invalid('priority', 'goes only with SetPriority');
  return request(ctx, QueueItem, body, body.priority ?? null);
}

interface Wanted {
  readonly action: number;
  readonly expected: number;
  readonly name?: string | null;
}

/** The rows are chosen now: what comes to match the filter later is not changed. */
async function request(
  ctx: Context,
  entity: Entity,
  { action, expected, name }: Wanted,
  priority: number | null,
): Promise<Action> {
  if (ctx.principal.job) throw forbidden('A running job makes no bulk actions.');
  const filter = new URL(ctx.url).searchParams.get('$filter');
  const options = {
    ...ctx.options,
    select: new Set(['Id']),
    expand: new Map(),
    orderby: [],
    top: undefined,
    skip: 0,
    after: undefined,
  };
  const rows = selectRows({ ...ctx, options }, entity, { folder: folderOf(ctx).id }, MOST_ROWS + 1);
  return ctx.transaction(async (tx) => {
    const made = (await tx.first<{ id: number }>(sql`
      insert into bulk_actions (tenant_id, requested_by, principal, kind, name, filter, folder_id, priority)
      values (${ctx.tenant.id}, ${actorOf(ctx.principal)}, ${JSON.stringify(kept(ctx.principal))}::jsonb, ${action},
              ${name ?? null}, ${filter}, ${folderOf(ctx).id}, ${priority}) returning id`))!;
    const total = await tx.execute(sql`
      insert into bulk_action_rows (action_id, row_id, folder_id)
      select ${made.id}, r."Id", ${folderOf(ctx).id} from (${rows}) r`);
    if (total > MOST_ROWS) throw invalid('$filter', `finds more than ${MOST_ROWS} rows: narrow it`);
    if (Math.abs(total - expected) > expected / 10)
      throw conflict(
        CODE.InvalidArgument,
        `expected: ${expected} rows were seen, ${total} match now. Look again.`,
      );
    wake(tx, ctx, 'bulk');
    return (await tx.first<Action>(sql`
      update bulk_actions a set total = ${total} where id = ${made.id} returning ${COLUMNS}`))!;
  });
}

const kept = ({ kind, subject, organizationId, clientId, tenantId, scopes }: Principal): KeptPrincipal => ({
  kind,
  subject,
  organizationId,
  clientId,
  tenantId,
  scopes: [...scopes],
});

const COLUMNS = sql`a.key, a.kind, a.state, a.name, a.filter, a.folder_id as "folderId", a.requested_by as "requestedBy",
  a.total, a.done, a.refused, a.created_at as "createdTime", a.ended_at as "endedTime"`;

const isOwn = (ctx: Context): Sql =>
  sql`a.tenant_id = ${ctx.tenant.id} and a.requested_by = ${actorOf(ctx.principal)}`;

export const listActions = (ctx: Context): Promise<Action[]> =>
  ctx.db.query<Action>(
    sql`select ${COLUMNS} from bulk_actions a where ${isOwn(ctx)} order by a.id desc limit 100`,
  );

export async function findAction(ctx: Context, { key }: { readonly key: string }): Promise<Action> {
  const action = await ctx.db.first<Action>(
    sql`select ${COLUMNS} from bulk_actions a where ${isOwn(ctx)} and a.key = ${key}::uuid`,
  );
  if (!action) throw notFound('BulkAction');
  return action;
}

export async function listRows(
  ctx: Context,
  { key, outcome, after, take }: InputFor<typeof getBulkActionRows>,
): Promise<AnswerFor<typeof getBulkActionRows>> {
  await findAction(ctx, { key });
  return ctx.db.query<OutputOf<typeof BulkActionRow>>(sql`
    select r.row_id as id, r.folder_id as "folderId", r.outcome, r.reason
      from bulk_action_rows r join bulk_actions a on a.id = r.action_id
     where a.key = ${key}::uuid and r.outcome = coalesce(${outcome ?? null}::smallint, r.outcome) and r.row_id > ${after ?? 0}
     order by r.row_id limit ${take ?? 100}`);
}

/** A batch that is under way holds the row of the action, so nothing is changed after the answer. */
export const abort = (
  ctx: Context,
  { key }: InputFor<typeof abortBulkAction>,
): Promise<AnswerFor<typeof abortBulkAction>> =>
  ctx.transaction(async (tx) => {
    const action = await tx.first<Action>(sql`
      update bulk_actions a set state = ${BulkActionState.Aborted}, ended_at = now()
       where ${isOwn(ctx)} and a.key = ${key}::uuid and a.state = ${BulkActionState.Running} returning ${COLUMNS}`);
    if (action) return action;
    await findAction(ctx, { key });
    throw conflict(CODE.InvalidArgument, 'The action has ended: there is nothing to abort.');
  });

export const repeatAction = (
  ctx: Context,
  { key }: InputFor<typeof abortBulkAction>,
): Promise<AnswerFor<typeof abortBulkAction>> =>
  ctx.transaction(async (tx) => {
    const action = await tx.first<Action & { id: number }>(sql`
      update bulk_actions a set state = ${BulkActionState.Running}, refused = 0, ended_at = null,
             principal = ${JSON.stringify(kept(ctx.principal))}::jsonb
       where ${isOwn(ctx)} and a.key = ${key}::uuid and a.state <> ${BulkActionState.Running} returning a.id, ${COLUMNS}`);
    if (!action) {
      await findAction(ctx, { key });
      throw conflict(CODE.InvalidArgument, 'The action has not ended: abort it first, or wait.');
    }
    const { id, ...shown } = action;
    await tx.execute(sql`
      update bulk_action_rows set outcome = ${Outcome.Waiting}, reason = null
       where action_id = ${id} and outcome = ${Outcome.Refused}`);
    wake(tx, ctx, 'bulk');
    return shown;
  });
