import type { Readable } from 'node:stream';

const MOST_BYTES = 56 * 1024; // as oidc-provider itself

/** A body; undefined where it is too long to be a form of ours. */
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
