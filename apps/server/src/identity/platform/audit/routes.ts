import { Readable } from 'node:stream';
import sql, { join, type Sql } from 'sql-template-tag';
import { csvText } from '../../../kernel/contract/csv.ts';
import type { InputFor } from '../../../kernel/contract/operation.ts';
import type { FileAnswer } from '../../../kernel/http/answer.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { handle, type Route } from '../../../kernel/http/mount.ts';
import { page } from '../paging.ts';
import { AuditQueryRecord, AuditResult, downloadAuditEvents, getAuditEvents } from './contract.ts';

export const auditRoutes: readonly Route[] = [
  handle(getAuditEvents, (ctx, query) =>
    page(ctx.db, query, {
      of: AuditQueryRecord,
      columns: {
        createdOn: 'r."createdOn"',
        category: 'r.category',
        action: 'r.action',
        userName: 'r."userName"',
        email: 'r.email',
        result: 'r.result',
      },
      defaultOrder: 'desc',
      rows: records(ctx.organization.id, query),
    }),
  ),
  handle(downloadAuditEvents, download),
];

type Filters = Pick<
  InputFor<typeof getAuditEvents>,
  'userId' | 'category' | 'action' | 'result' | 'since' | 'until'
>;

/** Changes are listed once they are made. Of sign-ins, refused ones are listed as well. */
const records = (
  organizationId: string,
  { userId, category, action, result, since, until }: Filters,
): Sql => {
  const filters: (Sql | undefined)[] = [
    category == null ? undefined : sql`folded(category) = folded(${category})`,
    action == null ? undefined : sql`folded(action) = folded(${action})`,
    result == null ? undefined : sql`result = ${result}::int`,
    since == null ? undefined : sql`"createdOn" >= ${since}::timestamptz`,
    until == null ? undefined : sql`"createdOn" < ${until}::timestamptz`,
  ];
  const wanted = filters.filter((each) => each !== undefined);
  return sql`
    select * from (${changes(organizationId, userId)} union all ${signIns(organizationId, userId)}) all_records
     where ${wanted.length > 0 ? join(wanted, ' and ') : sql`true`}`;
};

/** Changes have even ids and sign-ins have odd ones, so that each record has its own. */
const changes = (organizationId: string, userId: string | null | undefined): Sql => sql`
  select id * 2 as id, created_at as "createdOn", category, action, actor_name as "userName", actor_email as email,
         concat_ws(' ', coalesce(actor_name, actor, 'The server') || ':', action, category, target_name) as message,
         (jsonb_build_object('actor', actor, 'clientIp', client_ip, 'target', target, 'targetName', target_name,
                             'tenantId', tenant_id) || details)::text as "auditLogDetails",
         '1.0' as "detailsVersion", source,
         case when actor like 'user:%' then substr(actor, 6)::uuid end as "userId", ${AuditResult.success}::int as result
    from identity_audit
   where organization_id = ${organizationId}
     and (${userId ?? null}::text is null or target = ${userId ?? null}::text
       or actor = ${userId == null ? null : `user:${userId}`}::text
       or concerns @> array[${userId ?? null}::uuid])`;

const signIns = (organizationId: string, userId: string | null | undefined): Sql => sql`
  select a.id * 2 + 1, a.created_at, 'Login', 'SignIn', coalesce(u.user_name, nullif(a.login, '')), u.email,
         concat_ws(' ', coalesce(u.user_name, nullif(a.login, ''), 'Somebody') || ':', 'SignIn',
                   case when a.result = 0 then null else 'refused' end, a.reason),
         jsonb_build_object('clientIp', a.client_ip, 'clientName', a.client_name, 'browserInfo', a.browser,
                            'result', a.result, 'reason', a.reason)::text,
         '1.0', 'SignIn', a.user_id,
         case when a.result = 0 then ${AuditResult.success}::int else ${AuditResult.failure}::int end
    from login_attempts a left join identity_users u on u.id = a.user_id
   where a.organization_id = ${organizationId}
     and (${userId ?? null}::uuid is null or a.user_id = ${userId ?? null}::uuid)`;

const MOST_ROWS = 100_000;
const COLUMNS = [
  'createdOn',
  'category',
  'action',
  'userName',
  'email',
  'message',
  'auditLogDetails',
  'source',
  'userId',
  'result',
];

async function download(
  ctx: Context,
  { size, ...filters }: InputFor<typeof downloadAuditEvents>,
): Promise<FileAnswer> {
  const rows = await ctx.db.query<{ result: number }>(sql`
    select * from (${records(ctx.organization.id, filters)}) r
     order by "createdOn" desc, id desc limit ${size ?? MOST_ROWS}`);
  const columns = COLUMNS.map((name) => ({ name }));
  const told = rows.map((row) => ({ ...row, result: AuditResult.nameOf(row.result) }));
  return {
    body: Readable.from(csvText(columns, Readable.from([told]))),
    fileName: 'audit.csv',
  };
}
