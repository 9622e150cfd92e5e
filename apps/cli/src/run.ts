import type { Command } from './command.ts';
import { commands } from './commands.ts';
import { describeError, EXIT, UsageError } from './failure.ts';
import { commandHelp, overview } from './help.ts';
import { findCommand, parse } from './parse.ts';
import { type Output, openTerminal, type Terminal } from './terminal.ts';
import { version } from './version.ts';

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** Runs a command line, without the program's name. Answers what to exit with. */
export async function run(
  args: readonly string[],
  { env, cwd, stdout, stderr }: Surroundings,
): Promise<number> {
  const terminal = openTerminal(stdout, stderr, args.includes('--json'));
  let command: Command | undefined;
  try {
    const asked = args[0] === 'help' ? [...args.slice(1), '--help'] : args;
    if (asked[0] === '--version') return tellVersion(terminal);
    if (asked.every((word) => word.startsWith('-'))) return tellOverview(asked, terminal);
    const found = findCommand(commands, asked);
    command = found.command;
    const parsed = parse(command, found.rest);
    if (parsed.flag('help')) {
      terminal.say(commandHelp(command, terminal.paint));
      terminal.data(describeCommand(command));
      return EXIT.success;
    }
    const { execute } = await command.load();
    return await execute({ terminal, env, cwd, ...parsed });
  } catch (error) {
    return tellError(error, terminal, command);
  } finally {
    terminal.progress(undefined);
  }
}

function tellVersion(terminal: Terminal): number {
  terminal.say(version());
  terminal.data({ version: version(), node: process.versions.node });
  return EXIT.success;
}

function tellOverview(args: readonly string[], terminal: Terminal): number {
  const unknown = args.find((word) => word !== '--help' && word !== '--json');
  if (unknown) throw new UsageError(`There is no option '${unknown}'.`);
  terminal.say(overview(commands, version(), terminal.paint));
  terminal.data(commands.map(describeCommand));
  return args.includes('--help') ? EXIT.success : EXIT.usage;
}

/** As JSON, which leaves functions out. */
const describeCommand = (command: Command): object => ({ ...command, load: undefined });

function tellError(error: unknown, terminal: Terminal, command: Command | undefined): number {
  const { message, exitCode, ...more } = describeError(error);
  terminal.data({ error: { message, ...more } });
  if (!terminal.json) {
    terminal.note(`${command ? `baton ${command.name}` : 'baton'}: ${message}`);
    if (exitCode === EXIT.usage)
      terminal.note(`'baton ${command ? `${command.name} ` : ''}--help' tells how it is used.`);
  }
  return exitCode;
}
