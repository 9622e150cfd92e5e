import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import type { OwnerEvent } from './messages.ts';
import { type NoticeDetails, queueMail } from './queue.ts';

/** A change as the audit tells of it. */
export interface AuditedChange {
  readonly organizationId: string;
  readonly category: string;
  readonly action: string;
  readonly target: string | undefined;
  /** As in events.actor; undefined: the server itself. */
  readonly actor: string | undefined;
  readonly actorName: string | undefined;
  readonly source: string | undefined;
  readonly before: { readonly email?: unknown } | undefined;
  readonly after: { readonly email?: unknown } | undefined;
}

const EVENT_OF: Readonly<Record<string, OwnerEvent>> = {
  ChangePassword: 'passwordChanged',
  ResetPassword: 'passwordChanged',
  EnableSecondFactor: 'secondFactorOn',
  DisableSecondFactor: 'secondFactorOff',
  RenewRecoveryCodes: 'recoveryCodesRenewed',
  UseRecoveryCode: 'recoveryCodeUsed',
};

/**
 * Mails the owner of an account what was done to it, whoever did it and by whichever way: what is audited is
 * told. Of another address both are told, the former one too.
 */
export async function tellOwner(tx: Queryable, change: AuditedChange): Promise<void> {
  const { category, action, target, before, after } = change;
  if (category !== 'User' || target === undefined) return;
  const details = detailsOf(change);
  const event = EVENT_OF[action];
  if (event !== undefined) await notify(tx, change, { ...details, event });
  const [former, present] = [before?.email, after?.email];
  // Who is being made had no address before.
  if (action === 'Create' || action === 'Delete' || former === present || after === undefined) return;
  await notify(tx, change, { ...details, event: 'mailChanged' }, typeof former === 'string' ? [former] : []);
}

function detailsOf({ actor, actorName, target, source }: AuditedChange): Omit<NoticeDetails, 'event'> {
  if (actor === `user:${target}`) return { by: 'self', source };
  return actorName === undefined ? { by: 'server', source } : { by: 'other', actor: actorName, source };
}

/** Somebody who has not signed in tried too often. */
export const tellAttempts = (
  tx: Queryable,
  of: { readonly organizationId: string; readonly userId: string; readonly source: string | undefined },
): Promise<void> =>
  notify(tx, { ...of, target: of.userId }, { event: 'tooManyAttempts', by: 'stranger', source: of.source });

async function notify(
  tx: Queryable,
  { organizationId, target }: Pick<AuditedChange, 'organizationId' | 'target'>,
  details: NoticeDetails,
  more: readonly string[] = [],
): Promise<void> {
  const user = await tx.first<{ email: string | null; name: string }>(sql`
    select email, coalesce(nullif(name, ''), user_name) as name from identity_users
     where organization_id = ${organizationId} and id::text = ${target}`);
  if (!user) return;
  const message = details.event === 'passwordChanged' ? 'PasswordChanged' : 'AccountChanged';
  const addresses = new Set([...more, ...(user.email ? [user.email] : [])]);
  for (const address of addresses)
    await queueMail(tx, { organizationId, userId: target!, message, address, name: user.name, details });
}
