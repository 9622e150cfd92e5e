import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import sql from 'sql-template-tag';
import { until } from '../../../../../tests/until.fixture.ts';
import { callerWith, passTime, testServer } from '../../server.fixture.ts';
import { freePort } from '../identity.fixture.ts';
import { API, good } from '../platform/platform.fixture.ts';
import { plainBrowser, type Shown } from './browser.fixture.ts';

const DAY = 86_400_000;
const settings = { BATON_PORT: String(await freePort()), BATON_TEST_CLOCK: 'true' };
const server = await testServer({ after }, settings);
const { admin, anonymous, organizationId } = server;
const GIVEN = 'what they were told';
const OWN = 'what they have chosen';

async function made(userName: string): Promise<string> {
  good(await admin.post(`${API}/User`, { partitionGlobalId: organizationId, userName, password: GIVEN }));
  const row = await server.db.first<{ id: string }>(
    sql`select id from identity_users where user_name = ${userName}`,
  );
  return row!.id;
}

const browser = plainBrowser(server.url);

async function signIn(login: string, password: string): Promise<Shown> {
  browser.cookies.clear();
  await browser.open(`${server.url}/identity/account`);
  return browser.submit({ login, password }, 'password');
}

const token = async (usernameOrEmailAddress: string, password: string): Promise<boolean> =>
  (await anonymous.post('/api/Account/Authenticate', { usernameOrEmailAddress, password })).body.success;

const asksForAnother = /<h1>Choose a new password/;
const isIn = /Sign out everywhere/;

it('a password that an administrator has given is changed at the first sign-in', async () => {
  await made('ada');
  assert.ok(await token('ada', GIVEN), 'programs, which have no page, go on with it');
  assert.match((await signIn('ada', GIVEN)).text, asksForAnother);
  const same = await browser.submit({ password: GIVEN, repeat: GIVEN }, 'change');
  assert.match(same.text, /was used before/);
  const done = await browser.submit({ password: OWN, repeat: OWN }, 'change');
  assert.match(done.text, isIn);
  assert.match((await signIn('ada', OWN)).text, isIn, 'asked once');
});

it('so is one that replaces a forgotten one, and one whose former is not remembered', async () => {
  const id = await made('bob');
  await signIn('bob', GIVEN);
  await browser.submit({ password: OWN, repeat: OWN }, 'change');
  const policy = good(await admin.get(`${API}/PasswordPolicy/${organizationId}`));
  good(await admin.put(`${API}/PasswordPolicy/${organizationId}`, { ...policy, rememberedPasswords: 0 }));
  good(await admin.put(`${API}/User/${id}`, { password: 'another that they were told' }));
  assert.match((await signIn('bob', 'another that they were told')).text, asksForAnother);
  const same = await browser.submit(
    { password: 'another that they were told', repeat: 'another that they were told' },
    'change',
  );
  assert.match(same.text, /was used before/);
});

it('an administrator demands a change: sessions and tokens end, and only the page lets in', async () => {
  const id = await made('eve');
  await signIn('eve', GIVEN);
  await browser.submit({ password: OWN, repeat: OWN }, 'change');
  const body = { usernameOrEmailAddress: 'eve', password: OWN };
  const caller = callerWith(
    server.url,
    (await anonymous.post('/api/Account/Authenticate', body)).body.result,
  );
  assert.equal((await caller.get(`${API}/User/${id}`)).status, 200);
  const demand = `${API}/User/${id}/ForcePasswordChange`;
  assert.equal((await admin.post(demand)).status, 204);
  await until('the token has ended', async () => (await caller.get(`${API}/User/${id}`)).status === 401);
  assert.equal(await token('eve', OWN), false);
  assert.match((await browser.open(`${server.url}/identity/account`)).text, /<h1>Sign in/);
  assert.match((await signIn('eve', OWN)).text, asksForAnother);
  await browser.submit(
    { password: 'yet another of their own', repeat: 'yet another of their own' },
    'change',
  );
  assert.ok(await token('eve', 'yet another of their own'));

  assert.equal((await (await server.user()).post(demand)).status, 403);
  const nobody = '00000000-0000-0000-0000-00000000abcd';
  assert.equal((await admin.post(`${API}/User/${nobody}/ForcePasswordChange`)).status, 404);
  const user = { partitionGlobalId: organizationId, userName: 'without' };
  good(await admin.post(`${API}/User`, user));
  const without = (await server.db.first<{ id: string }>(
    sql`select id from identity_users where user_name = 'without'`,
  ))!;
  const refused = await admin.post(`${API}/User/${without.id}/ForcePasswordChange`);
  assert.equal(refused.status, 400);
  assert.match(refused.text, /no password to change/);
});

const policyPath = `${API}/PasswordPolicy/${organizationId}`;

it('a password that is older than the organization allows is changed on the page, and lets nobody in elsewhere', async () => {
  await made('old');
  await signIn('old', GIVEN);
  await browser.submit({ password: OWN, repeat: OWN }, 'change');
  await passTime(server, 31 * DAY);
  assert.match((await signIn('old', OWN)).text, isIn, 'where the organization says nothing');
  good(await admin.put(policyPath, { passwordExpirationDays: 30 }));
  assert.equal(await token('old', OWN), false);
  const asked = await signIn('old', OWN);
  assert.match(asked.text, asksForAnother);
  assert.match(asked.text, /choose another one from time to time/);
  assert.match((await browser.submit({ password: OWN, repeat: OWN }, 'change')).text, /was used before/);
  const next = 'what they have chosen next';
  assert.match((await browser.submit({ password: next, repeat: next }, 'change')).text, isIn);
  assert.ok(await token('old', next));
  await passTime(server, 29 * DAY);
  assert.match((await signIn('old', next)).text, isIn);
  good(await admin.put(policyPath, { passwordExpirationDays: 0 }));
});

it('a second factor is asked of administrators alone, where the organization wants that', async () => {
  const id = await made('chief');
  await signIn('chief', GIVEN);
  await browser.submit({ password: OWN, repeat: OWN }, 'change');
  await made('clerk');
  await signIn('clerk', GIVEN);
  await browser.submit({ password: OWN, repeat: OWN }, 'change');
  good(await admin.put(policyPath, { requiresSecondFactorOfAdministrators: true }));
  assert.match((await signIn('chief', OWN)).text, isIn, 'not an administrator yet');
  const groups = good(await admin.get(`${API}/Group/${organizationId}`)) as { id: string; name: string }[];
  const administrators = groups.find(({ name }) => name === 'Administrators')!.id;
  good(await admin.put(`${API}/User/${id}`, { groupIDsToAdd: [administrators] }));
  assert.match((await signIn('chief', OWN)).text, /Your organization asks for a second factor/);
  assert.equal(await token('chief', OWN), false);
  assert.match((await signIn('clerk', OWN)).text, isIn);
  assert.ok(await token('clerk', OWN));
  good(await admin.put(policyPath, { requiresSecondFactorOfAdministrators: false }));
});

it('the account page leads out again', async () => {
  await made('leaving');
  await signIn('leaving', GIVEN);
  await browser.submit({ password: OWN, repeat: OWN }, 'change');
  await browser.open(`${server.url}/identity/account`);
  await browser.follow('Sign out');
  await browser.submit({ logout: 'yes' });
  assert.match((await browser.open(`${server.url}/identity/account`)).text, /<h1>Sign in/);
});

it('a password given by the older API is changed, too', async () => {
  const user = { UserName: 'older', Password: GIVEN, Name: 'Old', Surname: 'Api', RolesList: [] };
  assert.equal((await admin.post('/odata/Users', user)).status, 201);
  assert.match((await signIn('older', GIVEN)).text, asksForAnother);
});

it('the password of the first start is changed, and one that somebody has chosen for themselves is not', async () => {
  const { adminPassword } = server.parts.first;
  assert.match((await signIn('admin', adminPassword!)).text, asksForAnother);
  assert.ok(await token('admin', adminPassword!), 'as the README signs in');
  const id = (await server.db.first<{ id: string }>(
    sql`select id from identity_users where user_name = 'admin'`,
  ))!.id;
  good(
    await admin.post(`${API}/User/${id}/changepassword`, { oldPassword: adminPassword, newPassword: OWN }),
  );
  assert.match((await signIn('admin', OWN)).text, isIn);
});
