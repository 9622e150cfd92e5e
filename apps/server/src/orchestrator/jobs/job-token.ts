import { FULL_ACCESS, type Principal } from '../../kernel/auth/principal.ts';
import type { Context } from '../../kernel/http/context.ts';

export type RunningJob = NonNullable<Principal['job']> & {
  /** users.key of the account that it runs as. */
  readonly userKey: string;
};

/** A job may run for a week; its token is refused earlier, as soon as the job has ended. */
const LIFETIME_SECONDS = 7 * 24 * 3600;

/** The token of a running job: the rights of the account that it runs as, until it ends. */
export const issueJobToken = (
  {
    tokens,
    organization,
    tenant,
  }: Pick<Context, 'tokens'> & {
    readonly organization: { readonly id: string };
    readonly tenant: { readonly id: number };
  },
  { userKey, ...job }: RunningJob,
): Promise<string> =>
  tokens.issue({
    kind: 'robot',
    subject: userKey,
    organizationId: organization.id,
    tenantId: tenant.id,
    scopes: [FULL_ACCESS],
    lifetimeSeconds: LIFETIME_SECONDS,
    job,
  });
