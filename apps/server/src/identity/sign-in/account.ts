import { createHash, randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import sql from 'sql-template-tag';
import { ACCOUNT_CLIENT } from '../clients.ts';
import { formToken, isFormToken } from '../installation-secrets.ts';
import { ROUTES } from '../routes.ts';
import { findAccountUser, type IdentityUser } from '../users.ts';
import { type Form, goTo, isForeign, readCookie, send } from './browser.ts';
import { errorPage, stalePage } from './error-page.ts';
import { DEVICE_COOKIE } from './interaction.ts';
import { accountPage } from './pages/account.ts';
import { SAVED } from './pages/forgotten.ts';
import { enrolPage, type FormOf, recoveryCodesPage } from './pages/sign-in.ts';
import {
  beginEnrolment,
  hasSecondFactor,
  isEnrolling,
  mustHaveSecondFactor,
  removeSecondFactor,
  renewRecoveryCodes,
} from './second-factor.ts';
import type { SignInServices } from './services.ts';
import { findPolicy } from './set-password.ts';
import { changeOwnPassword, changingOneself, confirmFactor } from './steps.ts';
import { authenticatorLink, base32 } from './totp.ts';

const PATH = '/identity/account';

/** What a redirect after a change says. */
const DONE: Readonly<Record<string, string>> = { 'factor-off': 'The second factor is off.' };

/** Where each form asks for the password that is in use. */
const PRESENT: Readonly<Record<string, string>> = {
  change: 'old',
  begin: 'begin-old',
  codes: 'factor-old',
  disable: 'factor-old',
};

interface Visitor {
  readonly user: IdentityUser;
  readonly form: FormOf;
}

/** Who has a session in this browser. */
async function findVisitor(
  { provider, db, keys }: SignInServices,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<(Visitor & { readonly formOf: string }) | undefined> {
  const current = provider();
  const session = await current.Session.get(current.createContext(request.raw, reply.raw));
  const user = session.accountId ? await findAccountUser(db, session.accountId) : undefined;
  const formOf = `account ${session.uid}`;
  return user && { user, formOf, form: { action: PATH, token: formToken(keys, formOf), leadsTo: undefined } };
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
    if (error !== undefined) return send(reply, errorPage({ error: 'access_denied' }));
    return goTo(reply, signInPath(services.issuer));
  }
  // The code of the authorization is not needed: that there is a session now is all.
  if (code !== undefined) return goTo(reply, PATH);
  return show(services, visitor, reply, { done: DONE[request.query.done ?? ''] });
}

/** An authorization request of our own, for the session that it leaves behind. */
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
  { db }: SignInServices,
  { user, form }: Visitor,
  reply: FastifyReply,
  told: { readonly problem?: string; readonly about?: string; readonly done?: string },
): Promise<FastifyReply> {
  const { minPasswordLength } = await findPolicy(db, user.organizationId);
  const row = await db.first<{ isOutside: boolean }>(
    sql`select password_hash is null as "isOutside" from identity_users where id = ${user.id}`,
  );
  const page = accountPage({
    form,
    ...user,
    isOutside: row?.isOutside ?? false,
    hasFactor: await hasSecondFactor(db, user.id),
    minLength: minPasswordLength,
    ...told,
  });
  return send(reply, page);
}

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
    const codes = await confirmFactor(services, visitor.user, request.body.code ?? '', request.ip);
    if (codes) return send(reply, recoveryCodesPage(visitor.form, codes));
    return showEnrolment(
      services,
      visitor,
      reply,
      'That code is not right. Wait for the next one and try again.',
    );
  },
  kept: async (_services, _visitor, _request, reply) => goTo(reply, PATH),
  codes: withPassword(async (services, visitor, request, reply) => {
    const { user } = visitor;
    const codes = await services.db.transaction((tx) =>
      changingOneself(tx, user, 'RenewRecoveryCodes', request.ip, () => renewRecoveryCodes(tx, user.id)),
    );
    return send(reply, recoveryCodesPage(visitor.form, codes));
  }),
  disable: withPassword(async (services, visitor, request, reply) => {
    const { user } = visitor;
    if (await mustHaveSecondFactor(services.db, user.id)) {
      return show(services, visitor, reply, { problem: 'Your organization asks for a second factor.' });
    }
    await services.db.transaction((tx) =>
      changingOneself(tx, user, 'DisableSecondFactor', request.ip, () => removeSecondFactor(tx, user.id)),
    );
    return goTo(reply, `${PATH}?done=factor-off`);
  }),
  end: async (services, { user }, request, reply) => {
    await services.db.transaction((tx) =>
      changingOneself(tx, user, 'EndSessions', request.ip, () =>
        tx.execute(sql`update identity_users set session_stamp = session_stamp + 1 where id = ${user.id}`),
      ),
    );
    return goTo(reply, PATH);
  },
};

/** A browser left open must not be enough. Counted like every other attempt. */
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
      return show(services, visitor, reply, { problem: 'The current password is not right.', about });
    }
    return action(services, visitor, request, reply);
  };
}

async function showEnrolment(
  { db, sealer }: SignInServices,
  { user, form }: Visitor,
  reply: FastifyReply,
  problem: string | undefined,
): Promise<FastifyReply> {
  if (await hasSecondFactor(db, user.id)) return goTo(reply, PATH);
  const secret = await beginEnrolment(db, sealer, user.id);
  const link = authenticatorLink(secret, user.userName, 'Baton');
  return send(reply, enrolPage({ form, secret: base32(secret), link, demanded: false, problem }));
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
    return send(reply, stalePage(PATH));
  }
  return action(services, visitor, request, reply);
}
