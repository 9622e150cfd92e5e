import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Interaction, InteractionResult, Provider } from 'oidc-provider';
import { splitScope } from '../clients/scopes.ts';
import { formToken, isFormToken } from '../keys/installation-secrets.ts';
import type { Words } from '../languages.ts';
import { savedLanguage } from '../mail/language.ts';
import { shownNameOf } from '../names-of-organizations.ts';
import { allow, recordConsent } from '../provider/load-grant.ts';
import { accountIdOf, findAccountUser, findUser, readAccountId } from '../users/users.ts';
import { type Form, goTo, isForeign, readCookie, send, setCookie } from './browser.ts';
import { finishSignIn } from './check-password.ts';
import { choiceOf, LANGUAGE_COOKIE } from './choose-language.ts';
import { againOf, errorPage, notAdmittedPage, overPage, stalePage } from './error-page.ts';
import { findOrganization, organizationNamed } from './find-organization.ts';
import { newDevice, rememberDevice } from './known-devices.ts';
import { listOutsideProviders } from './outside-provider.ts';
import { consentPage } from './pages/consent.ts';
import type { Page } from './pages/layout.ts';
import {
  codePage,
  enrolPage,
  type FormOf,
  type LoginPage,
  loginPage,
  newPasswordPage,
  recoveryCodesPage,
  type Told,
} from './pages/sign-in.ts';
import {
  addMethod,
  findProgress,
  forgetProgress,
  nextStep,
  type Progress,
  saveProgress,
} from './progress.ts';
import { beginEnrolment, findNewCodes, forgetNewCodes } from './second-factor.ts';
import type { SignInServices } from './services.ts';
import { findPolicy } from './set-password.ts';
import {
  changeOwnPassword,
  changingOneself,
  checkFactor,
  confirmFactor,
  tooManyAttempts,
  tooManyCodes,
  WRONG_FIRST_CODE,
} from './steps.ts';
import { authenticatorLink, base32 } from './totp.ts';

/** One request of a browser during a sign-in. */
interface Visit {
  readonly services: SignInServices;
  readonly provider: Provider;
  readonly interaction: Interaction;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly form: FormOf;
}

export const DEVICE_COOKIE = 'baton_device';
const OUTSIDE_COOKIE = 'baton_outside';
export const CALLBACK = '/identity/sign-in/callback';
const YEAR_SECONDS = 365 * 24 * 3600;

/** In the language of the person who signs in. */
const show = ({ services, interaction, reply }: Visit, page: Page, userId?: string): Promise<FastifyReply> =>
  send(services.db, reply, page, {
    userId: userId ?? readAccountId(interaction.session?.accountId ?? '').id,
    wishes: interaction.params.ui_locales,
    uid: interaction.uid,
  });

/** Throws oidc-provider's SessionNotFound if the browser has no sign-in of that uid. */
async function openVisit(
  services: SignInServices,
  request: FastifyRequest<{ Params: { uid: string } }>,
  reply: FastifyReply,
): Promise<Visit | undefined> {
  const provider = services.provider();
  const interaction = await provider.interactionDetails(request.raw, reply.raw);
  if (interaction.uid !== request.params.uid) return undefined;
  const { redirect_uri: back } = interaction.params;
  const form: FormOf = {
    action: `/identity/sign-in/${interaction.uid}`,
    token: formToken(services.keys, interaction.uid),
    leadsTo: back,
  };
  return { services, provider, interaction, request, reply, form };
}

export async function showStep(
  services: SignInServices,
  request: FastifyRequest<{ Params: { uid: string }; Querystring: { use?: string; provider?: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const visit = await openVisit(services, request, reply);
  if (!visit) return showOver(services, request, reply);
  if (visit.interaction.prompt.name === 'consent') return showConsent(visit);
  if (request.query.provider !== undefined) return goOutside(visit, request.query.provider);
  return goOn(visit, await findProgress(services.db, visit.interaction.uid));
}

/** Leads back to where the person was going, if that is still known. */
export async function showOver(
  services: SignInServices,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { uid } = request.params as { readonly uid?: string };
  const begun = uid === undefined ? undefined : await services.provider().Interaction.find(uid);
  return send(services.db, reply, overPage(begun && againOf(begun)), {
    wishes: begun?.params.ui_locales,
    uid,
  });
}

/** Shows the page of the next step. Where none is missing, leads back to the application. */
async function goOn(visit: Visit, progress: Progress | undefined, told: Told = {}): Promise<FastifyReply> {
  const { services, request, form } = visit;
  const step = await nextStep(services.db, visit.interaction.uid, progress);
  if (step === 'done') return finish(visit, progress!);
  if (step === 'password') return show(visit, await loginPageOf(visit, told), progress?.user.id);
  const { user } = progress!;
  const { use } = request.query as { readonly use?: string };
  switch (step) {
    case 'factor':
      return show(visit, codePage({ form, recovery: use === 'recovery', ...told }), user.id);
    case 'change': {
      const { minPasswordLength } = await findPolicy(services.db, user.organizationId);
      const { userName } = user;
      const lead = user.hasExpiredPassword ? EXPIRED : OWN;
      const page = newPasswordPage({ form, minLength: minPasswordLength, lead, userName, ...told });
      return show(visit, page, user.id);
    }
    case 'enrol':
      return show(visit, await enrolPageOf(visit, progress!, told), user.id);
    case 'kept': {
      const codes = await findNewCodes(services.db, services.sealer, user.id, visit.interaction.uid);
      return show(visit, recoveryCodesPage(form, user.userName, codes ?? []), user.id);
    }
  }
}

const EXPIRED: Words = {
  en: 'Your organization wants you to choose another one from time to time.',
  ja: 'お使いの組織では、定期的なパスワードの変更が必要です。',
};
const OWN: Words = {
  en: 'Your administrator wants you to choose your own before you go on.',
  ja: '管理者からパスワードの変更が求められています。続行するには、ご自身のパスワードを設定してください。',
};

/** Goes on by a redirect, so that a reload does not send the form again. */
async function stepDone(visit: Visit, progress: Progress | undefined): Promise<FastifyReply> {
  const isLast = (await nextStep(visit.services.db, visit.interaction.uid, progress)) === 'done';
  return isLast ? finish(visit, progress!) : goTo(visit.reply, visit.form.action);
}

async function enrolPageOf({ services, form }: Visit, { user }: Progress, told: Told): Promise<Page> {
  const secret = await beginEnrolment(services.db, services.sealer, user.id);
  const link = authenticatorLink(secret, user.userName, 'Baton');
  return enrolPage({ form, secret: base32(secret), link, demanded: true, ...told });
}

/** What was entered, not to be entered again. */
type Entered = Partial<Pick<LoginPage, 'login' | 'asked'>>;

async function loginPageOf(visit: Visit, told: Told & Entered): Promise<Page> {
  const { services, provider, interaction, form } = visit;
  const { params } = interaction;
  const client = await provider.Client.find(params.client_id!);
  const organization = await findOrganization(services.db, provider, params);
  return loginPage({
    form,
    clientName: client?.clientName ?? 'Baton',
    organization: organization && shownNameOf(organization),
    organizationName: organization?.name,
    asksOrganization: organization === undefined,
    login: told.login ?? params.login_hint ?? '',
    outside: organization ? await listOutsideProviders(services.db, organization.id) : [],
    ...told,
  });
}

export async function takeStep(
  services: SignInServices,
  request: FastifyRequest<{ Params: { uid: string }; Body: Form }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const visit = await openVisit(services, request, reply);
  const form = request.body ?? {};
  if (!visit) return showOver(services, request, reply);
  if (isForeign(request) || !isFormToken(services.keys, visit.interaction.uid, form.csrf))
    return show(visit, stalePage(visit.form.action));
  if (visit.interaction.prompt.name === 'consent') return decide(visit, form.step === 'allow');
  if (form.step === 'password') return password(visit, form);
  const progress = await findProgress(services.db, visit.interaction.uid);
  // The form of an earlier step, sent again by the browser's own buttons.
  if (!progress || !(await isDue(visit, progress, form.step))) return goOn(visit, progress);
  switch (form.step) {
    case 'factor':
    case 'recovery':
      return factor(visit, progress, form);
    case 'change':
      return change(visit, progress, form);
    case 'kept':
      return kept(visit, progress, form);
    default:
      return enrol(visit, progress, form);
  }
}

async function isDue(
  { services, interaction }: Visit,
  progress: Progress,
  step: string | undefined,
): Promise<boolean> {
  return (await nextStep(services.db, interaction.uid, progress)) === (step === 'recovery' ? 'factor' : step);
}

async function password(visit: Visit, form: Form): Promise<FastifyReply> {
  const { services, provider, interaction, request } = visit;
  const named = interaction.params.client_id
    ? await findOrganization(services.db, provider, interaction.params)
    : undefined;
  const organization = named ?? (await organizationNamed(services.db, form.organization));
  const login = form.login?.trim() ?? '';
  const check = await services.checkPassword({
    organizationId: organization?.id,
    login,
    password: form.password ?? '',
    source: request.ip,
    device: readCookie(request, DEVICE_COOKIE),
    client: 'Baton',
    browser: request.headers['user-agent'],
    for: 'page',
  });
  if (check.user) {
    const progress: Progress = { user: check.user, methods: ['pwd'] };
    await saveProgress(services.db, interaction.uid, progress);
    return stepDone(visit, progress);
  }
  const { retryAfter } = check;
  const entered = { login, asked: form.organization };
  if (retryAfter === 0) {
    const problem = named ? WRONG_PASSWORD : WRONG_OF_THREE;
    return show(visit, await loginPageOf(visit, { problem, about: 'password', ...entered }));
  }
  const problem = tooManyAttempts(retryAfter);
  return show(visit, await loginPageOf(visit, { problem, ...entered, status: 429, retryAfter }));
}

const WRONG_PASSWORD: Words = {
  en: 'The user name or the password is not right.',
  ja: 'ユーザー名またはパスワードが正しくありません。',
};
const WRONG_OF_THREE: Words = {
  en: 'The organization, the user name or the password is not right.',
  ja: '組織、ユーザー名、またはパスワードが正しくありません。',
};
const WRONG_RECOVERY_CODE: Words = {
  en: 'That recovery code is not right, or was used before.',
  ja: '回復コードが正しくないか、すでに使用されています。',
};
const WRONG_CODE: Words = {
  en: 'That code is not right. Codes change every 30 seconds; is the clock of your device right?',
  ja: 'コードが正しくありません。コードは 30 秒ごとに変わります。端末の時計が正しいかどうかもご確認ください。',
};
const NO_PROVIDER: Words = {
  en: 'That way to sign in is not available at the moment.',
  ja: 'このサインイン方法は現在利用できません。',
};

async function factor(visit: Visit, progress: Progress, form: Form): Promise<FastifyReply> {
  const { services, interaction, request } = visit;
  const isRecovery = form.step === 'recovery';
  const device = readCookie(request, DEVICE_COOKIE);
  const browser = request.headers['user-agent'];
  const given = { code: form.code ?? '', isRecovery, device, source: request.ip, browser };
  const check = await checkFactor(services, progress.user, given);
  if (check.isRight) {
    const method = isRecovery ? 'rec' : 'otp';
    await addMethod(services.db, interaction.uid, progress.user.id, method);
    return stepDone(visit, await findProgress(services.db, interaction.uid));
  }
  const { retryAfter } = check;
  const told: Told =
    retryAfter > 0
      ? { problem: tooManyCodes(retryAfter), status: 429, retryAfter }
      : { problem: isRecovery ? WRONG_RECOVERY_CODE : WRONG_CODE, about: 'code' };
  return show(visit, codePage({ form: visit.form, recovery: isRecovery, ...told }), progress.user.id);
}

async function change(visit: Visit, progress: Progress, form: Form): Promise<FastifyReply> {
  const { services, interaction, request } = visit;
  const wrong = await changeOwnPassword(services, progress.user, form, request.ip);
  if (wrong) return goOn(visit, progress, wrong);
  // Every other session and token has ended now. This sign-in continues under the new stamp.
  const user = (await findUser(services.db, progress.user.id))!;
  await saveProgress(services.db, interaction.uid, { ...progress, user });
  return stepDone(visit, { ...progress, user });
}

async function enrol(visit: Visit, progress: Progress, form: Form): Promise<FastifyReply> {
  const { services, interaction, request } = visit;
  const { uid } = interaction;
  const { user } = progress;
  if (!(await confirmFactor(services, user, form.code ?? '', request.ip, uid)))
    return goOn(visit, progress, { problem: WRONG_FIRST_CODE, about: 'code' });
  await addMethod(services.db, uid, user.id, 'otp');
  return stepDone(visit, await findProgress(services.db, uid));
}

/** The recovery codes. Without the tick they are shown again. */
async function kept(visit: Visit, progress: Progress, form: Form): Promise<FastifyReply> {
  if (form.kept !== undefined)
    await forgetNewCodes(visit.services.db, progress.user.id, visit.interaction.uid);
  return stepDone(visit, progress);
}

async function finish(visit: Visit, { user, methods, via, signOut }: Progress): Promise<FastifyReply> {
  const { services, interaction, request, reply } = visit;
  const device = readCookie(request, DEVICE_COOKIE) ?? newDevice();
  await rememberDevice(services.db, device, user.id);
  keepDevice(services, reply, device);
  await keepLanguage(services, reply, user.id);
  await forgetProgress(services.db, interaction.uid);
  await finishSignIn(services.db, new Date(services.clock()), user, {
    source: request.ip,
    client: via ?? 'Baton',
    browser: request.headers['user-agent'],
  });
  return conclude(visit, { login: { accountId: accountIdOf(user), amr: methods, remember: true }, signOut });
}

export const keepDevice = (services: SignInServices, reply: FastifyReply, device: string): void =>
  setCookie(reply, {
    name: DEVICE_COOKIE,
    value: device,
    path: '/identity',
    maxAgeSeconds: YEAR_SECONDS,
    secure: services.issuer.startsWith('https:'),
  });

/** The language that they have saved, for the pages after they are signed out. */
export async function keepLanguage(
  services: SignInServices,
  reply: FastifyReply,
  userId: string,
): Promise<void> {
  const language = await savedLanguage(services.db, userId);
  if (language) setLanguage(services, reply, choiceOf(language, undefined));
}

export const setLanguage = (services: SignInServices, reply: FastifyReply, value: string): void =>
  setCookie(reply, {
    name: LANGUAGE_COOKIE,
    value,
    path: '/',
    maxAgeSeconds: YEAR_SECONDS,
    secure: services.issuer.startsWith('https:'),
  });

/** By path only. Whatever host oidc-provider reads from the request, the browser stays where it is. */
async function conclude(
  { provider, request, reply }: Visit,
  result: InteractionResult,
): Promise<FastifyReply> {
  const { pathname } = new URL(await provider.interactionResult(request.raw, reply.raw, result));
  return goTo(reply, pathname);
}

async function showConsent(visit: Visit): Promise<FastifyReply> {
  const { services, provider, interaction, form } = visit;
  const { client_id: clientId, scope } = interaction.params;
  const user = await findAccountUser(services.db, interaction.session?.accountId ?? '');
  const client = await provider.Client.find(clientId!);
  if (!user || !client) return show(visit, errorPage({ error: 'invalid_request' }));
  const clientName = client.clientName ?? clientId!;
  const { redirect_uri: back, id_token_hint: wanted } = interaction.params;
  const otherPerson =
    back !== undefined && wanted === undefined
      ? againOf(interaction, { prompt: 'login', login_hint: undefined })
      : undefined;
  const scopes = splitScope(scope);
  const page = consentPage({ form, clientName, userName: user.userName, scopes, otherPerson });
  return show(visit, page, user.id);
}

async function decide(visit: Visit, isAllowed: boolean): Promise<FastifyReply> {
  const { services, provider, interaction, request } = visit;
  const { client_id: clientId, scope } = interaction.params;
  const accountId = interaction.session?.accountId ?? '';
  const user = await findAccountUser(services.db, accountId);
  if (!isAllowed || !user) {
    return conclude(visit, { error: 'access_denied', error_description: 'the person refused' });
  }
  const scopes = splitScope(scope);
  await services.db.transaction((tx) =>
    changingOneself(tx, user, 'Consent', request.ip, () => recordConsent(tx, user.id, clientId!, scopes)),
  );
  const grantId = await allow(new provider.Grant({ accountId, clientId: clientId! }), scopes);
  return conclude(visit, { consent: { grantId } });
}

async function goOutside(visit: Visit, providerId: string): Promise<FastifyReply> {
  const { services, provider, interaction, reply } = visit;
  const organization = await findOrganization(services.db, provider, interaction.params);
  const trip =
    organization &&
    (await services.outside.begin(interaction.uid, organization.id, providerId).catch((error: unknown) => {
      services.log.warn({ err: error, providerId }, 'an outside sign-in provider cannot be reached');
      return undefined;
    }));
  if (!trip) {
    return show(visit, await loginPageOf(visit, { problem: NO_PROVIDER, status: 503 }));
  }
  // Lax, because the provider sends the person back by a link of another site.
  setCookie(reply, {
    name: OUTSIDE_COOKIE,
    value: trip.state,
    path: CALLBACK,
    maxAgeSeconds: 3600,
    secure: services.issuer.startsWith('https:'),
  });
  return goTo(reply, trip.url);
}

/** The return from an outside provider, at the one address that is registered there. */
export async function comeBack(
  services: SignInServices,
  request: FastifyRequest<{ Querystring: { state?: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { state } = request.query;
  const url = new URL(`${services.issuer}/sign-in/callback${request.raw.url?.replace(/^[^?]*/, '') ?? ''}`);
  const isSameBrowser = state !== undefined && readCookie(request, OUTSIDE_COOKIE) === state;
  const arrival = isSameBrowser ? await services.outside.finish(url, state, request.ip) : undefined;
  // Come back to by the browser's own buttons, or in another browser.
  if (!arrival) return send(services.db, reply, overPage(undefined));
  const backTo = `/identity/sign-in/${arrival.uid}`;
  if (!arrival.user)
    return send(services.db, reply, notAdmittedPage(arrival.problem, backTo), { uid: arrival.uid });
  const { user, via, signOut } = arrival;
  await saveProgress(services.db, arrival.uid, { user, methods: ['ext'], via, signOut });
  return goTo(reply, backTo);
}
