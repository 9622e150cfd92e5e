import type { FastifyReply, FastifyRequest } from 'fastify';
import { isLanguage } from '../languages.ts';
import { OWN_LANGUAGE } from '../mail/language.ts';
import { actorOnPage } from '../platform/audit/record-audit.ts';
import { storeSettings } from '../platform/settings/store-settings.ts';
import { findVisitor } from './account.ts';
import { type Form, goTo, isForeign } from './browser.ts';
import { choiceOf } from './choose-language.ts';
import { setLanguage } from './interaction.ts';
import type { SignInServices } from './services.ts';

const OF_SIGN_IN = /^\/identity\/sign-in\/([\w-]{10,64})(?=$|\?)/;

/**
 * Takes a language that was chosen on a page. It counts for this browser, first of all for the current
 * sign-in, and for good if it is known who chooses. Leads back to the page.
 */
export async function takeLanguage(
  services: SignInServices,
  request: FastifyRequest<{ Body: Form }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { language, back = '/' } = request.body ?? {};
  const path = ownPath(back);
  if (!isLanguage(language) || isForeign(request)) return goTo(reply, path);
  const uid = OF_SIGN_IN.exec(path)?.[1];
  // During a sign-in it is not yet certain who somebody is.
  const visitor = uid === undefined ? await findVisitor(services, request, reply) : undefined;
  if (visitor) {
    const { user } = visitor;
    await services.db.transaction((tx) =>
      storeSettings(tx, actorOnPage(user, request.ip), user.id, [{ key: OWN_LANGUAGE, value: language }]),
    );
  }
  setLanguage(services, reply, choiceOf(language, uid));
  return goTo(reply, path);
}

/** Leads only to our own pages. */
function ownPath(back: string): string {
  const url = URL.parse(back, 'http://here');
  return url?.origin === 'http://here' && back.startsWith('/') ? url.pathname + url.search : '/';
}
