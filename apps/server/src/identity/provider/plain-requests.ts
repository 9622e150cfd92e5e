import type { IncomingMessage } from 'node:http';
import { type Context, errors, type Next } from 'oidc-provider';
import { factsOf } from '../clients/clients.ts';
import { userScopes } from '../clients/grant-scopes.ts';
import { splitScope } from '../clients/scopes.ts';
import { ROUTES } from '../routes.ts';
import { readText } from './read-text.ts';

/** The organization of the request, as it was named in the URL or in `acr_values`. */
export const ORGANIZATION = 'organization_hint';

const AS_GET: ReadonlySet<string> = new Set([ROUTES.authorization, ROUTES.end_session]);

/** With these, oidc-provider requires `openid`, which real clients leave out. */
const OF_OPENID = ['acr_values', 'claims', 'claims_locales', 'id_token_hint', 'max_age', 'nonce'];

/**
 * Normalizes authorization requests of real clients: empty parameters, sloppy scopes, foreign resources,
 * `acr_values=tenantName:Acme`. A POST becomes a GET, so that cookies may stay SameSite=Lax.
 */
export async function plainAuthorization(ctx: Context, next: Next): Promise<unknown> {
  const { address } = ctx.request.req as IncomingMessage & { address?: { readonly organization?: string } };
  if (ctx.method === 'POST' && AS_GET.has(ctx.path)) {
    const form = new URLSearchParams((await readText(ctx.req)) ?? '');
    if (address?.organization && ctx.path === ROUTES.authorization)
      form.append(ORGANIZATION, address.organization);
    ctx.status = 303;
    ctx.set('location', `/identity${ctx.path}?${form}`);
    return undefined;
  }
  if (ctx.path !== ROUTES.authorization) return next();
  const given = new URLSearchParams(ctx.request.querystring);
  const params = plainParams(given);
  if (address?.organization && !params.has(ORGANIZATION)) params.set(ORGANIZATION, address.organization);
  ctx.request.querystring = params.toString();
  return next();
}

/**
 * oidc-provider sends a code from the link on by a script of its own. Our page has a field that is
 * already filled in.
 */
export async function plainDeviceLink(ctx: Context, next: Next): Promise<unknown> {
  if (ctx.path === ROUTES.code_verification && ctx.method === 'GET' && ctx.query.user_code) {
    ctx.request.querystring = new URLSearchParams({ code: String(ctx.query.user_code) }).toString();
  }
  return next();
}

export function plainParams(given: URLSearchParams): URLSearchParams {
  const params = new URLSearchParams([...given].filter(([, value]) => value !== ''));
  params.delete('resource');
  const scopes = splitScope(params.get('scope') ?? undefined);
  // A parameter that comes twice is left as it is, so that oidc-provider refuses it.
  if (scopes.length > 0 && params.getAll('scope').length === 1) params.set('scope', scopes.join(' '));
  const acr = splitScope(params.get('acr_values') ?? undefined);
  const organization = acr.map((each) => /^tenant(?:Name)?:(.+)$/i.exec(each)?.[1]).find(Boolean);
  if (organization) {
    params.set(ORGANIZATION, organization);
    const rest = acr.filter((each) => !/^tenant(Name)?:/i.test(each));
    if (rest.length > 0) params.set('acr_values', rest.join(' '));
    else params.delete('acr_values');
  }
  if (!scopes.includes('openid')) for (const name of OF_OPENID) params.delete(name);
  return params;
}

/**
 * Our rules for scopes run where oidc-provider calls the validators of extra parameters. That is after its
 * own check, which drops unknown scopes silently, and `offline_access` unless `prompt=consent` is there too.
 */
export function checkScopes({ oidc, query }: Context): void {
  const { params, client } = oidc;
  if (!client || !params) return;
  // In a device's request it is already normalized (read-form.ts), and so is the query (above).
  const asked = (oidc.body?.scope ?? query.scope) as string | undefined;
  const scopes = userScopes(factsOf(client), asked);
  if (scopes.length === 0) throw new errors.InvalidScope('no scope is registered for the client');
  params.scope = scopes.join(' ');
}
