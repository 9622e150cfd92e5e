import { FULL_ACCESS, type Principal } from '../../kernel/auth/principal.ts';
import type { Context } from '../../kernel/http/context.ts';

export type RunningJob = NonNullable<Principal['job']> & {
  /** The `users.key` of the account that the job runs as. */
  readonly userKey: string;
};

/** A job may run for a week. Its token is refused earlier, as soon as the job has ended. */
const LIFETIME_SECONDS = 7 * 24 * 3600;

/** The token of a running job. It has the rights of the job's account until the job ends. */
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
