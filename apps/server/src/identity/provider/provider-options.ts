import type { IncomingMessage } from 'node:http';
import type { FastifyBaseLogger } from 'fastify';
import type { Database } from '../../kernel/db/sql.ts';
import type { Sealer } from '../../kernel/secrets/seal.ts';
import type { FindMachineClient } from '../clients/clients.ts';
import type { SigningKeys } from '../keys/signing-keys.ts';
import type { CheckPassword } from '../sign-in/check-password.ts';
import type { Bearer } from '../tokens/verify-token.ts';

export interface ProviderOptions {
  readonly issuer: string;
  readonly db: Database;
  readonly sealer: Sealer;
  readonly keys: SigningKeys;
  readonly log: FastifyBaseLogger;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly findMachineClient: FindMachineClient;
  readonly checkPassword: CheckPassword;
  readonly verifyBearer: (token: string) => Promise<Bearer>;
  readonly revokeToken: (token: { readonly tokenId: string; readonly expiresAt: number }) => Promise<void>;
  readonly tokenLifetimeSeconds: number;
}

/** What comes from Fastify's side of a request. oidc-provider reads bodies and answers by itself. */
export type Incoming = IncomingMessage & {
  /** The part before the path. */
  readonly address?: { readonly organization?: string };
  /** The caller's address. Behind a proxy it is not the connection's. */
  source?: string;
};
