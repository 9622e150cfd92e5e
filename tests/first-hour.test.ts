import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { skip, startChromium } from '../apps/server/src/chromium.fixture.ts';
import { freePort } from '../apps/server/src/identity/identity.fixture.ts';
import { openWindow } from '../apps/server/src/identity/sign-in/chromium.fixture.ts';
import { DEADLINE_MS, until } from './until.fixture.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The lines of "In production" that people copy, in their order, without comments. */
async function linesOfReadme(): Promise<string[]> {
  const text = await readFile(join(ROOT, 'README.md'), 'utf8');
  const section = /^## In production\n([\s\S]*?)^## /m.exec(text)?.[1] ?? '';
  return [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) =>
    block
      .trim()
      .split('\n')
      .map((line) => line.replace(/ +# .*$/, '')),
  );
}

interface Shell {
  readonly child: ChildProcess;
  /** What it has said so far, on both streams. */
  said(): string;
  readonly ended: Promise<number | null>;
}

/** A machine of its own: a folder, and an environment in which `npx baton` is this clone's. */
async function openMachine(t: TestContext, env: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), 'baton-first-hour-'));
  const running = new Set<ChildProcess>();
  t.after(async () => {
    const all = [...running];
    for (const child of all) process.kill(-child.pid!, 'SIGTERM');
    await until('all have ended', () => running.size === 0);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const programs = join(folder, 'bin');
  await mkdir(programs);
  const npx = join(programs, 'npx');
  const baton = join(ROOT, 'apps', 'cli', 'bin', 'baton.mjs');
  await writeFile(
    npx,
    `#!/bin/sh\n[ "$1" = baton ] && shift && exec '${process.execPath}' '${baton}' "$@"\n`,
  );
  const browser = join(programs, 'browser');
  await writeFile(browser, `#!/bin/sh\nprintf %s "$1" > '${join(folder, 'opened')}'\n`);
  await Promise.all([npx, browser].map((file) => chmod(file, 0o755)));
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(BATON_|DATABASE_URL|NODE_TEST)/.test(name),
  );
  const surroundings: Record<string, string | undefined> = {
    ...Object.fromEntries(inherited),
    PATH: [programs, dirname(process.execPath), process.env['PATH']].join(delimiter),
    HOME: folder,
    XDG_CONFIG_HOME: '',
    BROWSER: browser,
    ...env,
  };
  function start(line: string): Shell {
    const child = spawn('sh', ['-c', line], {
      cwd: folder,
      env: surroundings,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const ended = new Promise<number | null>((resolve) =>
      child.once('close', (code) => {
        running.delete(child);
        resolve(code);
      }),
    );
    return { child, said: () => said, ended };
  }
  return {
    folder,
    env: surroundings,
    start,
    /** Answers what it said, once it has ended well. */
    async run(line: string): Promise<string> {
      const shell = start(line);
      assert.equal(await shell.ended, 0, `${line}\n${shell.said()}`);
      return shell.said();
    },
  };
}

const saying = (shell: Shell, what: RegExp): Promise<RegExpExecArray> =>
  until(String(what), () => {
    if (shell.child.exitCode !== null) throw new Error(`it ended: ${shell.said()}`);
    return what.exec(shell.said());
  });

async function signIn(page: Page, address: string, login: string, password: string): Promise<void> {
  await page.goto(address);
  await page.getByLabel('User name or e-mail').fill(login);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.keyboard.press('Enter');
  const signedIn = page.getByRole('heading', { name: 'You are signed in.' });
  const change = page.getByRole('heading', { name: 'Choose a new password' });
  await signedIn.or(change).waitFor();
  if (await change.isVisible()) {
    for (const field of await page.locator('input[type=password]').all())
      await field.fill(`${password} mine`);
    await page.keyboard.press('Enter');
  }
  await signedIn.waitFor();
}

test('the first hour in production, by the README alone', { skip, timeout: 900_000 }, async (t) => {
  const lines = await linesOfReadme();
  const next = (expected: RegExp): string => {
    const line = lines.shift() ?? '';
    assert.match(line, expected, 'the README and this test go through the same hour');
    return line;
  };
  const port = String(await freePort());
  const here = await openMachine(t, { BATON_PORT: port });
  next(/^npm install$/);
  const server = here.start(next(/^npx baton server$/));
  const [, login, password] = await saying(server, /First administrator: (\S+), password (\S+)/);

  // The README's server is on the port that commands look at; here it is on a free one.
  const signingIn = here.start(`${next(/^npx baton login$/)} --url http://127.0.0.1:${port}`);
  const address = await until('a browser is opened', () => readFile(join(here.folder, 'opened'), 'utf8'));
  const { page } = await openWindow(t, await startChromium(t), [
    `http://127.0.0.1:${port}`,
    new URL(new URL(address).searchParams.get('redirect_uri')!).origin,
  ]);
  page.setDefaultTimeout(DEADLINE_MS);
  await signIn(page, address, login!, password!);
  assert.equal(await signingIn.ended, 0, signingIn.said());
  assert.match(signingIn.said(), /Signed in at http:\S+ as admin\./);
  const profiles = join(here.folder, '.config', 'baton', 'profiles');
  assert.equal((await stat(profiles)).mode & 0o777, 0o700);
  assert.equal((await stat(join(profiles, 'default.json'))).mode & 0o777, 0o600);

  const machine = await here.run(next(/^npx baton machine create cellar$/));
  const joining = /^BATON_MACHINE_SECRET=\S+ npx baton robot .*$/m.exec(machine)?.[0] ?? '';
  const there = await openMachine(t, {});
  const robot = there.start(joining);
  await saying(robot, /connected/);

  const app = await here.run(next(/^npx baton app create pipeline --scopes \S+$/));
  for (const [, name, value] of app.matchAll(/^(BATON_CLIENT_\w+)=(\S+)$/gm)) here.env[name!] = value!;
  assert.ok(here.env['BATON_CLIENT_SECRET'], app);
  for (const expected of [
    /^mkdir hello$/,
    /^echo .*main\.py$/,
    /^echo .*baton\.json$/,
    /^npx baton publish /,
  ])
    await here.run(next(expected));
  const job = await here.run(next(/^npx baton job start Hello --wait$/));
  assert.match(job, /Hello from a job/);
  assert.match(job, /Successful/);
  assert.deepEqual(lines, [], 'nothing of the README was left out');
});
