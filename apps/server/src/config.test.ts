import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig, settingsOf } from './config.ts';

test('the public address is an origin; a path, or what is no address, keeps the server from starting', () => {
  const publicUrl = (value: string) => readConfig({ BATON_PUBLIC_URL: value }).publicUrl;
  assert.equal(publicUrl(''), undefined);
  assert.equal(publicUrl('https://baton.example/'), 'https://baton.example');
  assert.equal(publicUrl('HTTP://Baton.example:8080'), 'http://baton.example:8080');
  for (const below of ['https://example.com/baton', 'https://baton.example/?a=b', 'https://baton.example/#a'])
    assert.throws(() => publicUrl(below), /^Error: BATON_PUBLIC_URL: '.*' has a path\. Give Baton a name/);
  for (const none of ['baton.example', 'ftp://baton.example', 'https://', 'https://u:secret@baton.example'])
    assert.throws(
      () => publicUrl(none),
      (error: Error) =>
        /^BATON_PUBLIC_URL: '.*' is not like https/.test(error.message) && !error.message.includes('secret'),
    );
});

test('an address that is none is refused by its name, and a password is not told', () => {
  for (const bad of ['nonsense', 'https://user:hunter2@db/x', 'db.example:5432'])
    assert.throws(
      () => readConfig({ DATABASE_URL: bad }),
      ({ message }: Error) => message.startsWith('DATABASE_URL: ') && !message.includes('hunter2'),
    );
  for (const good of ['postgres://u:p@db/x', 'postgresql:///x?host=/run', '/run/postgresql x'])
    assert.equal(readConfig({ DATABASE_URL: good }).databaseUrl, good);
  for (const bad of ['300.1.1.1', 'a b', '1.2.3.4:80/x y'])
    assert.throws(() => readConfig({ BATON_HOST: bad }), new RegExp(`^Error: BATON_HOST: '${bad}'`));
  for (const good of ['0.0.0.0', '::', 'localhost'])
    assert.equal(readConfig({ BATON_HOST: good }).host, good);
});

test('the time is turned on a loopback address only, and never beside a public one', () => {
  const turned = (more: Record<string, string>) =>
    readConfig({ BATON_TEST_CLOCK: 'true', ...more }).testClock;
  assert.equal(readConfig({}).testClock, false);
  for (const host of ['', '127.0.0.1', 'localhost', '::1', '127.8.8.8'])
    assert.equal(turned({ BATON_HOST: host }), true, host);
  for (const host of ['0.0.0.0', '::', '10.0.0.1', 'baton.example', 'localhost.example'])
    assert.throws(() => turned({ BATON_HOST: host }), /^Error: BATON_TEST_CLOCK: .*BATON_HOST is/, host);
  assert.throws(
    () => turned({ BATON_PUBLIC_URL: 'https://baton.example' }),
    /^Error: BATON_TEST_CLOCK: .*BATON_PUBLIC_URL/,
  );
});

/** Settings that accept any text: every text is a valid folder name. */
const FREE = new Set(['BATON_DATA']);

test('what cannot be meant is refused at the start, whichever setting it is', () => {
  const settings = settingsOf().filter(({ name }) => !FREE.has(name));
  assert.ok(settings.length > 25);
  for (const { name } of settings)
    assert.throws(() => readConfig({ [name]: 'no such value' }), new RegExp(`^Error: ${name}: `), name);
});

test('a mail server and a sender that can be one are taken, and no password is told', () => {
  for (const good of ['smtp://localhost:25', 'smtps://user:a%40b@mail.example:465'])
    assert.equal(readConfig({ BATON_SMTP_URL: good }).smtpUrl, good);
  for (const bad of ['mail.example:25', 'https://user:hunter2@mail.example', 'smtp://'])
    assert.throws(
      () => readConfig({ BATON_SMTP_URL: bad }),
      ({ message }: Error) => message.startsWith('BATON_SMTP_URL: ') && !message.includes('hunter2'),
    );
  for (const good of ['baton@localhost', 'Baton <baton@example.com>', '"Baton, Inc." <b@example.com>'])
    assert.equal(readConfig({ BATON_MAIL_FROM: good }).mailFrom, good);
  for (const bad of ['Baton', 'Baton <baton>', 'a@b c@d'])
    assert.throws(() => readConfig({ BATON_MAIL_FROM: bad }), /^Error: BATON_MAIL_FROM: /);
});
