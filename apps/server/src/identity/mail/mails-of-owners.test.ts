import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import sql from 'sql-template-tag';
import { until } from '../../../../../tests/until.fixture.ts';
import type { Language } from '../languages.ts';
import { API, good } from '../platform/platform.fixture.ts';
import { plainBrowser } from '../sign-in/browser.fixture.ts';
import { choseThemselves } from '../sign-in/flow.fixture.ts';
import { EVENTS } from './messages.ts';
import {
  addressOf,
  admin,
  anonymous,
  appCode,
  application,
  box,
  comeFromCompany,
  company,
  enrol,
  here,
  intoTenant,
  linkIn,
  links,
  mailLink,
  newAddress,
  OTHER,
  oldClient,
  organizationId,
  PASSWORD,
  type Person,
  pathInTenant,
  policy,
  put,
  type Row,
  recovery,
  reset,
  scim,
  scimPerson,
  server,
  signIn,
  time,
  tokenOf,
  tooOften,
  twice,
} from './owners.fixture.ts';
import { type ReceivedMail } from './smtp.fixture.ts';

// Every change that an owner is told, by everybody who can make it, in every way; the mail server is away.

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
