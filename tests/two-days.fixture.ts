import assert from 'node:assert/strict';
import { COMMAND_CLIENT } from '../apps/server/src/identity/clients/clients.ts';
import { freePort } from '../apps/server/src/identity/identity.fixture.ts';
import type { Language } from '../apps/server/src/identity/languages.ts';
import { EVENTS, MESSAGES, type OwnerEvent } from '../apps/server/src/identity/mail/messages.ts';
import { type Mailbox, mailbox } from '../apps/server/src/identity/mail/smtp.fixture.ts';
import type { Shown } from '../apps/server/src/identity/sign-in/browser.fixture.ts';
import { type Flow, flowOf } from '../apps/server/src/identity/sign-in/flow.fixture.ts';
import { startCompany } from '../apps/server/src/identity/sign-in/outside-company.fixture.ts';
import { codeOf, codesOf, secretOf } from '../apps/server/src/identity/sign-in/pages.fixture.ts';
import type { Database } from '../apps/server/src/kernel/db/sql.ts';
import type { Ends } from '../apps/server/src/kernel/db/test-database.ts';
import { type Caller, callerWith, testServer } from '../apps/server/src/server.fixture.ts';
import { until } from './until.fixture.ts';

export const API = '/identity/api';
const SCOPE = 'openid profile offline_access OrchestratorApiUserAccess';

export interface Someone {
  /** User name. */
  readonly name: string;
  readonly address: string;
  readonly language: Language;
  password: string;
  recoveryCodes: readonly string[];
}

/** Somebody at a browser of theirs. */
export interface Visit {
  readonly flow: Flow;
  /** What the browser shows, or where it was sent with a code. */
  page: Shown;
}

/** What the command, or an application, has of somebody who has signed in. */
export interface Session {
  readonly id: string;
  readonly accessToken: string;
  /** The newest: each is good once. */
  refreshToken: string | undefined;
  readonly caller: Caller;
}

/**
 * An organization on its first day: a server, the mail server that it was told of and that is not there yet,
 * and a company whose people may come. Everything goes over HTTP, as its people do it. Each step says what
 * there must be of it in the end: entries of the audit in their order, and mails.
 */
export async function openOrganization(t: Ends) {
  const box = await mailbox(t);
  const settings = {
    BATON_PORT: String(await freePort()),
    BATON_SMTP_URL: box.url,
    BATON_PASSWORD_SIGN_IN: 'false',
  };
  const server = await testServer(t, settings);
  const company = await startCompany(t, `${server.url}/identity/sign-in/callback`);
  const { db, url, organizationId } = server;
  const audit: string[] = [];
  const mails: string[] = [];
  const secrets: string[] = [];

  /** What must stand nowhere. */
  const secret = (text: string): string => {
    secrets.push(text);
    return text;
  };

  const visit = async (clientId = COMMAND_CLIENT, redirectUri = 'http://127.0.0.1/signed-in') => {
    const at = { identity: server.parts.identity, origin: url };
    const flow = await flowOf(at, clientId, undefined, redirectUri, [url, company.origin]);
    return { flow, page: await flow.begin({ scope: SCOPE }) } as Visit;
  };

  /** Name and password in a new browser; more may be asked then. */
  async function enter({ name, password }: Someone): Promise<Visit> {
    const visitor = await visit();
    assert.match(visitor.page.text, /<h1>Sign in<\/h1>/);
    visitor.page = await visitor.flow.browser.submit({ login: name, password }, 'password');
    return visitor;
  }

  async function arrive({ flow, page }: Visit): Promise<Session> {
    assert.ok(page.url.searchParams.has('code'), `${page.url} ${page.text}`);
    const tokens = await flow.tokens(page);
    const { access_token: accessToken, refresh_token: refreshToken } = tokens;
    secrets.push(accessToken, ...(refreshToken ? [refreshToken] : []));
    return { id: tokens.claims()!.sub, accessToken, refreshToken, caller: callerWith(url, accessToken) };
  }

  return {
    box,
    server,
    company,
    db,
    url,
    organizationId,
    here: { partitionGlobalId: organizationId },
    secrets,
    secret,
    visit,
    enter,
    arrive,
    expected: { audit, mails },

    /** An entry of the audit, by its message. */
    audited: (...messages: readonly string[]): void => void audit.push(...messages),

    mailed: ({ address, language }: Someone, event: OwnerEvent): void =>
      void mails.push(`${address}: ${EVENTS[event][language]}`),

    invited: ({ address, language }: Someone): void =>
      void mails.push(
        `${address}: ${MESSAGES.UserInvitation.words[language].subject.replace('{{organization}}', 'Baton')}`,
      ),

    async signIn(person: Someone): Promise<Session> {
      const session = await arrive(await enter(person));
      audit.push(`${person.name}: SignIn`);
      return session;
    },

    /** On the page that asks for another password. */
    async choose({ flow }: Visit, person: Someone, password: string): Promise<Shown> {
      person.password = secret(password);
      return flow.browser.submit({ password, repeat: password }, 'change');
    },

    /** On the page that asks for a second factor. */
    async enrol(visitor: Visit, person: Someone): Promise<void> {
      assert.match(visitor.page.text, /Your organization asks for a second factor/);
      const key = secretOf(visitor.page.text);
      secret(key.replaceAll(' ', ''));
      const shown = await visitor.flow.browser.submit({ code: codeOf(key, Date.now()) }, 'enrol');
      person.recoveryCodes = codesOf(shown.text).map(secret);
      visitor.page = await visitor.flow.browser.submit({}, 'kept');
    },

    /** By the outside provider, in a new browser. */
    async comeFromCompany(who: string): Promise<Session> {
      const visitor = await visit();
      await visitor.flow.browser.follow('Sign in with Company');
      visitor.page = await visitor.flow.browser.open(`${company.origin}/login?who=${who}`);
      return arrive(visitor);
    },

    /** Links in all mails to somebody, oldest first; the `n`th, once it is there. */
    link: ({ address }: Someone, n = 1): Promise<string> =>
      until(`a link for ${address}`, () => linksTo(box, address)[n - 1]),
    links: ({ address }: Someone): readonly string[] => linksTo(box, address),
    waiting: (): Promise<number> => count(db, 'select count(*)::int as count from mails'),
    attempts: (): Promise<number> => count(db, 'select coalesce(sum(attempts), 0)::int as count from mails'),
  };
}

export type Organization = Awaited<ReturnType<typeof openOrganization>>;

const linksTo = (box: Mailbox, address: string): readonly string[] =>
  box.mails
    .filter(({ to }) => to === address)
    .flatMap(({ text }) => /http\S+\?token=[\w-]+/.exec(text) ?? []);

const count = async (db: Database, text: string): Promise<number> =>
  (await db.first<{ count: number }>({ text, values: [] }))!.count;

export const someone = (name: string, language: Language = 'en'): Someone => ({
  name,
  address: name.includes('@') ? name : `${name}@example.com`,
  language,
  password: '',
  recoveryCodes: [],
});

/** Tables in which somebody's id stands, with how often: what is left of who is gone. */
export async function tracesOf(db: Database, id: string): Promise<Readonly<Record<string, number>>> {
  const tables = await db.query<{ name: string }>({
    text: `select table_name as name from information_schema.tables
            where table_schema = current_schema() and table_type = 'BASE TABLE' order by 1`,
    values: [],
  });
  const traces: Record<string, number> = {};
  for (const { name } of tables) {
    const found = await count(
      db,
      `select count(*)::int as count from "${name}" r where r::text like '%${id}%'`,
    );
    if (found > 0) traces[name] = found;
  }
  return traces;
}
