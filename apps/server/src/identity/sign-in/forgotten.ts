import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Words } from '../languages.ts';
import { type Form, goTo, isForeign, readCookie, send } from './browser.ts';
import { chooseLanguage } from './choose-language.ts';
import { errorPage } from './error-page.ts';
import { organizationNamed } from './find-organization.ts';
import { DEVICE_COOKIE, keepDevice, keepLanguage } from './interaction.ts';
import { newDevice, rememberDevice } from './known-devices.ts';
import {
  badInvitationPage,
  badLinkPage,
  forgottenPage,
  linkSentPage,
  SAVED,
  SENT,
  WELCOME,
} from './pages/forgotten.ts';
import type { Page } from './pages/layout.ts';
import { newPasswordPage } from './pages/sign-in.ts';
import { findReset, mailResetLink, resetPassword } from './reset-password.ts';
import type { SignInServices } from './services.ts';
import { findPolicy } from './set-password.ts';
import { NOT_THE_SAME, type Wrong } from './steps.ts';

export const RESET = '/identity/sign-in/reset';
export const INVITATION = '/identity/sign-in/invitation';

/** Ids of sign-ins are nanoids. Nothing else may become part of a link. */
const readFrom = (from: string | undefined): string | undefined =>
  from && /^[\w-]{10,64}$/.test(from) ? from : undefined;

const foreign = ({ db }: SignInServices, reply: FastifyReply): Promise<FastifyReply> =>
  send(
    db,
    reply,
    errorPage({ error: 'invalid_request', error_description: 'the form came from elsewhere' }, 403),
  );

export async function showForgotten(
  services: SignInServices,
  request: FastifyRequest<{ Querystring: { from?: string; organization?: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { from, organization = '' } = request.query;
  const asksOrganization = (await organizationNamed(services.db, organization)) === undefined;
  return send(services.db, reply, forgottenPage({ from: readFrom(from), organization, asksOrganization }));
}

export const showSent = (
  services: SignInServices,
  request: FastifyRequest<{ Querystring: { from?: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> => send(services.db, reply, linkSentPage(readFrom(request.query.from)));

export async function askForLink(
  services: SignInServices,
  request: FastifyRequest<{ Body: Form }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (isForeign(request)) return foreign(services, reply);
  const { login = '', organization, from } = request.body ?? {};
  const place = await organizationNamed(services.db, organization);
  const language = await chooseLanguage(services.db, request.headers, {});
  const asked = { organizationId: place?.id, login: login.trim(), source: request.ip, language };
  // Not waited for: how long it takes would say whether there is such an account.
  void mailResetLink(services, asked).catch((error: unknown) =>
    services.log.error({ err: error }, 'a link for a new password could not be queued'),
  );
  const back = readFrom(from);
  return goTo(reply, back ? `${SENT}?from=${back}` : SENT);
}

type WithToken = FastifyRequest<{ Querystring: { token?: string }; Body: Form }>;

export async function showReset(
  services: SignInServices,
  request: WithToken,
  reply: FastifyReply,
): Promise<FastifyReply> {
  return showNewPassword(services, request, reply, undefined);
}

async function showNewPassword(
  services: SignInServices,
  request: WithToken,
  reply: FastifyReply,
  wrong: Wrong | undefined,
): Promise<FastifyReply> {
  const { token = '' } = request.query;
  const reset = await findReset(services.db, token, new Date(services.clock()));
  if (!reset) return send(services.db, reply, badLink(request));
  const { user, isInvitation } = reset;
  const { minPasswordLength: minLength } = await findPolicy(services.db, user.organizationId);
  const action = `${isInvitation ? INVITATION : RESET}?token=${encodeURIComponent(token)}`;
  const words = isInvitation ? INVITED : { lead: SIGNED_OUT_ELSEWHERE };
  const form = { action, token: '', leadsTo: undefined };
  const page = newPasswordPage({ form, minLength, ...words, userName: user.userName, ...wrong });
  return send(services.db, reply, page, { userId: user.id });
}

const INVITED = {
  title: { en: 'Choose your password', ja: 'パスワードの設定' },
  lead: {
    en: 'Welcome to Baton. From now on you sign in with your user name and this password.',
    ja: 'Baton へようこそ。今後は、ユーザー名とこのパスワードでサインインします。',
  },
} as const satisfies Readonly<Record<string, Words>>;
const SIGNED_OUT_ELSEWHERE: Words = {
  en: 'You will be signed out everywhere else.',
  ja: '他のすべての端末からサインアウトします。',
};

const badLink = (request: FastifyRequest): Page =>
  request.url.startsWith(INVITATION) ? badInvitationPage() : badLinkPage();

export async function takeReset(
  services: SignInServices,
  request: WithToken,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (isForeign(request)) return foreign(services, reply);
  const { password = '', repeat } = request.body ?? {};
  if (password !== repeat) return showNewPassword(services, request, reply, NOT_THE_SAME);
  const given = { token: request.query.token ?? '', password, source: request.ip };
  const done = await resetPassword(services.db, new Date(services.clock()), given);
  if (!done) return send(services.db, reply, badLink(request));
  if (done.problem)
    return showNewPassword(services, request, reply, {
      problem: done.problem.words,
      about: 'password',
    });
  // Whoever reads the mailbox is the owner. Guesses by others no longer count for this browser.
  const device = readCookie(request, DEVICE_COOKIE) ?? newDevice();
  await rememberDevice(services.db, device, done.user.id);
  keepDevice(services, reply, device);
  await keepLanguage(services, reply, done.user.id);
  return goTo(reply, done.isInvitation ? WELCOME : SAVED);
}
