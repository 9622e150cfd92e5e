import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type Log, messageOf } from './log.ts';

/** What a server may name as a version; it stands in a variable of the command, and never in its text. */
export const isVersion = (text: string): boolean => /^[0-9A-Za-z][0-9A-Za-z.+-]{0,127}$/.test(text);

const LONGEST_MS = 15 * 60_000;

/**
 * Runs the command with which the operator of this host brings another version. The server only names the
 * version, in BATON_WANTED_VERSION.
 * @returns whether it ended well
 */
export async function runUpdate(
  command: string,
  version: string,
  environment: NodeJS.ProcessEnv,
  log: Log,
): Promise<boolean> {
  log.info({ version }, 'fetching the version that the server wants');
  const child = spawn(command, {
    shell: true,
    env: { ...environment, BATON_WANTED_VERSION: version },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LONGEST_MS,
    windowsHide: true,
  });
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) =>
      log.info({ line: line.slice(0, 2000) }, 'update'),
    );
  const [code, error] = await new Promise<[number | null, string | null]>((resolve) => {
    child.once('error', (cause) => resolve([null, messageOf(cause)]));
    child.once('close', (exit) => resolve([exit, null]));
  });
  if (code !== 0)
    log.error({ version, code, error: error ?? 'it failed' }, 'the update command did not end well');
  return code === 0;
}
