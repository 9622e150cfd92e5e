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
  /** Ids of people, besides the target, whose rights it changes. */
  readonly concerns?: readonly string[];
}

/** Stands in the audit for a secret that is kept, and for one that was replaced. */
export const KEPT_SECRET = '(secret)';
export const CHANGED_SECRET = '(changed)';

/** Who acts: a caller with a token, or whoever else keeps people here. */
export interface By {
  readonly kind: Principal['kind'] | 'scim' | 'provider' | 'operator';
  /**
   * A principal's subject; the id of a SCIM token or of an outside provider; an account of the server's
   * machine.
   */
  readonly subject: string;
  /** As in `events.actor`. Default: kind and subject. */
  readonly actor?: string;
  /** Of what the database has no name for. */
  readonly name?: string;
}

export interface Actor {
  readonly organizationId: string;
  /** Of changes in one tenant. */
  readonly tenantId?: number;
  /** Undefined: the server itself. */
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

/** Of the call that is being answered. */
export const actorOfCall = ({ organization, principal, ip }: Called): Actor => ({
  organizationId: organization.id,
  by: byPrincipal(principal),
  ip,
  source: 'Identity',
});

/** Of a call that changes one tenant. */
export const actorInTenant = (ctx: Called & { readonly tenant: { readonly id: number } }): Actor => ({
  ...actorOfCall(ctx),
  tenantId: ctx.tenant.id,
  source: 'Orchestrator',
});

/** Of what people change about themselves on a page. */
export const actorOnPage = (
  { id, organizationId }: { readonly id: string; readonly organizationId: string },
  ip: string | undefined,
): Actor => ({ organizationId, by: { kind: 'user', subject: id }, ip, source: 'SignIn' });

/** The names of an actor, which are to be looked up before a change that may take them away. */
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
 * Writes what was changed, by whom and from where, in the transaction of the change, and tells the owner of
 * an account. The only writer of the audit.
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
