import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import type { IdentityUser } from '../users.ts';
import type { SignInServices } from './services.ts';

const FALLBACKS = {
  ResetPassword: 'Hello {{name}},\n\nfollow {{link}} to choose a new password, or ignore this message.',
  PasswordChanged: 'Hello {{name}},\n\nthe password of your account was changed.',
} as const;

/** A message in the organization's own words, or else in those that the product brings. */
export async function fillTemplate(
  db: Queryable,
  organizationId: string,
  name: keyof typeof FALLBACKS,
  values: Readonly<Record<string, string>>,
): Promise<string> {
  const row = await db.first<{ value: string; organization: string }>(sql`
    select coalesce(o.value, t.value) as value, g.display_name as organization
      from message_templates t
      join organizations g on g.id = ${organizationId}
      left join organization_message_templates o on o.template_id = t.id and o.organization_id = g.id
     where t.name = ${name}`);
  const all: Readonly<Record<string, string>> = { organization: row?.organization ?? '', ...values };
  return (row?.value ?? FALLBACKS[name]).replace(/\{\{(\w+)\}\}/g, (text, key: string) => all[key] ?? text);
}

/** Tells the owner, in case it was somebody else. Not waited for: the password is changed, mail or no mail. */
export function tellPasswordChanged(
  { db, sendMail, log }: Pick<SignInServices, 'db' | 'sendMail' | 'log'>,
  { email, name, userName, organizationId }: IdentityUser,
): void {
  if (!email) return;
  void fillTemplate(db, organizationId, 'PasswordChanged', { name: name || userName })
    .then((text) => sendMail({ to: email, subject: 'Your password was changed', text }))
    .catch((error: unknown) =>
      log.error({ err: error }, 'a message about a changed password could not be sent'),
    );
}
