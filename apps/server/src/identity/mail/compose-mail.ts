import sql from 'sql-template-tag';
import { type Language, timeInWords } from '../languages.ts';
import { languageOf } from './language.ts';
import { type ComposeOptions, makeLink } from './links.ts';
import { fillTemplate } from './message-words.ts';
import { ACTORS, EVENTS, NO_ADDRESS } from './messages.ts';
import type { NoticeDetails, QueuedMail } from './queue.ts';
import type { Mail } from './transport.ts';

export interface Composed {
  readonly words: Pick<Mail, 'subject' | 'text' | 'html'>;
  /** To be called where the mail could not be sent: its link becomes worthless. */
  readonly undo?: () => Promise<unknown>;
}

/** The words of a mail that is about to be sent; undefined where it must not be sent any more. */
export async function composeMail(options: ComposeOptions, mail: QueuedMail): Promise<Composed | undefined> {
  const { db, issuer } = options;
  const { organizationId, userId, message, name, details } = mail;
  const seen = details && 'language' in details ? details.language : undefined;
  const language = await languageOf(db, organizationId, userId, seen);
  const template = { message, language };
  const user = await db.first<{ userName: string }>(
    sql`select user_name as "userName" from identity_users where id = ${userId}`,
  );
  const whose = { name, userName: user?.userName ?? name };
  if (details && 'event' in details) {
    const link = `${issuer}/sign-in/forgotten`;
    const values = { ...whose, link, ...tellNotice(mail, details, language) };
    return { words: await fillTemplate(db, organizationId, template, values) };
  }
  const link = await makeLink(options, mail);
  if (!link) return undefined;
  const words = await fillTemplate(db, organizationId, template, { ...whose, link: link.url });
  return { words, undo: link.undo };
}

function tellNotice(
  { createdAt }: QueuedMail,
  { event, by, actor, source }: NoticeDetails,
  language: Language,
): Readonly<Record<string, string>> {
  return {
    event: EVENTS[event][language],
    time: timeInWords(createdAt)[language],
    by: by === 'other' ? (actor ?? ACTORS.server[language]) : ACTORS[by][language],
    address: source ?? NO_ADDRESS[language],
  };
}
