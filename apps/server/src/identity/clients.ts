import { hash, timingSafeEqual } from 'node:crypto';
import type { AdapterPayload, Client } from 'oidc-provider';
import sql from 'sql-template-tag';
import type { Queryable } from '../kernel/db/sql.ts';

/**
 * A robot's agent as a client: its id is the machine's license key. Machines are not ours, so they are looked
 * up through this.
 */
export interface MachineClient {
  readonly machineId: number;
  readonly machineKey: string;
  readonly tenantId: number;
  readonly organizationId: string;
  /** SHA-256 of each secret. */
  readonly secretHashes: readonly Buffer[];
}

/** `clientId` is a GUID in lower case. Undefined for machines that are unknown or deleted. */
export type FindMachineClient = (clientId: string) => Promise<MachineClient | undefined>;

interface Secret {
  /** SHA-256, hexadecimal. */
  readonly hash: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number | null;
}

/** What we know of a client beyond what oidc-provider wants to know. */
export type ClientFacts = {
  readonly organizationId: string;
  readonly secrets: readonly Secret[];
} & (
  | { readonly kind: 'app'; readonly appScopes: readonly string[]; readonly userScopes: readonly string[] }
  | {
      readonly kind: 'machine';
      readonly machineId: number;
      readonly machineKey: string;
      readonly tenantId: number;
    }
);

/** Name of the extra metadata that carries ClientFacts through oidc-provider. */
export const FACTS = 'facts';

export const factsOf = (client: Client): ClientFacts => client[FACTS] as ClientFacts;

export const hashSecret = (secret: string): Buffer => hash('sha256', secret, 'buffer');

/** Every secret is compared, whichever matches: the time tells nothing of which, or whether. */
export function matchesSecret(facts: ClientFacts, secret: string, now: number): boolean {
  const given = hashSecret(secret);
  let matches = false;
  for (const { hash: known, expiresAt } of facts.secrets) {
    const isEqual = timingSafeEqual(given, Buffer.from(known, 'hex'));
    if (isEqual && (expiresAt === null || now < expiresAt)) matches = true;
  }
  return matches;
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * A client's metadata as oidc-provider reads them from its adapter; read anew for each request, so changes
 * count at once.
 */
export async function findClient(
  db: Queryable,
  findMachine: FindMachineClient,
  id: string,
): Promise<AdapterPayload | undefined> {
  const clientId = id.toLowerCase();
  if (!GUID.test(clientId)) return undefined;
  return (await findApplication(db, clientId)) ?? (await findMachineMetadata(findMachine, clientId));
}

interface ApplicationRow {
  readonly organization_id: string;
  readonly is_confidential: boolean;
  readonly app_scopes: string[];
  readonly user_scopes: string[];
  readonly secrets: Secret[];
}

async function findApplication(db: Queryable, clientId: string): Promise<AdapterPayload | undefined> {
  const row = await db.first<ApplicationRow>(sql`
    select organization_id, is_confidential, app_scopes, user_scopes,
           (select coalesce(json_agg(json_build_object('hash', encode(hash, 'hex'),
                     'expiresAt', floor(extract(epoch from expires_at) * 1000)) order by id), '[]')
              from external_app_secrets s where s.client_id = a.client_id) as secrets
      from external_apps a where client_id = ${clientId}`);
  if (!row) return undefined;
  const facts: ClientFacts = {
    kind: 'app',
    organizationId: row.organization_id,
    secrets: row.secrets,
    appScopes: row.app_scopes,
    userScopes: row.user_scopes,
  };
  if (!row.is_confidential)
    return metadata(clientId, { token_endpoint_auth_method: 'none', grant_types: [] }, facts);
  const password = row.user_scopes.length > 0 ? ['password'] : [];
  return metadata(clientId, { grant_types: ['client_credentials', ...password] }, facts);
}

async function findMachineMetadata(
  findMachine: FindMachineClient,
  clientId: string,
): Promise<AdapterPayload | undefined> {
  const machine = await findMachine(clientId);
  if (!machine) return undefined;
  const { secretHashes, ...rest } = machine;
  return metadata(
    clientId,
    { grant_types: ['client_credentials'] },
    {
      kind: 'machine',
      ...rest,
      secrets: secretHashes.map((each) => ({ hash: each.toString('hex'), expiresAt: null })),
    },
  );
}

function metadata(clientId: string, more: Record<string, unknown>, facts: ClientFacts): AdapterPayload {
  return {
    client_id: clientId,
    // Asked for, and never compared: provider.ts compares hashes instead.
    client_secret: 'only hashes are kept',
    token_endpoint_auth_method: 'client_secret_post',
    // The code flow and its redirect_uris come with the login page.
    response_types: [],
    redirect_uris: [],
    ...more,
    [FACTS]: facts,
  };
}
