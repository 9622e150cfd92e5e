import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { names } from '../kernel/http/accepts.ts';
import { weightsOf } from '../kernel/http/pack.ts';
import { POLICY_REPORTS, takePolicyReports } from './policy-reports.ts';
import type { ConsoleBuild, ConsoleFile } from './read-build.ts';

/** Where an authorization leads back to. Registered for the client of the console (identity/clients). */
const SIGNED_IN = '/signed-in';

export interface ConsoleOptions {
  readonly build: ConsoleBuild;
  /** The address by which people reach the server, as sign-in knows it. */
  readonly origin: string;
  readonly now: () => number;
}

/**
 * The console: one page for every address that is nobody else's, and its files. Their names contain a hash of
 * their content, so browsers keep them; the page that names them is never kept.
 */
export function mountConsole(app: FastifyInstance, options: ConsoleOptions): void {
  for (const file of options.build.files)
    app.get(`/${file.path}`, (request, reply) => sendFile(request, reply, file));
  for (const path of ['/', SIGNED_IN]) app.get(path, (_, reply) => sendPage(reply, options));
  takePolicyReports(app, options.now);
}

/** Answers a call that nothing else answers with the page, if it is a browser's that shows a page. */
export function answerPages(options: ConsoleOptions) {
  return (request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined =>
    isPage(request) ? sendPage(reply, options) : undefined;
}

/** Addresses of the API and of Identity, wherever organization and tenant stand before them. */
const OTHERS =
  /^\/(?:[^/]*\/){0,2}(?:odata|api|swagger|nuget|identity_?|portal_|orchestrator_?)(?:[/(]|$)|^\/(?:assets|health|metrics|oauth|\.well-known)(?:\/|$)/i;

const isPage = ({ method, originalUrl, headers }: FastifyRequest): boolean =>
  (method === 'GET' || method === 'HEAD') &&
  names(headers.accept, 'text/html') &&
  !OTHERS.test(originalUrl.split('?')[0]!);

function sendFile(request: FastifyRequest, reply: FastifyReply, file: ConsoleFile): FastifyReply {
  const takes = weightsOf(request.headers['accept-encoding']);
  const coding = (['br', 'gzip'] as const).find((each) => file[each] && takes(each) > 0);
  if (coding) reply.header('content-encoding', coding);
  return reply
    .headers({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': file.type,
      'x-content-type-options': 'nosniff',
      vary: 'accept-encoding',
    })
    .send(coding ? file[coding] : file.plain);
}

/**
 * Scripts and styles are files of the server, and nothing comes from elsewhere. The nonce is for the style
 * elements that components add (Mantine writes the theme's variables into one); no script has one.
 */
const policy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    `report-uri ${POLICY_REPORTS}`,
  ].join('; ');

function sendPage(reply: FastifyReply, { build, origin }: ConsoleOptions): FastifyReply {
  const nonce = randomBytes(18).toString('base64url');
  return reply
    .headers({
      'cache-control': 'no-store',
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy(nonce),
      'cross-origin-opener-policy': 'same-origin',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
    .send(build.page.replace('{{nonce}}', nonce).replace('{{origin}}', origin));
}
