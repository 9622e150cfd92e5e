/** The form of a GUID, for patterns that hold more than it; they ignore case. PostgreSQL reads it too. */
export const GUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

const PLAIN = new RegExp(`^${GUID}$`, 'i');

export const isGuid = (text: string): boolean => PLAIN.test(text);

/** A GUID as it is stored, from one that may stand in braces; undefined for what is none. */
export function readGuid(text: string): string | undefined {
  const plain = text.startsWith('{') && text.endsWith('}') ? text.slice(1, -1) : text;
  return isGuid(plain) ? plain.toLowerCase() : undefined;
}
