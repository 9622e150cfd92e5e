/**
 * What a token says of who calls, told by the server that gave it; nothing for one that only the server can
 * read.
 */
export interface Claims {
  /** Of the organization. */
  readonly prt_id?: string;
  readonly preferred_username?: string;
  readonly name?: string;
  readonly sub?: string;
}

export function claimsOf(token: string): Claims {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Claims;
  } catch {
    return {};
  }
}
