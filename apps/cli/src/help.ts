import type { Command, Option, Section } from './command.ts';
import { CLIENT_ENVIRONMENT, EVERYWHERE, EXIT_CODES, FOR_CLIENTS } from './common-options.ts';
import type { Terminal } from './terminal.ts';

const WIDTH = 80;
const INDENT = 2;
/** The help of a longer name begins on a line of its own. */
const WIDEST_NAME = 30;

type Paint = Terminal['paint'];

/** What `baton --help` prints: one line for every command. */
export function overview(commands: readonly Command[], version: string, paint: Paint): string {
  const rows = commands.map(({ name, summary }) => [name, summary] as const);
  return [
    `${paint('bold', 'baton')} ${version}: an open orchestrator for software robots`,
    '',
    `${paint('bold', 'Usage')}  baton COMMAND [OPTIONS]`,
    '',
    ...table({ title: 'Commands', rows }, paint),
    '',
    ...table(
      { title: 'Options', rows: [...EVERYWHERE, { name: 'version', help: 'the version' }].map(optionRow) },
      paint,
    ),
    '',
    ...wrap("'baton COMMAND --help' tells more of a command.", WIDTH),
  ].join('\n');
}

/** What `baton COMMAND --help` prints. `group`: the commands whose names begin with this one's. */
export async function commandHelp(
  command: Command,
  paint: Paint,
  group: readonly Command[] = [],
): Promise<string> {
  const { name, summary, argument, details = [], examples } = command;
  const placeholder = argument ? ` ${argument.isRequired ? argument.name : `[${argument.name}]`}` : '';
  const own = command.options.map(optionRow);
  const rows = [
    ...(argument ? [[argument.name, argument.help] as const] : []),
    ...own,
    ...EVERYWHERE.map(optionRow),
  ];
  const sections: Section[] = [{ title: 'Options', rows }];
  if (group.length > 0)
    sections.unshift({ title: 'Commands', rows: group.map(({ name, summary: each }) => [name, each]) });
  if (command.isClient)
    sections.push({ title: 'Server', rows: FOR_CLIENTS.map(optionRow) }, CLIENT_ENVIRONMENT);
  sections.push(...(await ownSections(command)));
  if (!sections.some(({ title }) => title === EXIT_CODES.title)) sections.push(EXIT_CODES);
  return [
    ...wrap(`${summary[0]?.toUpperCase()}${summary.slice(1)}.`, WIDTH),
    '',
    `${paint('bold', 'Usage')}  baton ${name}${placeholder} [OPTIONS]`,
    ...details.flatMap((text) => ['', ...wrap(text, WIDTH)]),
    ...sections.flatMap((section) => ['', ...table(section, paint)]),
    '',
    paint('bold', 'Examples'),
    ...examples.flatMap(({ line, what }) => [`  ${paint('dim', `# ${what}`)}`, `  ${line}`]),
  ].join('\n');
}

/** The sections after its options. */
export async function ownSections({ settings, sections = [] }: Command): Promise<readonly Section[]> {
  return settings ? [{ title: 'Environment', rows: await settingRows(settings) }, ...sections] : sections;
}

/** Loads the server, because its settings are declared beside the parts that they belong to. */
async function settingRows(which: RegExp): Promise<Section['rows']> {
  const { settingsOf } = await import('@baton/server/config');
  return settingsOf()
    .filter(({ name }) => which.test(name))
    .map(({ name, help, default: byDefault }) => [
      name,
      byDefault === '' ? help : `${help} (default: ${byDefault})`,
    ]);
}

function optionRow({ name, short, value, help, default: byDefault }: Option): readonly [string, string] {
  return [
    `--${name}${short ? `, -${short}` : ''}${value ? ` ${value}` : ''}`,
    byDefault === undefined ? help : `${help} (default: ${byDefault})`,
  ];
}

function table({ title, rows }: Section, paint: Paint): string[] {
  const widths = rows.map(([name]) => name.length).filter((width) => width <= WIDEST_NAME);
  const column = INDENT + Math.max(0, ...widths) + 2;
  const lines = rows.flatMap(([name, help]) => {
    const [first = '', ...more] = wrap(help, WIDTH - column);
    const rest = more.map((line) => ' '.repeat(column) + line);
    const names = wrap(name, WIDTH - INDENT).map((line) => ' '.repeat(INDENT) + line);
    return name.length <= WIDEST_NAME
      ? [(' '.repeat(INDENT) + name).padEnd(column) + first, ...rest]
      : [...names, ' '.repeat(column) + first, ...rest];
  });
  return [paint('bold', title), ...lines];
}

/** Breaks at spaces. A word that is too long for a line gets a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
