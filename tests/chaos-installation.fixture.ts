import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import type { MachineCredentials } from '../apps/cli/src/api/machines.ts';
import { sampleFolder } from '../apps/cli/src/folders.ts';
import { provisionMachine } from '../apps/cli/src/start/provision-machine.ts';
import { provisionSample } from '../apps/cli/src/start/provision-sample.ts';
import { openDatabase } from '../apps/server/src/kernel/db/database.ts';
import type { Database } from '../apps/server/src/kernel/db/sql.ts';
import { type Client, createClient } from '../packages/client/src/client.ts';
import { getMachineSessions } from '../packages/contract/src/sessions.ts';
import { DEADLINE_MS, until } from './until.fixture.ts';

/**
 * What an operator has: `baton server` with its own database and `baton robot`, each a process of its own,
 * the sample in Shared.
 */
export interface Installation {
  readonly url: string;
  readonly folder: string;
  /** The first administrator, in Shared. Waits for a server that is away. */
  readonly client: Client;
  /** `kill -9`, then another one on the same folder. Settles when it is back. */
  killServer(): Promise<void>;
  killRobot(): Promise<void>;
  /** The server starts its database again by itself. */
  killDatabase(): Promise<void>;
  /** `kill -9` of the robot, of the runners of its jobs and of the jobs; nothing comes back. */
  killHost(): Promise<void>;
  /** Where the robot is told that its server is; default: where it is. */
  startRobot(url?: string): Promise<void>;
  stopRobot(): Promise<void>;
  /** As they are now: a process that was killed has been replaced. */
  pids(): { readonly server: number; readonly robot: number };
  /** For looking only. */
  look<T>(work: (db: Database) => Promise<T>): Promise<T>;
  stop(): Promise<void>;
  /** The last that server and robots said, for a test that failed. */
  lastWords(): string;
}

const MAIN = fileURLToPath(new URL('../apps/cli/src/main.ts', import.meta.url));
const MOST_LINES = 200;

export async function startInstallation(slots: number): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-chaos-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const words: string[] = [];
  const serverEnvironment = {
    BATON_DATA: join(folder, 'data'),
    BATON_PORT: String(port),
    BATON_PASSWORD_SIGN_IN: 'true',
    BATON_LOG_LEVEL: 'warn',
  };
  const launchServer = () => launch('server', [], serverEnvironment, words);
  let server: Child | undefined;
  let robot: Child | undefined;
  const stop = async (): Promise<void> => {
    await robot?.end();
    killJobs(join(folder, 'robot'));
    await server?.end();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    server = launchServer();
    const token = await signIn(url, await server.said(/^First administrator: (\S+), password (\S+) /));
    const anywhere = createClient({
      url,
      token,
      patienceMs: DEADLINE_MS,
    });
    const client = anywhere.in('Shared');
    const machine = await provisionMachine(anywhere, folder, slots);
    await provisionSample(anywhere, sampleFolder());

    const startRobot = async (robotUrl = url): Promise<void> => {
      const begun = Date.now();
      robot = launch(
        'robot',
        robotArguments(machine, robotUrl, folder, slots),
        {},
        words,
        machine.machineSecret,
      );
      await robot.said('connected');
      await until('the session is there', () => hasSession(client, machine, begun));
    };
    await startRobot();
    const postmaster = postmasterIn(serverEnvironment.BATON_DATA);
    return {
      url,
      folder,
      client,
      startRobot,
      async killServer() {
        const killed = Date.now();
        await server!.kill();
        server = launchServer();
        await server.said(/"event":"listening"/);
        await until('the server answers', async () => (await fetch(`${url}/api/Status/Version`)).ok);
        await until('the robot has come back', () => hasSession(client, machine, killed));
      },
      async killRobot() {
        await robot!.kill();
        await startRobot();
      },
      async killDatabase() {
        const { pid } = postmaster();
        process.kill(pid, 'SIGKILL');
        await until('another database runs', () => postmaster().pid !== pid);
        await until('the database answers', () => hasSession(client, machine, 0));
      },
      async killHost() {
        await robot!.kill();
        killJobs(join(folder, 'robot'));
      },
      stopRobot: () => robot!.end(),
      pids: () => ({ server: server!.pid, robot: robot!.pid }),
      async look(work) {
        const db = await openDatabase({
          url: postmaster().url,
          max: 1,
          unref: true,
          log: pino({ level: 'silent' }),
        });
        return work(db).finally(() => db.close());
      },
      stop,
      lastWords: () => words.join('\n'),
    };
  } catch (error) {
    await stop();
    throw new Error(`The installation does not start:\n${words.join('\n')}`, { cause: error });
  }
}

interface Child {
  readonly pid: number;
  /**
   * Settles when it has said so: a line of its output, or a message to its parent. Answers the parts that
   * match.
   */
  said(what: RegExp | string): Promise<readonly string[]>;
  kill(): Promise<void>;
  /** As an operator does; killed where that is not heard. */
  end(): Promise<void>;
}

function launch(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  words: string[],
  secret = '',
): Child {
  // What the tests run with (their database, their recorder of traffic) is not for these.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(BATON_|DATABASE_URL|NODE_)/.test(name),
  );
  const child: ChildProcess = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', MAIN, command, '--json', ...args],
    {
      // By its channel the robot hears when the test is gone.
      stdio: ['ignore', 'pipe', 'pipe', command === 'robot' ? 'ipc' : 'ignore'],
      env: { ...Object.fromEntries(inherited), ...environment, BATON_MACHINE_SECRET: secret },
    },
  );
  const orphaned = (): void => void child.kill('SIGKILL');
  process.once('exit', orphaned);
  const ended = once(child, 'exit').then(() => process.off('exit', orphaned));
  const own: string[] = [];
  const heard = (line: string): void => {
    own.push(line);
    words.push(`${command} ${child.pid}: ${line.slice(0, 1000)}`);
    if (words.length > MOST_LINES) words.shift();
  };
  for (const stream of [child.stdout!, child.stderr!]) createInterface({ input: stream }).on('line', heard);
  child.on('message', (message) => heard(String(message)));
  return {
    pid: child.pid!,
    async said(what) {
      const pattern = typeof what === 'string' ? new RegExp(`^${what}$`) : what;
      let found: RegExpExecArray | undefined;
      const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
      await until(`${command} says ${pattern}`, () => {
        found = own.map((line) => pattern.exec(line)).find((match) => match !== null) ?? undefined;
        return found || isOver();
      });
      assert.ok(found, `${command} ended instead of saying ${pattern}:\n${own.join('\n')}`);
      return found.slice(1);
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async end() {
      child.kill('SIGTERM');
      const slow = setTimeout(orphaned, DEADLINE_MS);
      await ended;
      clearTimeout(slow);
    },
  };
}

const robotArguments = (
  { machineKey }: MachineCredentials,
  url: string,
  folder: string,
  slots: number,
): string[] =>
  `--url ${url} --machine-key ${machineKey} --slots ${slots} --data`.split(' ').concat(join(folder, 'robot'));

async function signIn(url: string, [usernameOrEmailAddress, password]: readonly string[]): Promise<string> {
  const response = await fetch(`${url}/api/Account/Authenticate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ tenancyName: 'Default', usernameOrEmailAddress, password }),
  });
  assert.equal(response.status, 200);
  return ((await response.json()) as { result: string }).result;
}

/** Whether the server has heard of the robot since then, and has it for connected. */
async function hasSession(
  client: Client,
  { machineId }: MachineCredentials,
  since: number,
): Promise<boolean> {
  const { value } = await client.call(getMachineSessions, { key: machineId });
  return value.some(
    ({ State, ReportingTime }) => State !== 'Disconnected' && Date.parse(ReportingTime ?? '') >= since,
  );
}

/** As the files of the data folder have it: the first line is the pid, the fifth the folder of the socket. */
function postmasterIn(dataFolder: string): () => { pid: number; url: string } {
  const base = join(dataFolder, 'postgresql');
  return () => {
    const lines = readFileSync(join(base, 'cluster', 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(lines[0]);
    assert.ok(pid > 0);
    const place = lines[4] === '.' ? join(base, 'cluster') : lines[4]!;
    const password = readFileSync(join(base, 'password'), 'utf8').trim();
    return { pid, url: `postgresql://baton:${password}@/baton?host=${encodeURIComponent(place)}&port=5432` };
  };
}

/** By the robot's journal: what a crash of the whole host would end. */
function killJobs(robotFolder: string): void {
  const jobs = join(robotFolder, 'jobs');
  if (!existsSync(jobs)) return;
  for (const job of readdirSync(jobs)) {
    for (const name of ['runner.json', 'process.json']) {
      const file = join(jobs, job, name);
      if (!existsSync(file)) continue;
      const { pid } = JSON.parse(readFileSync(file, 'utf8')) as { pid?: number };
      try {
        if (pid) process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended.
      }
    }
  }
}

/**
 * Below the ports that systems give to outgoing connections: it must be free again for each restart of the
 * server.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
