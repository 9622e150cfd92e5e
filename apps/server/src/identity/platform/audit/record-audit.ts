import sql from 'sql-template-tag';
import { actorOf, type Principal } from '../../../kernel/auth/principal.ts';
import type { Queryable } from '../../../kernel/db/sql.ts';
import { tellOwner } from '../../mail/tell-owner.ts';

export interface AuditEntry {
  /** The section of the guide: `User`, `Group`, `Setting`. */
  readonly category: string;
  /** `Create`, `Update`, `Delete`, `ChangePassword`. */
  readonly action: string;
  /** Id and name of the thing that was changed. */
  readonly target?: string | number;
  readonly name?: string;
  /** The members before and after. Only those that differ are kept. Never pass a secret. */
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
  /** Ids of people, besides the target, whose rights the change affects. */
  readonly concerns?: readonly string[];
}

/** These stand in the audit for a secret that is kept, and for one that was replaced. */
export const KEPT_SECRET = '(secret)';
export const CHANGED_SECRET = '(changed)';

/** The actor: a caller with a token, or another party that manages people here. */
export interface By {
  readonly kind: Principal['kind'] | 'scim' | 'provider' | 'operator';
  /**
   * The subject of a principal, the id of a SCIM token or an outside provider, or an account of
   * the server's machine.
   */
  readonly subject: string;
  /** As in `events.actor`. Default: kind and subject. */
  readonly actor?: string;
  /** For an actor that has no name in the database. */
  readonly name?: string;
}

export interface Actor {
  readonly organizationId: string;
  /** Set if the change is in one tenant. */
  readonly tenantId?: number;
  /** Undefined is the server itself. */
  readonly by: By | undefined;
  readonly ip: string | undefined;
  readonly source: 'Identity' | 'Orchestrator' | 'SCIM' | 'SignIn' | 'Command';
}

interface Called {
  readonly organization: { readonly id: string };
  readonly principal: Principal;
  readonly ip: string;
}

const byPrincipal = (principal: Principal): By => ({
  kind: principal.kind,
  subject: principal.subject,
  actor: actorOf(principal) ?? undefined,
});

/** The actor of the call that is being answered. */
export const actorOfCall = ({ organization, principal, ip }: Called): Actor => ({
  organizationId: organization.id,
  by: byPrincipal(principal),
  ip,
  source: 'Identity',
});

/** The actor of a call that changes one tenant. */
export const actorInTenant = (ctx: Called & { readonly tenant: { readonly id: number } }): Actor => ({
  ...actorOfCall(ctx),
  tenantId: ctx.tenant.id,
  source: 'Orchestrator',
});

/** For changes that people make to their own account on a page. */
export const actorOnPage = (
  { id, organizationId }: { readonly id: string; readonly organizationId: string },
  ip: string | undefined,
): Actor => ({ organizationId, by: { kind: 'user', subject: id }, ip, source: 'SignIn' });

/** The names of an actor. Look them up before a change that may remove them. */
export interface ActorNames {
  readonly name: string | null;
  readonly email: string | null;
}

export async function namesOf(tx: Queryable, { by }: Actor): Promise<ActorNames> {
  if (by === undefined || by.name !== undefined) return { name: by?.name ?? null, email: null };
  return (await tx.first<ActorNames>(sql`
    select coalesce(u.user_name, a.name, m.name, r.user_name) as name, u.email
      from (select ${by.kind}::text as kind, ${by.subject}::uuid as id) s
      left join identity_users u on s.kind = 'user' and u.id = s.id
      left join external_apps a on s.kind = 'app' and a.client_id = s.id
      left join machines m on s.kind = 'machine' and m.key = s.id
      left join users r on s.kind = 'robot' and r.key = s.id`))!;
}

/**
 * Writes what was changed, by whom and from where, in the transaction of the change, and notifies the owner
 * of an account. Nothing else writes the audit.
 */
export async function recordAudit(
  tx: Queryable,
  actor: Actor,
  entry: AuditEntry,
  names?: ActorNames,
): Promise<void> {
  const { organizationId, tenantId, by, ip, source } = actor;
  const { category, action, target, name, before, after, concerns = [] } = entry;
  const { name: actorName, email } = names ?? (await namesOf(tx, actor));
  const actorId = by && (by.actor ?? `${by.kind}:${by.subject}`);
  await tx.execute(sql`
    insert into identity_audit (organization_id, tenant_id, category, action, target, target_name, actor,
                                actor_name, actor_email, client_ip, source, concerns, details)
    values (${organizationId}, ${tenantId}, ${category}, ${action}, ${target === undefined ? null : String(target)},
            ${name}, ${actorId}, ${actorName}, ${email}, ${ip}, ${source},
            ${[...concerns]}::uuid[], ${JSON.stringify(differences(before, after))}::jsonb)`);
  await tellOwner(tx, {
    organizationId,
    category,
    action,
    target: target === undefined ? undefined : String(target),
    actor: actorId,
    actorName: actorName ?? undefined,
    source: ip,
    before,
    after,
  });
}

type Members = Readonly<Record<string, unknown>>;

export function differences(before: Members = {}, after: Members = {}): { before: Members; after: Members } {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  const pick = (of: Members): Members =>
    Object.fromEntries(changed.filter((name) => name in of).map((name) => [name, of[name]]));
  return { before: pick(before), after: pick(after) };
}
