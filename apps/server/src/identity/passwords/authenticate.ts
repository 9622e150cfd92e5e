import sql from 'sql-template-tag';
import { FULL_ACCESS } from '../../kernel/auth/principal.ts';
import type { SignIn } from '../../kernel/auth/tokens.ts';
import type { Queryable } from '../../kernel/db/sql.ts';
import type { CheckPassword } from '../sign-in/check-password.ts';
import type { IssueToken } from '../tokens/issue-token.ts';
import { userClaims } from '../users/users.ts';

/** The body of `POST /api/Account/Authenticate`, and the organization if the URL names one. */
export interface AuthenticateInput extends SignIn {
  readonly browser?: string;
}

export interface AuthenticateAnswer {
  /**
   * 200 or 400. Older builds answered 401, but some clients sign in again after every 401 and would never
   * stop. The public errorCode of wrong credentials (1000) belongs to a bad request.
   */
  readonly status: 200 | 400;
  readonly body: {
    /** The token. */
    readonly result: string | null;
    readonly targetUrl: null;
    readonly success: boolean;
    readonly error: {
      readonly code: number;
      readonly message: string;
      readonly details: string;
      readonly validationErrors: null;
    } | null;
    readonly unAuthorizedRequest: false;
    readonly __abp: true;
  };
}

export interface AuthenticateOptions {
  readonly db: Queryable;
  readonly checkPassword: CheckPassword;
  readonly issueToken: IssueToken;
}

const LIFETIME_SECONDS = 30 * 60;
/** Old clients have no client id of their own. */
const PASSWORD_CLIENT = 'Orchestrator.Password';

const FAILURE: AuthenticateAnswer = {
  status: 400,
  body: {
    result: null,
    targetUrl: null,
    success: false,
    error: {
      code: 0,
      message: 'Invalid login request',
      details: 'Invalid credentials, failed to login.',
      validationErrors: null,
    },
    unAuthorizedRequest: false,
    __abp: true,
  },
};

/** The sign-in of clients older than OAuth: a token for half an hour, without a refresh token. */
export async function authenticate(
  { db, checkPassword, issueToken }: AuthenticateOptions,
  input: AuthenticateInput,
): Promise<AuthenticateAnswer> {
  const tenancyName = input.tenancyName?.trim() || undefined;
  const place = await findPlace(db, input.organization, tenancyName);
  const { user } = await checkPassword({
    organizationId: place?.organizationId,
    login: input.usernameOrEmailAddress,
    password: input.password,
    source: input.source,
    browser: input.browser,
  });
  if (!user) return FAILURE;
  const token = await issueToken({
    kind: 'user',
    subject: user.id,
    clientId: PASSWORD_CLIENT,
    organizationId: user.organizationId,
    // Later calls of such a client name no tenant, so its token does.
    tenantId: tenancyName && place?.tenantId !== null ? place?.tenantId : undefined,
    scopes: [FULL_ACCESS],
    stamp: user.stamp,
    lifetimeSeconds: LIFETIME_SECONDS,
    extra: userClaims(user),
  });
  return {
    status: 200,
    body: {
      result: token,
      targetUrl: null,
      success: true,
      error: null,
      unAuthorizedRequest: false,
      __abp: true,
    },
  };
}

interface Place {
  readonly organizationId: string;
  readonly tenantId: number | null;
}

/**
 * `tenancyName` is a tenant's name, or by a common mistake the organization's. Without it, any tenant will
 * do. If several organizations have such a tenant, the oldest is taken, because old clients know of only one.
 */
const findPlace = (
  db: Queryable,
  organization: string | undefined,
  tenancyName: string | undefined,
): Promise<Place | undefined> =>
  db.first<Place>(sql`
    select o.id as "organizationId", t.id as "tenantId"
      from organizations o
      left join tenants t on t.organization_id = o.id and t.is_active
                         and folded(t.name) = folded(${tenancyName ?? null}::text)
     where (${organization ?? null}::text is null
            or folded(o.name) = folded(${organization ?? null}) or o.id::text = folded(${organization ?? null}))
       and (${tenancyName ?? null}::text is null or t.id is not null
            or folded(o.name) = folded(${tenancyName ?? null}))
     order by t.id is null, o.created_at, o.id limit 1`);
