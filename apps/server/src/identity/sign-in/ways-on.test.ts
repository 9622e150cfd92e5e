import assert from 'node:assert/strict';
import { test } from 'node:test';
import sql from 'sql-template-tag';
import { startIdentity } from '../identity.fixture.ts';
import { plainBrowser } from './browser.fixture.ts';
import { allowed, flow, PASSWORD, person, REDIRECT } from './flow.fixture.ts';
import { codeOf, codesOf, now, secretOf } from './pages.fixture.ts';
import { saveOutsideProvider } from './save-outside-provider.ts';
import { DEFAULT_POLICY, savePolicy } from './set-password.ts';

/** The names of fields that are marked as wrong, and the one that has the focus. */
const marked = (text: string) => {
  const inputs = [...text.matchAll(/<input [^>]*>/g)].map(([tag]) => ({
    id: /id="([^"]*)"/.exec(tag)?.[1],
    isWrong: tag.includes('aria-invalid="true"') && /aria-describedby="[^"]*\bproblem\b/.test(tag),
    hasFocus: tag.includes(' autofocus'),
  }));
  return {
    wrong: inputs.filter(({ isWrong }) => isWrong).map(({ id }) => id),
    focus: inputs.filter(({ hasFocus }) => hasFocus).map(({ id }) => id),
  };
};

test('a sign-in that was begun in another browser can be begun anew, and ends where it was to end', async (t) => {
  const server = await startIdentity(t);
  await person(server);
  const app = await flow(server);
  const { url } = await app.begin();
  app.browser.cookies.clear();
  const lost = await app.browser.open(url);
  assert.equal(lost.status, 400);
  assert.match(lost.text, /<h1>This sign-in is over<\/h1>/);
  assert.match((await app.browser.follow('Sign in again')).text, /<h1>Sign in<\/h1>/);
  const back = await allowed(app, await app.browser.submit({ login: 'ada', password: PASSWORD }, 'password'));
  assert.ok(back.url.href.startsWith(REDIRECT), back.url.href);
  assert.ok((await app.tokens(back)).access_token);

  const spent = await app.browser.open(url);
  assert.equal(spent.status, 400);
  const unknown = await plainBrowser(server.origin).open(
    `${server.origin}/identity/sign-in/${'x'.repeat(21)}`,
  );
  assert.equal(unknown.status, 400);
  assert.match(unknown.text, /href="\/identity\/account"/, 'nothing is known of it');
});

test('who is asked to allow something can sign in as somebody else', async (t) => {
  const server = await startIdentity(t);
  await person(server);
  await person(server, { userName: 'grace' });
  const app = await flow(server);
  await app.begin({ login_hint: 'ada' });
  const asked = await app.browser.submit({ login: 'ada', password: PASSWORD }, 'password');
  assert.match(asked.text, /signed in as <strong><bdi>ada</);
  const login = await app.browser.follow('Sign in as somebody else');
  assert.match(login.text, /<h1>Sign in<\/h1>/);
  assert.doesNotMatch(login.text, /value="ada"/);
  // The session of the one ends, and that of the other begins, by a form that a script sends.
  const sent = await app.browser.submit({ login: 'grace', password: PASSWORD }, 'password');
  const other = /signed in as/.test(sent.text) ? sent : await app.browser.submit({});
  assert.match(other.text, /signed in as <strong><bdi>grace</);
  const back = await allowed(app, other);
  assert.ok((await app.tokens(back)).access_token);
});

test('a form that is too old changes nothing, and opens again', async (t) => {
  const server = await startIdentity(t);
  await person(server);
  const app = await flow(server);
  await app.begin();
  const stale = await app.browser.submit({ login: 'ada', password: PASSWORD, csrf: 'old' }, 'password');
  assert.equal(stale.status, 403);
  assert.match(stale.text, /Nothing was changed/);
  assert.match((await app.browser.follow('Open it again')).text, /<h1>Sign in<\/h1>/);
});

test('what the server lacks is no fault of the application, and the same page can be asked for again', async (t) => {
  const server = await startIdentity(t);
  await person(server);
  const app = await flow(server);
  const { url } = await app.begin();
  await server.disconnect();
  const away = await app.browser.submit({ login: 'ada', password: PASSWORD }, 'password');
  assert.equal(away.status, 503);
  assert.match(away.text, /The server is not available at the moment/);
  assert.doesNotMatch(away.text, /tell its maker/);
  const again = await app.browser.follow('Try again');
  assert.deepEqual([again.status, again.url.href], [503, url.href], 'by GET: no password is sent twice');
});

test('a step that is done leads on by a redirect', async (t) => {
  const server = await startIdentity(t);
  await person(server, { mustChange: true });
  const app = await flow(server);
  await app.begin();
  const change = await app.browser.submit({ login: 'ada', password: PASSWORD }, 'password');
  assert.match(change.text, /<h1>Choose a new password<\/h1>/);
  assert.deepEqual(change.statuses, [303]);
  const wrong = await app.browser.submit({ password: 'short', repeat: 'short' }, 'change');
  assert.deepEqual([wrong.status, wrong.statuses], [400, []]);
});

test('what is wrong is tied to its field, and to no other', async (t) => {
  const server = await startIdentity(t);
  await person(server);
  await saveOutsideProvider(server.db, server.sealer, {
    organizationId: server.first.organization.id,
    name: 'Company',
    issuer: 'http://127.0.0.1:1',
    clientId: 'x',
    clientSecret: undefined,
    scopes: 'openid',
    claims: {},
    groups: {},
    provisions: true,
  });
  const browser = plainBrowser(server.origin);
  const account = `${server.identity.issuer}/account`;
  await browser.open(account);
  const unreachable = await browser.follow('Sign in with Company');
  assert.equal(unreachable.status, 503);
  assert.deepEqual(marked(unreachable.text).wrong, []);
  const refused = await browser.submit({ login: 'ada', password: 'wrong' }, 'password');
  assert.deepEqual(marked(refused.text), { wrong: ['login', 'password'], focus: ['password'] });
  await browser.submit({ login: 'ada', password: PASSWORD }, 'password');
  const fresh = 'sunny kettle farm';
  const cases = [
    ['change', { old: 'wrong', password: fresh, repeat: fresh }, 'old'],
    ['change', { old: PASSWORD, password: 'short', repeat: 'short' }, 'password'],
    ['change', { old: PASSWORD, password: fresh, repeat: 'other' }, 'repeat'],
    ['begin', { old: 'wrong' }, 'begin-old'],
  ] as const;
  for (const [step, fields, field] of cases) {
    const page = await browser.submit(fields, step);
    assert.equal(page.status, 400);
    assert.deepEqual(marked(page.text), { wrong: [field], focus: [field] }, step);
  }
});

test('recovery codes outlive a second Enter and a reload, until they are said to be kept', async (t) => {
  const server = await startIdentity(t);
  const { id } = await person(server);
  const policy = { ...DEFAULT_POLICY, requiresSecondFactor: true };
  await savePolicy(server.db, server.first.organization.id, policy);
  const app = await flow(server);
  const { url } = await app.begin();
  const setUp = await app.browser.submit({ login: 'ada', password: PASSWORD }, 'password');
  const code = codeOf(secretOf(setUp.text), now(server));
  const body = new URLSearchParams({
    code,
    step: 'enrol',
    csrf: /name="csrf" value="([^"]*)/.exec(setUp.text)![1]!,
  });
  const first = await app.browser.open(setUp.url, { method: 'POST', body });
  const second = await app.browser.open(setUp.url, { method: 'POST', body });
  assert.equal(codesOf(first.text).length, 10);
  assert.deepEqual(codesOf(second.text), codesOf(first.text));
  assert.deepEqual(codesOf((await app.browser.open(url)).text), codesOf(first.text));
  const kept = await server.db.first<{ codes: Buffer }>(
    sql`select new_codes as codes from second_factors where user_id = ${id}`,
  );
  assert.ok(!kept!.codes.includes(codesOf(first.text)[0]!), 'they are sealed');
  const csrf = body.get('csrf')!;
  const unticked = await app.browser.open(url, {
    method: 'POST',
    body: new URLSearchParams({ step: 'kept', csrf }),
  });
  assert.deepEqual(codesOf(unticked.text), codesOf(first.text));
  const back = await allowed(app, await app.browser.submit({}, 'kept'));
  assert.ok((await app.tokens(back)).access_token);
  assert.deepEqual(await server.db.query(sql`select new_codes from second_factors where user_id = ${id}`), [
    { new_codes: null },
  ]);
});

test('spent and cookie-less forms of oidc-provider lead on, too', async (t) => {
  const server = await startIdentity(t);
  await person(server);
  const { issuer } = server.identity;
  const post = async (path: string, fields: Readonly<Record<string, string>>) => {
    const browser = plainBrowser(server.origin);
    const page = await browser.open(`${issuer}${path}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
    });
    return { browser, page };
  };
  const out = await post('/connect/endsession/confirm', { xsrf: 'old', logout: 'yes' });
  assert.match(out.page.text, /<h1>This page is too old<\/h1>/);
  assert.match((await out.browser.follow('Open it again')).text, /<h1>One moment<\/h1>/);
  assert.match((await out.browser.submit({})).text, /<h1>You are signed out<\/h1>/);
  const device = await post('/device', { xsrf: 'old', user_code: 'ABCD-EFGH' });
  assert.match(device.page.text, /<h1>Connect a device<\/h1>/);

  const app = await flow(server);
  const { url } = await app.begin();
  const uid = url.pathname.split('/').at(-1)!;
  const elsewhere = plainBrowser(server.origin);
  const over = await elsewhere.open(`${issuer}/connect/authorize/${uid}`);
  assert.match(over.text, /<h1>This sign-in is over<\/h1>/);
  assert.match((await elsewhere.follow('Sign in again')).text, /<h1>Sign in<\/h1>/);
});
