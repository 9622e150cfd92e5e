import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Config } from '../../config.ts';

/**
 * The installation's encryption keys: from the configuration, else from a file beside the embedded database that only its owner may
 * read. With a database of the operator's own the key must be configured, since every node needs the same.
 */
export async function encryptionKeys(
  config: Pick<Config, 'encryptionKeys' | 'databaseUrl' | 'dataFolder'>,
): Promise<[Buffer, ...Buffer[]]> {
  if (config.encryptionKeys.length > 0) {
    const keys = config.encryptionKeys.map((text) => Buffer.from(text, 'base64'));
    if (keys.some((key) => key.length !== 32)) {
      throw new Error('BATON_ENCRYPTION_KEY: each key must be 32 bytes in base64 (openssl rand -base64 32).');
    }
    return keys as [Buffer, ...Buffer[]];
  }
  if (config.databaseUrl) {
    throw new Error(
      'BATON_ENCRYPTION_KEY: is needed together with DATABASE_URL, the same on every node (openssl rand -base64 32).',
    );
  }
  return [await keyFile(join(config.dataFolder, 'keys', 'encryption.key'))];
}

async function keyFile(path: string): Promise<Buffer> {
  const present = await readFile(path, 'utf8').catch(() => undefined);
  if (present) return Buffer.from(present.trim(), 'base64');
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, `${randomBytes(32).toString('base64')}\n`, {
    mode: 0o600,
    flag: 'wx',
    flush: true,
  });
  // Whoever links first has made the key; the other reads it.
  await link(temporary, path).catch(() => undefined);
  await rm(temporary);
  return Buffer.from((await readFile(path, 'utf8')).trim(), 'base64');
}
