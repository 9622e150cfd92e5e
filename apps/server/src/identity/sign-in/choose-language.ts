import type { Queryable } from '../../kernel/db/sql.ts';
import { acceptedLanguage, firstLanguage, isLanguage, type Language } from '../languages.ts';
import { savedLanguage } from '../mail/language.ts';

/** What is known of who reads a page, besides what their browser sends. */
export interface Reader {
  /** Where it is known who they are. */
  readonly userId?: string;
  /** As the application wishes (`ui_locales`). */
  readonly wishes?: string;
  /** The sign-in that the page belongs to. */
  readonly uid?: string;
}

export interface Headers {
  readonly cookie?: string;
  readonly 'accept-language'?: string;
}

export const LANGUAGE_COOKIE = 'baton_language';

/** What a cookie keeps of a choice on a page: the language, and the sign-in where one was under way. */
export const choiceOf = (language: Language, uid: string | undefined): string =>
  uid === undefined ? language : `${language}.${uid}`;

/**
 * Which language a page speaks: what was chosen on a page of the sign-in that is under way, else what the
 * person has saved, what the application wishes, what was chosen in this browser, what the browser likes.
 */
export async function chooseLanguage(
  db: Queryable,
  headers: Headers,
  { userId, wishes, uid }: Reader,
): Promise<Language> {
  const chosen = readChoice(headers.cookie);
  if (chosen?.uid !== undefined && chosen.uid === uid) return chosen.language;
  // A page that says that the database is away is not kept back for its language.
  const saved = userId && (await savedLanguage(db, userId).catch(() => undefined));
  return (
    saved ||
    (firstLanguage(wishes) ?? chosen?.language ?? acceptedLanguage(headers['accept-language']) ?? 'en')
  );
}

function readChoice(
  cookies: string | undefined,
): { readonly language: Language; readonly uid: string | undefined } | undefined {
  const value = cookieIn(cookies, LANGUAGE_COOKIE);
  const [language, uid] = value?.split('.') ?? [];
  return isLanguage(language) ? { language, uid } : undefined;
}

export function cookieIn(cookies: string | undefined, name: string): string | undefined {
  for (const pair of (cookies ?? '').split(';')) {
    const [key, ...value] = pair.trim().split('=');
    if (key === name) return value.join('=');
  }
  return undefined;
}
