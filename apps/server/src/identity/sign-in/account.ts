import { createHash, randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import sql from 'sql-template-tag';
import { ACCOUNT_CLIENT } from '../clients/clients.ts';
import { formToken, isFormToken } from '../keys/installation-secrets.ts';
import type { Words } from '../languages.ts';
import { actorOnPage } from '../platform/audit/record-audit.ts';
import { ROUTES } from '../routes.ts';
import { allowedApplications, revokeApplication } from '../sessions/allowed-applications.ts';
import { endSessions, type Which } from '../sessions/end-sessions.ts';
import { liveSessions } from '../sessions/list-sessions.ts';
import { noteUse } from '../sessions/store-session.ts';
import { findAccountUser, type IdentityUser } from '../users/users.ts';
import { type Form, goTo, isForeign, readCookie, send } from './browser.ts';
import { errorPage, stalePage } from './error-page.ts';
import { DEVICE_COOKIE } from './interaction.ts';
import { type AccountPage, accountPage, DEMANDED } from './pages/account.ts';
import { SAVED } from './pages/forgotten.ts';
import type { ShownApplication, ShownSession } from './pages/sessions.ts';
import { enrolPage, type FormOf, recoveryCodesPage } from './pages/sign-in.ts';
import {
  beginEnrolment,
  describeSecondFactor,
  findNewCodes,
  forgetNewCodes,
  hasSecondFactor,
  isEnrolling,
  mustHaveSecondFactor,
  removeSecondFactor,
  renewRecoveryCodes,
  showCodesIn,
} from './second-factor.ts';
import type { SignInServices } from './services.ts';
import { findPolicy } from './set-password.ts';
import { SIGNED_OUT_PAGE } from './sign-out-pages.ts';
import {
  changeOwnPassword,
  changingOneself,
  confirmFactor,
  tooManyAttempts,
  WRONG_FIRST_CODE,
} from './steps.ts';
import { authenticatorLink, base32 } from './totp.ts';

const PATH = '/identity/account';

/** What the page says after a change, by the `done` of the redirect. */
const DONE: Readonly<Record<string, Words>> = {
  'factor-off': { en: 'The second factor is off.', ja: '二段階認証を無効にしました。' },
  'session-ended': { en: 'That browser is signed out.', ja: 'そのブラウザーからサインアウトしました。' },
  'others-ended': {
    en: 'All other browsers are signed out.',
    ja: 'ほかのすべてのブラウザーからサインアウトしました。',
  },
  revoked: {
    en: 'The application may no longer act for you.',
    ja: 'アプリケーションの許可を取り消しました。',
  },
};

/** By step, the field that asks for the present password. */
const PRESENT: Readonly<Record<string, string>> = {
  change: 'old',
  begin: 'begin-old',
  codes: 'factor-old',
  disable: 'factor-old',
};

interface Visitor {
  readonly user: IdentityUser;
  /** oidc-provider's id of their session. */
  readonly uid: string;
  readonly form: FormOf;
  /** What the tokens of its forms are bound to: the session. */
  readonly formOf: string;
}

/** The person who has a session in this browser. */
export async function findVisitor(
  { provider, db, keys }: SignInServices,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Visitor | undefined> {
  const current = provider();
  const session = await current.Session.get(current.createContext(request.raw, reply.raw));
  const user = session.accountId ? await findAccountUser(db, session.accountId) : undefined;
  const formOf = `account ${session.uid}`;
  return (
    user && {
      user,
      uid: session.uid,
      formOf,
      form: { action: PATH, token: formToken(keys, formOf), leadsTo: undefined },
    }
  );
}

/** The page at which people look after their own account. */
export async function showAccount(
  services: SignInServices,
  request: FastifyRequest<{ Querystring: { code?: string; error?: string; done?: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const visitor = await findVisitor(services, request, reply);
  const { code, error } = request.query;
  if (!visitor) {
    if (error !== undefined) return send(services.db, reply, errorPage({ error: 'access_denied' }));
    return goTo(reply, signInPath(services.issuer));
  }
  await noteUse(services.db, visitor.uid, new Date(services.clock()), request.ip);
  const codes = await findNewCodes(services.db, services.sealer, visitor.user.id, visitor.formOf);
  if (codes)
    return send(services.db, reply, recoveryCodesPage(visitor.form, visitor.user.userName, codes), {
      userId: visitor.user.id,
    });
  // The code is not exchanged for a token: the authorization was made for the session that it left behind.
  if (code !== undefined) return goTo(reply, PATH);
  return show(services, visitor, reply, { done: DONE[request.query.done ?? ''] });
}

/** Our own authorization request. All we want of it is the session. */
function signInPath(issuer: string): string {
  const challenge = createHash('sha256').update(randomBytes(32)).digest('base64url');
  const query = new URLSearchParams({
    client_id: ACCOUNT_CLIENT,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: `${issuer}/account`,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  });
  return `/identity${ROUTES.authorization}?${query}`;
}

async function show(
  { db, clock }: SignInServices,
  { user, uid, form }: Visitor,
  reply: FastifyReply,
  told: Pick<AccountPage, 'problem' | 'about' | 'retryAfter' | 'done'>,
): Promise<FastifyReply> {
  const { minPasswordLength } = await findPolicy(db, user.organizationId);
  const row = await db.first<{ isOutside: boolean }>(
    sql`select password_hash is null as "isOutside" from identity_users where id = ${user.id}`,
  );
  const page = accountPage({
    form,
    ...user,
    isOutside: row?.isOutside ?? false,
    factor: await describeSecondFactor(db, user.id),
    needsFactor: await mustHaveSecondFactor(db, user.id),
    minLength: minPasswordLength,
    sessions: await db.query<ShownSession>(sql`
      select l.*, l.uid = ${uid} as "isCurrent" from (${liveSessions(user.id, new Date(clock()))}) l
       order by "isCurrent" desc, "lastUsedTime" desc limit ${MOST_ROWS}`),
    applications: await db.query<ShownApplication>(sql`
      select * from (${allowedApplications(user.id, new Date(clock()))}) a
       order by folded(name) collate "und-x-icu" limit ${MOST_ROWS}`),
    ...told,
  });
  return send(db, reply, page, { userId: user.id });
}

/** Of sessions, and of applications. Sessions beyond these still end with "all others". */
const MOST_ROWS = 100;

type Action = (
  services: SignInServices,
  visitor: Visitor,
  request: FastifyRequest<{ Body: Form }>,
  reply: FastifyReply,
) => Promise<FastifyReply>;

const ACTIONS: Readonly<Record<string, Action>> = {
  change: withPassword(async (services, visitor, request, reply) => {
    const wrong = await changeOwnPassword(services, visitor.user, request.body, request.ip);
    return wrong ? show(services, visitor, reply, wrong) : goTo(reply, SAVED);
  }),
  begin: withPassword((services, visitor, _request, reply) =>
    showEnrolment(services, visitor, reply, undefined),
  ),
  enrol: async (services, visitor, request, reply) => {
    if (!(await isEnrolling(services.db, visitor.user.id))) return goTo(reply, PATH);
    const { user, formOf } = visitor;
    if (await confirmFactor(services, user, request.body.code ?? '', request.ip, formOf))
      return goTo(reply, PATH);
    return showEnrolment(services, visitor, reply, WRONG_FIRST_CODE);
  },
  kept: async ({ db }, { user, formOf }, request, reply) => {
    if (request.body.kept !== undefined) await forgetNewCodes(db, user.id, formOf);
    return goTo(reply, PATH);
  },
  codes: withPassword(async (services, visitor, request, reply) => {
    const { user, formOf: place } = visitor;
    const { db, sealer } = services;
    await db.transaction((tx) =>
      changingOneself(tx, user, 'RenewRecoveryCodes', request.ip, async () =>
        showCodesIn(tx, sealer, user.id, { place, codes: await renewRecoveryCodes(tx, user.id) }),
      ),
    );
    return goTo(reply, PATH);
  }),
  disable: withPassword(async (services, visitor, request, reply) => {
    const { user } = visitor;
    if (await mustHaveSecondFactor(services.db, user.id)) {
      return show(services, visitor, reply, { problem: DEMANDED });
    }
    await services.db.transaction((tx) =>
      changingOneself(tx, user, 'DisableSecondFactor', request.ip, () => removeSecondFactor(tx, user.id)),
    );
    return goTo(reply, `${PATH}?done=factor-off`);
  }),
  end: async (services, visitor, request, reply) => {
    await end(services, visitor, request, 'all');
    return goTo(reply, SIGNED_OUT_PAGE);
  },
  'end-others': async (services, visitor, request, reply) => {
    await end(services, visitor, request, { but: visitor.uid });
    return goTo(reply, `${PATH}?done=others-ended`);
  },
  'end-session': async (services, visitor, request, reply) => {
    await end(services, visitor, request, { id: request.body.session ?? '' });
    return goTo(reply, `${PATH}?done=session-ended`);
  },
  revoke: async ({ db, clock }, { user }, request, reply) => {
    const which = { clientId: request.body.client ?? '', now: new Date(clock()) };
    await db.transaction((tx) => revokeApplication(tx, actorOnPage(user, request.ip), user, which));
    return goTo(reply, `${PATH}?done=revoked`);
  },
};

const end = (
  { db, clock }: SignInServices,
  { user }: Visitor,
  { ip }: FastifyRequest,
  which: Which,
): Promise<number> =>
  db.transaction((tx) => endSessions(tx, actorOnPage(user, ip), user, { which, now: new Date(clock()) }));

/** An unattended browser must not be enough. The attempt counts like any other. */
function withPassword(action: Action): Action {
  return async (services, visitor, request, reply) => {
    const { user } = visitor;
    const check = await services.checkPassword({
      organizationId: user.organizationId,
      login: user.userName,
      password: request.body.old ?? '',
      source: request.ip,
      device: readCookie(request, DEVICE_COOKIE),
      client: 'Baton account',
      browser: request.headers['user-agent'],
      for: 'page',
    });
    if (check.user?.id !== user.id) {
      const about = PRESENT[request.body.step ?? ''];
      const retryAfter = check.user ? 0 : check.retryAfter;
      // Of a password that was not even looked at nothing is known.
      if (retryAfter > 0)
        return show(services, visitor, reply, { problem: tooManyAttempts(retryAfter), retryAfter });
      return show(services, visitor, reply, { problem: WRONG_PASSWORD, about });
    }
    return action(services, visitor, request, reply);
  };
}

const WRONG_PASSWORD: Words = {
  en: 'The current password is not right.',
  ja: '現在のパスワードが正しくありません。',
};

async function showEnrolment(
  { db, sealer }: SignInServices,
  { user, form }: Visitor,
  reply: FastifyReply,
  problem: Words | undefined,
): Promise<FastifyReply> {
  if (await hasSecondFactor(db, user.id)) return goTo(reply, PATH);
  const secret = await beginEnrolment(db, sealer, user.id);
  const link = authenticatorLink(secret, user.userName, 'Baton');
  const page = enrolPage({
    form,
    secret: base32(secret),
    link,
    demanded: false,
    back: PATH,
    problem,
    about: 'code',
  });
  return send(db, reply, page, { userId: user.id });
}

export async function changeAccount(
  services: SignInServices,
  request: FastifyRequest<{ Body: Form }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const visitor = await findVisitor(services, request, reply);
  if (!visitor) return goTo(reply, PATH);
  const body = request.body ?? {};
  const action = ACTIONS[body.step ?? ''];
  if (!action || isForeign(request) || !isFormToken(services.keys, visitor.formOf, body.csrf)) {
    return send(services.db, reply, stalePage(PATH), { userId: visitor.user.id });
  }
  return action(services, visitor, request, reply);
}
