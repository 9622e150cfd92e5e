import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { type Language, readLanguage } from '../languages.ts';

/** By this setting people choose their language. */
export const OWN_LANGUAGE = 'UserLanguage.Language';

/**
 * What a person has chosen, else what they have before their eyes, else the organization; English where that
 * is none in which mails are worded.
 */
export async function languageOf(
  db: Queryable,
  organizationId: string,
  userId: string,
  seen?: Language,
): Promise<Language> {
  const rows = await db.query<{ value: string | null; isOwn: boolean }>(sql`
    select value, user_id is not null as "isOwn" from identity_settings
     where organization_id = ${organizationId}
       and (user_id = ${userId} and lower(key) = lower(${OWN_LANGUAGE})
            or user_id is null and lower(key) = 'organization.language')
     order by user_id is null`);
  const given = rows.find(({ value }) => value);
  return (!given?.isOwn && seen) || (readLanguage(given?.value) ?? 'en');
}

/** What a person has chosen for themselves. */
export async function savedLanguage(db: Queryable, userId: string): Promise<Language | undefined> {
  const row = await db.first<{ value: string | null }>(sql`
    select value from identity_settings where user_id = ${userId} and lower(key) = lower(${OWN_LANGUAGE})`);
  return readLanguage(row?.value);
}
