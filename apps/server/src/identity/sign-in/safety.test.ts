import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as client from 'openid-client';
import sql from 'sql-template-tag';
import { getJson, startIdentity } from '../identity.fixture.ts';
import { openSigningKeys } from '../keys/signing-keys.ts';
import { hashPassword } from '../passwords/passwords.ts';
import { plainBrowser } from './browser.fixture.ts';
import { allowed, flow, PASSWORD, person, REDIRECT } from './flow.fixture.ts';
import { findProblem } from './password-policy.ts';
import { setPassword } from './set-password.ts';
import { networkOf } from './throttle.ts';
import { base32, codeAt } from './totp.ts';

const revoked = { status: 401 };

test('codes are those of RFC 6238 and 4648', () => {
  const secret = Buffer.from('12345678901234567890');
  const known: [seconds: number, code: string][] = [
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ];
  for (const [seconds, code] of known) assert.equal(codeAt(secret, Math.floor(seconds / 30)), code);
  assert.equal(base32(Buffer.from('foobar')), 'MZXW6YTBOI');
});

test('passwords that guessers try first', () => {
  const about = { userName: 'ada.lovelace', email: 'ada@example.com', name: 'Ada', surname: 'Lovelace' };
  const codeOf = (password: string) => findProblem(password, about, { minLength: 8 })?.code;
  const cases: Record<string, string | undefined> = {
    '': 'PasswordTooShort',
    a1b2c3d: 'PasswordTooShort',
    password: 'PasswordTooCommon',
    'P@ssw0rd2024!': 'PasswordTooCommon',
    '!Welcome1!': 'PasswordTooCommon',
    Summer2026: 'PasswordTooCommon',
    adminadmin: 'PasswordTooSimple',
    WelcomeSummer99: 'PasswordTooCommon',
    '12345678': 'PasswordTooSimple',
    '987654321': 'PasswordTooSimple',
    qwertyuiop: 'PasswordTooSimple',
    asdfghjkl1: 'PasswordTooSimple',
    '1qaz2wsx3edc': 'PasswordTooSimple',
    abcabcabcabc: 'PasswordTooSimple',
    aaaaaaaaaaaaa: 'PasswordTooSimple',
    // Frequent in breaches: as they were, in other case, with lookalikes, with signs around them.
    scoobydoo: 'PasswordTooCommon',
    ScoobyDoo: 'PasswordTooCommon',
    '5c00byd00!': 'PasswordTooCommon',
    '#scoobydoo77': 'PasswordTooCommon',
    mar1b0r0: 'PasswordTooCommon',
    Blink182: 'PasswordTooCommon',
    '15041983': 'PasswordTooCommon',
    'scoobydoo-4128-67': undefined,
    'scooby quince doo': undefined,
    'ada.lovelace1': 'PasswordContainsUserName',
    Lovelace1815: 'PasswordContainsUserName',
    ['x'.repeat(50) + 'abcdefgh'.repeat(40)]: 'PasswordTooLong',
    'correct horse battery': undefined,
    'k7xm2-9qpzt': undefined,
    'Grüße, 密码 und mehr': undefined,
    'my lovelace garden gnome': undefined,
  };
  for (const [password, code] of Object.entries(cases)) assert.equal(codeOf(password), code, password);
});

test('the passwords before are not good again, however the password was changed', async (t) => {
  const server = await startIdentity(t);
  const ada = await person(server);
  const set = (password: string) => server.db.transaction((tx) => setPassword(tx, ada.id, password));
  assert.equal((await set(PASSWORD))?.code, 'PasswordUsedBefore');
  // Somewhere else in the product, without our function.
  await server.db.execute(
    sql`update identity_users set password_hash = ${await hashPassword('violet cellar door')} where id = ${ada.id}`,
  );
  assert.equal((await set(PASSWORD))?.code, 'PasswordUsedBefore');
  for (const word of ['one', 'two', 'three', 'four'])
    assert.equal(await set(`sunny kettle ${word}`), undefined);
  assert.equal(await set(PASSWORD), undefined, 'five others have come in between');
});

test('a changed password and a disabled user end tokens, sessions and refreshes, on all nodes', async (t) => {
  const changes = {
    'password changed': sql`update identity_users set password_hash = 'x' where user_name = 'ada'`,
    disabled: sql`update identity_users set is_active = false where user_name = 'ada'`,
    deleted: sql`delete from identity_users where user_name = 'ada'`,
  };
  for (const [name, change] of Object.entries(changes)) {
    await t.test(name, async (t) => {
      const server = await startIdentity(t as never);
      const other = await server.node();
      await person(server);
      const app = await flow(server);
      const tokens = await app.tokens(await allowed(app, await app.signIn()));
      const byApi = (
        await server.identity.signInWithPassword({ usernameOrEmailAddress: 'ada', password: PASSWORD })
      ).body.result!;
      for (const each of [tokens.access_token, byApi]) await other.verifyToken(each);
      await server.db.execute(change);
      await assert.rejects(client.refreshTokenGrant(app.config, tokens.refresh_token!), {
        error: 'invalid_grant',
      });
      assert.match((await app.begin()).text, /<h1>Sign in<\/h1>/);
      server.time.ahead = 1001;
      for (const node of [server.identity, other]) {
        for (const each of [tokens.access_token, byApi])
          await assert.rejects(node.verifyToken(each), revoked);
      }
      if (name !== 'disabled') return;
      await server.db.execute(sql`update identity_users set is_active = true where user_name = 'ada'`);
      server.time.ahead = 2002;
      await assert.rejects(
        server.identity.verifyToken(tokens.access_token),
        revoked,
        'what has ended stays so',
      );
    });
  }
});

test('a code that was given before the password changed is worth nothing after', async (t) => {
  const server = await startIdentity(t);
  await person(server);
  const app = await flow(server);
  const back = await allowed(app, await app.signIn());
  await server.db.execute(sql`update identity_users set password_hash = 'x' where user_name = 'ada'`);
  await assert.rejects(app.tokens(back), { error: 'invalid_grant' });
});

test('keys rotate and nobody is signed out; retired ones go when nothing of theirs can live', async (t) => {
  const server = await startIdentity(t);
  await person(server);
  const app = await flow(server);
  const tokens = await app.tokens(await allowed(app, await app.signIn()));
  const open = await app.begin({ prompt: 'login' });
  await server.identity.rotateKeys();
  // A form that somebody has open, a session, a refresh token, an access token and an ID token of before.
  const back = await app.browser.submit({ login: 'ada', password: PASSWORD }, 'password');
  assert.equal(open.status, 200);
  assert.equal(back.url.origin, new URL(REDIRECT).origin);
  assert.equal((await app.begin()).url.origin, new URL(REDIRECT).origin);
  const next = await client.refreshTokenGrant(app.config, tokens.refresh_token!);
  await server.identity.verifyToken(next.access_token);
  await server.identity.verifyToken(tokens.access_token);
  const jwks = createRemoteJWKSet(new URL(`${server.identity.issuer}/jwks`));
  await jwtVerify(tokens.id_token!, jwks);
  await jwtVerify(next.id_token!, jwks);

  const count = async () => (await getJson<{ keys: object[] }>(`${server.identity.issuer}/jwks`)).keys.length;
  assert.equal(await count(), 2);
  server.time.ahead = 9 * 24 * 3600 * 1000;
  assert.equal(await count(), 1);
  const keys = await openSigningKeys({ ...server, clock: () => Date.now() });
  assert.equal(keys.all().length, 2);
});

test('another node publishes a new key at once', async (t) => {
  const server = await startIdentity(t);
  const other = await server.node();
  const kid = await other.rotateKeys();
  const { keys } = await getJson<{ keys: { kid: string }[] }>(`${server.identity.issuer}/jwks`);
  assert.ok(keys.some((key) => key.kid === kid));
});

test('twenty wrong passwords a second: the owner gets in, the guesses do not', async (t) => {
  const server = await startIdentity(t);
  await person(server);
  const app = await flow(server);
  await allowed(app, await app.signIn()); // the browser is known from now on
  const seconds = Number(process.env.BATON_NOISE_SECONDS ?? 3);
  const outcomes: Promise<number>[] = [];
  let mayGuess = true;
  const guess = async (): Promise<number> => {
    const answer = await server.identity.signInWithPassword({
      usernameOrEmailAddress: 'ada',
      password: `wrong ${Math.random()}`,
      source: '127.0.0.1',
    });
    return answer.status;
  };
  const guesser = setInterval(() => mayGuess && outcomes.push(guess()), 50);
  t.after(() => clearInterval(guesser));
  const unknown: number[] = [];
  const known: number[] = [];
  const end = Date.now() + seconds * 1000;
  let signedIn = 0;
  while (Date.now() < end || signedIn < 2) {
    const back = await app.begin({ prompt: 'login' });
    assert.equal(back.status, 200);
    const after = await app.browser.submit({ login: 'ada', password: PASSWORD }, 'password');
    assert.equal(after.url.origin, new URL(REDIRECT).origin, 'the owner gets in');
    signedIn++;
    for (const [name, times] of [
      ['nobody', unknown],
      ['ada', known],
    ] as const) {
      const start = performance.now();
      await server.identity.signInWithPassword({
        usernameOrEmailAddress: name,
        password: 'wrong',
        source: `10.0.0.${signedIn}`,
      });
      times.push(performance.now() - start);
    }
  }
  mayGuess = false;
  assert.ok(signedIn > 1);
  assert.ok((await Promise.all(outcomes)).every((status) => status === 400));
  // Even the right password is refused to the guesser now.
  const lucky = { usernameOrEmailAddress: 'ada', password: PASSWORD, source: '127.0.0.1' };
  assert.equal((await server.identity.signInWithPassword(lucky)).status, 400);
  // And an owner without the browser, from elsewhere, is not.
  assert.equal((await server.identity.signInWithPassword({ ...lucky, source: '10.9.9.9' })).status, 200);
  t.diagnostic(
    `${outcomes.length} guesses, ${signedIn} sign-ins of the owner; refusal of an unknown name ` +
      `${median(unknown).toFixed(1)} ms, of a known one ${median(known).toFixed(1)} ms (medians of ${known.length})`,
  );
});

test('from ever new addresses a name is guessed at slowly, and its owner gets in', async (t) => {
  const server = await startIdentity(t, { refusalMs: 1 });
  await person(server);
  const signIn = async (source: string, password: string): Promise<number> =>
    (await server.identity.signInWithPassword({ usernameOrEmailAddress: 'ada', password, source })).status;
  const app = await flow(server);
  await allowed(app, await app.signIn()); // the browser is known from now on
  assert.equal(await signIn('10.9.9.9', PASSWORD), 200, 'and so is this address');
  // Two a minute for an hour, each from a network of its own; the owner's robot signs in all the while.
  for (let guess = 0; guess < 120; guess++) {
    server.time.ahead += 30_000;
    await signIn(guess % 2 ? `10.2.${guess}.1` : `2001:db8:0:${guess.toString(16)}::1`, 'wrong');
    if (guess % 10 === 0) assert.equal(await signIn('10.9.9.9', PASSWORD), 200);
  }
  const looked = await server.db.first<{ count: number }>(sql`
    select count(*)::int from login_attempts where result = 2 or result = 1`);
  assert.ok(looked!.count >= 50 && looked!.count < 70, `${looked!.count} guesses were looked at`);
  server.time.ahead += 300_000;
  await signIn('10.3.0.1', 'wrong');
  assert.equal(await signIn('10.3.0.2', PASSWORD), 400, 'even the right password has to wait');
  assert.equal(await signIn('10.9.9.9', PASSWORD), 200, 'but not from where the owner was before');
  await app.begin({ prompt: 'login' });
  const back = await app.browser.submit({ login: 'ada', password: PASSWORD }, 'password');
  assert.equal(back.url.origin, new URL(REDIRECT).origin, 'nor in a browser that the owner used before');
  server.time.ahead += 301_000;
  assert.equal(await signIn('10.3.0.2', PASSWORD), 200, 'and after five minutes from anywhere');
});

test('an address of IPv6 counts by its network', () => {
  for (const [address, network] of [
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:DB8:1:2::6', '2001:db8:1:2'],
    ['2001:db8::6', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['unknown', 'unknown'],
  ] as const)
    assert.equal(networkOf(address), network);
});

test('a name that nobody has costs the same hashing as one that somebody has', async (t) => {
  // Without the least time of a refusal, which would hide it.
  const server = await startIdentity(t, { refusalMs: 0 });
  await person(server);
  const times: Readonly<Record<string, number[]>> = { ada: [], nobody: [] };
  for (let round = 0; round < 25; round++) {
    // In turns, so that what else the process does falls on both; each from a source of its own, so that none
    // is throttled.
    for (const name of round % 2 ? ['ada', 'nobody'] : ['nobody', 'ada']) {
      const login = { usernameOrEmailAddress: name, password: 'wrong', source: `10.1.${round}.1` };
      server.time.ahead += 3_600_000;
      const refuse = async (): Promise<void> =>
        assert.equal((await server.identity.signInWithPassword(login)).status, 400);
      times[name]!.push(await processorMs(refuse));
    }
  }
  const hashing: number[] = [];
  for (let round = 0; round < 9; round++) hashing.push(await processorMs(() => hashPassword('wrong')));
  const [known, unknown, one] = [times.ada!, times.nobody!, hashing].map(median) as [number, number, number];
  t.diagnostic(
    `refusal without its least time: unknown name ${unknown.toFixed(1)} ms, known ${known.toFixed(1)} ms; ` +
      `one hash ${one.toFixed(1)} ms (medians, of the processor)`,
  );
  assert.ok(unknown > one / 2, 'nothing was hashed for nobody');
  assert.ok(unknown < 2 * known && known < 2 * unknown, `${unknown} ms and ${known} ms`);
});

/** What the process used of the processor, in all of its threads: on a busy machine about as much as ever. */
async function processorMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const median = (times: number[]): number => times.toSorted((a, b) => a - b)[times.length >> 1]!;

test('the page says how long to wait, whether or not there is such a person', async (t) => {
  const server = await startIdentity(t);
  await person(server);
  const app = await flow(server);
  const texts: string[] = [];
  for (const login of ['ada', 'nobody']) {
    const browser = plainBrowser(server.origin);
    const page = await browser.open(
      client.buildAuthorizationUrl(app.config, { redirect_uri: REDIRECT, scope: 'openid' }),
    );
    assert.match(page.text, /<h1>Sign in<\/h1>/);
    let last = await browser.submit({ login, password: 'wrong' }, 'password');
    for (let i = 0; i < 10; i++) last = await browser.submit({ login, password: 'wrong' }, 'password');
    assert.equal(last.status, 429);
    assert.ok(Number(last.headers.get('retry-after')) > 290);
    texts.push(/id="problem"><strong>([^<]*)/.exec(last.text)![1]!);
  }
  assert.equal(texts[0], texts[1]);
  assert.match(texts[0]!, /Too many attempts\. Try again in 5 minutes/);
});

test('attempts are listed, and none of what a stranger typed', async (t) => {
  const server = await startIdentity(t);
  const ada = await person(server);
  for (const login of ['ada', 'my secret password']) {
    await server.identity.signInWithPassword({
      usernameOrEmailAddress: login,
      password: 'x',
      source: '10.1.1.1',
    });
  }
  await server.identity.signInWithPassword({
    usernameOrEmailAddress: 'ada',
    password: PASSWORD,
    source: '10.1.1.1',
  });
  const rows = await server.db.query(
    sql`select user_id, login, result, client_ip from login_attempts order by id`,
  );
  assert.deepEqual(rows, [
    { user_id: ada.id, login: 'ada', result: 1, client_ip: '10.1.1.1' },
    { user_id: null, login: '', result: 3, client_ip: '10.1.1.1' },
    { user_id: ada.id, login: 'ada', result: 0, client_ip: '10.1.1.1' },
  ]);
});
