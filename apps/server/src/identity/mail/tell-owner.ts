import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { GREETED_AS } from '../users/users.ts';
import type { OwnerEvent } from './messages.ts';
import { type NoticeDetails, queueMail } from './queue.ts';

/** A change as the audit records it. */
export interface AuditedChange {
  readonly organizationId: string;
  readonly category: string;
  readonly action: string;
  readonly target: string | undefined;
  /** As in events.actor. Undefined is the server itself. */
  readonly actor: string | undefined;
  readonly actorName: string | undefined;
  readonly source: string | undefined;
  /** Members that differ; of a secret, only that it does. Undefined for somebody new. */
  readonly before: Members | undefined;
  /** Undefined for somebody who was deleted. */
  readonly after: Members | undefined;
}

type Members = Readonly<Record<string, unknown>>;

/**
 * Mails the owner of an account what was changed in it, whoever changed it and however. It reads the audit's
 * entry, so every change that is audited is told. A change of the address is told at both addresses.
 */
export async function tellOwner(tx: Queryable, change: AuditedChange): Promise<void> {
  const { category, target, before, after } = change;
  if (category !== 'User' || target === undefined || !before || !after) return;
  const former = typeof before.email === 'string' ? [before.email] : [];
  const details = detailsOf(change);
  const own = details.by === 'self' ? undefined : OF_OTHERS[change.action];
  for (const event of [...eventsOf(before, after), ...(own ? [own] : [])])
    await notify(tx, change, { ...details, event }, event === 'mailChanged' ? former : []);
}

/** Told only where somebody else has done it: owners see what they do themselves. */
const OF_OTHERS: Readonly<Record<string, OwnerEvent>> = {
  EndSessions: 'sessionsEnded',
  RevokeApplication: 'applicationRevoked',
};

function eventsOf(before: Members, after: Members): readonly OwnerEvent[] {
  const differs = (name: string): boolean => before[name] !== after[name];
  const events: OwnerEvent[] = [];
  if (differs('password')) events.push('passwordChanged');
  if (differs('email')) events.push('mailChanged');
  // Recovery codes come and go with the second factor.
  if (differs('hasSecondFactor')) events.push(after.hasSecondFactor ? 'secondFactorOn' : 'secondFactorOff');
  else if (differs('secondFactor')) events.push('secondFactorOn');
  else if (differs('recoveryCodes'))
    events.push(isUsed(before, after) ? 'recoveryCodeUsed' : 'recoveryCodesRenewed');
  return events;
}

const isUsed = (before: Members, after: Members): boolean =>
  Number(after.recoveryCodesLeft) < Number(before.recoveryCodesLeft);

function detailsOf({ actor, actorName, target, source }: AuditedChange): Omit<NoticeDetails, 'event'> {
  if (actor === `user:${target}`) return { by: 'self', source };
  return actorName === undefined ? { by: 'server', source } : { by: 'other', actor: actorName, source };
}

/** Somebody who has not signed in made too many attempts. */
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
    select email, ${GREETED_AS} as name from identity_users u
     where organization_id = ${organizationId} and id::text = ${target}`);
  if (!user) return;
  const message = details.event === 'passwordChanged' ? 'PasswordChanged' : 'AccountChanged';
  const addresses = new Set([...more, ...(user.email ? [user.email] : [])]);
  for (const address of addresses)
    await queueMail(tx, { organizationId, userId: target!, message, address, name: user.name, details });
}
