import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * The installation's encryption keys: from the configuration, else from a file beside the embedded database
 * that only its owner may read. With the operator's own database the key must be configured, because all
 * nodes need the same one.
 */
export async function encryptionKeys(config: {
  readonly encryptionKeys: readonly string[];
  readonly databaseUrl: string | undefined;
  readonly dataFolder: string;
}): Promise<[Buffer, ...Buffer[]]> {
  if (config.encryptionKeys.length > 0) return decodeKeys(config.encryptionKeys) as [Buffer, ...Buffer[]];
  if (config.databaseUrl) {
    throw new Error(
      'BATON_ENCRYPTION_KEY: is needed together with DATABASE_URL, the same on every node (openssl rand -base64 32).',
    );
  }
  return [await keyFile(join(config.dataFolder, 'keys', 'encryption.key'))];
}

/** As they are configured. */
export function decodeKeys(texts: readonly string[]): readonly Buffer[] {
  const keys = texts.map((text) => Buffer.from(text, 'base64'));
  const wrong = keys.findIndex((key) => key.length !== 32);
  if (wrong < 0) return keys;
  throw new Error(
    `BATON_ENCRYPTION_KEY: key ${wrong + 1} of ${keys.length} has ${keys[wrong]!.length} bytes in base64, and not 32 (openssl rand -base64 32).`,
  );
}

async function keyFile(path: string): Promise<Buffer> {
  const present = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  if (present) return readKey(path, present);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, `${randomBytes(32).toString('base64')}\n`, {
    mode: 0o600,
    flag: 'wx',
    flush: true,
  });
  // Whoever links first has made the key, and the other one reads it.
  await link(temporary, path).catch(() => undefined);
  await rm(temporary);
  return readKey(path, await readFile(path, 'utf8'));
}

function readKey(path: string, text: string): Buffer {
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length === 32) return key;
  throw new Error(
    `${path}: holds ${key.length} bytes in base64, and an encryption key has 32. Put back the file as it was, or name the key in BATON_ENCRYPTION_KEY.`,
  );
}
