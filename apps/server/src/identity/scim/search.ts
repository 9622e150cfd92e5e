import sql from 'sql-template-tag';
import { type ListQuery, listAnswer, type ScimCall } from './call.ts';
import { GROUP_FILTERS, groupsByIds, groupsWhere } from './groups.ts';
import { USER_FILTERS, usersByIds, usersWhere } from './users.ts';

/**
 * Users and groups together, in the order in which they were made. Attributes of the other kind count as
 * absent (RFC 7644, 3.4.2.1).
 */
export async function searchAll(call: ScimCall, query: ListQuery): Promise<unknown> {
  const found = sql`
    select 'User' as kind, u.id, u.created_at ${usersWhere(call, query.filter, GROUP_FILTERS)}
    union all
    select 'Group', g.id, g.created_at ${groupsWhere(call, query.filter, USER_FILTERS)}`;
  const total = await call.db.first<{ count: number }>(sql`select count(*) as count from (${found}) as f`);
  const page = await call.db.query<{ kind: 'User' | 'Group'; id: string }>(sql`
    select kind, id from (${found}) as f
     order by created_at, kind, id limit ${query.count} offset ${query.startIndex - 1}`);
  const idsOf = (wanted: string): string[] => page.flatMap(({ kind, id }) => (kind === wanted ? [id] : []));
  const resources = [
    ...(await usersByIds(call, idsOf('User'))),
    ...(await groupsByIds(call, idsOf('Group'), query)),
  ];
  const byId = new Map(resources.map((resource) => [resource.id, resource]));
  // Leaves out resources that were deleted in the meantime.
  const shown = page.flatMap(({ id }) => byId.get(id) ?? []);
  return listAnswer(total!.count, query.startIndex, shown);
}
