import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger } from 'fastify';
import sql from 'sql-template-tag';
import type { Principal } from '../kernel/auth/principal.ts';
import type { Database, Queryable } from '../kernel/db/sql.ts';
import type { Sealer } from '../kernel/secrets/seal.ts';
import { removeExpired } from './adapter.ts';
import { type AuthenticateAnswer, type AuthenticateInput, authenticate } from './authenticate.ts';
import type { FindMachineClient } from './clients.ts';
import { type IssueToken, tokenIssuer } from './issue-token.ts';
import { openSigningKeys, type SigningKey } from './keys.ts';
import { warmUpPasswords } from './passwords.ts';
import { createProvider } from './provider.ts';
import { createRevocations } from './revocation.ts';
import { passwordChecker } from './sign-in.ts';
import { findUser } from './users.ts';
import { tokenVerifier } from './verify-token.ts';

export interface IdentityOptions {
  readonly db: Database;
  readonly sealer: Sealer;
  /** `https://host/identity`, the same on all nodes: it stands in every token. */
  readonly issuer: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly log: FastifyBaseLogger;
  readonly findMachineClient: FindMachineClient;
  /** Whether a job is not final: tokens of robots end with it. */
  readonly isJobLive: (jobKey: string) => Promise<boolean>;
  /** Of the token endpoint's tokens, default 3600. */
  readonly tokenLifetimeSeconds?: number;
  /** See sign-in.ts. */
  readonly refusalMs?: number;
}

export interface Identity {
  readonly issuer: string;
  /** Answers a request to one of the OpenID Connect endpoints (mount.ts). */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  readonly issueToken: IssueToken;
  /** Throws InvalidToken, a 401. */
  verifyToken(token: string): Promise<Principal>;
  revokeToken(token: Pick<Principal, 'tokenId' | 'expiresAt'>): Promise<void>;
  signInWithPassword(input: AuthenticateInput): Promise<AuthenticateAnswer>;
  /**
   * From now on a new key signs; what the old ones signed stays good until it expires. Answers the new kid.
   */
  rotateKeys(): Promise<string>;
  /** Housekeeping; call now and then. */
  removeExpired(): Promise<number>;
}

export async function createIdentity(options: IdentityOptions): Promise<Identity> {
  const { db, issuer, clock } = options;
  const [keys] = await Promise.all([openSigningKeys(options), warmUpPasswords()]);
  const issueToken = tokenIssuer({ keys, issuer, clock });
  const checkPassword = passwordChecker(options);
  const revocations = createRevocations(db, clock);
  const verifyToken = tokenVerifier({
    keys,
    issuer,
    clock,
    isRevoked: revocations.isRevoked,
    isJobLive: options.isJobLive,
    isSubjectActive: (principal) => isSubjectActive(db, options.findMachineClient, principal),
  });

  type Handle = Identity['handle'];
  let serving: { readonly keys: readonly SigningKey[]; readonly handle: Handle } | undefined;
  function handler(): Handle {
    if (serving?.keys !== keys.all()) {
      const { tokenLifetimeSeconds = 3600 } = options;
      const provider = createProvider({ ...options, keys, checkPassword, tokenLifetimeSeconds });
      serving = { keys: keys.all(), handle: provider.callback() };
    }
    return serving.handle;
  }
  handler(); // an issuer that cannot be one is found now, not by the first request

  return {
    issuer,
    handle: (request, response) => handler()(request, response),
    issueToken,
    verifyToken,
    revokeToken: revocations.revoke,
    signInWithPassword: (input) => authenticate({ db, checkPassword, issueToken }, input),
    rotateKeys: keys.rotate,
    removeExpired: () => removeExpired(db, clock),
  };
}

async function isSubjectActive(
  db: Queryable,
  findMachineClient: FindMachineClient,
  { kind, subject, clientId }: Principal,
): Promise<boolean> {
  switch (kind) {
    case 'user':
      return (await findUser(db, subject)) !== undefined;
    case 'app':
      return (await db.first(sql`select from external_apps where client_id = ${clientId}`)) !== undefined;
    case 'machine':
      return (await findMachineClient(clientId))?.machineKey === subject;
    case 'robot':
      return true; // its job says
  }
}
