/**
 * What a token says about its caller; empty for a token that only the server can read. The signature is not
 * checked, because the token came from the server itself.
 */
export interface Claims {
  /** The id of the organization. */
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
