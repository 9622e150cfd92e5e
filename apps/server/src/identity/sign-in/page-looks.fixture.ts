import * as client from 'openid-client';
import type { Browser, Page } from 'playwright-core';
import sql from 'sql-template-tag';
import type { Ends } from '../../chromium.fixture.ts';
import { hashOfSecret } from '../../kernel/secrets/secret.ts';
import { startIdentity, type TestIdentity } from '../identity.fixture.ts';
import type { Language } from '../languages.ts';
import { listenForCallback, openWindow, relyingParty } from './chromium.fixture.ts';
import { lookAt } from './looks.fixture.ts';
import { startCompany } from './outside-company.fixture.ts';
import { saveOutsideProvider } from './save-outside-provider.ts';

// Every page that people see, in every important state and in both languages: light and dark, on a wide
// screen and on a telephone. With BATON_SCREENSHOTS=folder, pictures of all are saved.

const SCOPES = [
  'openid',
  'profile',
  'email',
  'offline_access',
  'OR.Jobs',
  'OR.TestSetExecutions.Read',
  'PM.Group.Write',
];
export const OWN = 'violet cellar door';
export const NEXT = 'sunny kettle farm';
const SHARED = [
  'Baton',
  'Orchestrator',
  'API',
  'QR',
  'Invoices',
  'Company',
  'Example Ltd',
  'Ada Lovelace',
  'Grace Hopper',
];

export interface Scene {
  readonly server: TestIdentity;
  readonly page: Page;
  readonly issuer: string;
  readonly begin: (parameters?: Record<string, string>) => Promise<void>;
  readonly seen: (name: string) => Promise<void>;
  /** What is wrong with the pages that were seen. */
  readonly faults: readonly string[];
  readonly config: client.Configuration;
  readonly companyId: string;
}

export async function scene(t: Ends, browser: Browser, language: Language): Promise<Scene> {
  const server = await startIdentity(t as never);
  const { issuer } = server.identity;
  const { redirect, home } = await listenForCallback(t);
  const app = await server.application({
    name: 'Invoices',
    appScopes: [],
    userScopes: SCOPES,
    redirectUris: [redirect],
  });
  const company = await startCompany(t, `${issuer}/sign-in/callback`);
  company.people[7] = { preferred_username: 'nobody', given_name: 'Nobody' };
  const organizationId = server.first.organization.id;
  const shared = { organizationId, scopes: 'openid profile', claims: {}, groups: {}, provisions: false };
  const { clientId, clientSecret } = company;
  const ours = { ...shared, name: 'Company', issuer: company.issuer, clientId, clientSecret };
  await saveOutsideProvider(server.db, server.sealer, ours);
  const party = await relyingParty(issuer, { ...app, redirect });
  const locale = language === 'ja' ? 'ja-JP' : 'en-US';
  const origins = [server.origin, new URL(redirect).origin, home, company.origin];
  const { page } = await openWindow(t, browser, origins, { locale });
  const { id: companyId } = (await server.db.first<{ id: string }>(
    sql`select id from sign_in_providers where name = 'Company'`,
  ))!;
  const faults: string[] = [];
  return {
    server,
    page,
    issuer,
    config: party.config,
    companyId,
    begin: (parameters = {}) => party.begin(page, { scope: SCOPES.join(' '), ...parameters }),
    faults,
    seen: async (name) => {
      faults.push(
        ...(await lookAt(page, name, {
          language,
          names: [...SHARED, 'ada@example.com', 'ada', 'grace@example.com', 'grace'],
        })),
      );
    },
  };
}

/** Fills in the given fields and sends the form that has them. */
export async function send(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [id, value] of Object.entries(fields)) await page.locator(`#${id}`).fill(value);
  await page.locator(`#${Object.keys(fields).at(-1)}`).press('Enter');
  await page.waitForLoadState();
}

export const press = (page: Page, selector: string): Promise<void> => page.locator(selector).click();

/** The button of the form for this step. */
export const step = (page: Page, name: string): Promise<void> =>
  press(page, `form:has([name=step][value=${name}]) button:not([name=step])`);

export const secretIn = async (page: Page): Promise<string> => page.locator('#secret').innerText();

/** As if an outside provider looked after this account. Only the continuing session is not realistic. */
export async function withoutPassword(
  { db }: TestIdentity,
  id: string,
  work: () => Promise<void>,
): Promise<void> {
  const before = await db.first<{ hash: string }>(
    sql`select password_hash as hash from identity_users where id = ${id}`,
  );
  const set = async (hash: string | null): Promise<void> => {
    const row = await db.first<{ stamp: number }>(
      sql`select session_stamp as stamp from identity_users where id = ${id}`,
    );
    await db.execute(sql`update identity_users set password_hash = ${hash} where id = ${id}`);
    await db.execute(sql`update identity_users set session_stamp = ${row!.stamp} where id = ${id}`);
  };
  await set(null);
  await work();
  await set(before!.hash);
}

/** A link as in a mail. */
export async function linkOf(
  { db, identity }: TestIdentity,
  userId: string,
  isInvitation: boolean,
): Promise<string> {
  const token = crypto.randomUUID();
  await db.execute(sql`
    insert into password_resets (hash, user_id, expires_at, is_invitation)
    values (${hashOfSecret(token)}, ${userId}, now() + interval '1 hour', ${isInvitation})`);
  return `${identity.issuer}/sign-in/${isInvitation ? 'invitation' : 'reset'}?token=${token}`;
}
