import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Interaction, InteractionResult, Provider } from 'oidc-provider';
import { formToken, isFormToken } from '../installation-secrets.ts';
import { allow, recordConsent } from '../load-grant.ts';
import { ROUTES } from '../routes.ts';
import { splitScope } from '../scopes.ts';
import { accountIdOf, findAccountUser, findUser } from '../users.ts';
import { type Form, goTo, isForeign, readCookie, send, setCookie } from './browser.ts';
import { finishSignIn } from './check-password.ts';
import { errorPage, notAdmittedPage, overPage, stalePage } from './error-page.ts';
import { findOrganization, organizationNamed } from './find-organization.ts';
import { newDevice, rememberDevice } from './known-devices.ts';
import { listOutsideProviders } from './outside-provider.ts';
import type { Page } from './pages/layout.ts';
import {
  codePage,
  consentPage,
  enrolPage,
  type FormOf,
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
import { beginEnrolment } from './second-factor.ts';
import type { SignInServices } from './services.ts';
import { findPolicy } from './set-password.ts';
import { changeOwnPassword, changingOneself, checkFactor, confirmFactor } from './steps.ts';
import { authenticatorLink, base32 } from './totp.ts';

/** One request of a browser in the middle of a sign-in. */
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

/** Throws oidc-provider's SessionNotFound where the browser is in no sign-in of that uid. */
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

/** Leads back to where the person was going, where that is still known. */
export async function showOver(
  services: SignInServices,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { uid } = request.params as { readonly uid?: string };
  const begun = uid === undefined ? undefined : await services.provider().Interaction.find(uid);
  const again = begun && `/identity${ROUTES.authorization}?${new URLSearchParams(textsOf(begun))}`;
  return send(reply, overPage(again));
}

const textsOf = ({ params }: Interaction): [string, string][] =>
  Object.entries(params).filter((each): each is [string, string] => typeof each[1] === 'string');

/** The page of what is missing, or back to the application where nothing is. */
async function goOn(visit: Visit, progress: Progress | undefined, told: Told = {}): Promise<FastifyReply> {
  const { services, request, reply, form } = visit;
  const step = await nextStep(services.db, progress);
  if (step === 'done') return finish(visit, progress!);
  if (step === 'password') return send(reply, await loginPageOf(visit, told));
  const { user } = progress!;
  const { use } = request.query as { readonly use?: string };
  switch (step) {
    case 'factor':
      return send(reply, codePage({ form, recovery: use === 'recovery', ...told }));
    case 'change': {
      const { minPasswordLength } = await findPolicy(services.db, user.organizationId);
      const lead = user.hasExpiredPassword
        ? 'Your organization wants you to choose another one from time to time.'
        : 'Your administrator wants you to choose your own before you go on.';
      return send(
        reply,
        newPasswordPage({ form, minLength: minPasswordLength, lead, userName: user.userName, ...told }),
      );
    }
    case 'enrol':
      return send(reply, await enrolPageOf(visit, progress!, told));
  }
}

/** On by a redirect, so that a reload sends no form again. */
async function stepDone(visit: Visit, progress: Progress | undefined): Promise<FastifyReply> {
  const isLast = (await nextStep(visit.services.db, progress)) === 'done';
  return isLast ? finish(visit, progress!) : goTo(visit.reply, visit.form.action);
}

async function enrolPageOf({ services, form }: Visit, { user }: Progress, told: Told): Promise<Page> {
  const secret = await beginEnrolment(services.db, services.sealer, user.id);
  const link = authenticatorLink(secret, user.userName, 'Baton');
  return enrolPage({ form, secret: base32(secret), link, demanded: true, ...told });
}

async function loginPageOf(visit: Visit, told: Told & { readonly login?: string }): Promise<Page> {
  const { services, provider, interaction, form } = visit;
  const { params } = interaction;
  const client = await provider.Client.find(params.client_id!);
  const organization = await findOrganization(services.db, provider, params);
  return loginPage({
    form,
    clientName: client?.clientName ?? 'Baton',
    // An installation for one organization calls it by this name, which tells nobody anything.
    organization: organization?.name === 'Default' ? undefined : organization?.displayName,
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
    return send(reply, stalePage(visit.form.action));
  if (visit.interaction.prompt.name === 'consent') return decide(visit, form.step === 'allow');
  if (form.step === 'password') return password(visit, form);
  const progress = await findProgress(services.db, visit.interaction.uid);
  // A form of a step that is past, sent again by the browser's own buttons.
  if (!progress || !(await isDue(visit, progress, form.step))) return goOn(visit, progress);
  switch (form.step) {
    case 'factor':
    case 'recovery':
      return factor(visit, progress, form);
    case 'change':
      return change(visit, progress, form);
    default:
      return enrol(visit, progress, form);
  }
}

async function isDue({ services }: Visit, progress: Progress, step: string | undefined): Promise<boolean> {
  return (await nextStep(services.db, progress)) === (step === 'recovery' ? 'factor' : step);
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
  if (retryAfter === 0) {
    const problem = 'The user name or the password is not right.';
    return send(visit.reply, await loginPageOf(visit, { problem, about: 'password', login }));
  }
  const minutes = Math.ceil(retryAfter / 60);
  const problem = `Too many attempts. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}, or choose a new password by e-mail.`;
  return send(visit.reply, await loginPageOf(visit, { problem, login, status: 429, retryAfter }));
}

async function factor(visit: Visit, progress: Progress, form: Form): Promise<FastifyReply> {
  const { services, interaction, request, reply } = visit;
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
  const problem =
    check.retryAfter > 0
      ? 'Too many wrong codes. Wait a few minutes and try again.'
      : isRecovery
        ? 'That recovery code is not right, or was used before.'
        : 'That code is not right. Codes change every 30 seconds; is the clock of your device right?';
  const told = check.retryAfter > 0 ? { problem, status: 429, retryAfter: check.retryAfter } : { problem };
  return send(reply, codePage({ form: visit.form, recovery: isRecovery, ...told }));
}

async function change(visit: Visit, progress: Progress, form: Form): Promise<FastifyReply> {
  const { services, interaction, request } = visit;
  const wrong = await changeOwnPassword(services, progress.user, form, request.ip);
  if (wrong) return goOn(visit, progress, wrong);
  // Every other session and token is over now; this sign-in goes on under the new stamp.
  const user = (await findUser(services.db, progress.user.id))!;
  await saveProgress(services.db, interaction.uid, { ...progress, user });
  return stepDone(visit, { ...progress, user });
}

async function enrol(visit: Visit, progress: Progress, form: Form): Promise<FastifyReply> {
  const { services, interaction, request, reply } = visit;
  const codes = await confirmFactor(services, progress.user, form.code ?? '', request.ip);
  if (!codes)
    return goOn(visit, progress, { problem: 'That code is not right. Wait for the next one and try again.' });
  await addMethod(services.db, interaction.uid, progress.user.id, 'otp');
  return send(reply, recoveryCodesPage(visit.form, codes));
}

async function finish(visit: Visit, { user, methods, via }: Progress): Promise<FastifyReply> {
  const { services, interaction, request, reply } = visit;
  const device = readCookie(request, DEVICE_COOKIE) ?? newDevice();
  await rememberDevice(services.db, device, user.id);
  keepDevice(services, reply, device);
  await forgetProgress(services.db, interaction.uid);
  await finishSignIn(services.db, new Date(services.clock()), user, {
    source: request.ip,
    client: via ?? 'Baton',
    browser: request.headers['user-agent'],
  });
  return conclude(visit, { login: { accountId: accountIdOf(user), amr: methods, remember: true } });
}

export const keepDevice = (services: SignInServices, reply: FastifyReply, device: string): void =>
  setCookie(reply, {
    name: DEVICE_COOKIE,
    value: device,
    path: '/identity',
    maxAgeSeconds: YEAR_SECONDS,
    secure: services.issuer.startsWith('https:'),
  });

/** By path only: whatever host oidc-provider made of the request, the browser stays where it is. */
async function conclude(
  { provider, request, reply }: Visit,
  result: InteractionResult,
): Promise<FastifyReply> {
  const { pathname } = new URL(await provider.interactionResult(request.raw, reply.raw, result));
  return goTo(reply, pathname);
}

async function showConsent({ services, provider, interaction, reply, form }: Visit): Promise<FastifyReply> {
  const { client_id: clientId, scope } = interaction.params;
  const user = await findAccountUser(services.db, interaction.session?.accountId ?? '');
  const client = await provider.Client.find(clientId!);
  if (!user || !client) return send(reply, errorPage({ error: 'invalid_request' }));
  const { userName } = user;
  return send(
    reply,
    consentPage({ form, clientName: client.clientName ?? clientId!, userName, scopes: splitScope(scope) }),
  );
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
      services.log.warn({ err: error }, 'an outside sign-in provider cannot be reached');
      return undefined;
    }));
  if (!trip) {
    const problem = 'That way to sign in is not available at the moment.';
    return send(reply, await loginPageOf(visit, { problem, status: 503 }));
  }
  // Lax: the provider sends the person back by a link of another site.
  setCookie(reply, {
    name: OUTSIDE_COOKIE,
    value: trip.state,
    path: CALLBACK,
    maxAgeSeconds: 3600,
    secure: services.issuer.startsWith('https:'),
  });
  return goTo(reply, trip.url);
}

/** Back from an outside provider, at the one address that is registered there. */
export async function comeBack(
  services: SignInServices,
  request: FastifyRequest<{ Querystring: { state?: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { state } = request.query;
  const url = new URL(`${services.issuer}/sign-in/callback${request.raw.url?.replace(/^[^?]*/, '') ?? ''}`);
  const isSameBrowser = state !== undefined && readCookie(request, OUTSIDE_COOKIE) === state;
  const arrival = isSameBrowser ? await services.outside.finish(url, state, request.ip) : undefined;
  if (!arrival)
    return send(
      reply,
      errorPage({ error: 'invalid_request', error_description: 'not begun in this browser' }),
    );
  const backTo = `/identity/sign-in/${arrival.uid}`;
  if (!arrival.user) return send(reply, notAdmittedPage(arrival.problem, backTo));
  const { user, via } = arrival;
  await saveProgress(services.db, arrival.uid, { user, methods: ['ext'], via });
  return goTo(reply, backTo);
}
