/**
 * How a column can be filtered. It decides which comparisons there are, and how a value is written in OData.
 */
export type FilterKind = 'text' | 'number' | 'instant' | 'choice' | 'flag' | 'guid';

export type Operator = 'is' | 'not' | 'has' | 'lacks' | 'from' | 'to' | 'empty' | 'filled';

/** One chip. `values` of `is` and `not` are alternatives; `empty` and `filled` have none. */
export interface Condition {
  /** As the API names it: `ProcessName`. */
  readonly member: string;
  readonly operator: Operator;
  readonly values: readonly string[];
}

/** What a filter needs to know of a column. */
export interface Filterable {
  readonly member: string;
  readonly words: string;
  readonly filter?: FilterKind;
  readonly choices?: readonly { readonly value: string; readonly words: string }[];
}

export const OPERATORS: Readonly<Record<FilterKind, readonly Operator[]>> = {
  text: ['has', 'lacks', 'is', 'not', 'empty', 'filled'],
  number: ['is', 'from', 'to', 'not', 'empty', 'filled'],
  instant: ['from', 'to', 'empty', 'filled'],
  choice: ['is', 'not'],
  flag: ['is'],
  guid: ['is', 'not'],
};

const SIGNS: Readonly<Record<string, readonly [plain: Operator, negated: Operator]>> = {
  ':': ['is', 'not'],
  '~': ['has', 'lacks'],
  '>': ['from', 'from'],
  '<': ['to', 'to'],
};

/**
 * The filter as one line, as it stands in the address: `State:Faulted,Running -ProcessName~Test
 * EndTime>-24h Reference:""`. Values that hold a space, a comma or a quote are quoted.
 */
export const printConditions = (conditions: readonly Condition[]): string =>
  conditions.map(printCondition).join(' ');

function printCondition({ member, operator, values }: Condition): string {
  if (operator === 'empty') return `${member}:""`;
  if (operator === 'filled') return `-${member}:""`;
  const [sign, pair] = Object.entries(SIGNS).find(([, operators]) => operators.includes(operator))!;
  const isNegated = pair[0] !== operator;
  return `${isNegated ? '-' : ''}${member}${sign}${values.map(quote).join(',')}`;
}

const quote = (value: string): string =>
  /^[^\s",\\]+$/.test(value) ? value : `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;

const TOKEN = /(-?)([\p{L}_][\p{L}\p{N}_./]*)([:~><])((?:(?:"(?:[^"\\]|\\.)*"|[^\s",]+),?)+)/uy;
const VALUE = /"((?:[^"\\]|\\.)*)"|([^",]+)/g;

export interface ReadLine {
  readonly conditions: readonly Condition[];
  /** The words that are no condition. */
  readonly rest: string;
}

/**
 * Reads what `printConditions` wrote, and what a person types. What is no condition is left as words.
 * @param knows whether there is such a column: `https://host` is a word, not a column named https
 */
export function readConditions(line: string, knows: (member: string) => boolean = () => true): ReadLine {
  const conditions: Condition[] = [];
  const rest: string[] = [];
  let at = 0;
  while (at < line.length) {
    TOKEN.lastIndex = at;
    const isStart = at === 0 || /\s/.test(line[at - 1]!);
    const found = isStart ? TOKEN.exec(line) : null;
    if (found && knows(found[2]!)) {
      const [all, minus, member, sign, list] = found;
      conditions.push(conditionOf(member!, SIGNS[sign!]![minus ? 1 : 0], list!));
      at += all.length;
    } else {
      rest.push(line[at]!);
      at += 1;
    }
  }
  return { conditions, rest: rest.join('').replaceAll(/\s+/g, ' ').trim() };
}

function conditionOf(member: string, operator: Operator, list: string): Condition {
  const values = [...list.matchAll(VALUE)].map(([, quoted, bare]) =>
    quoted === undefined ? bare! : quoted.replaceAll(/\\(.)/g, '$1'),
  );
  if (values.length === 1 && values[0] === '' && (operator === 'is' || operator === 'not'))
    return { member, operator: operator === 'is' ? 'empty' : 'filled', values: [] };
  return { member, operator, values };
}

const UNITS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `-24h` is a day before now; anything else is read as an instant. Undefined: it is none. */
export function readInstant(text: string, now: number): number | undefined {
  const [, count, unit] = /^-(\d{1,5})([mhd])$/.exec(text) ?? [];
  // To the minute, so that the same view asks the same question again.
  if (count && unit) return Math.floor((now - Number(count) * UNITS[unit]!) / 60_000) * 60_000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

/** A value that its kind cannot have; such a condition is not sent. */
export function isSensible(condition: Condition, kind: FilterKind): boolean {
  const { operator, values } = condition;
  if (operator === 'empty' || operator === 'filled') return true;
  if (values.length === 0 || !OPERATORS[kind].includes(operator)) return false;
  if (kind === 'number')
    return values.every((value) => value.trim() !== '' && Number.isFinite(Number(value)));
  if (kind === 'instant') return values.every((value) => readInstant(value, 0) !== undefined);
  if (kind === 'flag') return values.every((value) => value === 'true' || value === 'false');
  return true;
}

/** The condition with which the editor of a column begins. */
export function firstCondition({ member, filter = 'text' }: Filterable): Condition {
  if (filter === 'instant') return { member, operator: 'from', values: ['-24h'] };
  return { member, operator: OPERATORS[filter][0]!, values: filter === 'flag' ? ['true'] : [] };
}
