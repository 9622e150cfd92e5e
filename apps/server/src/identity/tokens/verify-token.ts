import { hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type CryptoKey, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import type { Principal } from '../../kernel/auth/principal.ts';
import { ALIKE_SECONDS } from '../../kernel/background/compare-clocks.ts';
import { BoundedMap } from '../../kernel/bounded-map.ts';
import { ApiError } from '../../kernel/errors.ts';
import { remember } from '../../kernel/remember.ts';
import { type ClientFacts, hasSecret, isRegistered } from '../clients/clients.ts';
import { isCovered } from '../clients/grant-scopes.ts';
import { ALGORITHM, type SigningKeys } from '../keys/signing-keys.ts';
import { AUDIENCE, GRANT, SECRET, STAMP, SUB_TYPES } from './issue-token.ts';

/** A complete 401: code that lets it pass answers correctly. */
export class InvalidToken extends ApiError {
  override readonly name = 'InvalidToken';
  readonly reason: 'expired' | 'invalid' | 'revoked';
  constructor(reason: InvalidToken['reason'], detail?: unknown) {
    super(401, 0, 'You are not authenticated!', {
      headers: {
        'www-authenticate': `Bearer error="invalid_token", error_description="The token is ${reason}"`,
      },
      detail,
    });
    this.reason = reason;
  }
}

/**
 * Who brings a token. Also the client's secret that it was fetched with, if any, and for a person the stamp
 * under which it was made.
 */
export interface Bearer {
  readonly principal: Principal;
  readonly stamp: number | undefined;
  readonly secret: string | undefined;
}

export interface TokenVerifierOptions {
  readonly keys: SigningKeys;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly isRevoked: (tokenId: string) => Promise<boolean>;
  /** Whether the job of a robot's token is not final. Asked at most once a second for each job. */
  readonly isJobLive: (jobKey: string) => Promise<boolean>;
  /** Whether a user still exists and is enabled. Asked at most once a second for each. */
  readonly isUserActive: (bearer: Bearer) => Promise<boolean>;
  /**
   * What an application or a machine holds now. Undefined if it is gone. Asked at most once a
   * second for each.
   */
  readonly findFacts: (kind: 'app' | 'machine', clientId: string) => Promise<ClientFacts | undefined>;
  /** How many tokens' signatures are remembered at most. Default: 10,000. */
  readonly remembered?: number;
}

/** Clocks of nodes may differ by so much. */
const TOLERANCE_SECONDS = ALIKE_SECONDS;
const RECHECK_MS = 1000;
const MOST_CHARACTERS = 16_384;

/**
 * A signature is checked once; whether the token was taken back, and its bearer and its client still may,
 * at most a second ago. What a client no longer holds, its tokens do not open: neither a scope, nor what was
 * fetched with a secret that is gone.
 */
export function bearerVerifier(options: TokenVerifierOptions): (token: string) => Promise<Bearer> {
  const { clock, isRevoked } = options;
  const known = new BoundedMap<string, Bearer>(options.remembered ?? 10_000);
  const checkSignature = signatureChecker(options);
  const isJobLive = remember({ what: 'live jobs', clock, keyOf: (jobKey) => jobKey, ask: options.isJobLive });
  const isUserActive = remember({
    what: 'bearers of tokens',
    clock,
    keyOf: ({ principal: { subject, grantId }, stamp }) => `${subject} ${stamp} ${grantId}`,
    ask: options.isUserActive,
  });
  const findFacts = remember({
    what: 'what clients hold',
    clock,
    keyOf: ({ kind, clientId }: { readonly kind: 'app' | 'machine'; readonly clientId: string }) =>
      `${kind} ${clientId}`,
    ask: ({ kind, clientId }) => options.findFacts(kind, clientId),
  });
  const narrow = narrower();

  return async (token) => {
    if (token.length > MOST_CHARACTERS) throw new InvalidToken('invalid');
    // Never the token itself, because a dump of this process's memory should not contain usable keys.
    const digest = hash('sha256', token, 'base64');
    const bearer = known.get(digest) ?? (await checkSignature(token));
    const { principal } = bearer;
    if (principal.expiresAt + TOLERANCE_SECONDS <= clock() / 1000) {
      known.delete(digest);
      throw new InvalidToken('expired');
    }
    // Set again: the longest unused goes first.
    known.delete(digest);
    known.set(digest, bearer);
    if (await isRevoked(principal.tokenId)) throw new InvalidToken('revoked');
    if (principal.job && !(await isJobLive(principal.job.key))) throw new InvalidToken('revoked');
    if (principal.kind === 'user' && !(await isUserActive(bearer))) throw new InvalidToken('revoked');
    const client = clientOf(principal);
    if (!client) return bearer;
    const facts = await findFacts(client);
    if (!facts || (bearer.secret !== undefined && !hasSecret(facts, bearer.secret, clock())))
      throw new InvalidToken('revoked');
    if (facts.kind === 'machine' && facts.machineKey !== principal.subject) throw new InvalidToken('revoked');
    return narrow(bearer, facts);
  };
}

/** Undefined if the client has no row. For a job, the job itself decides. */
function clientOf({
  kind,
  clientId,
}: Principal): { readonly kind: 'app' | 'machine'; readonly clientId: string } | undefined {
  if (kind === 'machine') return { kind, clientId };
  if (kind === 'app' || (kind === 'user' && isRegistered(clientId))) return { kind: 'app', clientId };
  return undefined;
}

/**
 * A token with the scopes that its client still holds. It is nearly always the same object, found without
 * looking at any scope.
 */
function narrower(): (bearer: Bearer, facts: ClientFacts) => Bearer {
  const known = new WeakMap<Bearer, { readonly facts: ClientFacts; readonly narrowed: Bearer }>();
  return (bearer, facts) => {
    const last = known.get(bearer);
    if (last?.facts === facts) return last.narrowed;
    const { principal } = bearer;
    const kept = [...principal.scopes].filter((scope) => isCovered(facts, principal.kind, scope));
    const narrowed =
      kept.length === principal.scopes.size
        ? bearer
        : Object.freeze({ ...bearer, principal: Object.freeze({ ...principal, scopes: new Set(kept) }) });
    known.set(bearer, { facts, narrowed });
    return narrowed;
  };
}

function signatureChecker({ keys, clock }: TokenVerifierOptions): (token: string) => Promise<Bearer> {
  const findKey = keyFinder(keys, clock);
  // Not by the issuer, because nodes without a BATON_PUBLIC_URL name themselves by their own addresses. The
  // key shows whose token it is, and only nodes of this installation have it.
  const rules: JWTVerifyOptions = {
    audience: AUDIENCE,
    algorithms: [ALGORITHM],
    typ: 'at+jwt',
    clockTolerance: TOLERANCE_SECONDS,
    requiredClaims: ['iss', 'exp', 'iat', 'nbf', 'sub', 'jti', 'client_id', 'prt_id', 'sub_type', 'scope'],
  };
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, ({ kid }) => findKey(kid), {
        ...rules,
        currentDate: new Date(clock()),
      });
      return bearerOf(payload);
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new InvalidToken('expired', error);
      if (error instanceof errors.JOSEError) throw new InvalidToken('invalid', error);
      throw error; // the database's error, not the token's
    }
  };
}

/**
 * An unknown kid may belong to a key that another node has just made, so the keys are read again. Anybody can
 * send unknown kids, so that happens at most once a second, and calls in between wait for it together.
 */
function keyFinder(keys: SigningKeys, clock: () => number): (kid: string | undefined) => Promise<CryptoKey> {
  let lastRefresh = 0;
  let refreshing: Promise<void> | undefined;
  async function refresh(): Promise<void> {
    await delay(Math.min(Math.max(lastRefresh + RECHECK_MS - clock(), 0), RECHECK_MS));
    lastRefresh = clock();
    // Calls from now on may need newer keys than this reading finds.
    refreshing = undefined;
    await keys.refresh();
  }
  return async (kid) => {
    if (!kid) throw new errors.JWKSNoMatchingKey();
    if (!keys.find(kid)) await (refreshing ??= refresh());
    const key = keys.find(kid);
    if (!key) throw new errors.JWKSNoMatchingKey();
    return key.publicKey;
  };
}

const KINDS = new Map<unknown, Principal['kind']>(
  Object.entries(SUB_TYPES).map(([kind, subType]) => [subType, kind as Principal['kind']]),
);

function bearerOf(claims: JWTPayload): Bearer {
  const principal = principalOf(claims);
  const isPerson = principal.kind === 'user';
  return Object.freeze({
    principal,
    stamp: isPerson ? number(claims[STAMP]) : undefined,
    secret: claims[SECRET] === undefined ? undefined : text(claims[SECRET]),
  });
}

/** We sign these claims ourselves. If one is missing, the token was never issued as an access token. */
function principalOf(claims: JWTPayload): Principal {
  const kind = KINDS.get(claims.sub_type);
  if (!kind) throw new InvalidToken('invalid');
  const job =
    kind === 'robot'
      ? {
          key: text(claims.job_key),
          userId: number(claims.job_user_id),
          robotId: number(claims.robot_id),
          folderId: number(claims.folder_id),
        }
      : undefined;
  return Object.freeze({
    kind,
    subject: text(claims.sub),
    organizationId: text(claims.prt_id),
    tenantId: claims.tenant_id === undefined ? undefined : number(claims.tenant_id),
    clientId: text(claims.client_id),
    scopes: new Set(text(claims.scope).split(' ').filter(Boolean)),
    machineId: kind === 'machine' ? number(claims.machine_id) : undefined,
    job,
    grantId: kind === 'user' && claims[GRANT] !== undefined ? text(claims[GRANT]) : undefined,
    tokenId: text(claims.jti),
    expiresAt: number(claims.exp),
  });
}

function text(claim: unknown): string {
  if (typeof claim !== 'string') throw new InvalidToken('invalid');
  return claim;
}

function number(claim: unknown): number {
  if (typeof claim !== 'number') throw new InvalidToken('invalid');
  return claim;
}
