import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import sql from 'sql-template-tag';
import { until } from '../../../../../tests/until.fixture.ts';
import { type Caller, callerWith, testServer } from '../../testing.ts';

import type { Language } from '../languages.ts';

import { resetByOperator } from '../operator-reset.ts';

import { API, good } from '../platform/platform.fixture.ts';
import { createScimToken } from '../scim/tokens.ts';
import { type PlainBrowser, plainBrowser, type Shown } from '../sign-in/browser.fixture.ts';
import { choseThemselves } from '../sign-in/flow.fixture.ts';
import { startCompany } from '../sign-in/outside-company.fixture.ts';
import { codeOf, secretOf } from '../sign-in/pages.fixture.ts';
import { freePort } from '../testing.ts';
import { EVENTS, type OwnerEvent } from './messages.ts';
import { mailbox, type ReceivedMail } from './smtp.fixture.ts';

// Every change that an owner is told, by everybody who can make it, in every way; the mail server is away.

const time = { ahead: 0 };
const now = (): number => Date.now() + time.ahead;
const box = await mailbox({ after });
const port = String(await freePort());
const server = await testServer({ after }, { BATON_PORT: port, BATON_SMTP_URL: box.url }, { now });
const { admin, anonymous, organizationId } = server;
const here = { partitionGlobalId: organizationId };
const company = await startCompany({ after }, `${server.url}/identity/sign-in/callback`);
const application = await server.app(['PM.User']);
const scimToken = (await createScimToken(server.db, organizationId, { description: 'Entra' })).token;
const scim = callerWith(`${server.url}/identity/scim/v2`, scimToken);
const oldClient = good(
  await admin.post(`${API}/ExternalClient`, {
    ...here,
    name: 'Old client',
    isConfidential: true,
    redirectUri: 'https://old.example/callback',
    scopes: [{ name: 'OR.Jobs', type: 0 }],
  }),
  201,
);
const PASSWORD = 'plenty of turnips';
const OTHER = 'plenty of parsnips';

interface Person {
  readonly id: string;
  readonly name: string;
  readonly browser: PlainBrowser;
}

interface Row {
  readonly event: OwnerEvent;
  readonly by: 'self' | 'admin' | 'app' | 'SCIM' | 'Company' | 'operator' | 'stranger';
  readonly how: string;
  /** Before the mail server goes away. */
  readonly prepare?: (person: Person) => Promise<unknown>;
  readonly change: (person: Person) => Promise<unknown>;
}

const addressOf = (name: string): string => `${name}@example.com`;
const twice = { password: OTHER, repeat: OTHER };

async function signIn({ browser, name }: Person, password = PASSWORD): Promise<Shown> {
  browser.cookies.clear();
  await browser.open(`${server.url}/identity/account`);
  return browser.submit({ login: name, password }, 'password');
}

async function tokenOf({ name }: Person): Promise<Caller> {
  const credentials = { usernameOrEmailAddress: name, password: PASSWORD };
  const { body } = await anonymous.post('/api/Account/Authenticate', credentials);
  return callerWith(server.url, body.result);
}

const appCode = ({ text }: Shown): string => codeOf(secretOf(text), now());

const recovery = new Map<string, string>();

async function enrol(person: Person): Promise<void> {
  await signIn(person);
  const begun = await person.browser.submit({ old: PASSWORD }, 'begin');
  const codes = await person.browser.submit({ code: appCode(begun) }, 'enrol');
  recovery.set(person.name, /<code>([^<]+)<\/code>/.exec(codes.text)![1]!);
  await person.browser.submit({}, 'kept');
}

/** What is right meanwhile is refused too, once there were ten. */
async function tooOften(attempt: () => Promise<unknown>): Promise<void> {
  for (let i = 0; i < 11; i++) await attempt();
}

const links = new Map<string, string>();

const mailLink = async ({ name }: Person): Promise<void> => {
  await plainBrowser(server.url).open(`${server.url}/identity/sign-in/forgotten`, {
    method: 'POST',
    body: new URLSearchParams({ login: name }),
  });
  links.set(name, await linkIn(name));
};

const linkIn = (name: string): Promise<string> =>
  until(`a link for ${name}`, () => {
    const mail = box.mails.find(({ to, text }) => to === addressOf(name) && /token=/.test(text));
    return mail && /http\S+token=[\w-]+/.exec(mail.text)![0];
  });

const put = (caller: Caller, { id }: Person, body: object): Promise<unknown> =>
  caller.put(`${API}/User/${id}`, body).then((answer) => good(answer));

const newAddress = ({ name }: Person): string => addressOf(`${name}-new`);

async function comeFromCompany(person: Person, email: string): Promise<void> {
  company.people[person.name] = { preferred_username: person.name, email, given_name: 'Ada' };
  person.browser.cookies.clear();
  await person.browser.open(`${server.url}/identity/account`);
  await person.browser.follow('Sign in with Company');
  await person.browser.open(`${company.origin}/login?who=${person.name}`);
}

const scimPerson = (person: Person, email: string): object => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName: person.name,
  emails: [{ value: email, primary: true }],
});

const intoTenant = (person: Person): Promise<unknown> =>
  server.db.execute(sql`
    insert into users (tenant_id, user_name, directory_identifier)
    values (${server.tenant.id}, ${person.name}, ${person.id})`);

async function pathInTenant({ id }: Person): Promise<string> {
  const row = await server.db.first<{ id: number }>(
    sql`select id from users where directory_identifier = ${id}`,
  );
  return `/odata/Users(${row!.id})`;
}

/** What the command does, on the server's machine. */
const reset = (login: string, removesSecondFactor: boolean): Promise<unknown> =>
  resetByOperator(server.db, {
    login,
    organization: undefined,
    removesSecondFactor,
    operator: 'root@cellar',
  });

const policy = (body: object): Promise<unknown> =>
  admin.put(`${API}/PasswordPolicy/${organizationId}`, body).then((answer) => good(answer));

const ROWS: readonly Row[] = [
  {
    event: 'passwordChanged',
    by: 'self',
    how: 'POST changepassword',
    change: async (person) => {
      const caller = await tokenOf(person);
      const body = { oldPassword: PASSWORD, newPassword: OTHER };
      good(await caller.post(`${API}/User/${person.id}/changepassword`, body));
    },
  },
  {
    event: 'passwordChanged',
    by: 'admin',
    how: 'PUT User',
    change: (person) => put(admin, person, { password: OTHER }),
  },
  {
    event: 'passwordChanged',
    by: 'app',
    how: 'PUT User',
    change: (person) => put(application, person, { password: OTHER }),
  },
  {
    event: 'passwordChanged',
    by: 'admin',
    how: 'POST changepassword',
    change: async ({ id }) => {
      const body = { oldPassword: PASSWORD, newPassword: OTHER };
      good(await admin.post(`${API}/User/${id}/changepassword`, body));
    },
  },
  {
    event: 'passwordChanged',
    by: 'operator',
    how: 'baton admin reset-password',
    change: ({ name }) => reset(name, false),
  },
  {
    event: 'passwordChanged',
    by: 'self',
    how: 'invitation',
    prepare: async (person) => {
      await put(admin, person, { invitationAccepted: false });
      good(await admin.post(`${API}/UserInvite/${organizationId}`, { userIds: [person.id] }));
      links.set(person.name, await linkIn(person.name));
    },
    change: async ({ name }) => fetch(links.get(name)!, { method: 'POST', body: new URLSearchParams(twice) }),
  },
  {
    event: 'passwordChanged',
    by: 'self',
    how: 'account page',
    prepare: signIn,
    change: ({ browser }) => browser.submit({ old: PASSWORD, ...twice }, 'change'),
  },
  {
    event: 'passwordChanged',
    by: 'self',
    how: 'link for a forgotten one',
    prepare: mailLink,
    change: async ({ name }) => fetch(links.get(name)!, { method: 'POST', body: new URLSearchParams(twice) }),
  },
  {
    event: 'passwordChanged',
    by: 'self',
    how: 'demanded at the sign-in',
    prepare: ({ id }) =>
      server.db.execute(sql`update identity_users set has_given_password = true where id = ${id}`),
    change: async (person) => {
      await signIn(person);
      await person.browser.submit(twice, 'change');
    },
  },
  {
    event: 'mailChanged',
    by: 'admin',
    how: 'PUT User',
    change: (person) => put(admin, person, { email: newAddress(person) }),
  },
  {
    event: 'mailChanged',
    by: 'app',
    how: 'PUT User',
    change: (person) => put(application, person, { email: newAddress(person) }),
  },
  {
    event: 'mailChanged',
    by: 'admin',
    how: 'PATCH odata/Users',
    prepare: intoTenant,
    change: async (person) => {
      const body = { EmailAddress: newAddress(person) };
      const { status, text } = await admin.patch(await pathInTenant(person), body);
      assert.ok(status < 300, text);
    },
  },
  {
    event: 'mailChanged',
    by: 'admin',
    how: 'PUT odata/Users',
    prepare: intoTenant,
    change: async (person) => {
      const path = await pathInTenant(person);
      const user = { UserName: person.name, EmailAddress: newAddress(person), RolesList: [] };
      const { status, text } = await admin.put(path, user);
      assert.ok(status < 300, text);
    },
  },
  {
    event: 'mailChanged',
    by: 'SCIM',
    how: 'PUT Users',
    change: async (person) =>
      good(await scim.put(`/Users/${person.id}`, scimPerson(person, newAddress(person)))),
  },
  {
    event: 'mailChanged',
    by: 'SCIM',
    how: 'PATCH Users',
    change: async (person) =>
      good(
        await scim.patch(`/Users/${person.id}`, {
          schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
          Operations: [{ op: 'replace', path: 'emails[type eq "work"].value', value: newAddress(person) }],
        }),
      ),
  },
  {
    event: 'mailChanged',
    by: 'Company',
    how: 'sign-in at the provider',
    prepare: async (person) => {
      await server.db.execute(sql`
        insert into sign_in_provider_users (provider_id, subject, user_id)
        select id, ${person.name}, ${person.id} from sign_in_providers`);
    },
    change: (person) => comeFromCompany(person, newAddress(person)),
  },
  { event: 'secondFactorOn', by: 'self', how: 'account page', change: enrol },
  {
    event: 'secondFactorOn',
    by: 'self',
    how: 'demanded at the sign-in',
    change: async (person) => {
      await policy({ requiresSecondFactor: true });
      const asked = await signIn(person);
      await person.browser.submit({ code: appCode(asked) }, 'enrol');
      await policy({ requiresSecondFactor: false });
    },
  },
  {
    event: 'secondFactorOff',
    by: 'app',
    how: 'DELETE SecondFactor',
    prepare: enrol,
    change: async ({ id }) => good(await application.delete(`${API}/User/${id}/SecondFactor`), 204),
  },
  {
    event: 'secondFactorOff',
    by: 'self',
    how: 'account page',
    prepare: enrol,
    change: async ({ browser }) => {
      await browser.open(`${server.url}/identity/account`);
      await browser.submit({ old: PASSWORD, step: 'disable' }, 'codes');
    },
  },
  {
    event: 'secondFactorOff',
    by: 'admin',
    how: 'DELETE SecondFactor',
    prepare: enrol,
    change: async ({ id }) => good(await admin.delete(`${API}/User/${id}/SecondFactor`), 204),
  },
  {
    event: 'recoveryCodesRenewed',
    by: 'self',
    how: 'account page',
    prepare: enrol,
    change: async ({ browser }) => {
      await browser.open(`${server.url}/identity/account`);
      await browser.submit({ old: PASSWORD }, 'codes');
    },
  },
  {
    event: 'recoveryCodeUsed',
    by: 'self',
    how: 'sign-in',
    prepare: enrol,
    change: async (person) => {
      const { url } = await signIn(person);
      await person.browser.open(new URL('?use=recovery', url));
      await person.browser.submit({ code: recovery.get(person.name)! }, 'recovery');
    },
  },
  ...(['Sessions', 'Sessions?exceptCurrent=true', 'one of Sessions'] as const).map(
    (how): Row => ({
      event: 'sessionsEnded',
      by: 'admin',
      how: `DELETE ${how}`,
      prepare: signIn,
      change: async ({ id }) => {
        const path = `${API}/User/${id}/Sessions`;
        const [{ id: one }] = good(await admin.get(path)).results;
        good(
          await admin.delete(how === 'one of Sessions' ? `${path}/${one}` : path.replace('Sessions', how)),
          204,
        );
      },
    }),
  ),
  {
    event: 'applicationRevoked',
    by: 'admin',
    how: 'DELETE Applications',
    prepare: ({ id }) =>
      server.db.execute(sql`
        insert into consents (user_id, client_id, scopes)
        select ${id}, client_id, '{OR.Jobs}' from external_apps limit 1`),
    change: async ({ id }) => {
      const path = `${API}/User/${id}/Applications`;
      const [{ clientId }] = good(await admin.get(path)).results;
      good(await admin.delete(`${path}/${clientId}`), 204);
    },
  },
  {
    event: 'tooManyAttempts',
    by: 'stranger',
    how: 'wrong passwords at the sign-in',
    change: (person) => tooOften(() => signIn(person, 'a guess')),
  },
  {
    event: 'tooManyAttempts',
    by: 'stranger',
    how: 'wrong passwords at Authenticate',
    change: ({ name }) =>
      tooOften(() =>
        anonymous.post('/api/Account/Authenticate', { usernameOrEmailAddress: name, password: 'a guess' }),
      ),
  },
  {
    event: 'tooManyAttempts',
    by: 'stranger',
    how: 'wrong codes of the second factor',
    prepare: enrol,
    change: async (person) => {
      // Not where they have signed in before.
      await signIn({ ...person, browser: plainBrowser(server.url) });
      const thief = { ...person, browser: plainBrowser(server.url) };
      await signIn(thief);
      await tooOften(() => thief.browser.submit({ code: '000000' }, 'factor'));
    },
  },
  {
    event: 'tooManyAttempts',
    by: 'stranger',
    how: 'wrong passwords at the token endpoint',
    change: ({ name }) => {
      const { id, secret } = oldClient;
      const form = { grant_type: 'password', client_id: id, client_secret: secret, username: name };
      const body = new URLSearchParams({ ...form, password: 'a guess' });
      return tooOften(() => fetch(`${server.url}/identity/connect/token`, { method: 'POST', body }));
    },
  },
  {
    event: 'tooManyAttempts',
    by: 'stranger',
    how: 'wrong present passwords on the account page',
    prepare: signIn,
    change: ({ browser }) =>
      tooOften(async () => {
        await browser.open(`${server.url}/identity/account`);
        await browser.submit({ old: 'a guess', ...twice }, 'change');
      }),
  },
  {
    event: 'tooManyAttempts',
    by: 'stranger',
    how: 'wrong old passwords at changepassword',
    change: async (person) => {
      const caller = await tokenOf(person);
      const body = { oldPassword: 'a guess', newPassword: OTHER };
      await tooOften(() => caller.post(`${API}/User/${person.id}/changepassword`, body));
    },
  },
];

const both = (name: string): Readonly<Record<Language, string>> => ({ en: name, ja: name });
const ACTORS_TOLD = {
  self: { en: 'somebody signed in as you', ja: 'あなたとしてサインインした人' },
  stranger: { en: 'somebody who has not signed in', ja: 'サインインしていない人' },
  admin: both('admin'),
  app: both(
    (await server.db.first<{ name: string }>(
      sql`select name from external_apps order by created_at limit 1`,
    ))!.name,
  ),
  SCIM: both('Entra'),
  operator: both('root@cellar'),
  Company: both('Company'),
} as const;

const nameOf = (i: number): string => `person-${i}`;
const languageOf = (i: number): Language => (i % 2 === 0 ? 'en' : 'ja');
const people: Person[] = [];

before(async () => {
  await box.start();
  good(
    await admin.post(`${API}/ExternalIdentityProvider`, {
      ...here,
      displayName: 'Company',
      authority: company.issuer,
      clientId: company.clientId,
      clientSecret: company.clientSecret,
      settings: { scopes: 'openid profile email' },
    }),
    201,
  );
  for (const [i, { prepare }] of ROWS.entries()) {
    const name = nameOf(i);
    const made = { ...here, userName: name, email: addressOf(name), name: 'Ada', password: PASSWORD };
    good(await admin.post(`${API}/User`, made));
    const { id } = await choseThemselves(server.db, name);
    const person = { id, name, browser: plainBrowser(server.url, company.origin) };
    people.push(person);
    const settings = [{ key: 'UserLanguage.Language', value: languageOf(i) }];
    good(await admin.put(`${API}/Setting`, { settings, ...here, userId: person.id }));
    await prepare?.(person);
  }
  await until('all that is told of the preparations has gone', async () => (await waiting()) === 0);
  await box.stop();
});

const waiting = async (): Promise<number> => (await server.db.query(sql`select from mails`)).length;

it('the owner is told of every change, by whomever and however', async (t) => {
  const toldBefore = box.mails.length;
  for (const [i, { change, how }] of ROWS.entries()) {
    const had = await waiting();
    await change(people[i]!);
    assert.ok((await waiting()) > had, `nothing is to be told of ${how} (${ROWS[i]!.event})`);
  }
  const written = await waiting();
  time.ahead += 10 * 60_000;
  await box.start();
  await until('all are sent', async () => (await waiting()) === 0);
  const sent = box.mails.slice(toldBefore);
  assert.equal(sent.length, written, 'each once');
  for (const [i, row] of ROWS.entries()) {
    const own = sent.filter(({ to }) => new RegExp(`^${nameOf(i)}(-new)?@`).test(to));
    const addresses = own.map(({ to }) => to).toSorted();
    const oldAndNew = [addressOf(`${nameOf(i)}-new`), addressOf(nameOf(i))];
    assert.deepEqual(
      addresses,
      row.event === 'mailChanged' ? oldAndNew.toSorted() : [addressOf(nameOf(i))],
      row.how,
    );
    for (const mail of own) look(mail, row, languageOf(i));
    t.diagnostic(`${row.event} | ${row.by} | ${row.how} | ${languageOf(i)} | ${own.length} of ${own.length}`);
  }
});

function look({ subject, text }: ReceivedMail, { event, by, how }: Row, language: Language): void {
  assert.equal(subject, EVENTS[event][language], how);
  const year = new Date().getUTCFullYear();
  assert.match(text, new RegExp(`${year}.*UTC`), 'when');
  assert.match(text, by === 'operator' ? /unknown|不明/ : /127\.0\.0\.1/, 'from where');
  assert.ok(text.includes(ACTORS_TOLD[by][language]), `by ${by}: ${text}`);
  assert.match(text, language === 'en' ? /If this was not you/ : /お心当たりがない場合/);
}
