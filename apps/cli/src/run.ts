import type { Readable } from 'node:stream';
import type { Command } from './command.ts';
import { commands } from './commands.ts';
import { EVERYWHERE } from './common-options.ts';
import { describeError, EXIT } from './failure.ts';
import { commandHelp, overview, ownSections } from './help.ts';
import { findCommand, groupOf, noOption, parse } from './parse.ts';
import { type Output, openTerminal, type Terminal } from './terminal.ts';
import { version } from './version.ts';

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: Readable;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** Runs a command line, which comes without the program's name. Answers the exit code. */
export async function run(
  args: readonly string[],
  { env, cwd, stdin, stdout, stderr }: Surroundings,
): Promise<number> {
  const terminal = openTerminal(stdout, stderr, args.includes('--json'));
  let command: Command | undefined;
  try {
    const asked = args[0] === 'help' ? [...args.slice(1), '--help'] : args;
    if (asked[0] === '--version') return tellVersion(terminal);
    const words = asked.filter((word) => !word.startsWith('-'));
    if (words.length === 0) return tellOverview(commands, asked, terminal);
    const group = groupOf(commands, words[0]!);
    // 'robot' is a command of its own, too, and has options to tell of.
    const isCommand = commands.some(({ name }) => name === words[0]);
    if (words.length === 1 && group.length > 0 && !isCommand && asked.some(isHelp))
      return tellOverview(group, asked.filter(isOption), terminal);
    const found = findCommand(commands, asked);
    command = found.command;
    const parsed = parse(command, found.rest);
    if (parsed.flag('help')) {
      terminal.say(await commandHelp(command, terminal.paint, groupOf(commands, command.name)));
      terminal.data({ ...describeCommand(command), sections: await ownSections(command) });
      return EXIT.success;
    }
    const { execute } = await command.load();
    return await execute({ terminal, env, cwd, stdin, ...parsed });
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

const isHelp = (word: string): boolean => word === '--help' || word === '-h';
const isOption = (word: string): boolean => word.startsWith('-');

function tellOverview(which: readonly Command[], args: readonly string[], terminal: Terminal): number {
  const unknown = args.find((word) => !isHelp(word) && word !== '--json');
  if (unknown) throw noOption(unknown, [...EVERYWHERE, { name: 'version', help: '' }]);
  terminal.say(overview(which, version(), terminal.paint));
  terminal.data(which.map(describeCommand));
  return args.some(isHelp) ? EXIT.success : EXIT.usage;
}

/** The command as JSON, without its functions. */
const describeCommand = (command: Command): object => ({
  ...command,
  load: undefined,
  settings: undefined,
});

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
