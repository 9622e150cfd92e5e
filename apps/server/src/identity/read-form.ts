import { Readable } from 'node:stream';
import type { Context, Next } from 'oidc-provider';
import { plainParams } from './plain-requests.ts';
import { readText } from './read-text.ts';
import { ROUTES } from './routes.ts';
import { splitScope } from './scopes.ts';

const FORM = 'application/x-www-form-urlencoded';

/**
 * oidc-provider reads forms only, and strictly; real clients also send JSON (clients.md 2) and sloppy scopes.
 * So the body is read here, made plain, and handed on as the form that oidc-provider expects.
 */
export async function readForm(ctx: Context, next: Next): Promise<unknown> {
  const type = ctx.is('application/json') ? 'json' : ctx.is(FORM) ? 'form' : undefined;
  if (ctx.method !== 'POST' || !type) return next();
  const text = await readText(ctx.req);
  const form =
    text === undefined ? undefined : type === 'json' ? formOfJson(text) : new URLSearchParams(text);
  if (!form) {
    ctx.status = 400;
    ctx.body = { error: 'invalid_request', error_description: 'failed to parse the request body' };
    return undefined;
  }
  const scopes = form.getAll('scope');
  if (scopes.length === 1) form.set('scope', splitScope(scopes[0]).join(' '));
  const plain = ctx.path === ROUTES.device_authorization ? plainParams(form) : form;
  // One API, one audience; clients that know of resources elsewhere name them.
  plain.delete('resource');
  const body = Buffer.from(plain.toString());
  // Koa's own request stays as it is: only where the body is read from, and what it is said to be, change.
  ctx.req = Readable.from([body]);
  ctx.headers['content-type'] = FORM;
  ctx.headers['content-length'] = String(body.length);
  delete ctx.headers['transfer-encoding'];
  return next();
}

/** Members of a JSON object as fields; null counts as absent, a list of scopes as one text. */
function formOfJson(text: string): URLSearchParams | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(json)) {
    const field = Array.isArray(value) ? value.join(' ') : value;
    if (field === null) continue;
    if (typeof field === 'object') return undefined;
    form.append(name, String(field));
  }
  return form;
}
