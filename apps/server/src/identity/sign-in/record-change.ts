import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { type AuditedChange, tellOwner } from '../mail/tell-owner.ts';

export interface Change {
  readonly organizationId: string;
  readonly category: string;
  readonly action: string;
  readonly target?: string;
  readonly targetName?: string;
  /** As in events.actor; undefined: the server itself. */
  readonly actor?: string;
  readonly actorName?: string;
  readonly actorEmail?: string | null;
  readonly source?: string;
  /** Never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Writes to the organization's audit log, in the transaction of the change. */
export async function recordChange(tx: Queryable, change: Change): Promise<void> {
  await tx.execute(sql`
    insert into identity_audit (organization_id, category, action, target, target_name, actor, actor_name,
                                actor_email, client_ip, details)
    values (${change.organizationId}, ${change.category}, ${change.action}, ${change.target}, ${change.targetName},
            ${change.actor}, ${change.actorName}, ${change.actorEmail}, ${change.source},
            ${JSON.stringify(change.details ?? {})}::jsonb)`);
  await tellOwner(tx, {
    ...change,
    target: change.target,
    actor: change.actor,
    actorName: change.actorName,
    source: change.source,
    before: change.details?.before as AuditedChange['before'],
    after: change.details?.after as AuditedChange['after'],
  });
}

/** Of what people change about themselves while they sign in. */
export const byThemselves = (user: {
  readonly id: string;
  readonly organizationId: string;
  readonly userName: string;
  readonly displayName: string;
  readonly email: string | null;
}): Pick<
  Change,
  'organizationId' | 'category' | 'target' | 'targetName' | 'actor' | 'actorName' | 'actorEmail'
> => ({
  organizationId: user.organizationId,
  category: 'User',
  target: user.id,
  targetName: user.userName,
  actor: `user:${user.id}`,
  actorName: user.displayName,
  actorEmail: user.email,
});
