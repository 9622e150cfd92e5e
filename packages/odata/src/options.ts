import { bindFilter, bindOrder } from './bind.ts';
import { ODataError } from './errors.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import type { EntityType, Navigation } from './model.ts';
import { type Cursor, readToken } from './order.ts';
import { parseExpand } from './parse-expand.ts';
import { parseSelect } from './parse-select.ts';
import { type ParserInput, parseExpression, parseOrderBy } from './parser.ts';
import type { Expr } from './tree.ts';

/** What a client asks of a list. It is checked against the type, so the SQL made from it cannot fail. */
export interface QueryOptions {
  readonly filter?: Expr;
  readonly orderby: readonly { readonly expression: Expr; readonly descending: boolean }[];
  /** The names of properties as the model writes them; undefined means all. */
  readonly select?: ReadonlySet<string>;
  /** By the navigation's name as the model writes it. */
  readonly expand: ReadonlyMap<string, Expansion>;
  readonly top?: number;
  readonly skip: number;
  /** `$skiptoken`: the page begins after the row at this place. */
  readonly after?: Cursor;
  /** Undefined if the query has no `$count`. */
  readonly count: boolean | undefined;
}

export interface Expansion {
  readonly navigation: Navigation;
  readonly options: QueryOptions;
}

/** The form of URL parsers: an option that occurs twice is a list. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

const UNSUPPORTED = new Set(['$search', '$apply', '$compute', '$levels']);

/**
 * Reads `$filter`, `$orderby`, `$select`, `$expand`, `$top`, `$skip`, `$skiptoken`, `$count` (names in any
 * case) and the values of parameter aliases. Options without `$` and unknown options are ignored, and empty
 * options count as absent, because clients send both. Throws ODataError.
 */
export function parseOptions(type: EntityType, query: Query, limits: Partial<Limits> = {}): QueryOptions {
  const effective = { ...DEFAULT_LIMITS, ...limits };
  return parseLevel(type, collect(query), effective, 0);
}

interface Collected {
  readonly options: ReadonlyMap<string, string>;
  readonly aliases: ReadonlyMap<string, string>;
}

function parseLevel(
  type: EntityType,
  { options, aliases }: Collected,
  limits: Limits,
  depth: number,
): QueryOptions {
  const parserInput = (option: string): ParserInput => ({ option, limits, aliases });
  const filter = options.get('$filter');
  const orderby = options.get('$orderby');
  const select = options.get('$select');
  const count = options.get('$count');
  const token = depth === 0 ? options.get('$skiptoken') : undefined;
  const position = token === undefined ? undefined : readToken(token);
  const skip = wholeNumber('$skip', options.get('$skip')) ?? 0;
  return Object.freeze({
    filter: filter ? bindFilter(parseExpression(filter, parserInput('$filter')), type, limits) : undefined,
    orderby: orderby ? orderOf(orderby, type, parserInput('$orderby')) : [],
    select: select ? parseSelect(select, type) : undefined,
    expand: expansions(options.get('$expand'), type, aliases, limits, depth),
    top: topOf(options.get('$top'), limits),
    skip: typeof position === 'number' ? position : skip,
    after: typeof position === 'object' ? position : undefined,
    count: count === undefined ? undefined : booleanOf(count),
  });
}

function collect(query: Query, outer?: ReadonlyMap<string, string>): Collected {
  const options = new Map<string, string>();
  const aliases = new Map(outer);
  for (const [name, value] of Object.entries(query)) {
    const key = name.trim().toLowerCase();
    const target = key.startsWith('$') ? options : key.startsWith('@') ? aliases : undefined;
    if (!target || value === undefined) continue;
    if (typeof value !== 'string' || options.has(key)) {
      throw new ODataError(
        `Query option '${key}' was specified more than once, but it must be specified at most once.`,
        key,
      );
    }
    checkText(value, key);
    if (value.trim() === '') continue;
    if (UNSUPPORTED.has(key)) throw new ODataError(`The query option '${key}' is not supported.`, key);
    target.set(key, value.trim());
  }
  return { options, aliases };
}

// PostgreSQL's text cannot contain NUL, and half a surrogate pair is not valid UTF-8.
function checkText(value: string, option: string): void {
  if (value.includes('\0') || !value.isWellFormed()) {
    throw new ODataError(`The value of '${option}' contains characters that are not valid in text.`, option);
  }
}

function orderOf(text: string, type: EntityType, input: ParserInput): QueryOptions['orderby'] {
  const items = parseOrderBy(text, input);
  const { maxOrderBy } = input.limits;
  if (items.length > maxOrderBy) {
    const what = 'The number of clauses in $orderby query option exceeded the maximum number allowed.';
    throw new ODataError(
      `${what} The maximum number of $orderby clauses allowed is ${maxOrderBy}.`,
      '$orderby',
    );
  }
  return items.map(({ expression, descending }) => ({
    expression: bindOrder(expression, type, input.limits),
    descending,
  }));
}

function expansions(
  text: string | undefined,
  type: EntityType,
  aliases: ReadonlyMap<string, string>,
  limits: Limits,
  depth: number,
): ReadonlyMap<string, Expansion> {
  if (text === undefined) return new Map();
  const { maxExpandDepth } = limits;
  if (depth === maxExpandDepth) {
    const what = 'The request includes a $expand path which is too deep.';
    throw new ODataError(`${what} The maximum depth allowed is ${maxExpandDepth}.`, '$expand');
  }
  return new Map(
    parseExpand(text, type).map(({ name, navigation, query }) => {
      const options = parseLevel(navigation.target(), collect(query, aliases), limits, depth + 1);
      return [name, { navigation, options }];
    }),
  );
}

function topOf(text: string | undefined, { maxTop }: Limits): number | undefined {
  const top = wholeNumber('$top', text);
  if (top === undefined || top <= maxTop) return top;
  const what = `The limit of '${maxTop}' for Top query has been exceeded.`;
  throw new ODataError(`${what} The value from the incoming request is '${text}'.`, '$top');
}

function wholeNumber(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value) || (option === '$top' && value > 0)) return value;
  const rule = `The ${option} query option requires a non-negative integer value.`;
  throw new ODataError(`Invalid value '${text}' for ${option} query option found. ${rule}`, option);
}

function booleanOf(text: string): boolean {
  const word = text.toLowerCase();
  if (word === 'true' || word === 'false') return word === 'true';
  const what = `Invalid value '${text}' for $count query option found.`;
  throw new ODataError(`${what} Valid values are 'true' and 'false'.`, '$count');
}
