import sql from 'sql-template-tag';
import { actorOf, type Principal } from '../../../kernel/auth/principal.ts';
import type { Queryable } from '../../../kernel/db/sql.ts';
import { tellOwner } from '../../mail/tell-owner.ts';

export interface AuditEntry {
  /** Section of the guide: `User`, `Group`, `Setting`. */
  readonly category: string;
  /** `Create`, `Update`, `Delete`, `ChangePassword`. */
  readonly action: string;
  /** Id and name of what was changed. */
  readonly target?: string | number;
  readonly name?: string;
  /** Members as they were and as they are; only those that differ are kept. Never hand in a secret. */
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
}

export interface Actor {
  readonly organizationId: string;
  /** Undefined: the server itself, or somebody who has not signed in yet. */
  readonly principal: Principal | undefined;
  readonly ip: string | undefined;
}

/** Writes what was changed, by whom and from where, in the transaction of the change. */
export async function recordAudit(
  tx: Queryable,
  { organizationId, principal, ip }: Actor,
  entry: AuditEntry,
): Promise<void> {
  const { category, action, target, name, before, after } = entry;
  const subject = principal?.kind === 'user' || principal?.kind === 'app' ? principal.subject : null;
  const written = await tx.first<{ actor: string | null; actorName: string | null }>(sql`
    insert into identity_audit (organization_id, category, action, target, target_name, actor, actor_name,
      actor_email,
                                client_ip, details)
    select ${organizationId}, ${category}, ${action}, ${target === undefined ? null : String(target)},
      ${name},
           ${actorOf(principal)}, coalesce(u.user_name, a.name), u.email, ${ip},
           ${JSON.stringify(differences(before, after))}::jsonb
      from (select ${subject}::uuid as id) s
      left join identity_users u on u.id = s.id
      left join external_apps a on a.client_id = s.id
    returning actor, actor_name as "actorName"`);
  await tellOwner(tx, {
    organizationId,
    category,
    action,
    target: target === undefined ? undefined : String(target),
    actor: written?.actor ?? undefined,
    actorName: written?.actorName ?? undefined,
    source: ip,
    before,
    after,
  });
}

/** Of the call that is being answered. */
export const actorOfCall = (ctx: {
  readonly organization: { readonly id: string };
  readonly principal: Principal;
  readonly ip: string;
}): Actor => ({ organizationId: ctx.organization.id, principal: ctx.principal, ip: ctx.ip });

function differences(before: AuditEntry['before'] = {}, after: AuditEntry['after'] = {}): unknown {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  const pick = (of: Readonly<Record<string, unknown>>): unknown =>
    Object.fromEntries(changed.filter((name) => name in of).map((name) => [name, of[name]]));
  return { before: pick(before), after: pick(after) };
}
