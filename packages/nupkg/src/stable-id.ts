import { createHash } from 'node:crypto';

/**
 * The namespace of the ids that Baton derives (RFC 9562, version 5). Never change it, because
 * the ids are stored.
 */
const NAMESPACE = Buffer.from('3f0d6c0e5a5b4d0b9d1f0b8f7c1e2a64', 'hex');

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The GUID of an entry point that has none of its own. It is the same for every version of the package. */
export function stableId(packageId: string, path: string): string {
  // Ids of NuGet ignore case. Paths, which may be function names, do not.
  const hash = createHash('sha1').update(NAMESPACE).update(`${packageId.toLowerCase()}/${path}`).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The GUID in lower case without braces, or null for a text that is no GUID. */
export function normalizeGuid(text: string): string | null {
  const plain = text
    .trim()
    .replace(/^\{(.*)\}$/, '$1')
    .toLowerCase();
  return GUID.test(plain) ? plain : null;
}
