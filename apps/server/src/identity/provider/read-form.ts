import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { Context, Next } from 'oidc-provider';
import { ApiError, unsupportedType } from '../../kernel/errors.ts';
import { decodeText } from '../../kernel/http/decode-text.ts';
import { parseForm, requireStorable } from '../../kernel/http/parse-form.ts';
import { type BodyLimit, readBytes } from '../../kernel/http/read-bytes.ts';
import { parseJson } from '../../kernel/json/parse-json.ts';
import { isKnown, splitScope } from '../clients/scopes.ts';
import { ROUTES } from '../routes.ts';
import { plainParams } from './plain-requests.ts';

const FORM = 'application/x-www-form-urlencoded';

/** The same as in oidc-provider. */
const MOST: BodyLimit = { bytes: 56 * 1024, name: 'for a form' };

/** Endpoints for programs, not for browsers. */
export const FORMS: ReadonlySet<string> = new Set([
  ROUTES.token,
  ROUTES.revocation,
  ROUTES.introspection,
  ROUTES.device_authorization,
]);

/**
 * oidc-provider reads only forms, and strictly. Real clients also send JSON (clients.md 2), other
 * charsets and sloppy scopes. So all bodies are read and checked here, normalized, and handed on as the
 * form that oidc-provider expects.
 */
export async function readForm(ctx: Context, next: Next): Promise<unknown> {
  const isOfProgram = FORMS.has(ctx.path);
  const type = ctx.is(FORM) ? 'form' : isOfProgram && ctx.is('application/json') ? 'json' : undefined;
  if (ctx.method !== 'POST') return next();
  // For pages, oidc-provider answers it.
  if (!type)
    return isOfProgram
      ? refuse(ctx, 400, unsupportedType(ctx.get('content-type') || undefined, FORM).message)
      : next();
  let form: URLSearchParams | undefined;
  try {
    const bytes = await readBytes(ctx.request.req, MOST);
    const contentType = ctx.headers['content-type'];
    form = type === 'form' ? parseForm(bytes, contentType) : formOfJson(decodeText(bytes, contentType));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return refuse(ctx, error.status, error.message);
  }
  if (!form) return refuse(ctx, 400, 'failed to parse the request body');
  const body = Buffer.from((isOfProgram ? plainForm(ctx, form) : form).toString());
  handOn(ctx.request.req, body);
  // The token of an old library. No client identifies itself with it.
  if (isOfProgram && form.has('client_id') && /^bearer\b/i.test(ctx.get('authorization')))
    delete ctx.headers.authorization;
  ctx.headers['content-type'] = FORM;
  ctx.headers['content-length'] = String(body.length);
  delete ctx.headers['transfer-encoding'];
  delete ctx.headers['content-encoding'];
  return next();
}

/**
 * The request stays the same object, because its cookies and addresses are read once more. Only its
 * body is replaced.
 */
function handOn(request: IncomingMessage, body: Buffer): void {
  const iterator = () => Readable.from([body]).iterator();
  Object.defineProperties(request, { readable: { value: true }, iterator: { value: iterator } });
}

function refuse(ctx: Context, status: number, description: string): void {
  ctx.status = status;
  ctx.body = { error: 'invalid_request', error_description: description };
}

function plainForm(ctx: Context, form: URLSearchParams): URLSearchParams {
  const scopes = form.getAll('scope');
  if (scopes.length === 1) {
    const asked = splitScope(scopes[0]);
    // Asks again for everything that the sign-in asked for, without scopes that nobody knows.
    const isRefresh = form.get('grant_type') === 'refresh_token';
    form.set('scope', (isRefresh ? asked.filter(isKnown) : asked).join(' '));
  }
  const plain = ctx.path === ROUTES.device_authorization ? plainParams(form) : form;
  // There is one API and one audience. Clients that know resources elsewhere name those.
  plain.delete('resource');
  return plain;
}

/** The members of a JSON object as fields. Null counts as absent, and a list of scopes becomes one text. */
function formOfJson(text: string): URLSearchParams | undefined {
  let json: unknown;
  try {
    json = parseJson(text);
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
  requireStorable(form);
  return form;
}
