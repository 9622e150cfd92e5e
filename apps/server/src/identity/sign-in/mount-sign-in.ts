import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { asApiError } from '../../kernel/http/errors.ts';
import { parseForm } from '../../kernel/http/parse-form.ts';
import { type BodyLimit, readBytes } from '../../kernel/http/read-bytes.ts';
import { changeAccount, showAccount } from './account.ts';
import { type Form, send } from './browser.ts';
import { errorPage } from './error-page.ts';
import { askForLink, INVITATION, RESET, showForgotten, showReset, showSent, takeReset } from './forgotten.ts';
import { frontPage } from './front-page.ts';
import { CALLBACK, comeBack, showOver, showStep, takeStep } from './interaction.ts';
import { passwordSavedPage, SAVED, SENT, WELCOME, welcomePage } from './pages/forgotten.ts';
import { ICON, ICON_PATH, LANGUAGE_PATH, readStyle, STYLE_PATH } from './pages/layout.ts';
import { comeBackSignedOut, SIGNED_OUT } from './provider-sign-out.ts';
import type { SignInServices } from './services.ts';
import { takeLanguage } from './take-language.ts';

const MOST: BodyLimit = { bytes: 16_384, name: 'for a page' };

/** The pages that people see. */
export function mountSignIn(app: FastifyInstance, services: SignInServices, hasFrontPage: boolean): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      async ({ raw, headers }: FastifyRequest): Promise<Form> =>
        Object.fromEntries(parseForm(await readBytes(raw, MOST), headers['content-type'])),
    );
    scope.setErrorHandler((error, request, reply) => showFailure(services, error, request, reply));
    scope.get(STYLE_PATH, (_request, reply) =>
      reply
        .header('content-type', 'text/css; charset=utf-8')
        .header('cache-control', 'public, max-age=31536000, immutable')
        .send(readStyle().text),
    );
    scope.get(ICON_PATH, (_request, reply) =>
      reply
        .header('content-type', 'image/svg+xml')
        .header('cache-control', 'public, max-age=86400')
        .header('x-content-type-options', 'nosniff')
        .send(ICON),
    );
    if (hasFrontPage)
      scope.get('/', (_request, reply) =>
        send(services.db, reply, frontPage(new URL(services.issuer).origin)),
      );
    scope.get(CALLBACK, (request, reply) => comeBack(services, request as never, reply));
    scope.get(SIGNED_OUT, async (request, reply) => comeBackSignedOut(services, request as never, reply));
    scope.get(SAVED, (_request, reply) => send(services.db, reply, passwordSavedPage()));
    scope.get(WELCOME, (_request, reply) => send(services.db, reply, welcomePage()));
    scope.get('/identity/sign-in/forgotten', (request, reply) =>
      showForgotten(services, request as never, reply),
    );
    scope.post('/identity/sign-in/forgotten', (request, reply) =>
      askForLink(services, request as never, reply),
    );
    scope.get(SENT, (request, reply) => showSent(services, request as never, reply));
    scope.post(LANGUAGE_PATH, (request, reply) => takeLanguage(services, request as never, reply));
    for (const path of [RESET, INVITATION]) {
      scope.get(path, (request, reply) => showReset(services, request as never, reply));
      scope.post(path, (request, reply) => takeReset(services, request as never, reply));
    }
    scope.get('/identity/sign-in/:uid', (request, reply) => showStep(services, request as never, reply));
    scope.post('/identity/sign-in/:uid', (request, reply) => takeStep(services, request as never, reply));
    scope.get('/identity/account', (request, reply) => showAccount(services, request as never, reply));
    scope.post('/identity/account', (request, reply) => changeAccount(services, request as never, reply));
  });
}

/** People get a page, whatever happens. */
async function showFailure(
  services: SignInServices,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if ((error as { readonly name?: string }).name === 'SessionNotFound')
    return showOver(services, request, reply);
  const { status } = asApiError(error);
  if (status === 503)
    return send(services.db, reply, errorPage({ error: 'temporarily_unavailable' }, status));
  if (status === 507) return send(services.db, reply, errorPage({ error: 'storage_full' }, status));
  if (status < 500) return send(services.db, reply, errorPage({ error: 'invalid_request' }, status));
  request.log.error({ err: error }, 'a page of the sign-in failed');
  return send(services.db, reply, errorPage({ error: 'server_error' }, 500));
}
