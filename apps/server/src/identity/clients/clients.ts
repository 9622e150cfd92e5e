import { timingSafeEqual } from 'node:crypto';
import { isGuid } from '@baton/odata/guid';
import type { AdapterPayload, Client } from 'oidc-provider';
import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { hashOfSecret } from '../../kernel/secrets/secret.ts';

/**
 * A robot's agent as a client. Its id is the machine's license key. Machines belong to another area, so they
 * are looked up through this function.
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

/** What we know about a client and oidc-provider does not ask for. */
export type ClientFacts = { readonly secrets: readonly Secret[] } & (
  | {
      readonly kind: 'app';
      readonly organizationId: string;
      readonly appScopes: readonly string[];
      readonly userScopes: readonly string[];
    }
  | {
      readonly kind: 'machine';
      readonly organizationId: string;
      readonly machineId: number;
      readonly machineKey: string;
      readonly tenantId: number;
    }
  /** Comes with the product. It serves people of every organization and needs no consent. */
  | { readonly kind: 'first-party' }
);

/** Undefined is the organization of the person who signs in. */
export const organizationOf = (facts: ClientFacts): string | undefined =>
  facts.kind === 'first-party' ? undefined : facts.organizationId;

/** The name of the extra metadata that carries ClientFacts through oidc-provider. */
export const FACTS = 'facts';

export const factsOf = (client: Client): ClientFacts => client[FACTS] as ClientFacts;

/**
 * The mark of the given secret, or undefined if the client has no such secret. Every secret is compared, so
 * the time it takes does not tell which one matches, or whether one does.
 */
export function findSecret(facts: ClientFacts, secret: string, now: number): string | undefined {
  const given = hashOfSecret(secret);
  let found: string | undefined;
  for (const known of facts.secrets) {
    if (timingSafeEqual(given, Buffer.from(known.hash, 'hex')) && isGood(known, now)) found = markOf(known);
  }
  return found;
}

const isGood = ({ expiresAt }: Secret, now: number): boolean => expiresAt === null || now < expiresAt;
/** Tells the secrets of a client apart in tokens. 64 bits of the hash of 256 random bits reveal nothing. */
const markOf = ({ hash: digest }: Secret): string => digest.slice(0, 16);

export const hasSecret = (facts: ClientFacts, mark: string, now: number): boolean =>
  facts.secrets.some((known) => markOf(known) === mark && isGood(known, now));

/** What the client of a token holds now. Undefined if the client is gone. */
export async function findFacts(
  db: Queryable,
  findMachine: FindMachineClient,
  kind: 'app' | 'machine',
  clientId: string,
): Promise<ClientFacts | undefined> {
  const found = kind === 'app' ? findApplication(db, clientId) : findMachineMetadata(findMachine, clientId);
  return (await found)?.[FACTS] as ClientFacts | undefined;
}

/**
 * A client with a row of its own. Clients that come with the product, and ways to sign in without a
 * client, have none.
 */
export const isRegistered = (clientId: string): boolean =>
  isGuid(clientId) && !FIRST_PARTY.has(clientId.toLowerCase());

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/** The account page signs in as this client (sign-in/account.ts). */
export const ACCOUNT_CLIENT = '6d3ff1c5-3e4f-4f9b-9a52-0c1d7f0b7a11';

/** The console signs in as this client (apps/console/src/api/session.ts). */
const CONSOLE_CLIENT = '9f0a7d52-2c1e-4d7b-b6a3-5e8c4f1d2b60';

/**
 * `baton login` signs in as this client, at a port of the person's own machine or by a code on another one.
 */
export const COMMAND_CLIENT = '0b3c2f64-57a1-4b7e-8d0a-93f1c1a4be26';

/** Command line tools that people already have use this id, and listen on any port (clients.md 18). */
const FIRST_PARTY: ReadonlyMap<
  string,
  { readonly name: string; readonly redirectUris: (issuer: string) => readonly string[] }
> = new Map([
  [
    '36dea5b8-e8bb-423d-8e7b-c808df8f1c00',
    {
      name: 'Command line',
      redirectUris: () => ['http://localhost/oidc/login', 'http://127.0.0.1/oidc/login'],
    },
  ],
  [COMMAND_CLIENT, { name: 'Baton command', redirectUris: () => ['http://127.0.0.1/signed-in'] }],
  [
    CONSOLE_CLIENT,
    { name: 'Baton console', redirectUris: (issuer: string) => [`${new URL(issuer).origin}/signed-in`] },
  ],
  [ACCOUNT_CLIENT, { name: 'Baton', redirectUris: (issuer: string) => [`${issuer}/account`] }],
]);

/** Clients that come with the product and act for people outside of its own pages. */
export const PRODUCTS: readonly { readonly id: string; readonly name: string }[] = [...FIRST_PARTY]
  .filter(([id]) => id !== ACCOUNT_CLIENT && id !== CONSOLE_CLIENT)
  .map(([id, { name }]) => ({ id, name }));

/** Plain http that stays on one machine, such as a port where a command line tool waits. */
export function isLoopback(uri: string): boolean {
  const url = URL.parse(uri);
  return url?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
}

/** A bad address among the registered ones must not make the others useless. */
const isUsable = (uri: string): boolean =>
  URL.canParse(uri) && !uri.includes('#') && !/^(javascript|vbscript|data|blob|file|about):/i.test(uri);

/**
 * The metadata of a client as oidc-provider reads it from its adapter. It is read for each request, so
 * changes count at once.
 */
export async function findClient(
  db: Queryable,
  findMachine: FindMachineClient,
  id: string,
  issuer = '',
): Promise<AdapterPayload | undefined> {
  const clientId = id.toLowerCase();
  if (!isGuid(clientId)) return undefined;
  const product = FIRST_PARTY.get(clientId);
  if (product) return firstParty(clientId, product.name, product.redirectUris(issuer));
  return (await findApplication(db, clientId)) ?? (await findMachineMetadata(findMachine, clientId));
}

interface ApplicationRow {
  readonly organization_id: string;
  readonly name: string;
  readonly redirect_uris: string[];
  readonly is_confidential: boolean;
  readonly app_scopes: string[];
  readonly user_scopes: string[];
  readonly secrets: Secret[];
}

async function findApplication(db: Queryable, clientId: string): Promise<AdapterPayload | undefined> {
  const row = await db.first<ApplicationRow>(sql`
    select organization_id, name, redirect_uris, is_confidential, app_scopes, user_scopes,
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
  const forPeople = row.user_scopes.length > 0;
  const byItself = row.is_confidential ? ['client_credentials', ...(forPeople ? ['password'] : [])] : [];
  const uris = row.redirect_uris.filter(isUsable);
  return metadata(
    clientId,
    {
      client_name: row.name,
      ...(row.is_confidential ? {} : { token_endpoint_auth_method: 'none' }),
      ...(forPeople ? codeFlow(uris, byItself) : { grant_types: byItself }),
    },
    facts,
  );
}

/** Of services that people sign in to. The device flow needs no redirect URI. */
function codeFlow(uris: readonly string[], more: readonly string[]): Record<string, unknown> {
  const isNative = uris.some((uri) => !/^https?:/i.test(uri));
  // oidc-provider does not allow a client to have both an app's own scheme and plain http to another machine.
  const allowed = isNative ? uris.filter((uri) => !/^http:/i.test(uri) || isLoopback(uri)) : uris;
  return {
    application_type: isNative ? 'native' : 'web',
    redirect_uris: allowed,
    post_logout_redirect_uris: allowed,
    response_types: allowed.length > 0 ? ['code'] : [],
    grant_types: [
      ...(allowed.length > 0 ? ['authorization_code'] : []),
      'refresh_token',
      DEVICE_GRANT,
      ...more,
    ],
  };
}

const firstParty = (clientId: string, name: string, uris: readonly string[]): AdapterPayload =>
  metadata(
    clientId,
    { client_name: name, token_endpoint_auth_method: 'none', ...codeFlow(uris, []) },
    { kind: 'first-party', secrets: [] },
  );

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
    // oidc-provider wants a secret and never compares it: provider/provider.ts compares hashes instead.
    client_secret: 'only hashes are kept',
    token_endpoint_auth_method: 'client_secret_post',
    response_types: [],
    redirect_uris: [],
    ...more,
    [FACTS]: facts,
  };
}
