import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { until } from '../../../tests/until.fixture.ts';
import { FakeServer } from './fake-server.fixture.ts';
import type { Log } from './log.ts';
import type { RobotOptions } from './robot.ts';

const MAIN = fileURLToPath(new URL('./robot.fixture.ts', import.meta.url));

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

export type Kit = {
  readonly server: FakeServer;
  readonly dataFolder: string;
  /**
   * Starts a robot process on the data folder, and waits until it is connected. `fileBlocks` limits the size
   * of its files, in blocks of 512 or 1024 bytes. `as`: another user, for a test that is root.
   */
  startRobot(
    more?: Partial<RobotOptions>,
    fileBlocks?: number,
    as?: { uid: number; gid: number },
  ): Promise<ChildProcess>;
  /** Kills the robot with SIGKILL and waits until it has ended. */
  killRobot(): Promise<void>;
  journaled(): string[];
  output(): string;
};

/** @param folder for the robot's data; by default a new one, which is removed after the test */
export async function openKit(context: TestContext, folder?: string): Promise<Kit> {
  const server = await new FakeServer().listen();
  const dataFolder = folder ?? mkdtempSync(join(tmpdir(), 'baton-robot-'));
  let robot: ChildProcess | null = null;
  let output = '';
  const end = async (signal: NodeJS.Signals) => {
    const ending = robot;
    if (!ending) return;
    robot = null;
    const gone = new Promise((done) => ending.once('exit', done));
    if (ending.exitCode !== null || ending.signalCode !== null) return;
    ending.kill(signal);
    await gone;
  };
  context.after(async () => {
    await end('SIGTERM');
    await server.vanish();
    if (!folder) rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 });
    // The types do not declare it yet.
    if ((context as { passed?: boolean }).passed === false)
      process.stderr.write(`--- robot of "${context.name}"\n${output}\n`);
  });
  return {
    server,
    dataFolder,
    async startRobot(more = {}, fileBlocks, as) {
      const { sessions } = server;
      const options = {
        url: server.url,
        machineKey: 'machine-key',
        machineSecret: 'machine-secret',
        dataFolder,
      };
      const all = JSON.stringify({ slots: 4, ...options, ...more });
      const limit = fileBlocks === undefined ? '' : `ulimit -f ${fileBlocks}; `;
      robot = spawn('sh', ['-c', `${limit}exec "$0" "$@"`, process.execPath, MAIN, all], {
        stdio: ['ignore', 'inherit', 'pipe'],
        ...as,
        env: { ...process.env, ROBOT_OWNERS_SECRET: 'nobody else' },
      });
      robot.stderr?.on('data', (chunk) => (output += chunk));
      await until('the robot has connected', () => server.sessions > sessions);
      return robot;
    },
    killRobot: () => end('SIGKILL'),
    journaled: () => readdirSync(join(dataFolder, 'jobs')),
    output: () => output,
  };
}
