import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { until } from '../../../../../../tests/until.fixture.ts';
import { MACHINE_CLOCK } from '../../../kernel/clock.ts';
import { testServer } from '../../../server.fixture.ts';
import { freePort } from '../../identity.fixture.ts';
import { type Mailbox, mailbox } from '../../mail/smtp.fixture.ts';
import { plainBrowser } from '../../sign-in/browser.fixture.ts';
import { API, good } from '../platform.fixture.ts';

const time = { ahead: 0 };
const box: Mailbox = await mailbox({ after });
await box.start();
const server = await testServer(
  { after },
  { BATON_PORT: String(await freePort()), BATON_SMTP_URL: box.url },
  { now: () => MACHINE_CLOCK.now() + time.ahead },
);
const { admin, organizationId } = server;
const here = { partitionGlobalId: organizationId };
const INVITES = `${API}/UserInvite/${organizationId}`;
const DAY = 24 * 3600_000;

const addresses = (name: string, n: number): string[] =>
  Array.from({ length: n }, (_, i) => `${name}-${i}@example.com`);

/** Links in all mails to an address, oldest first. */
const linksTo = (address: string): string[] =>
  box.mails
    .filter(({ to }) => to === address)
    .flatMap(({ text }) => /http\S+\/identity\/sign-in\/invitation\?token=[\w-]+/.exec(text) ?? []);

const linkTo = (address: string, n = 1): Promise<string> =>
  until(`invitation ${n} to ${address}`, () => linksTo(address)[n - 1]);

async function invited(address: string): Promise<string> {
  const { users } = good(await admin.post(`${API}/User/InviteUsers`, { ...here, emails: [address] }));
  return users[0].id;
}

const choose = (link: string, password: string) =>
  fetch(link, { method: 'POST', body: new URLSearchParams({ password, repeat: password }) });

const statusOf = async (address: string): Promise<string | undefined> =>
  good(await admin.get(`${INVITES}?searchTerm=${address}`)).results[0]?.status;

it('100 people made at once come in, each by a link of their own', async () => {
  const emails = addresses('crowd', 100);
  const users = emails.map((email) => ({ userName: email, email, type: 0 }));
  const made = good(await admin.post(`${API}/User/BulkCreate`, { ...here, users, groupIDs: [] }));
  assert.equal(made.users.length, 100);
  assert.ok(made.users.every((user: { invitationAccepted: boolean }) => !user.invitationAccepted));
  const links = await Promise.all(emails.map((email) => linkTo(email)));
  assert.equal(new Set(links).size, 100);
  for (const [i, link] of links.entries()) {
    const chosen = await choose(link, `a word of their own ${i}`);
    assert.equal(chosen.status, 200);
    assert.match(await chosen.text(), /<h1>Welcome to Baton/);
  }
  assert.equal(good(await admin.get(`${INVITES}?searchTerm=crowd`)).totalCount, 0, 'all have accepted');
  const user = good(await admin.get(`${API}/User/users/${organizationId}?searchTerm=crowd-7@`)).results[0];
  assert.deepEqual([user.invitationAccepted, user.emailConfirmed], [true, true]);
  const browser = plainBrowser(server.url);
  await browser.open(`${server.url}/identity/account`);
  const account = await browser.submit(
    { login: 'crowd-7@example.com', password: 'a word of their own 7' },
    'password',
  );
  assert.match(account.text, /crowd-7@example\.com/);
  assert.match(account.text, /Change the password/, 'nobody asks for another one');
});

it('a link is good once, for a week, and until a newer one is sent or it is taken back', async () => {
  const [once, late, again, back] = addresses('link', 4);
  const ids = [];
  for (const address of [once!, late!, again!, back!]) ids.push(await invited(address));

  const link = await linkTo(once!);
  assert.match(await (await fetch(link)).text(), /Choose your password/);
  assert.equal((await choose(link, 'short')).status, 400, 'a bad password leaves it good');
  assert.equal((await choose(link, 'plenty of turnips')).status, 200);
  assert.match(await (await choose(link, 'plenty of parsnips')).text(), /invitation no longer works/);

  const old = await linkTo(again!);
  good(await admin.post(INVITES, { userIds: [ids[2]] }));
  const newer = await linkTo(again!, 2);
  assert.equal((await choose(old, 'plenty of turnips')).status, 400);
  assert.equal((await choose(newer, 'plenty of turnips')).status, 200);

  const taken = await linkTo(back!);
  await until('it is sent', async () => (await statusOf(back!)) === 'sent');
  good(await admin.delete(INVITES, { userIds: [ids[3]] }));
  assert.equal(await statusOf(back!), 'none');
  assert.equal((await choose(taken, 'plenty of turnips')).status, 400);

  const week = await linkTo(late!);
  time.ahead = 7 * DAY;
  assert.equal((await choose(week, 'plenty of turnips')).status, 400);
  time.ahead = 0; // the administrator's token is as old
  good(await admin.post(INVITES, { userIds: [ids[1]] }));
  assert.equal((await choose(await linkTo(late!, 2), 'plenty of turnips')).status, 200);
});

it('who has another way in is not invited unasked', async () => {
  const [withPassword, asked, accepted] = addresses('way', 3);
  const make = (email: string, more: object): Promise<unknown> =>
    admin.post(`${API}/User`, { ...here, userName: email, email, ...more }).then((answer) => good(answer));
  await make(withPassword!, { password: 'plenty of turnips' });
  await make(accepted!, { invitationAccepted: true });
  await make(asked!, { password: 'plenty of turnips', invitationAccepted: false });
  await linkTo(asked!);
  assert.deepEqual([linksTo(withPassword!), linksTo(accepted!)], [[], []]);
});

it('a link that went to an address opens nothing when the person has another one', async () => {
  const id = await invited('former@example.com');
  const link = await linkTo('former@example.com');
  good(await admin.put(`${API}/User/${id}`, { email: 'present@example.com' }));
  assert.equal((await choose(link, 'plenty of turnips')).status, 400);
});

it('refuses who cannot be invited, names them, and invites nobody then', async () => {
  const open = await invited('open@example.com');
  await linkTo('open@example.com');
  const made = good(
    await admin.post(`${API}/User/BulkCreate`, {
      ...here,
      users: [
        { userName: 'addressless' },
        { userName: 'directory', email: 'directory@example.com', type: 2 },
        { userName: 'came in', email: 'came@example.com', invitationAccepted: true },
      ],
    }),
  );
  const nobody = '00000000-0000-0000-0000-00000000abcd';
  const cases: [string, RegExp][] = [
    [made.users[0].id, /'addressless'/],
    [made.users[1].id, /'directory'/],
    [made.users[2].id, /'came in' has accepted/],
    [nobody, /no user 00000000/],
  ];
  for (const [id, why] of cases) {
    const { status, body } = await admin.post(INVITES, { userIds: [open, id] });
    assert.equal(status, 400);
    assert.match(body.errors[0].description, why);
  }
  good(await admin.put(`${API}/User/${open}`, { isActive: false }));
  assert.match((await admin.post(INVITES, { userIds: [open] })).text, /is disabled/);
  assert.equal(linksTo('open@example.com').length, 1);

  const taken = await admin.post(`${API}/User/InviteUsers`, {
    ...here,
    emails: ['new@example.com', 'open@example.com'],
  });
  assert.equal(taken.status, 400);
  assert.equal(taken.body.errors[0].code, 'DuplicateUserName');
  const unread = await admin.post(`${API}/User/InviteUsers`, { ...here, emails: ['no address'] });
  assert.match(Object.keys(unread.body.errors)[0]!, /emails/);

  const user = await server.user();
  assert.equal((await user.get(INVITES)).status, 403);
  assert.equal((await user.post(INVITES, { userIds: [open] })).status, 403);
  assert.equal((await user.delete(INVITES, { userIds: [open] })).status, 403);
  assert.equal((await user.post(`${API}/User/InviteUsers`, { ...here, emails: ['a@b'] })).status, 403);
  const reader = await server.app(['PM.User.Read']);
  assert.equal((await reader.get(INVITES)).status, 200);
  assert.equal((await reader.post(INVITES, { userIds: [open] })).status, 403);
});

it('comes to whom a tenant makes without a password, and to nobody who has one or was there', async () => {
  const [invitee, withPassword] = ['tenant-1@example.com', 'tenant-2@example.com'];
  const make = async (address: string, more: object = {}): Promise<void> => {
    const { status, text } = await admin.post('/odata/Users', {
      UserName: address,
      EmailAddress: address,
      Name: 'Ten',
      ...more,
    });
    assert.equal(status, 201, text);
  };
  await make(withPassword, { Password: 'a long enough password' });
  const known = await invited('tenant-3@example.com');
  await linkTo('tenant-3@example.com');
  await make('tenant-3@example.com');
  await make(invitee);
  const page = await fetch(await linkTo(invitee));
  assert.equal(page.status, 200, await page.text());
  assert.ok(known);
  assert.deepEqual([linksTo(withPassword).length, linksTo('tenant-3@example.com').length], [0, 1]);
});
