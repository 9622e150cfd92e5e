import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { LANGUAGES, type Language } from './messages.ts';

/** What a person has chosen, else the organization; English where that is none in which mails are worded. */
export async function languageOf(db: Queryable, organizationId: string, userId: string): Promise<Language> {
  const rows = await db.query<{ value: string | null }>(sql`
    select value from identity_settings
     where organization_id = ${organizationId}
       and (user_id = ${userId} and lower(key) = 'userlanguage.language'
            or user_id is null and lower(key) = 'organization.language')
     order by user_id is null`);
  return readLanguage(rows.find(({ value }) => value)?.value);
}

/** `ja-JP` is `ja`. */
const readLanguage = (text: string | null | undefined): Language =>
  LANGUAGES.find((language) => language === text?.toLowerCase().split('-')[0]) ?? 'en';
