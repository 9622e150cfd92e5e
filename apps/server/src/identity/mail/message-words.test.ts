import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { until } from '../../../../../tests/until.fixture.ts';
import { testServer } from '../../server.fixture.ts';

const dataFolder = mkdtempSync(join(tmpdir(), 'baton-mails-'));
after(() => rmSync(dataFolder, { recursive: true, force: true }));
const server = await testServer({ after }, { BATON_DATA: dataFolder });
const { admin, organizationId } = server;
const TEMPLATES = '/identity/api/MessageTemplate';

async function templateOf(name: string): Promise<{ readonly id: number; readonly value: string }> {
  const { status, body } = await admin.get(`${TEMPLATES}?name=${name}`);
  assert.equal(status, 200);
  return body;
}

async function word(name: string, value: string): Promise<void> {
  const { id } = await templateOf(name);
  const saved = await admin.put(`${TEMPLATES}/${id}`, { id, value });
  assert.equal(saved.status, 200, saved.text);
}

/** Somebody who has this name. */
async function person(login: string, name: string): Promise<void> {
  const email = `${login}@example.com`;
  const made = await admin.post('/identity/api/User', {
    partitionGlobalId: organizationId,
    userName: login,
    email,
    name,
    password: 'correct horse battery',
  });
  assert.equal(made.status, 200, made.text);
}

/** The mail to `login` for which `isIt` holds, its encoding undone. */
async function mailTo(login: string, isIt: (mail: string) => boolean): Promise<string> {
  return until(`a mail to ${login}`, async () => {
    const names = await readdir(join(dataFolder, 'outbox')).catch(() => []);
    const mails = await Promise.all(names.map((name) => readFile(join(dataFolder, 'outbox', name), 'utf8')));
    return mails
      .filter((mail) => mail.includes(`To: ${login}@example.com`))
      .map((mail) => Buffer.from(undo(mail), 'latin1').toString())
      .find(isIt);
  });
}

const undo = (mail: string): string =>
  mail
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

const send = (path: string, form: Readonly<Record<string, string>>) =>
  server.anonymous.send('POST', path, {
    body: new URLSearchParams(form).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });

const forget = (login: string) => send('/identity/sign-in/forgotten', { login });
const linkIn = (mail: string): string => /\/identity\/sign-in\/reset\?token=[\w-]+/.exec(mail)![0];

describe('mails', () => {
  it('are worded by the organization: a forgotten password, and that it was changed', async () => {
    await word('ResetPassword', 'Servus {{name}}!\n\nFür {{ organization }}: {{link}}');
    await word('PasswordChanged', '{{name}}: neues Passwort.');
    await person('ada', 'Ada');
    // From before names were held to one line.
    await server.db.execute({
      text: `update identity_users set name = $1 where user_name = 'ada'`,
      values: ['Ada\r\n\r\nhttp://evil.example \u2028x'],
    });
    assert.equal((await forget('ada')).status, 200);
    const mail = await mailTo('ada', (each) => each.includes('Servus'));
    assert.match(mail, /Servus Ada http:\/\/evil\.example x!\n\nFür Baton: http\S+\n?$/);
    assert.doesNotMatch(mail, /text\/html/);
    const password = 'sunny kettle farm';
    const saved = await send(linkIn(mail), { password, repeat: password });
    assert.match(saved.text, /Your password is changed/);
    await mailTo('ada', (each) => /Ada http:\/\/evil\.example x: neues Passwort\.\n?$/.test(each));
  });

  it('may be pages, in which a name is never more than a name', async () => {
    await word('ResetPassword', '<p title={{name}}>Dear {{name}}</p><a href="{{link}}">here</a>');
    await person('bob', '"><script>alert(1)</script> Bob');
    await forget('bob');
    const mail = await mailTo('bob', (each) => each.includes('text/html'));
    assert.match(mail, /multipart\/alternative/);
    const [plain, page] = mail.split('Content-Type: text/html');
    assert.match(plain!, /Somebody asked for a new password/, 'the words of the product for plain readers');
    assert.match(plain!, /sign-in\/reset\?token=/);
    const name = '&#34;&#62;&#60;script&#62;alert&#40;1&#41;&#60;&#47;script&#62;&#32;Bob';
    assert.ok(page!.includes(`<p title=${name}>Dear ${name}</p>`), page);
    const href = /href="([^"]+)"/.exec(page!)![1]!;
    const link = href.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
    assert.equal(new URL(link).pathname, '/identity/sign-in/reset');
    assert.ok(plain!.includes(link), 'the same link');
  });

  it('cannot be worded so that they do not work', async () => {
    const before = await templateOf('ResetPassword');
    const changed = await templateOf('PasswordChanged');
    const cases: [number, string | null, RegExp][] = [
      [
        before.id,
        '{{link}} {{surname}}',
        /\{\{surname\}\} is unknown.*\{\{name\}\}, \{\{userName\}\}, \{\{organization\}\}/,
      ],
      [before.id, '{{link}} {{na me}}', /no placeholder/],
      [before.id, '{{link', /no placeholder/],
      [before.id, '  \n', /empty/],
      [before.id, '{{link}} \0', /./],
      [before.id, null, /./],
      [before.id, `{{link}}${'x'.repeat(65_536)}`, /./],
      [changed.id, 'See {{code}}', /\{\{code\}\} is unknown/],
    ];
    for (const [id, value, why] of cases) {
      const { status, body, text } = await admin.put(`${TEMPLATES}/${id}`, { id, value });
      assert.equal(status, 400, text);
      const [field, messages] = Object.entries<string[]>(body.errors)[0]!;
      assert.equal(field, 'value', text);
      assert.match(messages.join(), why);
    }
    assert.deepEqual(await templateOf('ResetPassword'), before);
    const user = await server.user();
    assert.equal((await user.put(`${TEMPLATES}/${before.id}`, { value: '{{link}}' })).status, 403);
  });

  it('that are sent for a link have it, whatever they are worded like', async () => {
    await person('dan', 'Dan');
    await word('ResetPassword', 'string');
    await forget('dan');
    assert.match(
      await mailTo('dan', (mail) => mail.includes('string')),
      /string\n\nhttp\S+reset\?token=\S+\n?$/,
    );
    await word('ResetPassword', '<b>Dear {{name}}</b>');
    await forget('dan');
    const page = await mailTo('dan', (mail) => mail.includes('<b>Dear Dan'));
    assert.match(page, /<\/b><p><a href="[^"]+token[^"]+">/);
  });

  it('that were worded before there was a check are worded by the product', async () => {
    const { id } = await templateOf('ResetPassword');
    await server.db.execute({
      text: `update organization_message_templates set value = '{{nothing}}' where template_id = $1`,
      values: [id],
    });
    await person('eve', 'Eve');
    await forget('eve');
    await mailTo('eve', (mail) => /Hello Eve,\n\nSomebody asked/.test(mail));
  });
});
