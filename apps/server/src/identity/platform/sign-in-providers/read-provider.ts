import { invalid } from '../../../kernel/errors.ts';
import { parseJson } from '../../../kernel/json/parse-json.ts';
import { isLoopback } from '../../clients/clients.ts';
import { type ClaimName, DEFAULT_CLAIMS } from '../../sign-in/outside-person.ts';
import type { GivenProvider } from '../../sign-in/save-outside-provider.ts';

type Members = Readonly<Record<string, unknown>>;

export interface Named {
  readonly organizationId: string;
  readonly displayName: string;
  readonly authority: string;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly isActive: boolean;
  readonly settings: unknown;
}

/** Reads the API's form of a provider for the sign-in. `at` is its place in the body, for refusals. */
export function readProvider(given: Named, at = ''): GivenProvider {
  const settings = readSettings(given.settings, `${at}settings`);
  const { scopes = 'openid profile email', provisions = true } = settings;
  if (typeof scopes !== 'string' || !scopes.split(' ').includes('openid'))
    throw invalid(`${at}settings.scopes`, 'must be names with spaces between them, openid among them');
  if (typeof provisions !== 'boolean') throw invalid(`${at}settings.provisions`, 'must be true or false');
  return {
    organizationId: given.organizationId,
    name: given.displayName,
    issuer: readAuthority(given.authority, `${at}authority`),
    clientId: given.clientId,
    clientSecret: given.clientSecret,
    isActive: given.isActive,
    scopes,
    provisions,
    claims: readTexts(settings.claims, `${at}settings.claims`, Object.keys(DEFAULT_CLAIMS)) as Partial<
      Record<ClaimName, string>
    >,
    groups: readTexts(settings.groups, `${at}settings.groups`),
    at,
  };
}

/**
 * Without TLS, only a provider on the same machine is allowed. Somebody who listens in between could sign
 * in as anybody.
 */
function readAuthority(text: string, at: string): string {
  if (URL.parse(text)?.protocol !== 'https:' && !isLoopback(text))
    throw invalid(at, 'must be an https:// address');
  return text;
}

function readSettings(given: unknown, at: string): Members {
  let value: unknown = given ?? {};
  if (typeof value === 'string') {
    try {
      value = value.trim() === '' ? {} : parseJson(value);
    } catch {
      throw invalid(at, 'is not JSON');
    }
  }
  if (!isObject(value)) throw invalid(at, 'must be a JSON object');
  return value;
}

function readTexts(given: unknown, at: string, names?: readonly string[]): Readonly<Record<string, string>> {
  const value = given ?? {};
  if (!isObject(value)) throw invalid(at, 'must be an object of texts');
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw invalid(`${at}.${name}`, 'must be a text');
    if (names && !names.includes(name)) throw invalid(`${at}.${name}`, `must be one of ${names.join(', ')}`);
  }
  return value as Record<string, string>;
}

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
