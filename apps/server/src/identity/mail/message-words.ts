import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import type { Language } from '../languages.ts';
import { shownNameOf } from '../names-of-organizations.ts';
import { isolated } from '../users/names-of-people.ts';
import { MESSAGES, type Message, type MessageName } from './messages.ts';
import type { Mail } from './transport.ts';

const PLACEHOLDER = /\{\{\s*(\w+)\s*\}\}/g;

const isMessageName = (name: string): name is MessageName => Object.hasOwn(MESSAGES, name);

/** The product's words, as administrators see them before they choose their own. */
export const shippedWords = (name: string): string =>
  isMessageName(name) ? MESSAGES[name].words.en.text : '';

/**
 * What is wrong with a wording, so that it is told to whoever saves it and never found when a mail is due.
 */
export function findTemplateProblem(name: string, value: string): string | undefined {
  if (!isMessageName(name)) return 'is of a message that is not sent';
  const { placeholders }: Message = MESSAGES[name];
  if (value.trim() === '') return 'is empty';
  if (value.includes('\0')) return 'has a character that mails cannot have';
  const used = [...value.matchAll(PLACEHOLDER)].map(([, placeholder]) => placeholder!);
  const known = placeholders.map(written).join(', ');
  const unknown = used.find((placeholder) => !placeholders.includes(placeholder));
  if (unknown !== undefined) return `${written(unknown)} is unknown; this message has ${known}`;
  if (value.replace(PLACEHOLDER, '').includes('{{'))
    return `has a '{{' that is no placeholder; there are ${known}`;
  return undefined;
}

/** A mail that exists for its link always has it, even if an organization's words leave it out. */
function withNeeds(name: MessageName, own: string): string {
  const { needs = [] }: Message = MESSAGES[name];
  const used = new Set([...own.matchAll(PLACEHOLDER)].map(([, placeholder]) => placeholder));
  return needs
    .filter((placeholder) => !used.has(placeholder))
    .map(written)
    .reduce(
      (words, link) => words + (isHtml(own) ? `<p><a href="${link}">${link}</a></p>` : `\n\n${link}`),
      own,
    );
}

const written = (placeholder: string): string => `{{${placeholder}}}`;

/**
 * A wording with a tag in it is a page, with the product's own plain words beside it for those who see no
 * pages.
 */
const isHtml = (value: string): boolean => /<\/?[a-z][^<>]*>/i.test(value);

const asHtml = (value: string): string =>
  isolated(value).replace(/[^\p{L}\p{N}]/gu, (sign) => `&#${sign.codePointAt(0)};`);

/** Whoever chooses a name does not get lines of their own in it. */
const asText = (value: string): string => isolated(value.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim());

const fill = (
  value: string,
  values: Readonly<Record<string, string>>,
  as: (value: string) => string,
): string => value.replace(PLACEHOLDER, (_, placeholder: string) => as(values[placeholder] ?? ''));

/** A message in the organization's own words, or else in the product's. */
export async function fillTemplate(
  db: Queryable,
  organizationId: string,
  { message, language }: { readonly message: MessageName; readonly language: Language },
  values: Readonly<Record<string, string>>,
): Promise<Pick<Mail, 'subject' | 'text' | 'html'>> {
  const row = await db.first<{ own: string | null; displayName: string }>(sql`
    select o.value as own, g.display_name as "displayName"
      from organizations g
      left join message_templates t on t.name = ${message}
      left join organization_message_templates o on o.template_id = t.id and o.organization_id = g.id
     where g.id = ${organizationId}`);
  const shipped = MESSAGES[message].words[language];
  const all = { organization: (row && shownNameOf(row)) ?? 'Baton', ...values };
  const subject = fill(shipped.subject, all, asText);
  const own = row?.own;
  // Kept before there was a check.
  if (own == null || findTemplateProblem(message, own) !== undefined)
    return { subject, text: fill(shipped.text, all, asText) };
  const words = withNeeds(message, own);
  if (!isHtml(words)) return { subject, text: fill(words, all, asText) };
  return { subject, text: fill(shipped.text, all, asText), html: fill(words, all, asHtml) };
}
