import type { Queryable } from '../../kernel/db/sql.ts';
import { acceptedLanguage, firstLanguage, isLanguage, type Language } from '../languages.ts';
import { savedLanguage } from '../mail/language.ts';

/** What is known about the reader of a page, besides what their browser sends. */
export interface Reader {
  /** Set if it is known who they are. */
  readonly userId?: string;
  /** As the application asks for (`ui_locales`). */
  readonly wishes?: string;
  /** The sign-in that the page belongs to. */
  readonly uid?: string;
}

export interface Headers {
  readonly cookie?: string;
  readonly 'accept-language'?: string;
}

export const LANGUAGE_COOKIE = 'baton_language';

/** What a cookie stores of a choice on a page: the language, and the sign-in if one was under way. */
export const choiceOf = (language: Language, uid: string | undefined): string =>
  uid === undefined ? language : `${language}.${uid}`;

/**
 * Which language a page has. In this order: what was chosen on a page of the current sign-in, what the person
 * has saved, what the application asks for, what was chosen in this browser, what the browser prefers.
 */
export async function chooseLanguage(
  db: Queryable,
  headers: Headers,
  { userId, wishes, uid }: Reader,
): Promise<Language> {
  const chosen = readChoice(headers.cookie);
  if (chosen?.uid !== undefined && chosen.uid === uid) return chosen.language;
  // A page that reports a missing database must not fail for its language.
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
