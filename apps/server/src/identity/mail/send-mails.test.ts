import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import sql from 'sql-template-tag';
import { until } from '../../../../../tests/until.fixture.ts';
import { startIdentity, type TestIdentity } from '../identity.fixture.ts';
import type { Language } from '../languages.ts';
import { person } from '../sign-in/flow.fixture.ts';
import { mailResetLink } from '../sign-in/reset-password.ts';
import { OWN_LANGUAGE } from './language.ts';
import { MESSAGES } from './messages.ts';
import { claimMail, postponeMail, queueMail, removeMail } from './queue.ts';
import { type Mailbox, mailbox } from './smtp.fixture.ts';

const MINUTE = 60_000;

async function start(t: TestContext): Promise<TestIdentity & { readonly box: Mailbox }> {
  const box = await mailbox(t);
  return { ...(await startIdentity(t, { smtpUrl: box.url })), box };
}

/** Mails to as many people as there are names. */
async function notices({ db, first }: TestIdentity, names: readonly string[]): Promise<void> {
  for (const name of names)
    await queueMail(db, {
      organizationId: first.organization.id,
      userId: crypto.randomUUID(),
      message: 'PasswordChanged',
      address: `${name}@example.com`,
      name,
      details: { event: 'passwordChanged', by: 'self', source: '192.0.2.7' },
    });
}

const waiting = async ({ db }: TestIdentity): Promise<number> =>
  (await db.query(sql`select from mails`)).length;

const askForLink = (
  { identity, first }: TestIdentity,
  login = 'ada',
  language: Language = 'en',
): Promise<void> =>
  mailResetLink(identity.signIn, {
    organizationId: first.organization.id,
    login,
    source: '192.0.2.7',
    language,
  });

it('a link comes in the language of the page where it was asked for, or that the person has chosen', async (t) => {
  const server = await start(t);
  const { identity, box, db, first } = server;
  await box.start();
  const asked = async (login: string): Promise<string> => {
    await askForLink(server, login, 'ja');
    await identity.sendMails();
    return until('it is there', () => box.mails.find(({ to }) => to.includes(login))?.subject);
  };
  const { ResetPassword } = MESSAGES;
  await person(server, { userName: 'hanako' });
  assert.equal(await asked('hanako'), ResetPassword.words.ja.subject);
  const { id } = await person(server, { userName: 'grace' });
  await db.execute(sql`
    insert into identity_settings (organization_id, user_id, key, value)
    values (${first.organization.id}, ${id}, ${OWN_LANGUAGE}, 'en')`);
  assert.equal(await asked('grace'), ResetPassword.words.en.subject);
});

it('while the mail server is away mails wait, and links use up no limit', async (t) => {
  const server = await start(t);
  const { identity, box, time } = server;
  await person(server);
  for (let minute = 0; minute < 9; minute++) {
    await askForLink(server);
    assert.equal(await identity.sendMails(), 0);
    time.ahead += MINUTE;
  }
  assert.equal(await waiting(server), 1, 'asked for nine times, it is one mail');
  await box.start();
  assert.equal(await identity.sendMails(), 1);
  assert.equal(await waiting(server), 0);
  // The link is as old as its mail: an hour from now on, and not from when it was asked for.
  time.ahead += 59 * MINUTE;
  const [link] = /http\S+token=[\w-]+/.exec(box.mails[0]!.text)!;
  assert.match(await (await fetch(link!)).text(), /<h1>Choose a new password/);
  assert.equal((await server.db.query(sql`select from password_resets`)).length, 1, 'of three an hour');
  time.ahead += 2 * MINUTE;
  assert.match(await (await fetch(link!)).text(), /This link no longer works/);
});

it('a server that is away is asked once a turn, however many mails wait', async (t) => {
  const server = await start(t);
  await notices(server, ['ada', 'bob', 'eve']);
  await server.identity.sendMails();
  assert.deepEqual(await attempts(server), [0, 0, 1]);
  await server.box.start();
  server.time.ahead += MINUTE;
  assert.equal(await server.identity.sendMails(), 3);
});

const attempts = async ({ db }: TestIdentity): Promise<readonly number[]> =>
  (await db.query<{ attempts: number }>(sql`select attempts from mails order by attempts`)).map(
    (row) => row.attempts,
  );

it('several nodes send each mail once', async (t) => {
  const server = await start(t);
  await server.box.start();
  const names = Array.from({ length: 60 }, (_, i) => `person-${i}`);
  await notices(server, names);
  const nodes = [server.identity, await server.node(), await server.node()];
  const sent = await Promise.all(nodes.map((node) => node.sendMails()));
  assert.equal(
    sent.reduce((all, one) => all + one),
    60,
  );
  const to = server.box.mails.map((mail) => mail.to);
  assert.deepEqual(to.toSorted(), names.map((name) => `${name}@example.com`).toSorted());
});

it('claims made at once are of different mails', async (t) => {
  const server = await startIdentity(t);
  const names = Array.from({ length: 200 }, (_, i) => `person-${i}`);
  await notices(server, names);
  const claims = await Promise.all(names.map(() => claimMail(server.db, new Date())));
  assert.equal(new Set(claims.map((mail) => mail?.id)).size, names.length);
});

it('an address that is refused holds nobody up, and is given up after three days', async (t) => {
  const server = await start(t);
  const { identity, box, time } = server;
  await box.start();
  box.refused.add('ada@example.com');
  await notices(server, ['ada', 'bob']);
  assert.equal(await identity.sendMails(), 1);
  assert.deepEqual(
    box.mails.map((mail) => mail.to),
    ['bob@example.com'],
  );
  assert.equal(await identity.sendMails(), 0);
  assert.deepEqual(await attempts(server), [1], 'not again at once');
  time.ahead += MINUTE;
  await identity.sendMails();
  assert.deepEqual(await attempts(server), [2]);
  time.ahead += 73 * 60 * MINUTE;
  await identity.sendMails();
  assert.equal(await waiting(server), 0);
});

it('what a node had claimed when it died is sent by another, under the same Message-ID', async (t) => {
  const server = await start(t);
  const { identity, box, time, db } = server;
  await box.start();
  await notices(server, ['ada']);
  const { id } = (await claimMail(db, new Date()))!;
  assert.equal(await identity.sendMails(), 0, 'somebody else has it');
  time.ahead += 6 * MINUTE;
  assert.equal(await identity.sendMails(), 1);
  assert.equal(box.mails[0]!.messageId, `<${id}@127.0.0.1>`);
});

it('a node whose claim is over neither removes nor puts off a mail that another has claimed since', async (t) => {
  const server = await startIdentity(t);
  const { db } = server;
  await notices(server, ['ada']);
  const now = new Date();
  const late = (await claimMail(db, now))!;
  const then = new Date(now.getTime() + 6 * MINUTE);
  const present = (await claimMail(db, then))!;
  assert.deepEqual([present.id, present.attempts], [late.id, 2]);
  assert.deepEqual([await removeMail(db, late), await postponeMail(db, late, then)], [0, 0]);
  assert.equal(await claimMail(db, then), undefined, 'it is still claimed');
  assert.equal(await removeMail(db, present), 1);
});

it('a link goes to nobody who is disabled or has another address by now', async (t) => {
  const server = await start(t);
  const { db, identity, box } = server;
  const { id } = await person(server);
  await box.start();
  for (const change of [sql`email = 'new@example.com'`, sql`email = 'ada@example.com', is_active = false`]) {
    await askForLink(server);
    assert.equal(await waiting(server), 1);
    await db.execute(sql`update identity_users set ${change} where id = ${id}`);
    assert.equal(await identity.sendMails(), 0);
    assert.equal(await waiting(server), 0);
    await db.execute(sql`update identity_users set email = 'ada@example.com' where id = ${id}`);
  }
  assert.deepEqual(box.mails, []);
  assert.deepEqual(await db.query(sql`select from password_resets`), []);
});

it('a mail wakes the senders of every node, whoever has written it', async (t) => {
  const server = await start(t);
  const heard: string[] = [];
  const unlisten = await server.db.listen('baton_live', (notice) => void heard.push(notice));
  t.after(unlisten);
  await notices(server, ['ada']);
  await until('a notice', () => heard.includes('database mails '));
});
