import sql from 'sql-template-tag';
import type { Transaction } from '../../../kernel/db/sql.ts';
import { refused } from '../identity-result.ts';

/** The kinds of member, each with its column in the table of memberships. */
export type MemberKind = 'user_id' | 'robot_account_id' | 'client_id';

/**
 * Everybody belongs to Everyone and cannot be removed from it. Trying is no error, because clients send back
 * what they read.
 */
export async function changeGroupsOf(
  tx: Transaction,
  organizationId: string,
  member: { readonly kind: MemberKind; readonly id: string },
  {
    add = [],
    remove = [],
  }: { readonly add?: readonly string[] | null; readonly remove?: readonly string[] | null },
): Promise<void> {
  const wanted = [...new Set(add)];
  const known = await tx.query(sql`
    select from identity_groups where organization_id = ${organizationId} and id = any(${wanted}::uuid[])`);
  if (known.length < wanted.length) throw refused('GroupNotFound', 'A group does not exist.');
  await tx.execute(sql`
    delete from identity_group_members m using identity_groups g
     where m.member_id = ${member.id} and g.id = m.group_id and g.organization_id = ${organizationId}
       and g.id = any(${[...(remove ?? [])]}::uuid[]) and g.built_in is distinct from 'Everyone'`);
  for (const groupId of wanted) await tx.execute(insertMember(groupId, member.kind, member.id));
}

/** Once in a group is enough. */
const insertMember = (groupId: string, kind: MemberKind, id: string) => sql`
  insert into identity_group_members (group_id, user_id, robot_account_id, client_id)
  values (${groupId}, ${kind === 'user_id' ? id : null}, ${kind === 'robot_account_id' ? id : null},
          ${kind === 'client_id' ? id : null})
  on conflict do nothing`;
