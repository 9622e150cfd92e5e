import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import type { IdentityUser } from '../users.ts';
import type { Mail } from './mail.ts';
import type { SignInServices } from './services.ts';

interface Message {
  readonly placeholders: readonly string[];
  /** Without these it says nothing. */
  readonly needs?: readonly string[];
}

/** Those that are sent, and those that the API has besides. */
const MESSAGES: Readonly<Record<string, Message>> = {
  ResetPassword: { placeholders: ['name', 'organization', 'link'], needs: ['link'] },
  PasswordChanged: { placeholders: ['name', 'organization'] },
  UserInvitation: { placeholders: ['name', 'organization', 'link'] },
  EmailConfirmation: { placeholders: ['name', 'organization', 'link'] },
};

const PLACEHOLDER = /\{\{\s*(\w+)\s*\}\}/g;

/** What is wrong with a wording, so that it is told to whoever saves it and never found when a mail is due. */
export function findTemplateProblem(name: string, value: string): string | undefined {
  const { placeholders, needs = [] } = MESSAGES[name] ?? { placeholders: ['name', 'organization', 'link'] };
  if (value.trim() === '') return 'is empty';
  if (value.includes('\0')) return 'has a character that mails cannot have';
  const used = [...value.matchAll(PLACEHOLDER)].map(([, placeholder]) => placeholder!);
  const known = placeholders.map(written).join(', ');
  const unknown = used.find((placeholder) => !placeholders.includes(placeholder));
  if (unknown !== undefined) return `${written(unknown)} is unknown; this message has ${known}`;
  if (value.replace(PLACEHOLDER, '').includes('{{'))
    return `has a '{{' that is no placeholder; there are ${known}`;
  const missing = needs.find((placeholder) => !used.includes(placeholder));
  return missing === undefined ? undefined : `lacks ${written(missing)}`;
}

const written = (placeholder: string): string => `{{${placeholder}}}`;

/** A wording with a tag in it is a page, with the product's own plain words beside it for those who see no pages. */
const isHtml = (value: string): boolean => /<\/?[a-z][^<>]*>/i.test(value);

const asHtml = (value: string): string =>
  value.replace(/[^\p{L}\p{N}]/gu, (sign) => `&#${sign.codePointAt(0)};`);

/** Whoever chooses a name does not get lines of their own in it. */
const asText = (value: string): string => value.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();

const fill = (
  value: string,
  values: Readonly<Record<string, string>>,
  as: (value: string) => string,
): string => value.replace(PLACEHOLDER, (_, placeholder: string) => as(values[placeholder] ?? ''));

/** A message in the organization's own words, or else in those that the product brings. */
export async function fillTemplate(
  db: Queryable,
  organizationId: string,
  name: 'ResetPassword' | 'PasswordChanged',
  values: Readonly<Record<string, string>>,
): Promise<Pick<Mail, 'text' | 'html'>> {
  const row = (await db.first<{ own: string | null; shipped: string; organization: string }>(sql`
    select o.value as own, t.value as shipped, g.display_name as organization
      from message_templates t
      join organizations g on g.id = ${organizationId}
      left join organization_message_templates o on o.template_id = t.id and o.organization_id = g.id
     where t.name = ${name}`))!;
  const all = { organization: row.organization, ...values };
  // Kept before there was a check.
  const own = row.own !== null && findTemplateProblem(name, row.own) === undefined ? row.own : row.shipped;
  if (!isHtml(own)) return { text: fill(own, all, asText) };
  return { text: fill(row.shipped, all, asText), html: fill(own, all, asHtml) };
}

/** Tells the owner, in case it was somebody else. Not waited for: the password is changed, mail or no mail. */
export function tellPasswordChanged(
  { db, sendMail, log }: Pick<SignInServices, 'db' | 'sendMail' | 'log'>,
  { email, name, userName, organizationId }: IdentityUser,
): void {
  if (!email) return;
  void fillTemplate(db, organizationId, 'PasswordChanged', { name: name || userName })
    .then((words) => sendMail({ to: email, subject: 'Your password was changed', ...words }))
    .catch((error: unknown) =>
      log.error({ err: error }, 'a message about a changed password could not be sent'),
    );
}
