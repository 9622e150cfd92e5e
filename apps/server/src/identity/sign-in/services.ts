import type { FastifyBaseLogger } from 'fastify';
import type { Provider } from 'oidc-provider';
import type { Database } from '../../kernel/db/sql.ts';
import type { Sealer } from '../../kernel/secrets/seal.ts';
import type { SigningKeys } from '../keys/signing-keys.ts';
import type { CheckPassword } from './check-password.ts';
import type { OutsideProviders } from './outside-provider.ts';

/** What the pages need. */
export interface SignInServices {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly keys: SigningKeys;
  readonly issuer: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly log: FastifyBaseLogger;
  readonly checkPassword: CheckPassword;
  readonly outside: OutsideProviders;
  /** Called when users or groups have changed, so that remembered rights are forgotten. */
  readonly onAccessChanged: () => void;
  /** The current one. A new signing key makes a new provider. */
  provider(): Provider;
}
