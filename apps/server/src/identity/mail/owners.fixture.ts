import { after } from 'node:test';
import sql from 'sql-template-tag';
import { until } from '../../../../../tests/until.fixture.ts';
import { type Caller, callerWith, testServer } from '../../server.fixture.ts';
import { freePort } from '../identity.fixture.ts';
import { resetByOperator } from '../passwords/operator-reset.ts';
import { API, good } from '../platform/platform.fixture.ts';
import { createScimToken } from '../scim/tokens.ts';
import { type PlainBrowser, plainBrowser, type Shown } from '../sign-in/browser.fixture.ts';
import { startCompany } from '../sign-in/outside-company.fixture.ts';
import { codeOf, secretOf } from '../sign-in/pages.fixture.ts';
import { type OwnerEvent } from './messages.ts';
import { mailbox } from './smtp.fixture.ts';

// A server whose mails a test reads, with people whose accounts they and others change.
export const time = { ahead: 0 };
export const now = (): number => Date.now() + time.ahead;
export const box = await mailbox({ after });
export const port = String(await freePort());
export const server = await testServer({ after }, { BATON_PORT: port, BATON_SMTP_URL: box.url }, { now });
export const { admin, anonymous, organizationId } = server;
export const here = { partitionGlobalId: organizationId };
export const company = await startCompany({ after }, `${server.url}/identity/sign-in/callback`);
export const application = await server.app(['PM.User']);
export const scimToken = (await createScimToken(server.db, organizationId, { description: 'Entra' })).token;
export const scim = callerWith(`${server.url}/identity/scim/v2`, scimToken);
export const oldClient = good(
  await admin.post(`${API}/ExternalClient`, {
    ...here,
    name: 'Old client',
    isConfidential: true,
    redirectUri: 'https://old.example/callback',
    scopes: [{ name: 'OR.Jobs', type: 0 }],
  }),
  201,
);
export const PASSWORD = 'plenty of turnips';
export const OTHER = 'plenty of parsnips';

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly browser: PlainBrowser;
}

export interface Row {
  readonly event: OwnerEvent;
  readonly by: 'self' | 'admin' | 'app' | 'SCIM' | 'Company' | 'operator' | 'stranger';
  readonly how: string;
  /** Runs before the mail server goes away. */
  readonly prepare?: (person: Person) => Promise<unknown>;
  readonly change: (person: Person) => Promise<unknown>;
}

export const addressOf = (name: string): string => `${name}@example.com`;
export const twice = { password: OTHER, repeat: OTHER };

export async function signIn({ browser, name }: Person, password = PASSWORD): Promise<Shown> {
  browser.cookies.clear();
  await browser.open(`${server.url}/identity/account`);
  return browser.submit({ login: name, password }, 'password');
}

export async function tokenOf({ name }: Person): Promise<Caller> {
  const credentials = { usernameOrEmailAddress: name, password: PASSWORD };
  const { body } = await anonymous.post('/api/Account/Authenticate', credentials);
  return callerWith(server.url, body.result);
}

export const appCode = ({ text }: Shown): string => codeOf(secretOf(text), now());

export const recovery = new Map<string, string>();

export async function enrol(person: Person): Promise<void> {
  await signIn(person);
  const begun = await person.browser.submit({ old: PASSWORD }, 'begin');
  const codes = await person.browser.submit({ code: appCode(begun) }, 'enrol');
  recovery.set(person.name, /<code>([^<]+)<\/code>/.exec(codes.text)![1]!);
  await person.browser.submit({}, 'kept');
}

/** After ten wrong attempts, a right one is refused too. */
export async function tooOften(attempt: () => Promise<unknown>): Promise<void> {
  for (let i = 0; i < 11; i++) await attempt();
}

export const links = new Map<string, string>();

export const mailLink = async ({ name }: Person): Promise<void> => {
  await plainBrowser(server.url).open(`${server.url}/identity/sign-in/forgotten`, {
    method: 'POST',
    body: new URLSearchParams({ login: name }),
  });
  links.set(name, await linkIn(name));
};

export const linkIn = (name: string): Promise<string> =>
  until(`a link for ${name}`, () => {
    const mail = box.mails.find(({ to, text }) => to === addressOf(name) && /token=/.test(text));
    return mail && /http\S+token=[\w-]+/.exec(mail.text)![0];
  });

export const put = (caller: Caller, { id }: Person, body: object): Promise<unknown> =>
  caller.put(`${API}/User/${id}`, body).then((answer) => good(answer));

export const newAddress = ({ name }: Person): string => addressOf(`${name}-new`);

export async function comeFromCompany(person: Person, email: string): Promise<void> {
  company.people[person.name] = { preferred_username: person.name, email, given_name: 'Ada' };
  person.browser.cookies.clear();
  await person.browser.open(`${server.url}/identity/account`);
  await person.browser.follow('Sign in with Company');
  await person.browser.open(`${company.origin}/login?who=${person.name}`);
}

export const scimPerson = (person: Person, email: string): object => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName: person.name,
  emails: [{ value: email, primary: true }],
});

export const intoTenant = (person: Person): Promise<unknown> =>
  server.db.execute(sql`
    insert into users (tenant_id, user_name, directory_identifier)
    values (${server.tenant.id}, ${person.name}, ${person.id})`);

export async function pathInTenant({ id }: Person): Promise<string> {
  const row = await server.db.first<{ id: number }>(
    sql`select id from users where directory_identifier = ${id}`,
  );
  return `/odata/Users(${row!.id})`;
}

/** Does what the command does on the server's machine. */
export const reset = (login: string, removesSecondFactor: boolean): Promise<unknown> =>
  resetByOperator(server.db, {
    login,
    organization: undefined,
    removesSecondFactor,
    operator: 'root@cellar',
  });

export const policy = (body: object): Promise<unknown> =>
  admin.put(`${API}/PasswordPolicy/${organizationId}`, body).then((answer) => good(answer));
