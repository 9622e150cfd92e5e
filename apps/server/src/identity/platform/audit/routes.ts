import { Readable } from 'node:stream';
import sql, { type Sql } from 'sql-template-tag';
import type { InputFor } from '../../../kernel/contract/operation.ts';
import type { FileAnswer } from '../../../kernel/http/answer.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { handle, type Route } from '../../../kernel/http/mount.ts';
import { csvText } from '../../../orchestrator/exports/csv.ts';
import { page } from '../paging.ts';
import { downloadAuditEvents, getAuditEvents } from './contract.ts';

export const auditRoutes: readonly Route[] = [
  handle(getAuditEvents, (ctx, query) =>
    page(ctx.db, query, {
      columns: {
        createdOn: 'r.id',
        category: 'r.category',
        action: 'r.action',
        userName: 'r."userName"',
        email: 'r.email',
      },
      defaultOrder: 'desc',
      rows: records(ctx.organization.id),
    }),
  ),
  handle(downloadAuditEvents, download),
];

const records = (organizationId: string): Sql => sql`
  select id, created_at as "createdOn", category, action, actor_name as "userName", actor_email as email,
         concat_ws(' ', coalesce(actor_name, actor, 'The server') || ':', action, category,
           target_name) as message,
         (jsonb_build_object('actor', actor, 'clientIp', client_ip, 'target', target, 'targetName',
           target_name)
           || details)::text as "auditLogDetails",
         '1.0' as "detailsVersion", 'Identity' as source
    from identity_audit where organization_id = ${organizationId}`;

const MOST_ROWS = 100_000;
const COLUMNS = ['createdOn', 'category', 'action', 'userName', 'email', 'message', 'auditLogDetails'];

async function download(ctx: Context, { size }: InputFor<typeof downloadAuditEvents>): Promise<FileAnswer> {
  const rows = await ctx.db.query(sql`
    select * from (${records(ctx.organization.id)}) r order by id desc limit ${size ?? MOST_ROWS}`);
  const columns = COLUMNS.map((name) => ({ name }));
  return {
    body: Readable.from(csvText(columns, Readable.from([rows]))),
    // As described; the file itself is CSV.
    fileName: 'audit.csv',
  };
}
