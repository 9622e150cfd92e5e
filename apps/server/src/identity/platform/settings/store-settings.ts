import sql, { type Sql } from 'sql-template-tag';
import type { Queryable } from '../../../kernel/db/sql.ts';
import { type Actor, CHANGED_SECRET, KEPT_SECRET, recordAudit } from '../audit/record-audit.ts';

export interface NewSetting {
  readonly key: string;
  /** The stored form. A secret is sealed. */
  readonly value: string | null;
}

/** Settings that cannot be read back. The server uses them, and people can only replace them. */
export const isSecret = (key: string): boolean => /(password|secret)$/i.test(key);

/** Stores settings of a person, else of the organization, with their entry in the audit. */
export async function storeSettings(
  tx: Queryable,
  actor: Actor,
  userId: string | null | undefined,
  settings: readonly NewSetting[],
): Promise<void> {
  const { organizationId } = actor;
  const keys = settings.map(({ key }) => key);
  const before = await valuesOf(tx, organizationId, userId, keys, KEPT_SECRET);
  await tx.execute(sql`
    insert into identity_settings (organization_id, user_id, key, value)
    select ${organizationId}, ${userId ?? null}::uuid, key, value
      from unnest(${keys}::text[], ${settings.map(({ value }) => value)}::text[]) as s (key, value)
     order by lower(key)
    on conflict (organization_id, user_id, lower(key)) do update set value = excluded.value`);
  const after = await valuesOf(tx, organizationId, userId, keys, CHANGED_SECRET);
  await recordAudit(tx, actor, {
    category: 'Setting',
    action: 'Update',
    target: userId ?? organizationId,
    // A new setting had no value before.
    before: { ...Object.fromEntries(Object.keys(after).map((key) => [key, null])), ...before },
    after,
  });
}

export const selectSettings = (
  organizationId: string,
  userId: string | null | undefined,
  keys: readonly string[],
): Sql => sql`
  select id, key, case when key ~* '(password|secret)$' then null else value end as value,
         organization_id as "partitionGlobalId", user_id as "userId"
    from identity_settings
   where organization_id = ${organizationId} and user_id is not distinct from ${userId ?? null}::uuid
     and lower(key) = any(${keys.map((key) => key.toLowerCase())}::text[])
   order by lower(key)`;

async function valuesOf(
  db: Queryable,
  organizationId: string,
  userId: string | null | undefined,
  keys: readonly string[],
  secret: string,
): Promise<Readonly<Record<string, string | null>>> {
  const rows = await db.query<{ key: string; value: string | null }>(
    selectSettings(organizationId, userId, keys),
  );
  return Object.fromEntries(rows.map(({ key, value }) => [key, isSecret(key) ? secret : value]));
}
