import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import { hasScope } from '../../kernel/auth/access.ts';
import type { Reader } from '../../kernel/auth/readable-type.ts';
import type { Event, Subject } from '../../kernel/events/event.ts';

/**
 * The condition on rows `e` of events that a caller may read. For each subject, the caller needs its scope,
 * and its permission in the tenant or the folder. `folderId` narrows the condition to one folder.
 */
export function seenBy(
  reader: Reader,
  tenantId: number,
  events: readonly Event[],
  folderId: number | undefined,
): Sql {
  const parts: Sql[] = [];
  for (const [subject, of] of Map.groupBy(events, (event) => event.of)) {
    const where = rowsOf(subject, reader, folderId);
    if (!where) continue;
    const isOf = sql`e.type = any(${of.map(({ type }) => type)}::text[])`;
    parts.push(where === empty ? isOf : sql`(${isOf} and ${where})`);
  }
  if (parts.length === 0) return sql`false`;
  return sql`e.tenant_id = ${tenantId} and (${join(parts, ' or ')})`;
}

/** The condition for one subject. Undefined means no rows, and empty means all rows. */
function rowsOf(
  { reading, isApart = false, seenIn = '$.folder_id in ?' }: Subject,
  { principal, access }: Reader,
  folderId: number | undefined,
): Sql | undefined {
  if (!hasScope(principal, reading.scope, 'Read')) return undefined;
  const rights = access.under(reading.scope, 'Read');
  const { inTenant, inFolder } = reading;
  const holdsInTenant = inTenant !== undefined && rights.allows(inTenant);
  const folders =
    inFolder === undefined ? [] : inFolder === 'any role' ? rights.seenFolders() : rights.folders(inFolder);
  const reached = holdsInTenant && !isApart ? 'all' : folders;
  const within = (ids: readonly number[]): Sql | undefined =>
    ids.length === 0 ? undefined : seenInAny(seenIn, ids);
  if (folderId !== undefined)
    return reached === 'all' || reached.includes(folderId) ? within([folderId]) : undefined;
  if (!isApart) return reached === 'all' ? empty : within(reached);
  const inside = reached === 'all' ? sql`e.folder_id is not null` : within(reached);
  const outside = holdsInTenant ? sql`e.folder_id is null` : undefined;
  return inside && outside ? sql`(${inside} or ${outside})` : (inside ?? outside);
}

function seenInAny(seenIn: string, folderIds: readonly number[]): Sql {
  const [before, after] = seenIn.replaceAll('$.', 'e.').split(' in ?') as [string, string];
  return sql`${raw(before)} = any(${folderIds}::bigint[])${raw(after)}`;
}
