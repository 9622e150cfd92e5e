import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Client } from '@baton/client/client';
import { getSessions } from '@baton/contract/sessions';
import type { Logger } from 'pino';
import type { MachineCredentials } from '../api/machines.ts';
import { makeRoom } from './file-log.ts';

export interface KeptRobot {
  /** Fulfilled when the robot first reports that it is connected. */
  readonly connected: Promise<void>;
  stop(): Promise<void>;
}

interface RobotProcess {
  readonly url: string;
  /** The data folder of `baton start`. */
  readonly folder: string;
  readonly slots: number;
  readonly machine: MachineCredentials;
  readonly log: Logger;
}

const MAIN = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../main.ts' : '../main.js', import.meta.url),
);
const FIRST_WAIT_MS = 500;
const MOST_WAIT_MS = 10_000;
/** A robot that ran for this long did not fail at its start. */
const LONG_MS = 60_000;
const PATIENCE_MS = 8000;

/** Runs a robot as a separate process, as anybody would, and restarts it whenever it ends. */
export function keepRobot(options: RobotProcess): KeptRobot {
  const { log } = options;
  const stopping = new AbortController();
  const connected = Promise.withResolvers<void>();
  let child: ChildProcess | undefined;
  const running = (async () => {
    for (let wait = FIRST_WAIT_MS; !stopping.signal.aborted; wait = Math.min(wait * 2, MOST_WAIT_MS)) {
      const begun = performance.now();
      child = launch(options);
      child.on('message', () => connected.resolve());
      const [code, signal] = await ended(child);
      if (stopping.signal.aborted) return;
      log.error({ code, signal }, 'the robot ended, starting it again');
      if (performance.now() - begun > LONG_MS) wait = FIRST_WAIT_MS;
      await delay(wait, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();
  return {
    connected: connected.promise,
    async stop() {
      stopping.abort();
      child?.kill('SIGTERM');
      const slow = setTimeout(() => child?.kill('SIGKILL'), PATIENCE_MS);
      await running;
      clearTimeout(slow);
    },
  };
}

function launch({ url, folder, slots, machine }: RobotProcess): ChildProcess {
  const file = join(folder, 'logs', 'robot.log');
  makeRoom(file);
  const output = openSync(file, 'a', 0o600);
  const args = [
    'robot',
    '--json',
    '--url',
    url,
    '--machine-key',
    machine.machineKey,
    '--slots',
    String(slots),
  ];
  try {
    // Through its channel the robot notices when this process is gone, however it ended.
    return spawn(process.execPath, [...process.execArgv, MAIN, ...args, '--data', join(folder, 'robot')], {
      stdio: ['ignore', output, output, 'ipc'],
      env: { ...process.env, BATON_MACHINE_SECRET: machine.machineSecret },
    });
  } finally {
    closeSync(output);
  }
}

const ended = (child: ChildProcess): Promise<[number | null, string | null]> =>
  new Promise((resolve) => {
    child.once('error', () => resolve([null, null]));
    child.once('exit', (code, signal) => resolve([code, signal]));
  });

/**
 * Whether the server has a session of the machine. Jobs depend on that, and not on what the robot believes.
 */
export async function isConnected(
  client: Client,
  robot: { readonly machine: MachineCredentials; readonly connected: Promise<void> },
  signal: AbortSignal,
): Promise<boolean> {
  const { machineId } = robot.machine;
  const options = {
    $filter: `MachineId eq ${machineId} and State ne 'Disconnected'`,
    $select: ['Id'] as const,
    $top: 1,
  };
  const gaveUp = new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  // A session of an earlier robot may still look alive.
  await Promise.race([robot.connected, gaveUp]);
  while (!signal.aborted) {
    const { value } = await client.call(getSessions, {}, { options });
    if (value.length > 0) return true;
    await delay(50);
  }
  return false;
}
