import type { Client } from '@baton/client/client';
import { Failure } from './failure.ts';
import { claimsOf } from './profiles/claims.ts';

/** The organization that the caller belongs to. Operations of Identity take it as a parameter. */
export async function organizationOf(client: Client): Promise<string> {
  const { prt_id: id } = claimsOf(await client.token());
  if (id) return id;
  throw new Failure("A personal access token cannot do this: sign in with 'baton login'.");
}
