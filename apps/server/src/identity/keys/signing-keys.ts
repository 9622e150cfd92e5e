import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from 'jose';
import sql from 'sql-template-tag';
import { MACHINE_CLOCK } from '../../kernel/clock.ts';
import type { Database, Queryable } from '../../kernel/db/sql.ts';
import type { Sealer } from '../../kernel/secrets/seal.ts';

export const ALGORITHM = 'RS256';
const MODULUS_BITS = 2048;

export interface SigningKey {
  readonly kid: string;
  readonly privateJwk: JWK;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly retired: boolean;
}

/** The keys of the installation, as this process knows them. All nodes share them through the database. */
export interface SigningKeys {
  /** The newest key that is not retired. */
  current(): SigningKey;
  /** Newest first. The array stays the same until something changes. */
  all(): readonly SigningKey[];
  find(kid: string): SigningKey | undefined;
  /** Reads the keys that other nodes have made. */
  refresh(): Promise<void>;
  /** Makes a new key and retires the others, which still verify. Answers its kid. */
  rotate(): Promise<string>;
}

export interface SigningKeysOptions {
  readonly db: Database;
  readonly sealer: Sealer;
  /** Milliseconds since 1970. Default: this machine's clock. */
  readonly clock?: () => number;
  /**
   * How long a retired key still verifies and is published, which is the longest life of anything that it
   * signed. Default: 8 days, because tokens of running jobs live for a week.
   */
  readonly retiredSeconds?: number;
}

interface KeyRow {
  readonly kid: string;
  readonly private_key: Buffer;
  readonly retired: boolean;
}

/**
 * Makes the first key if there is none. If several nodes start together, one makes it and the others wait.
 */
export async function openSigningKeys(options: SigningKeysOptions): Promise<SigningKeys> {
  const { db, sealer, clock = MACHINE_CLOCK.now, retiredSeconds = 8 * 24 * 3600 } = options;
  let keys: readonly SigningKey[] = [];

  async function refresh(): Promise<void> {
    const rows = await db.query<KeyRow>(sql`
      select kid, private_key, retired_at is not null as retired
        from signing_keys
       where retired_at is null or retired_at > ${new Date(clock() - retiredSeconds * 1000).toISOString()}
       order by created_at desc, kid`);
    const known = new Map(keys.map((key) => [stateOf(key), key]));
    const same = rows.length === keys.length && rows.every((row) => known.has(stateOf(row)));
    if (!same) keys = await Promise.all(rows.map((row) => known.get(stateOf(row)) ?? open(sealer, row)));
  }

  await db.transaction(async (tx) => {
    await lock(tx);
    const first = await tx.first(sql`select from signing_keys where retired_at is null limit 1`);
    if (!first) await generate(tx, sealer);
  });
  await refresh();

  return {
    current() {
      const key = keys.find(({ retired }) => !retired);
      if (!key) throw new Error('There is no key to sign tokens with.');
      return key;
    },
    all: () => keys,
    find: (kid) => keys.find((key) => key.kid === kid),
    refresh,
    async rotate() {
      const kid = await db.transaction(async (tx) => {
        await lock(tx);
        await tx.execute(
          sql`update signing_keys set retired_at = ${new Date(clock()).toISOString()} where retired_at is null`,
        );
        return generate(tx, sealer);
      });
      await refresh();
      return kid;
    },
  };
}

const stateOf = ({ kid, retired }: { readonly kid: string; readonly retired: boolean }): string =>
  `${kid} ${retired}`;

const purposeOf = (kid: string): string => `signing key ${kid}`;

const lock = (tx: Queryable): Promise<number> =>
  tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('baton signing keys', 0))`);

async function generate(tx: Queryable, sealer: Sealer): Promise<string> {
  const pair = await generateKeyPair(ALGORITHM, { modulusLength: MODULUS_BITS, extractable: true });
  const [privateJwk, publicJwk] = await Promise.all([exportJWK(pair.privateKey), exportJWK(pair.publicKey)]);
  const kid = await calculateJwkThumbprint(publicJwk);
  const sealed = sealer.seal(Buffer.from(JSON.stringify(privateJwk)), purposeOf(kid));
  // With clock_timestamp, because this transaction may have begun before one that held the lock earlier.
  await tx.execute(sql`
    insert into signing_keys (kid, private_key, public_key, created_at)
    values (${kid}, ${sealed}, ${JSON.stringify(publicJwk)}, clock_timestamp())`);
  return kid;
}

async function open(sealer: Sealer, { kid, private_key, retired }: KeyRow): Promise<SigningKey> {
  const jwk = JSON.parse(sealer.open(private_key, purposeOf(kid)).toString()) as JWK;
  const privateJwk: JWK = { ...jwk, kid, alg: ALGORITHM, use: 'sig' };
  const publicJwk: JWK = { kty: jwk.kty, n: jwk.n, e: jwk.e };
  const [privateKey, publicKey] = await Promise.all([
    importJWK(privateJwk, ALGORITHM),
    importJWK(publicJwk, ALGORITHM),
  ]);
  return {
    kid,
    privateJwk,
    privateKey: privateKey as CryptoKey,
    publicKey: publicKey as CryptoKey,
    retired,
  };
}
