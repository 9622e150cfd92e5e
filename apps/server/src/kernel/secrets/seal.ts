import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { BoundedMap } from '../bounded-map.ts';

/**
 * Encryption of secrets at rest: AES-256-GCM under a key derived for each purpose from the one key of the
 * installation. What is sealed for one purpose does not open for another. Layout: version 1, key id (4),
 * nonce (12), tag (16), ciphertext.
 */
export interface Sealer {
  seal(plain: Buffer, purpose: string): Buffer;
  /** Throws when the text was changed, sealed for another purpose, or under a key that is not known here. */
  open(sealed: Buffer, purpose: string): Buffer;
}

/** What keys are called in errors and in the log: they tell them apart, and say nothing of them. */
export const keyId = (key: Buffer): string => idOf(key).toString('hex');

const idOf = (key: Buffer): Buffer => createHash('sha256').update(key).digest().subarray(0, 4);

/** A key that was in use once is not configured here. */
class KeyMissing extends Error {
  override readonly name = 'KeyMissing';
  constructor(missing: string, known: readonly string[]) {
    super(
      `A secret was sealed with the encryption key ${missing}, and here are ${known.join(', ')}: ` +
        'BATON_ENCRYPTION_KEY needs that one too, behind the first, separated by a comma',
    );
  }
}

/** The first key seals. The others only open what was sealed before a rotation. Each has 32 bytes. */
export function createSealer(keys: readonly [Buffer, ...Buffer[]]): Sealer {
  for (const key of keys) if (key.length !== 32) throw new Error('An encryption key must be 32 bytes long.');
  const byId = new Map(keys.map((key) => [keyId(key), key]));
  // Each person has purposes of their own: without a bound they would be as many.
  const derived = new BoundedMap<string, Buffer>(1000);
  const keyFor = (key: Buffer, purpose: string): Buffer => {
    const name = `${keyId(key)} ${purpose}`;
    let result = derived.get(name);
    if (!result) {
      result = Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `baton ${purpose}`, 32));
      derived.set(name, result);
    }
    return result;
  };
  return {
    seal(plain, purpose) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', keyFor(keys[0], purpose), nonce);
      const body = Buffer.concat([cipher.update(plain), cipher.final()]);
      return Buffer.concat([Buffer.of(1), idOf(keys[0]), nonce, cipher.getAuthTag(), body]);
    },
    open(sealed, purpose) {
      if (sealed.length < 33 || sealed[0] !== 1) throw new Error('This is not a sealed secret.');
      const id = sealed.subarray(1, 5).toString('hex');
      const key = byId.get(id);
      if (!key) throw new KeyMissing(id, [...byId.keys()]);
      const decipher = createDecipheriv('aes-256-gcm', keyFor(key, purpose), sealed.subarray(5, 17));
      decipher.setAuthTag(sealed.subarray(17, 33));
      return Buffer.concat([decipher.update(sealed.subarray(33)), decipher.final()]);
    },
  };
}
