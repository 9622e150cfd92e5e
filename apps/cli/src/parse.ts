import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import type { Command, Invocation, Option } from './command.ts';
import { EVERYWHERE, FOR_CLIENTS } from './common-options.ts';
import { UsageError } from './failure.ts';
import { didYouMean } from './suggest.ts';

export type Parsed = Pick<Invocation, 'argument' | 'text' | 'flag' | 'list' | 'each' | 'whole'>;

export const optionsOf = (command: Command): readonly Option[] => [
  ...command.options,
  ...(command.isClient ? FOR_CLIENTS : []),
  ...EVERYWHERE,
];

/**
 * The command that is meant, and the arguments after its name. Throws UsageError if there is no such command.
 */
export function findCommand(
  commands: readonly Command[],
  args: readonly string[],
): { command: Command; rest: string[] } {
  const words = args.filter((word) => !word.startsWith('-'));
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(' ');
    const command = commands.find((known) => known.name === name);
    if (command) return { command, rest: without(args, words.slice(0, length)) };
  }
  const names = commands.map(({ name }) => name);
  const [first = ''] = words;
  const group = groupOf(commands, first).map(({ name }) => name);
  if (group.length > 0 && words.length === 1)
    throw new UsageError(`'${first}' is not whole: ${group.join(', ')}.`);
  const both = words.slice(0, 2).join(' ');
  const hint = (group.length === 0 && didYouMean(first, names)) || didYouMean(both, names);
  throw new UsageError(`There is no command '${group.length > 0 ? both : first}'.${hint}`);
}

/** The commands whose names begin with the word: `job` is not a command, but `job start` is. */
export const groupOf = (commands: readonly Command[], word: string): readonly Command[] =>
  commands.filter(({ name }) => name.startsWith(`${word} `));

function without(args: readonly string[], words: readonly string[]): string[] {
  const rest = [...args];
  for (const word of words) rest.splice(rest.indexOf(word), 1);
  return rest;
}

/** Throws a UsageError that says what is wrong. */
export function parse(command: Command, args: readonly string[]): Parsed {
  const known = optionsOf(command);
  const config: ParseArgsOptionsConfig = Object.fromEntries(
    known.map(({ name, short, value, isList, isRepeatable }) => [
      name,
      {
        type: value === undefined ? 'boolean' : 'string',
        ...(short && { short }),
        multiple: isList ?? isRepeatable ?? false,
      },
    ]),
  );
  const { values, positionals } = read(args, config, known);
  const { argument } = command;
  if (positionals.length > (argument ? 1 : 0)) {
    throw new UsageError(
      `'${positionals.at(-1)}' is too much: ${command.name} takes ${argument ? 'one argument' : 'none'}.`,
    );
  }
  if (argument?.isRequired && positionals.length === 0 && values['help'] !== true) {
    throw new UsageError(`${argument.name} is missing: ${argument.help}.`);
  }
  return {
    argument: positionals[0],
    text: (option) => values[option] as string | undefined,
    flag: (option) => values[option] === true,
    list: (option) => (values[option] as string[] | undefined)?.flatMap(parts),
    each: (option) => (values[option] as string[] | undefined) ?? [],
    whole(option, min, max) {
      const text = values[option];
      if (text === undefined) return undefined;
      const value = Number(text);
      if (text === '' || !Number.isInteger(value) || value < min || value > max) {
        throw new UsageError(`--${option}: '${text}' is not a whole number between ${min} and ${max}.`);
      }
      return value;
    },
  };
}

const parts = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

/** The error for an option that does not exist; `written` is the option as it was typed. */
export function noOption(written: string, known: readonly Option[]): UsageError {
  const names = known.map(({ name }) => `--${name}`);
  return new UsageError(`There is no option '${written}'.${didYouMean(written, names)}`);
}

function read(args: readonly string[], options: ParseArgsOptionsConfig, known: readonly Option[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const [, dashes = '--', written = ''] = /'(--?)([\w-]+)/.exec(message) ?? [];
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw noOption(dashes + written, known);
    const option = known.find(({ name }) => name === written);
    if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE' && option) {
      throw new UsageError(
        option.value === undefined
          ? `--${written} takes no value.`
          : `--${written} needs a value: ${option.help}.`,
      );
    }
    throw error;
  }
}
