/** The line width of the formatter. What these functions write is formatted as the workspace is. */
const WIDTH = 110;

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** The name of a member, quoted if necessary. */
export const memberName = (name: string): string => (IDENTIFIER.test(name) ? name : quoted(name));

export const quoted = (text: string): string => (text.includes("'") ? JSON.stringify(text) : `'${text}'`);

/** The lines of a comment for editors; none if there is no text. */
export function comment(text: string | undefined, indent = ''): string[] {
  if (!text) return [];
  const whole = `${indent}/** ${text} */`;
  if (whole.length <= WIDTH) return [whole];
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${indent} * ${word}`);
  }
  return [`${indent}/**`, ...lines, `${indent} */`];
}

export interface Member {
  readonly name: string;
  readonly type: string;
  readonly isOptional?: boolean;
  readonly description?: string;
}

const memberText = ({ name, type, isOptional }: Member): string =>
  `readonly ${memberName(name)}${isOptional ? '?' : ''}: ${type}`;

export const interfaceText = (name: string, members: readonly Member[]): string =>
  members.length === 0
    ? `export type ${name} = Readonly<Record<string, never>>;`
    : [
        `export interface ${name} {`,
        ...members.flatMap((member) => [...comment(member.description, '  '), ...memberLines(member)]),
        '}',
      ].join('\n');

/** A union that is too long for one line gets a line for each of its types. */
function memberLines(member: Member): string[] {
  const line = `  ${memberText(member)};`;
  if (line.length <= WIDTH) return [line];
  const start = line.slice(0, line.indexOf(': ') + 1);
  const types = member.type.split(' | ').map((type) => `    | ${type}`);
  return [start, ...types.slice(0, -1), `${types.at(-1)};`];
}

/** An enumeration: a type of its names, and a value that lists the names with their numbers. */
export function enumerationText(name: string, members: Readonly<Record<string, number>>): string {
  const entries = Object.entries(members).map(([member, number]) => `${memberName(member)}: ${number}`);
  const line = `export const ${name} = { ${entries.join(', ')} } as const;`;
  const value =
    line.length <= WIDTH
      ? line
      : [`export const ${name} = {`, ...entries.map((entry) => `  ${entry},`), '} as const;'].join('\n');
  return `${value}\nexport type ${name} = keyof typeof ${name};`;
}

export interface OperationText {
  readonly name: string;
  readonly summary: string;
  readonly input: readonly Member[];
  readonly answer: string;
  readonly value: Readonly<Record<string, string | readonly string[]>>;
}

export function operationText({ name, summary, input, answer, value }: OperationText): string {
  const given = input.length === 0 ? 'NoInput' : `{ ${input.map(memberText).join('; ')} }`;
  const start = `export const ${name}: Operation<${given}, ${answer}> =`;
  const [declaration, indent] =
    start.length + 2 <= WIDTH
      ? [[`${start} {`], '']
      : start.length <= WIDTH && !answer.includes('<')
        ? [[start, '  {'], '  ']
        : [brokenDeclaration(name, given, input, answer), ''];
  return [
    ...comment(summary),
    ...declaration,
    ...Object.entries(value).flatMap(([member, of]) => valueLines(member, of, `${indent}  `)),
    `${indent}};`,
  ].join('\n');
}

const brokenDeclaration = (name: string, given: string, input: readonly Member[], answer: string) => [
  `export const ${name}: Operation<`,
  ...(given.length + 3 <= WIDTH
    ? [`  ${given},`]
    : ['  {', ...input.map((member) => `    ${memberText(member)};`), '  },']),
  `  ${answer}`,
  '> = {',
];

function valueLines(name: string, value: string | readonly string[], indent: string): string[] {
  if (typeof value === 'string') return [`${indent}${name}: ${quoted(value)},`];
  const line = `${indent}${name}: [${value.map(quoted).join(', ')}],`;
  if (line.length <= WIDTH) return [line];
  return [`${indent}${name}: [`, ...value.map((one) => `${indent}  ${quoted(one)},`), `${indent}],`];
}

/** One line for each file, or one for each name if that is too long. */
export function importText(names: readonly string[], from: string): string {
  const line = `import type { ${names.join(', ')} } from ${quoted(from)};`;
  return line.length <= WIDTH
    ? line
    : [`import type {`, ...names.map((name) => `  ${name},`), `} from ${quoted(from)};`].join('\n');
}

/** A text, a list of texts, or texts by name. Each stands on a line of its own. */
export function constantText(
  what: string,
  name: string,
  value: string | readonly string[] | Readonly<Record<string, string>>,
): string {
  const lines =
    typeof value === 'string'
      ? [`export const ${name} = ${quoted(value)};`]
      : Array.isArray(value)
        ? [`export const ${name} = [`, ...value.map((one: string) => `  ${quoted(one)},`), '] as const;']
        : [
            `export const ${name} = {`,
            ...Object.entries(value).map(
              ([member, one]) => `  ${memberName(member)}: ${quoted(one as string)},`,
            ),
            '} as const;',
          ];
  return [...comment(what), ...lines].join('\n');
}
