import { type Condition, type Filterable, type FilterKind, isSensible, readInstant } from './condition.ts';

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

function literal(value: string, kind: FilterKind, now: number): string {
  if (kind === 'text' || kind === 'choice') return text(value);
  if (kind === 'instant') return new Date(readInstant(value, now)!).toISOString();
  return value;
}

function comparison({ member, operator, values }: Condition, kind: FilterKind, now: number): string {
  const literals = values.map((value) => literal(value, kind, now));
  const [first = 'null'] = literals;
  const isOne = literals.length === 1;
  // What is not set contains no word, so it lacks each.
  const any = (make: (value: string) => string, word: string): string =>
    isOne ? make(first) : `(${literals.map(make).join(` ${word} `)})`;
  switch (operator) {
    case 'is':
      return isOne ? `${member} eq ${first}` : `${member} in (${literals.join(',')})`;
    case 'not':
      return any((value) => `${member} ne ${value}`, 'and');
    case 'has':
      return any((value) => `contains(${member},${value})`, 'or');
    case 'lacks':
      return `(${member} eq null or ${any((value) => `not contains(${member},${value})`, 'and')})`;
    case 'from':
      return `${member} ge ${first}`;
    case 'to':
      return `${member} le ${first}`;
    case 'empty':
      return `${member} eq null`;
    case 'filled':
      return `${member} ne null`;
  }
}

export interface Asked {
  readonly conditions: readonly Condition[];
  /** Words to find in the members that `searched` names; each word must be in one of them. */
  readonly search?: string;
  /** A $filter that a person wrote, in place of the conditions. */
  readonly query?: string;
}

/**
 * The $filter that chips and words mean. Undefined: all rows.
 * @param columns conditions on others are left out: the page may have lost a column since an address was kept
 */
export function filterOf(
  { conditions, search = '', query }: Asked,
  columns: readonly Filterable[],
  searched: readonly string[],
  now: number,
): string | undefined {
  const kinds = new Map(columns.map(({ member, filter }) => [member, filter]));
  const parts = query === undefined ? [] : [query.includes(' or ') ? `(${query})` : query];
  if (query === undefined)
    for (const condition of conditions) {
      const kind = kinds.get(condition.member);
      if (kind && isSensible(condition, kind)) parts.push(comparison(condition, kind, now));
    }
  const words = search.split(/\s+/).filter(Boolean);
  if (searched.length > 0)
    for (const word of words) {
      const each = searched.map((member) => `contains(${member},${text(word)})`);
      parts.push(each.length === 1 ? each[0]! : `(${each.join(' or ')})`);
    }
  return parts.length === 0 ? undefined : parts.filter(Boolean).join(' and ') || undefined;
}

export interface Query {
  readonly filter?: string;
  /** `EndTime desc` */
  readonly order?: string;
  readonly select?: readonly string[];
  readonly expand?: string;
  readonly top?: number;
}

/** The options of a list as the address has them. Names keep their dollar, and what can be read stays so. */
export function optionsOf({ filter, order, select, expand, top }: Query): string {
  const options: string[] = [];
  if (filter) options.push(`$filter=${encode(filter)}`);
  if (order) options.push(`$orderby=${encode(order)}`);
  if (select?.length) options.push(`$select=${encode(select.join(','))}`);
  if (expand) options.push(`$expand=${encode(expand)}`);
  if (top !== undefined) options.push(`$top=${top}`);
  return options.join('&');
}

const encode = (value: string): string =>
  encodeURIComponent(value).replaceAll('%2C', ',').replaceAll('%2F', '/').replaceAll('%3A', ':');

/** A command for a shell: the token comes from the environment, so that none is ever copied. */
export function curlOf(url: string, headers: Readonly<Record<string, string>> = {}): string {
  const lines = [`curl -H "Authorization: Bearer $BATON_TOKEN"`];
  for (const [name, value] of Object.entries(headers)) lines.push(`-H ${shell(`${name}: ${value}`)}`);
  lines.push(shell(url));
  return lines.join(' \\\n  ');
}

const shell = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;
