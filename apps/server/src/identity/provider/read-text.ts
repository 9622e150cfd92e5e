import type { Readable } from 'node:stream';

const MOST_BYTES = 56 * 1024; // the same as in oidc-provider

/** A body. Undefined if it is too long to be one of our forms. */
export async function readText(stream: Readable): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    bytes += (chunk as Buffer).length;
    if (bytes > MOST_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
