import { hostname, userInfo } from 'node:os';
import { CannotReset, resetByOperator } from '@baton/server/identity/passwords/operator-reset';
import { openInstallation } from '@baton/server/open-installation';
import { pino } from 'pino';
import type { Execute } from './command.ts';
import { EXIT, Failure, sentence } from './failure.ts';
import { configOf } from './server.ts';

const KEPT_OUT = {
  disabled: 'is disabled: another administrator has to enable the account',
  policy: 'is kept out by the access policy of the organization',
} as const;

const TOLD_AS_THEY_ARE = new Set(['NoInstallation', 'OtherSchema', 'NewerSchema', 'AlreadyRunning']);

export const execute: Execute = async ({ terminal, env, argument, text, flag }) => {
  const config = configOf(env);
  terminal.progress('Opening the database …');
  const installation = await openInstallation(config, pino({ level: 'silent' })).catch((error: Error) => {
    if (TOLD_AS_THEY_ARE.has(error.name)) throw new Failure(sentence(error.message));
    if ((error as NodeJS.ErrnoException).code === 'EACCES')
      throw new Failure(`Only the account that runs the server may do this: ${error.message}`);
    throw error;
  });
  try {
    const reset = await resetByOperator(installation.db, {
      login: argument!,
      organization: text('organization'),
      removesSecondFactor: flag('remove-second-factor'),
      operator: `${userName()}@${hostname()}`,
    });
    terminal.say(
      `${reset.userName} (${reset.organization}): password ${terminal.paint('bold', reset.password)} (shown this once)`,
    );
    if (!terminal.json) {
      terminal.note('It has to be changed at the first sign-in; all sessions have ended.');
      if (reset.keptOut) terminal.note(`${reset.userName} ${KEPT_OUT[reset.keptOut]}.`);
      if (reset.hasSecondFactor)
        terminal.note(
          'A code of the second factor is still asked for: --remove-second-factor where it is lost.',
        );
    }
    terminal.data(reset);
    return EXIT.success;
  } catch (error) {
    if (error instanceof CannotReset) throw new Failure(sentence(error.message));
    throw error;
  } finally {
    await installation.close();
  }
};

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'somebody'); // a user id without a name, as in containers
  }
}
