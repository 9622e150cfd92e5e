import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import type { Provider } from 'oidc-provider';
import type { Principal } from '../kernel/auth/principal.ts';
import type { Database, Queryable } from '../kernel/db/sql.ts';
import { remember } from '../kernel/remember.ts';
import type { Sealer } from '../kernel/secrets/seal.ts';
import { type FindMachineClient, findFacts } from './clients/clients.ts';
import { openSigningKeys, type SigningKey } from './keys/signing-keys.ts';
import { mailSender, type SendMails } from './mail/send-mails.ts';
import { createMailer, type MailOptions } from './mail/transport.ts';
import { type AuthenticateAnswer, type AuthenticateInput, authenticate } from './passwords/authenticate.ts';
import { warmUpPasswords } from './passwords/passwords.ts';
import { createProvider } from './provider/provider.ts';
import { removeExpired } from './remove-expired.ts';
import { passwordChecker } from './sign-in/check-password.ts';
import { outsideProviders } from './sign-in/outside-provider.ts';
import type { SignInServices } from './sign-in/services.ts';
import { type IssueToken, tokenIssuer } from './tokens/issue-token.ts';
import { createRevocations } from './tokens/revocation.ts';
import { bearerVerifier } from './tokens/verify-token.ts';
import { findUser } from './users/users.ts';

export interface IdentityOptions {
  readonly db: Database;
  readonly sealer: Sealer;
  /** `https://host/identity`, the same on all nodes, because it stands in every token. */
  readonly issuer: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly log: FastifyBaseLogger;
  readonly findMachineClient: FindMachineClient;
  /** Whether a job is not final. A robot's token ends with its job. */
  readonly isJobLive: (jobKey: string) => Promise<boolean>;
  /** Of tokens from the token endpoint. Default: 3600. */
  readonly tokenLifetimeSeconds?: number;
  /** See sign-in/check-password.ts. */
  readonly refusalMs?: number;
  /** Called when SCIM or a sign-in from outside has changed users or groups. */
  readonly onAccessChanged?: () => void;
  /** By default, files in a folder in the system's temporary one. */
  readonly mail?: Partial<Omit<MailOptions, 'clock'>>;
}

export interface Identity {
  readonly issuer: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Answers a request to one of the OpenID Connect endpoints (mount.ts). */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** For the pages (mount.ts). */
  readonly signIn: SignInServices;
  readonly issueToken: IssueToken;
  /** Throws InvalidToken, a 401. */
  verifyToken(token: string): Promise<Principal>;
  revokeToken(token: Pick<Principal, 'tokenId' | 'expiresAt'>): Promise<void>;
  signInWithPassword(input: AuthenticateInput): Promise<AuthenticateAnswer>;
  /**
   * From now on a new key signs. What the old ones signed stays good until it expires. Answers the new kid.
   */
  rotateKeys(): Promise<string>;
  /**
   * Sends the mails that are due (mail/send-mails.ts). Call it when one is written, and from time to time.
   */
  readonly sendMails: SendMails;
  /** Removes what is over (remove-expired.ts); call now and then. */
  removeExpired(): Promise<number>;
}

const MAIL: Omit<MailOptions, 'clock'> = {
  smtpUrl: undefined,
  from: 'Baton <baton@localhost>',
  outboxFolder: join(tmpdir(), 'baton-outbox'),
};

export async function createIdentity(options: IdentityOptions): Promise<Identity> {
  const { db, issuer, clock } = options;
  const [keys] = await Promise.all([openSigningKeys(options), warmUpPasswords()]);
  const issue = tokenIssuer({ keys, issuer, clock });
  const readKeys = remember({ what: 'signing keys', clock, keyOf: () => 'all', ask: keys.refresh });
  // Another node may already sign with a new key. Then this one signs with it too, and publishes it. While
  // the database cannot be asked, the known keys are used.
  const freshKeys = (): Promise<void> => readKeys(undefined).catch(() => undefined);
  const issueToken: IssueToken = async (input) => {
    await freshKeys();
    return input.kind === 'user' && input.stamp === undefined
      ? issue({ ...input, stamp: (await findUser(db, input.subject))?.stamp ?? 0 })
      : issue(input);
  };
  const checkPassword = passwordChecker(options);
  const revocations = createRevocations(db, clock);
  const verifyBearer = bearerVerifier({
    keys,
    clock,
    isRevoked: revocations.isRevoked,
    isJobLive: options.isJobLive,
    isUserActive: ({ principal: { subject, grantId }, stamp }) => isUserActive(db, subject, stamp!, grantId),
    findFacts: (kind, clientId) => findFacts(db, options.findMachineClient, kind, clientId),
  });

  let serving: { readonly keys: readonly SigningKey[]; readonly provider: Provider } | undefined;
  function provider(): Provider {
    if (serving?.keys !== keys.all()) {
      const { tokenLifetimeSeconds = 3600 } = options;
      const { revoke: revokeToken } = revocations;
      const made = createProvider({
        ...options,
        keys,
        checkPassword,
        verifyBearer,
        revokeToken,
        tokenLifetimeSeconds,
      });
      serving = { keys: keys.all(), provider: made };
    }
    return serving.provider;
  }
  provider(); // an impossible issuer is found now, not by the first request

  const handlers = new WeakMap<Provider, Identity['handle']>();
  function handlerOf(of: Provider): Identity['handle'] {
    const known = handlers.get(of) ?? of.callback();
    handlers.set(of, known);
    return known;
  }
  const onAccessChanged = options.onAccessChanged ?? (() => undefined);
  const signIn: SignInServices = {
    ...options,
    keys,
    checkPassword,
    provider,
    onAccessChanged,
    outside: outsideProviders({
      ...options,
      onAccessChanged,
      refused: (why) => options.log.warn(why, 'an outside sign-in was refused'),
    }),
  };

  return {
    issuer,
    clock,
    async handle(request, response) {
      await freshKeys();
      await handlerOf(provider())(request, response);
    },
    signIn,
    issueToken,
    verifyToken: async (token) => (await verifyBearer(token)).principal,
    revokeToken: revocations.revoke,
    signInWithPassword: (input) => authenticate({ db, checkPassword, issueToken }, input),
    sendMails: mailSender({ ...options, send: createMailer({ ...MAIL, ...options.mail, clock }) }),
    rotateKeys: keys.rotate,
    removeExpired: () => removeExpired(db, clock),
  };
}

/** Whether the user is enabled and let in, still has the same password, and the grant was not taken back. */
async function isUserActive(
  db: Queryable,
  userId: string,
  stamp: number,
  grantId: string | undefined,
): Promise<boolean> {
  const row = await db.first({
    name: 'identity-is-user-active',
    text: `select from identity_users u
            where id = $1 and is_active and session_stamp = $2 and may_enter(u)
              and ($3::text is null or exists (select from oidc_records where kind = 'Grant' and id = $3))`,
    values: [userId, stamp, grantId],
  });
  return row !== undefined;
}
