import { type Config, readConfig } from '@baton/server/config';
import { openLog, type RunningServer, startServer } from '@baton/server/main';
import { unexpectedErrors } from '@baton/server/unexpected-errors';
import type { Execute } from './command.ts';
import { EXIT, Failure } from './failure.ts';
import { aborted, stopSignal } from './stop-signals.ts';

export const execute: Execute = async ({ terminal, env }) => {
  const asked = stopSignal();
  const config = configOf(env);
  const log = openLog(config);
  const failed = unexpectedErrors(log);
  const server = await startOn(config, () =>
    startServer(config, log, ({ url, firstAdministrator }) => {
      if (terminal.json) terminal.data({ event: 'listening', url, dataFolder: config.dataFolder });
      else terminal.note(`Baton listens on ${config.publicUrl ?? url}, data in ${config.dataFolder}`);
      // Standard output is a log that is kept; this is told to whoever starts the server, once.
      if (firstAdministrator) {
        const { userName, password } = firstAdministrator;
        terminal.note(`First administrator: ${userName}, password ${password} (shown this once)`);
      }
    }),
  );
  const end = AbortSignal.any([asked, failed]);
  await aborted(end);
  if (!terminal.json) terminal.note(`${end.reason}: stopping`);
  await server.stop();
  return failed.aborted ? EXIT.failed : EXIT.success;
};

/** The environment as the server reads it; what is wrong in it is the operator's to mend. */
export function configOf(env: Readonly<Record<string, string | undefined>>): Config {
  try {
    return readConfig(env);
  } catch (error) {
    throw new Failure((error as Error).message, EXIT.usage);
  }
}

/** What goes wrong at a start in words that say what to do. */
export async function startOn(config: Config, start: () => Promise<RunningServer>): Promise<RunningServer> {
  try {
    return await start();
  } catch (error) {
    const { code, name, message, syscall } = error as NodeJS.ErrnoException & { pid?: number };
    const place = `${config.host}:${config.port}`;
    if (code === 'EADDRINUSE')
      throw new Failure(`${place} is taken by another program: stop it, or set BATON_PORT to another port.`);
    if (code === 'EACCES' && message.includes('listen'))
      throw new Failure(`${place} may not be listened on: ${message}`);
    if (syscall === 'mkdir') throw new Failure(`BATON_DATA: the folder cannot be made: ${message}`);
    if (name === 'AlreadyRunning') {
      const { pid } = error as { pid?: number };
      const who = pid === undefined ? '' : ` (process ${pid})`;
      throw new Failure(
        `Baton is running on ${config.dataFolder} already${who}: stop it, or set BATON_DATA to another folder.`,
      );
    }
    throw error;
  }
}
