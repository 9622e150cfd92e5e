import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { DEADLINE_MS, until } from '../../../../tests/until.fixture.ts';
import { skip, startChromium } from '../../../server/src/chromium.fixture.ts';
import { testDatabase } from '../../../server/src/kernel/db/test-database.ts';
import { baton, type Env, type Live, live, type Ran } from '../cli.fixture.ts';
import { type Profile, writeProfile } from '../profiles/profile-file.ts';
import { profileTokens } from '../profiles/profile-tokens.ts';
import { browserOf } from './open-browser.ts';

describe('with a server and a browser', { skip }, () => {
  let folder: string;
  let env: Env;
  let server: Live;
  let url: string;
  let page: Page;
  let password: string;
  const ends: (() => unknown)[] = [];
  const run = (...args: string[]): Promise<Ran> => baton(args, env);
  const fileOf = (name: string): string => join(folder, 'config', 'profiles', `${name}.json`);
  const profileOf = async (name: string): Promise<Profile> =>
    JSON.parse(await readFile(fileOf(name), 'utf8'));

  before(async () => {
    const t = { after: (work: () => unknown) => void ends.push(work) };
    folder = await mkdtemp(join(tmpdir(), 'baton-login-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const { url: DATABASE_URL } = await testDatabase(t);
    env = { BATON_CONFIG: join(folder, 'config'), BATON_DATA: join(folder, 'none'), BROWSER: 'true' };
    server = live(['server'], {
      BATON_DATA: join(folder, 'data'),
      BATON_PORT: '0',
      DATABASE_URL,
      BATON_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
      // Too short for a command to reuse the access token of the profile, so each command renews it.
      BATON_ACCESS_TOKEN_SECONDS: '60',
    });
    t.after(() => server.interrupt());
    url = String((await server.event('listening'))['url']);
    password = await until('the password', () => /password (\S+)/.exec(server.errors())?.[1]);
    page = await (await startChromium(t)).newPage();
    page.setDefaultTimeout(DEADLINE_MS);
  });
  after(async () => {
    for (const end of ends.toReversed()) await end();
  });

  function signingIn(args: readonly string[], more: Env = {}): Live {
    const login = live(['login', ...args], { ...env, BATON_URL: url, ...more });
    ends.push(() => login.end('SIGKILL'));
    return login;
  }

  async function open(address: unknown): Promise<void> {
    await page.context().clearCookies();
    await page.goto(String(address));
  }

  /** Answers each page until the expected one is shown. */
  async function signIn(arrived: string): Promise<void> {
    await page.getByLabel('User name or e-mail').fill('admin');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.keyboard.press('Enter');
    const there = page.getByRole('heading', { name: arrived });
    const change = page.getByRole('heading', { name: 'Choose a new password' });
    await there.or(change).waitFor();
    if (await change.isVisible()) {
      password = `${password} mine`;
      for (const field of await page.locator('input[type=password]').all()) await field.fill(password);
      await page.keyboard.press('Enter');
    }
    await there.waitFor();
  }

  test('by the browser; only its own arrival counts, and only its owner reads what is kept', async () => {
    const login = signingIn(['--url', `${url}/`]);
    const { url: address } = await login.event('browser');
    const asked = new URL(String(address)).searchParams;
    assert.equal(asked.get('code_challenge_method'), 'S256');
    for (const foreign of ['?code=x', '?code=x&state=other', `?state=${asked.get('state')}x&error=y`])
      assert.equal((await fetch(asked.get('redirect_uri') + foreign)).status, 404);
    await open(address);
    await signIn('You are signed in.');
    assert.equal((await login.event('signedIn'))['userName'], 'admin');
    assert.equal(await login.ended(), 0, login.errors());
    assert.equal((await stat(fileOf('default'))).mode & 0o777, 0o600);
    const { accessToken, refreshToken } = await profileOf('default');
    for (const secret of [accessToken, refreshToken])
      assert.ok(!login.output().includes(secret) && !server.output().includes(secret));
  });

  test('every command uses it, and renews it once however many come together', async () => {
    const { refreshToken: before } = await profileOf('default');
    const sources = Array.from({ length: 6 }, () => profileTokens(fileOf('default'), 'default'));
    const [ran, ...tokens] = await Promise.all([
      run('app create', '--json').then(() => run('job', 'logs', '4711')),
      ...sources.map((source) => source.get()),
    ]);
    assert.match(ran.err, /The server refused \(404\): Job does not exist/);
    assert.equal(new Set(tokens).size, 6, 'each of them found one that ends too soon');
    assert.notEqual((await profileOf('default')).refreshToken, before);
    // If a refresh token had been used twice, the whole sign-in would have ended.
    assert.match((await run('job', 'logs', '4711')).err, /404/);
  });

  test('by a code, where there is no browser', async () => {
    const login = signingIn(['--no-browser', '--profile', 'cellar']);
    const { url: address, code } = await login.event('code');
    assert.ok(String(address).startsWith(url), String(address));
    await open(address);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('heading', { name: 'Connect this device?' }).waitFor();
    assert.ok((await page.locator('main').innerText()).includes(String(code)));
    await page.getByRole('button', { name: 'Yes, connect it' }).click();
    await signIn('The device is connected');
    assert.equal((await login.event('signedIn'))['profile'], 'cellar');
    assert.equal(await login.ended(), 0);
    assert.match((await run('job', 'logs', '4711', '--profile', 'cellar')).err, /404/);
  });

  test('given up at the page, or in the terminal', async () => {
    const login = signingIn(['--no-browser', '--profile', 'none']);
    await open((await login.event('code'))['url']);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'No' }).click();
    assert.equal(await login.ended(), 1);
    assert.match(login.output(), /The sign-in was given up/);
    for (const how of [[], ['--no-browser']]) {
      const left = signingIn([...how, '--profile', 'none']);
      await left.event(how.length > 0 ? 'code' : 'browser');
      assert.equal(await left.interrupt(), 4);
      assert.match(left.output(), /Interrupted: nobody is signed in/);
    }
    await assert.rejects(stat(fileOf('none')), { code: 'ENOENT' });
  });

  const ID = /^[0-9a-f-]{36}$/;
  test('an application, a token and a machine are made, and each of them works', async () => {
    const app = await run('app', 'create', 'pipeline', '--scopes', 'OR.Jobs,OR.Folders.Read', '--json');
    assert.match(String(app.json['clientId']), ID, app.err);
    const asApp = { BATON_CLIENT_ID: String(app.json['clientId']), BATON_CLIENT_SECRET: '' };
    asApp.BATON_CLIENT_SECRET = String(app.json['clientSecret']);
    assert.match((await baton(['job', 'stop', '4711'], { ...asApp, BATON_URL: url })).err, /404/);
    const page = ['--user-scopes', 'openid OR.Jobs', '--redirect-uri', 'https://x.example/back', '--public'];
    const forPeople = await run('app', 'create', 'page', ...page, '--json');
    assert.deepEqual([forPeople.code, forPeople.json['clientSecret']], [0, null], forPeople.err);

    const token = await run(
      'token',
      'create',
      'for a script',
      '--scopes',
      'OR.Jobs',
      '--days',
      '2',
      '--json',
    );
    const asToken = { BATON_TOKEN: String(token.json['token']), BATON_URL: url };
    assert.match((await baton(['job', 'stop', '4711'], asToken)).err, /404/);
    const shown = await run('token', 'create', 'another', '--scopes', 'OR.Jobs');
    assert.match(shown.out, /acts for admin .*\nBATON_TOKEN=rt_\S+\n$/);

    const machine = await run('machine', 'create', 'cellar', '--slots', '3', '--json');
    assert.equal(machine.code, 0, machine.err);
    const again = await run('machine', 'create', 'cellar', '--again', '--json');
    assert.equal(again.json['machineKey'], machine.json['machineKey']);
    assert.notEqual(again.json['machineSecret'], machine.json['machineSecret']);
    for (const { line } of [machine.json, again.json])
      assert.match(
        String(line),
        /^BATON_MACHINE_SECRET=\S+ npx baton robot --url http:\S+ --machine-key \S+$/,
      );
    // A second machine on the same server uses what is already there.
    assert.equal((await run('machine', 'create', 'attic')).code, 0);
  });

  const REFUSED: readonly (readonly [args: readonly string[], code: number, err: RegExp, more?: Env])[] = [
    [['app', 'create', 'x'], 2, /--scopes .* or --user-scopes .* is missing/],
    [['app', 'create', 'x', '--scopes', 'OR.Job'], 2, /no scope 'OR.Job'\. Did you mean 'OR.Jobs'/],
    [['app', 'create', 'x', '--scopes', 'OR.Jobs', '--public'], 2, /acts for people only/],
    [['app', 'create', 'pipeline', '--scopes', 'OR.Jobs'], 1, /The server refused \(409\): .*pipeline/],
    [['token', 'create', 'x'], 2, /--scopes is missing/],
    [['token', 'create', 'x', '--scopes', 'openid'], 2, /no scope 'openid'/],
    [['token', 'create', 'x', '--scopes', 'OR.Jobs', '--days', '999'], 1, /expiryTime: .*between 1 and 360/],
    [['machine', 'create', 'cellar'], 1, /is there already\. --again gives it another secret/],
    [['machine', 'create', 'x', '--folder', 'Nowhere'], 1, /There is no folder 'Nowhere'/],
    [['job', 'logs', '1', '--profile', 'cellr'], 1, /no profile 'cellr'\. Did you mean 'cellar'/],
    [['job', 'logs', '1', '--profile', '../x'], 2, /--profile: '\.\.\/x' is no name/],
    [['job', 'logs', '1', '--profile', 'local'], 1, /No server is known/],
    [['job', 'logs', '1', '--profile', 'cellar', '--url', 'http://127.0.0.1:2'], 1, /is of another server/],
    [['job', 'logs', '1', '--url', 'http://127.0.0.1:2'], 1, /Credentials for http:\/\/127\.0\.0\.1:2 are/],
    [
      ['app', 'create', 'x', '--scopes', 'OR.Jobs'],
      1,
      /access token cannot do this/,
      { BATON_TOKEN: 'rt_x' },
    ],
    [['job', 'logs', '1'], 1, /does not take the token/, { BATON_TOKEN: 'rt_x' }],
    [['session', 'list', 'nobody'], 1, /There is nobody called 'nobody'/],
    [['session', 'end', 'admin', '--session', 'x'], 1, /sessionId/],
    [['login', '--profile', 'local'], 2, /needs no sign-in/],
    [['login', '--url', 'baton.example'], 2, /--url: 'baton\.example' is no URL/],
    [['login', '--url', 'http://127.0.0.1:2'], 1, /cannot be reached: nothing listens there/],
    [['logout', '--profile', 'nobody'], 1, /There is no profile 'nobody'/],
  ];
  for (const [args, code, err, more] of REFUSED) {
    test(`'baton ${args.join(' ')}' exits with ${code} and says why`, async () => {
      const ran = await baton(args, { ...env, ...more });
      assert.match(ran.err, err);
      assert.equal(ran.code, code);
    });
  }

  test('signed out, neither this machine nor a copy of the profile gets in', async () => {
    const copy = await profileOf('cellar');
    const { code, json } = await run('logout', '--profile', 'cellar', '--json');
    assert.deepEqual([code, json['revoked']], [0, true]);
    await assert.rejects(stat(fileOf('cellar')), { code: 'ENOENT' });
    await writeProfile(fileOf('cellar'), copy);
    const ran = await run('job', 'logs', '4711', '--profile', 'cellar');
    assert.equal(ran.code, 1);
    assert.match(ran.err, /The sign-in of admin at \S+ has ended: 'baton login --url \S+ --profile cellar'/);
    await writeFile(fileOf('cellar'), '{"url":');
    assert.match((await run('job', 'logs', '1', '--profile', 'cellar')).err, /of another server|no profile/);
  });

  test('an administrator sees where somebody is signed in, and ends it', async () => {
    type Sessions = readonly { readonly id: string; readonly isCurrent: boolean }[];
    const list = async (): Promise<Sessions> =>
      (await run('session', 'list', 'admin', '--json')).json['sessions'] as Sessions;
    const before = await list();
    assert.equal(before.filter(({ isCurrent }) => isCurrent).length, 1);
    const shown = await run('session', 'list', 'ADMIN');
    const row =
      /^[\w-]+ {2}Chrome on Linux from 127\.0\.0\.1, this one\n {2}signed in .* UTC, last used .* UTC$/m;
    assert.match(shown.out, row, shown.err);
    const other = before.find(({ isCurrent }) => !isCurrent)!;
    assert.match(
      (await run('session', 'end', 'admin', '--session', other.id)).out,
      /admin is signed out there/,
    );
    assert.deepEqual(
      (await list()).map(({ id }) => id),
      before.map(({ id }) => id).filter((id) => id !== other.id),
    );
    assert.match((await run('session', 'end', 'admin')).out, /admin is signed out everywhere/);
    await until('its own sign-in has ended, too', async () =>
      /has ended/.test((await run('session', 'list', 'admin')).err),
    );
  });
});

test('a browser is for whoever can see one', () => {
  assert.deepEqual(browserOf({ BROWSER: '/my/browser' }, 'linux'), ['/my/browser']);
  assert.deepEqual(browserOf({ DISPLAY: ':0' }, 'linux'), ['xdg-open']);
  assert.equal(browserOf({}, 'linux'), undefined);
  assert.deepEqual(browserOf({}, 'darwin'), ['open']);
});
