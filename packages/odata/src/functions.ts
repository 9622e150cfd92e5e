import sql, { raw, type Sql } from 'sql-template-tag';
import { folded } from './fold-text.ts';
import { escapeLike, oneIsLike } from './like.ts';
import type { Type } from './type.ts';

/** What a parameter accepts. `moment` is a date or date-time, which reaches SQL as a `timestamp` in UTC. */
export type Parameter = 'text' | 'number' | 'moment';

export interface FunctionRule {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** How many of the last parameters may be left out. */
  readonly optional: number;
  readonly result: Type;
  /** `literals` holds the text of each argument that is a constant. */
  readonly sql: (args: readonly Sql[], literals: readonly (string | undefined)[]) => Sql;
}

const TEXT: Type = { kind: 'string' };
const BOOLEAN: Type = { kind: 'boolean' };
const INT: Type = { kind: 'number', integer: true, stored: 'int' };
const PART: Type = { kind: 'number', integer: true, stored: 'numeric' };
const DECIMAL: Type = { kind: 'number', integer: false, stored: 'numeric' };
const DATETIME: Type = { kind: 'datetime' };

type Args = readonly [Sql, Sql, Sql];

const rule = (
  name: string,
  parameters: readonly Parameter[],
  result: Type,
  toSql: (args: Args, literals: readonly (string | undefined)[]) => Sql,
  optional = 0,
): readonly [string, FunctionRule] => [
  name,
  // The cast is safe: the binder checks the number of arguments, and each rule takes as many as it declares.
  { name, parameters, optional, result, sql: (args, literals) => toSql(args as unknown as Args, literals) },
];

/**
 * A constant to search for becomes a LIKE pattern, which trigram and pattern indexes of the folded text
 * serve. An expression cannot be escaped, so its position is compared instead.
 */
const like = (before: string, after: string, otherwise: (text: Sql, sought: Sql) => Sql) => {
  return ([text, sought]: Args, literals: readonly (string | undefined)[]): Sql => {
    const literal = literals[1];
    if (literal === undefined) return otherwise(folded(text), folded(sought));
    return oneIsLike([text], before + escapeLike(literal) + after);
  };
};

const MOST = raw('1000000000');

/**
 * Clamps any number to the range of `substr`, which refuses negative numbers and those above 31
 * bits. Null stays null.
 */
const clamp = (n: Sql): Sql =>
  sql`(CASE WHEN ${n} < 0 THEN 0 WHEN ${n} > ${MOST} THEN ${MOST} ELSE trunc((${n})::numeric) END)::int4`;

const part = (field: Sql) => {
  return ([moment]: Args): Sql => sql`extract(${field} FROM ${moment})`;
};

/** The functions of OData 4 that clients use, by their names in lower case. */
export const FUNCTIONS: ReadonlyMap<string, FunctionRule> = new Map([
  rule(
    'contains',
    ['text', 'text'],
    BOOLEAN,
    like('%', '%', (t, s) => sql`strpos(${t}, ${s}) > 0`),
  ),
  rule(
    'startswith',
    ['text', 'text'],
    BOOLEAN,
    like('', '%', (t, s) => sql`starts_with(${t}, ${s})`),
  ),
  rule(
    'endswith',
    ['text', 'text'],
    BOOLEAN,
    like('%', '', (t, s) => sql`right(${t}, char_length(${s})) = ${s}`),
  ),
  rule('indexof', ['text', 'text'], INT, ([t, s]) => sql`(strpos(${folded(t)}, ${folded(s)}) - 1)`),
  rule('length', ['text'], INT, ([t]) => sql`char_length(${t})`),
  rule(
    'substring',
    ['text', 'number', 'number'],
    TEXT,
    ([t, from, length]) =>
      length === undefined
        ? sql`substr(${t}, ${clamp(from)} + 1)`
        : sql`substr(${t}, ${clamp(from)} + 1, ${clamp(length)})`,
    1,
  ),
  rule('tolower', ['text'], TEXT, ([t]) => sql`lower(${t})`),
  rule('toupper', ['text'], TEXT, ([t]) => sql`upper(${t})`),
  rule('trim', ['text'], TEXT, ([t]) => sql`btrim(${t}, E' \\t\\r\\n')`),
  rule('concat', ['text', 'text'], TEXT, ([a, b]) => sql`(${a} || ${b})`),
  rule('year', ['moment'], PART, part(sql`year`)),
  rule('month', ['moment'], PART, part(sql`month`)),
  rule('day', ['moment'], PART, part(sql`day`)),
  rule('hour', ['moment'], PART, part(sql`hour`)),
  rule('minute', ['moment'], PART, part(sql`minute`)),
  rule('second', ['moment'], PART, ([m]) => sql`floor(extract(second FROM ${m}))`),
  rule('fractionalseconds', ['moment'], DECIMAL, ([m]) => sql`mod(extract(second FROM ${m}), 1)`),
  rule('date', ['moment'], { kind: 'date' }, ([m]) => sql`(${m})::date`),
  rule('now', [], DATETIME, () => sql`now()`),
  rule('mindatetime', [], DATETIME, () => sql`'0001-01-01T00:00:00Z'::timestamptz`),
  rule('maxdatetime', [], DATETIME, () => sql`'9999-12-31T23:59:59.999999Z'::timestamptz`),
  // Doubles are rounded as numeric too: it rounds halves away from zero as OData asks, while float8
  // rounds them to even.
  rule('round', ['number'], DECIMAL, ([n]) => sql`round((${n})::numeric)`),
  rule('floor', ['number'], DECIMAL, ([n]) => sql`floor((${n})::numeric)`),
  rule('ceiling', ['number'], DECIMAL, ([n]) => sql`ceil((${n})::numeric)`),
]);
