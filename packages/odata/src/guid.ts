/** The form of a GUID, for use in larger patterns that ignore case. PostgreSQL reads it too. */
export const GUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

const PLAIN = new RegExp(`^${GUID}$`, 'i');

export const isGuid = (text: string): boolean => PLAIN.test(text);

/** Reads a GUID, which may be in braces, into its stored form; undefined for anything else. */
export function readGuid(text: string): string | undefined {
  const plain = text.startsWith('{') && text.endsWith('}') ? text.slice(1, -1) : text;
  return isGuid(plain) ? plain.toLowerCase() : undefined;
}
