import { type Config, readConfig, settingsOf } from '@baton/server/config';
import { openLog, type RunningServer, type Started, startServer } from '@baton/server/main';
import { unexpectedErrors } from '@baton/server/unexpected-errors';
import type { Execute } from './command.ts';
import { EXIT, Failure, sentence } from './failure.ts';
import { aborted, stopSignal } from './stop-signals.ts';
import { suggest } from './suggest.ts';

export const execute: Execute = async ({ terminal, env }) => {
  const asked = stopSignal();
  const config = configOf(env);
  const log = openLog(config);
  for (const said of mistyped(env)) log.warn(said);
  const failed = unexpectedErrors(log);
  const tell = ({ url, firstAdministrator }: Started): void => {
    if (terminal.json) terminal.data({ event: 'listening', url, dataFolder: config.dataFolder });
    else terminal.note(`Baton listens on ${config.publicUrl ?? url}, data in ${config.dataFolder}`);
    // Standard output is a log that is kept. The password goes to standard error, where whoever starts the
    // server sees it once.
    if (firstAdministrator) {
      const { userName, password } = firstAdministrator;
      terminal.note(`First administrator: ${userName}, password ${password} (shown this once)`);
    }
  };
  const server = await startOn(config, asked, () => startServer(config, log, tell, asked));
  const end = AbortSignal.any([asked, failed]);
  await aborted(end);
  if (!terminal.json) terminal.note(`${end.reason}: stopping`);
  await server.stop();
  return failed.aborted ? EXIT.failed : EXIT.success;
};

/** The environment as the server reads it. Errors in it are for the operator to correct. */
export function configOf(env: Readonly<Record<string, string | undefined>>): Config {
  try {
    return readConfig(env);
  } catch (error) {
    throw new Failure((error as Error).message, EXIT.usage);
  }
}

/**
 * The variables of the environment whose names nearly match a setting. The server would ignore them silently.
 */
export function mistyped(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const names = settingsOf().map(({ name }) => name);
  const ends = new Map(names.map((name) => [name.replace(PREFIX, ''), name]));
  return Object.keys(env)
    .filter((name) => PREFIX.test(name) && !names.includes(name) && name.length >= SHORTEST)
    .flatMap((name) => {
      const [meant] = suggest(name.replace(PREFIX, ''), [...ends.keys()]);
      return meant === undefined ? [] : [`${name} is no setting. Did you mean ${ends.get(meant)}?`];
    });
}

const PREFIX = /^BATON_/;
/**
 * If only three letters follow the prefix, every name is near some setting: BATON_URL
 * belongs to the commands.
 */
const SHORTEST = 'BATON_HOST'.length;

/** Codes of PostgreSQL: no such database, no such role or a wrong password, no right to create tables. */
const NOT_LET_IN = new Set(['3D000', '28000', '28P01', '42501']);

/** Starts the server, and turns the errors of a start into messages that say what to do. */
export async function startOn(
  config: Config,
  asked: AbortSignal,
  start: () => Promise<RunningServer>,
): Promise<RunningServer> {
  try {
    return await start();
  } catch (error) {
    if (asked.aborted) throw new Failure(`${asked.reason}: stopped before the start was over`, EXIT.success);
    const { code, name, message, syscall } = error as NodeJS.ErrnoException & { pid?: number };
    const place = `${config.host}:${config.port}`;
    if (code === 'EADDRINUSE')
      throw new Failure(`${place} is taken by another program: stop it, or set BATON_PORT to another port.`);
    if (code === 'EACCES' && message.includes('listen'))
      throw new Failure(`${place} may not be listened on: ${message}`);
    if (config.databaseUrl !== undefined && NOT_LET_IN.has(code ?? ''))
      throw new Failure(sentence(`DATABASE_URL: ${message}`));
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
