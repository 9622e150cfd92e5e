import assert from 'node:assert/strict';
import { test } from 'node:test';
import sql from 'sql-template-tag';
import { until } from '../../../../../tests/until.fixture.ts';
import { DEVICE_GRANT } from '../clients/clients.ts';
import { startIdentity, type TestIdentity } from '../identity.fixture.ts';
import { plainBrowser } from './browser.fixture.ts';
import { allowed, flow, flowOf, PASSWORD, person, REDIRECT } from './flow.fixture.ts';
import { codeOf, codesOf, now, problemOf, secretOf } from './pages.fixture.ts';
import { saveOutsideProvider } from './save-outside-provider.ts';
import { DEFAULT_POLICY, savePolicy } from './set-password.ts';

test('a wrong password says the same as an unknown name, and keeps what was typed', async (t) => {
  const server = await startIdentity(t);
  await person(server);
  const app = await flow(server);
  for (const login of ['ada', 'nobody', '<script>']) {
    await app.begin();
    const page = await app.browser.submit({ login, password: 'wrong' }, 'password');
    assert.equal(page.status, 400);
    assert.equal(problemOf(page.text), 'The user name or the password is not right.');
    assert.ok(page.text.includes(`value="${login.replace('<', '&lt;').replace('>', '&gt;')}"`));
    assert.match(page.text, /aria-invalid="true"/);
  }
});

test('pages are ours alone: headers, and forms from elsewhere', async (t) => {
  const server = await startIdentity(t);
  await person(server);
  const app = await flow(server);
  const page = await app.begin();
  const csp = page.headers.get('content-security-policy')!;
  assert.match(csp, /default-src 'none'/);
  assert.match(csp, /form-action 'self' https:;/);
  assert.match(csp, /frame-ancestors 'none'/);
  assert.doesNotMatch(csp, /script-src|unsafe/);
  assert.doesNotMatch(page.text, /<script|\sstyle=|\son\w+=/);
  assert.equal(page.headers.get('cache-control'), 'no-store');
  const form = { login: 'ada', password: PASSWORD };
  const forged = await app.browser.submit({ ...form, csrf: 'x' }, 'password');
  assert.equal(forged.status, 403);
  await app.begin();
  const { url, text } = await app.begin();
  const csrf = /name="csrf" value="([^"]*)"/.exec(text)![1]!;
  const body = new URLSearchParams({ ...form, csrf, step: 'password' });
  const elsewhere = await app.browser.open(url, {
    method: 'POST',
    body,
    headers: { 'sec-fetch-site': 'cross-site' },
  });
  assert.equal(elsewhere.status, 403);
  const otherBrowser = await plainBrowser(server.origin).open(url, { method: 'POST', body });
  assert.equal(otherBrowser.status, 400, 'no cookie of this sign-in');
  const css = await fetch(`${server.origin}${/href="([^"]*style\.css[^"]*)"/.exec(text)![1]}`);
  assert.match(css.headers.get('content-type')!, /^text\/css/);
  assert.match(css.headers.get('cache-control')!, /immutable/);
});

test('a password that must be changed is changed before anything else', async (t) => {
  const server = await startIdentity(t);
  await person(server, { mustChange: true });
  const app = await flow(server);
  const page = await app.signIn();
  assert.match(page.text, /<h1>Choose a new password<\/h1>/);
  const refused = async (password: string, repeat = password): Promise<string | undefined> =>
    problemOf((await app.browser.submit({ password, repeat }, 'change')).text);
  assert.match((await refused('short'))!, /at least 8 characters/);
  assert.match((await refused('Passw0rd!2024'))!, /too easy to guess/);
  assert.match((await refused('qwertyuiop123'))!, /simple sequence/);
  assert.match((await refused('adalovelace1'))!, /own name/);
  assert.match((await refused(PASSWORD))!, /used before/);
  assert.match((await refused('sunny kettle farm', 'sunny kettle firm'))!, /not the same/);
  const fine = 'sunny kettle farm';
  const next = await allowed(app, await app.browser.submit({ password: fine, repeat: fine }, 'change'));
  const tokens = await app.tokens(next);
  assert.equal((await server.identity.verifyToken(tokens.access_token)).kind, 'user');
  const audit = await server.db.query(sql`
    select action, actor_name from identity_audit where actor is not null order by id`);
  assert.deepEqual(audit, [
    { action: 'ChangePassword', actor_name: 'ada' },
    { action: 'Consent', actor_name: 'ada' },
  ]);
});

test('a second factor: set up where it is demanded, asked for afterwards, recovered', async (t) => {
  const server = await startIdentity(t);
  const ada = await person(server);
  await savePolicy(server.db, server.first.organization.id, {
    ...DEFAULT_POLICY,
    requiresSecondFactor: true,
  });
  const app = await flow(server);
  const enrol = await app.signIn();
  assert.match(enrol.text, /Your organization asks for a second factor/);
  const secret = secretOf(enrol.text);
  assert.match(enrol.text, /href="otpauth:\/\/totp\/Baton:ada\?secret=[A-Z2-7]{32}&amp;issuer=Baton/);
  const wrong = await app.browser.submit({ code: '000000' }, 'enrol');
  assert.match(problemOf(wrong.text)!, /not right/);
  assert.equal(secretOf(wrong.text), secret, 'the page shows the same key again');
  const first = codeOf(secret, now(server));
  const kept = await app.browser.submit({ code: first }, 'enrol');
  const codes = codesOf(kept.text);
  assert.equal(codes.length, 10);
  const back = await allowed(app, await app.browser.submit({}, 'kept'));
  assert.equal(back.url.origin, new URL(REDIRECT).origin);

  // From now on it is asked for, and a code counts once.
  app.browser.cookies.clear();
  const asked = await app.signIn();
  assert.match(asked.text, /<h1>Confirm it is you<\/h1>/);
  assert.match(asked.text, /autocomplete="one-time-code"/);
  const successes = async () =>
    (await server.db.query(sql`select from login_attempts where result = 0 and client_name = 'Baton'`))
      .length;
  assert.equal(await successes(), 1, 'a password is no sign-in yet');
  const used = await app.browser.submit({ code: first }, 'factor');
  assert.match(problemOf(used.text)!, /not right/, 'the code that set it up was used');
  server.time.ahead += 30_000;
  const code = codeOf(secret, now(server));
  const done = await app.browser.submit({ code: `${code.slice(0, 3)} ${code.slice(3)}` }, 'factor');
  assert.equal(done.url.origin, new URL(REDIRECT).origin);
  assert.deepEqual((await app.tokens(done)).claims()!.sub, ada.id);
  assert.equal(await successes(), 2);

  // A recovery code, once.
  for (const isGood of [true, false]) {
    app.browser.cookies.clear();
    const page = await app.signIn();
    await app.browser.open(new URL(`${page.url.pathname}?use=recovery`, page.url));
    const after = await app.browser.submit({ code: codes[0]!.toUpperCase() }, 'recovery');
    assert.equal(after.url.origin === new URL(REDIRECT).origin, isGood);
  }
  // A password alone opens nothing.
  const api = await server.identity.signInWithPassword({ usernameOrEmailAddress: 'ada', password: PASSWORD });
  assert.equal(api.status, 400);
});

test('codes cannot be tried for ever', async (t) => {
  const server = await startIdentity(t);
  await person(server);
  const app = await flow(server);
  await enrolled(server);
  await app.signIn();
  const statuses: number[] = [];
  let last = await app.browser.submit({ code: '111111' }, 'factor');
  for (let i = 0; i < 10; i++) {
    statuses.push(last.status);
    last = await app.browser.submit({ code: '111111' }, 'factor');
  }
  assert.deepEqual([...new Set(statuses)], [400]);
  assert.equal(last.status, 429);
  assert.ok(Number(last.headers.get('retry-after')) > 200);
  // The password was right, and nobody has signed in since the factor was set up.
  const attempts = await server.db.query<{ result: number; reason: string | null; count: number }>(sql`
    select result, reason, count(*) from login_attempts group by 1, 2 order by 1`);
  assert.deepEqual(attempts, [
    { result: 0, reason: null, count: 1 },
    { result: 1, reason: 'wrongCode', count: 10 },
    { result: 7, reason: null, count: 1 },
  ]);
});

/** Ada has a second factor; answers its key. */
async function enrolled(server: TestIdentity): Promise<string> {
  const own = await flowOf(
    server,
    '6d3ff1c5-3e4f-4f9b-9a52-0c1d7f0b7a11',
    undefined,
    `${server.identity.issuer}/account`,
  );
  await own.browser.open(`${server.identity.issuer}/account`);
  await own.browser.submit({ login: 'ada', password: PASSWORD }, 'password');
  const page = await own.browser.submit({ old: PASSWORD }, 'begin');
  const secret = secretOf(page.text);
  const codes = await own.browser.submit({ code: codeOf(secret, now(server)) }, 'enrol');
  assert.equal(codesOf(codes.text).length, 10);
  return secret;
}

test('a password that is not looked at any more is not called wrong on the account page', async (t) => {
  const server = await startIdentity(t);
  await person(server);
  const browser = plainBrowser(server.origin);
  await browser.open(`${server.identity.issuer}/account`);
  await browser.submit({ login: 'ada', password: PASSWORD }, 'password');
  for (const step of ['change', 'begin']) {
    for (let i = 0; i < 5; i++)
      assert.equal(
        problemOf((await browser.submit({ old: 'wrong' }, step)).text),
        'The current password is not right.',
      );
  }
  for (const step of ['change', 'begin']) {
    const refused = await browser.submit({ old: PASSWORD, password: 'a new one', repeat: 'a new one' }, step);
    assert.equal(refused.status, 429);
    assert.match(problemOf(refused.text)!, /^Too many attempts\. Try again in 5 minutes/);
    assert.ok(Number(refused.headers.get('retry-after')) > 200);
    assert.doesNotMatch(refused.text, /aria-invalid/, 'no field is at fault');
  }
});

test('people look after their own account', async (t) => {
  const server = await startIdentity(t);
  await person(server);
  const browser = plainBrowser(server.origin);
  const account = `${server.identity.issuer}/account`;
  const signIn = async (password: string) => {
    const page = await browser.open(account);
    if (page.text.includes('<h1>Sign in</h1>')) return browser.submit({ login: 'ada', password }, 'password');
    return page;
  };
  const page = await signIn(PASSWORD);
  assert.equal(page.url.href, account, 'no code is left in the address');
  assert.match(page.text, /Off: your password alone/);
  const wrong = await browser.submit({ old: 'wrong', password: 'a', repeat: 'a' }, 'change');
  assert.equal(problemOf(wrong.text), 'The current password is not right.');
  const fresh = 'sunny kettle farm';
  const changed = await browser.submit({ old: PASSWORD, password: fresh, repeat: fresh }, 'change');
  assert.match(changed.text, /<h1>Your password is changed<\/h1>/);
  assert.equal(changed.url.pathname, '/identity/sign-in/saved', 'a reload sends no password again');
  assert.match(
    (await browser.follow('Sign in')).text,
    /<h1>Sign in<\/h1>/,
    'signed out everywhere, here too',
  );
  await signIn(fresh);
  const secret = secretOf((await browser.submit({ old: fresh }, 'begin')).text);
  await browser.submit({ code: codeOf(secret, now(server)) }, 'enrol');
  await browser.submit({}, 'kept');
  const on = await browser.open(account);
  assert.match(on.text, /On: you are asked/);
  const renewed = await browser.submit({ old: fresh }, 'codes');
  assert.deepEqual(renewed.statuses, [303]);
  const codes = codesOf(renewed.text);
  assert.equal(codes.length, 10);
  // Until they are said to be kept they can be seen again, here and in no other browser.
  assert.deepEqual(codesOf((await browser.open(account)).text), codes);
  const other = plainBrowser(server.origin);
  await other.open(account);
  await other.submit({ login: 'ada', password: fresh }, 'password');
  const elsewhere = await other.submit({ code: codes[0]!, step: 'recovery' }, 'factor');
  assert.match(elsewhere.text, /On: you are asked/);
  assert.match((await browser.submit({}, 'kept')).text, /On: you are asked/);
  assert.equal((await browser.submit({ old: 'no', step: 'disable' }, 'codes')).status, 400);
  assert.match(
    (await browser.submit({ old: fresh, step: 'disable' }, 'codes')).text,
    /The second factor is off/,
  );
  const out = await browser.submit({}, 'end');
  assert.match(out.text, /<h1>You are signed out<\/h1>/);
  assert.match((await browser.follow('Sign in again')).text, /<h1>Sign in<\/h1>/);
  const actions = await server.db.query<{ action: string }>(
    sql`select action from identity_audit where actor is not null order by id`,
  );
  assert.deepEqual(
    actions.map(({ action }) => action),
    [
      'ChangePassword',
      'EnableSecondFactor',
      'RenewRecoveryCodes',
      'UseRecoveryCode',
      'DisableSecondFactor',
      'EndSessions',
    ],
  );
});

test('a forgotten password: the same answer for everybody, a link by mail, good once', async (t) => {
  const server = await startIdentity(t);
  const ada = await person(server);
  const app = await flow(server);
  await app.begin();
  const page = await app.browser.open(`${server.identity.issuer}/sign-in/forgotten`);
  assert.match(page.text, /<h1>Forgotten your password\?<\/h1>/);
  const answers = [];
  for (const login of ['nobody', 'ADA@example.com']) {
    await app.browser.open(`${server.identity.issuer}/sign-in/forgotten`);
    answers.push((await app.browser.submit({ login })).text);
  }
  assert.equal(answers[0], answers[1]);
  const mail = await until('it is there', async () => (await server.mails())[0]);
  assert.match(mail, /^To: ada@example\.com$/m);
  assert.equal((await server.mails()).length, 1);
  const link = /http\S+\/sign-in\/reset\?token=(?:3D)?\S+/.exec(
    mail.replaceAll('=\n', '').replaceAll('=3D', '='),
  )![0];
  await app.browser.open(link);
  const short = await app.browser.submit({ password: 'short', repeat: 'short' });
  assert.match(problemOf(short.text)!, /at least 8/);
  const fresh = 'sunny kettle farm';
  const saved = await app.browser.submit({ password: fresh, repeat: fresh });
  assert.match(saved.text, /Your password is changed/);
  const told = await until('it is there', async () => (await server.mails())[1]);
  assert.match(told, /^Subject: Your password for Baton was changed$/m);
  const again = await app.browser.open(link);
  assert.match(again.text, /no longer works/);
  const signIn = (password: string) =>
    server.identity.signInWithPassword({ usernameOrEmailAddress: 'ada', password });
  assert.equal((await signIn(PASSWORD)).status, 400);
  assert.equal((await signIn(fresh)).status, 200);
  const audit = await server.db.first<{ target: string; action: string }>(
    sql`select target, action from identity_audit where actor is not null`,
  );
  assert.deepEqual(audit, { target: ada.id, action: 'ResetPassword' });
});

test('a device code that no page asked for leads to the page', async (t) => {
  const server = await startIdentity(t);
  for (const cookie of ['', '_session=unknown']) {
    const { status, headers } = await fetch(`${server.origin}/identity/device`, {
      method: 'POST',
      body: new URLSearchParams({ user_code: 'AAAA-AAAA' }),
      headers: { cookie },
      redirect: 'manual',
    });
    assert.equal(status, 303);
    assert.equal(headers.get('location'), '/identity/device');
  }
});

test('a device without a browser', async (t) => {
  const server = await startIdentity(t);
  await person(server);
  const app = await flow(server);
  const { initiateDeviceAuthorization, pollDeviceAuthorizationGrant, fetchUserInfo, genericGrantRequest } =
    await import('openid-client');
  const begun = await initiateDeviceAuthorization(app.config, { scope: 'openid OR.Jobs offline_access' });
  assert.equal(begun.verification_uri, `${server.origin}/identity/device`);
  const entered = await app.browser.open(begun.verification_uri);
  assert.match(entered.text, /<h1>Connect a device<\/h1>/);
  const wrong = await app.browser.submit({ user_code: 'AAAA-AAAA' });
  assert.match(problemOf(wrong.text)!, /That code is not right/);
  const link = await app.browser.open(begun.verification_uri_complete!);
  assert.ok(link.text.includes(`value="${begun.user_code}"`));
  const confirm = await app.browser.submit({});
  assert.match(confirm.text, /<h1>Connect this device\?<\/h1>/);
  await app.browser.submit({});
  const signedIn = await app.browser.submit({ login: 'ada', password: PASSWORD }, 'password');
  const done = await allowed(app, signedIn);
  assert.match(done.text, /<h1>The device is connected<\/h1>/);
  const tokens = await pollDeviceAuthorizationGrant(app.config, begun);
  assert.deepEqual(tokens.scope!.split(' ').sort(), ['OR.Jobs', 'offline_access', 'openid']);
  assert.ok(tokens.refresh_token);
  const claims = tokens.claims()!;
  assert.equal((await fetchUserInfo(app.config, tokens.access_token, claims.sub)).sub, claims.sub);

  const refused = await initiateDeviceAuthorization(app.config, { scope: 'openid' });
  await app.browser.open(refused.verification_uri_complete!);
  await app.browser.submit({});
  await app.browser.submit({ abort: 'yes' });
  // Not by polling, which first waits five seconds.
  await assert.rejects(genericGrantRequest(app.config, DEVICE_GRANT, { device_code: refused.device_code }), {
    error: 'access_denied',
  });
});

test('sign-in at another OpenID provider: a second Baton', async (t) => {
  const server = await startIdentity(t);
  const company = await startIdentity(t);
  const ada = await person(company, { userName: 'ada' });
  const registered = await company.application({
    name: 'Baton',
    appScopes: [],
    userScopes: ['openid', 'profile', 'email'],
    redirectUris: [`${server.identity.issuer}/sign-in/callback`],
  });
  await server.db.execute(sql`insert into identity_groups (organization_id, name)
    values (${server.first.organization.id}, 'Engineers'), (${server.first.organization.id}, 'Guests')`);
  const provider = {
    organizationId: server.first.organization.id,
    name: 'Company',
    issuer: company.identity.issuer,
    clientId: registered.clientId,
    clientSecret: registered.secret,
    scopes: 'openid profile email',
    // The second Baton tells no groups; its claim of the organization stands in for one.
    claims: { groups: 'prt_id' },
    groups: { [company.first.organization.id]: 'Engineers', other: 'Guests' },
    provisions: true,
  };
  await saveOutsideProvider(server.db, server.sealer, provider);
  const app = await flow(server);
  const browser = plainBrowser(server.origin, company.origin);
  const both = { ...app, browser };
  const { buildAuthorizationUrl } = await import('openid-client');
  const authorize = buildAuthorizationUrl(app.config, {
    redirect_uri: REDIRECT,
    scope: 'openid profile email',
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
  });
  const login = await browser.open(authorize);
  assert.match(login.text, /Sign in with <bdi>Company</);
  const there = await browser.follow('Sign in with Company');
  assert.equal(there.url.origin, company.origin);
  await browser.submit({ login: 'ada', password: PASSWORD }, 'password');
  const here = await browser.submit({}, 'allow'); // there
  assert.match(here.text, /<h1>Allow access\?<\/h1>/);
  assert.equal(here.url.origin, server.origin);
  const back = await allowed(both, here);
  assert.ok(back.url.searchParams.get('code'));
  const made = await server.db.query<{
    user_name: string;
    email: string;
    type: number;
    groups: string[];
  }>(sql`
    select user_name, email, type,
           (select array_agg(g.name order by g.name) from identity_group_members m
              join identity_groups g on g.id = m.group_id where m.user_id = u.id) as groups
      from identity_users u where user_name = 'ada'`);
  assert.deepEqual(made, [
    { user_name: 'ada', email: 'ada@example.com', type: 2, groups: ['Engineers', 'Everyone'] },
  ]);

  // A second time the same person, with what has changed there.
  await company.db.execute(sql`update identity_users set surname = 'King' where id = ${ada.id}`);
  browser.cookies.clear();
  await browser.open(authorize);
  await browser.follow('Sign in with Company');
  await browser.submit({ login: 'ada', password: PASSWORD }, 'password');
  const rows = await server.db.query(sql`select surname from identity_users where user_name = 'ada'`);
  assert.deepEqual(rows, [{ surname: 'King' }]);

  // Somebody whose name another has here already is not that other.
  browser.cookies.clear();
  await browser.open(authorize);
  await browser.follow('Sign in with Company');
  await browser.submit({ login: 'admin', password: company.first.adminPassword! }, 'password');
  await browser.submit(
    { password: 'chosen at the first sign-in', repeat: 'chosen at the first sign-in' },
    'change',
  );
  const refused = await browser.submit({}, 'allow');
  assert.equal(refused.status, 403);
  assert.match(refused.text, /No account could be made for you here/);

  // An answer that was begun in another browser.
  const stranger = await plainBrowser(server.origin).open(
    `${server.identity.issuer}/sign-in/callback?code=x&state=y`,
  );
  assert.equal(stranger.status, 400);
});

test('who refuses is sent back with the refusal', async (t) => {
  const server = await startIdentity(t);
  await person(server);
  const app = await flow(server);
  await app.signIn();
  const back = await app.browser.submit({}, 'refuse');
  assert.equal(back.url.searchParams.get('error'), 'access_denied');
  // A form of a sign-in that is over.
  const again = await app.browser.open(`${server.origin}/identity/sign-in/${'x'.repeat(21)}`);
  assert.equal(again.status, 400);
});

test('behind a proxy that ends TLS: cookies for TLS only, whatever the proxy says', async (t) => {
  const server = await startIdentity(t, { issuer: 'https://baton.example/identity' });
  const query = new URLSearchParams({
    client_id: '36dea5b8-e8bb-423d-8e7b-c808df8f1c00',
    response_type: 'code',
    redirect_uri: 'http://localhost:1/oidc/login',
    scope: 'openid',
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
  });
  const answer = await fetch(`${server.origin}/identity/connect/authorize?${query}`, { redirect: 'manual' });
  assert.equal(answer.status, 303);
  assert.match(answer.headers.get('location')!, /^\/identity\/sign-in\//);
  const cookies = answer.headers.getSetCookie();
  assert.ok(cookies.length >= 2);
  for (const cookie of cookies) {
    assert.match(cookie, /; secure/i);
    assert.match(cookie, /; httponly/i);
    assert.match(cookie, /; samesite=lax/i);
  }
});
