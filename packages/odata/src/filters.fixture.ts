import fc from 'fast-check';
import { JobState } from './jobs.fixture.ts';

/**
 * Random filters for the model of jobs.fixture.ts. Each knows its OData text and, independently of the
 * engine, its meaning. Values are null or of the filter's kind. A predicate over null is false (and `not` of
 * it true), as the engine promises.
 */
export interface Filter<T> {
  readonly text: string;
  readonly isLiteral?: true;
  readonly value: (scope: Values) => T | null;
}

export interface JobRow {
  readonly id: number;
  readonly key: string | null;
  readonly state: number | null;
  readonly release_name: string | null;
  readonly reference: string | null;
  readonly retries: number | null;
  readonly ratio: number | null;
  readonly is_done: boolean | null;
  readonly creation_time: string | null;
  readonly tags: readonly (string | null)[] | null;
  readonly numbers: readonly (number | null)[] | null;
  readonly arguments: readonly { Name: string | null; Size: number | null }[] | null;
  readonly release_id: number | null;
}

export interface Values {
  readonly row: JobRow;
  readonly release: { readonly id: number; readonly name: string | null } | null;
  /** The element of the enclosing lambda: text, number or argument. */
  readonly element?: unknown;
}

const word = fc.string({
  unit: fc.constantFrom('a', 'b', 'A', "'", '%', '_', '\\', ' ', '-', 'é', 'É', 'e\u0301', 'ς', 'Σ', '1'),
  maxLength: 4,
});
const small = fc.integer({ min: -4, max: 6 });
const key = fc.constantFrom('3fa85f64-5717-4562-b3fc-2c963f66afa6', '4fa85f64-5717-4562-b3fc-2c963f66afa6');
const moment = fc
  .integer({ min: 0, max: 40 })
  .map((n) => new Date(Date.UTC(2024, 0, 1) + n * 5_400_000).toISOString());
const maybe = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(of, { freq: 4, nil: null });
const half = fc.integer({ min: -8, max: 8 }).map((n) => n / 2);

export const jobRows: fc.Arbitrary<JobRow[]> = fc.uniqueArray(
  fc.record({
    id: fc.integer({ min: 1, max: 20 }),
    key: maybe(key),
    state: maybe(fc.constantFrom(...Object.values(JobState.members))),
    release_name: maybe(word),
    reference: maybe(word),
    retries: maybe(small),
    ratio: maybe(half),
    is_done: maybe(fc.boolean()),
    creation_time: maybe(moment),
    tags: maybe(fc.array(maybe(word), { maxLength: 3 })),
    numbers: maybe(fc.array(maybe(small), { maxLength: 3 })),
    arguments: maybe(fc.array(fc.record({ Name: maybe(word), Size: maybe(small) }), { maxLength: 3 })),
    release_id: maybe(fc.integer({ min: 1, max: 3 })),
  }),
  { selector: (row) => row.id, maxLength: 10 },
);

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const strict = <A, B, R>(f: (a: A, b: B) => R | null, a: A | null, b: B | null): R | null =>
  a === null || b === null ? null : f(a, b);
const orFalse = (value: boolean | null): boolean => value ?? false;

const COMPARE: Readonly<Record<string, (sign: number) => boolean>> = {
  eq: (sign) => sign === 0,
  ne: (sign) => sign !== 0,
  gt: (sign) => sign > 0,
  ge: (sign) => sign >= 0,
  lt: (sign) => sign < 0,
  le: (sign) => sign <= 0,
};

type Scalar = string | number | boolean;

/** How text compares: case and the composition of accents do not count, but accents do. */
const alike = (text: string): string => text.replaceAll('ς', 'σ').normalize('NFD').toUpperCase();
const inWords = new Intl.Collator('und');

function signOf(a: Scalar, b: Scalar): number {
  if (typeof a === 'string' && typeof b === 'string') return inWords.compare(alike(a), alike(b));
  return a === b ? 0 : a < b ? -1 : 1;
}

function compareValues(operator: string, a: Scalar | null, b: Scalar | null): boolean {
  if (a === null || b === null) return operator === 'eq' ? a === b : operator === 'ne' && a !== b;
  return COMPARE[operator]?.(signOf(a, b)) ?? false;
}

const trimmed = (value: Scalar | null): Scalar | null => (typeof value === 'string' ? value.trim() : value);

/** For equality, the blanks at the ends of a literal may count or not. */
function compareFilters<T extends Scalar>(operator: string, a: Filter<T>, b: Filter<T>, v: Values): boolean {
  const [x, y] = [a.value(v), b.value(v)];
  const [asIs, literal, sought] = [compareValues(operator, x, y), b.isLiteral ? y : x, b.isLiteral ? x : y];
  if (!(a.isLiteral || b.isLiteral) || !/eq|ne/.test(operator)) return asIs;
  const without = compareValues(operator, trimmed(literal), sought);
  return operator === 'eq' ? asIs || without : asIs && without;
}

const compared = <T extends Scalar>(
  side: fc.Arbitrary<Filter<T>>,
  other = side,
  operators = Object.keys(COMPARE),
) =>
  fc.tuple(side, fc.constantFrom(...operators), other).map(
    ([a, operator, b]): Filter<boolean> => ({
      text: `${a.text} ${operator} ${b.text}`,
      value: (v: Values) => compareFilters(operator, a, b, v),
    }),
  );

const property = <T>(text: string, value: (values: Values) => T | null): fc.Arbitrary<Filter<T>> =>
  fc.constant({ text, value });
const literal = <T>(of: fc.Arbitrary<T>, write: (value: T) => string): fc.Arbitrary<Filter<T>> =>
  of.map((value) => ({ text: write(value), value: () => value, isLiteral: true }));

const text: fc.Arbitrary<Filter<string>> = fc.letrec<{ text: Filter<string> }>((tie) => ({
  text: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    property('ReleaseName', ({ row }) => row.release_name),
    property('reference', ({ row }) => row.reference),
    property('Release/Name', ({ release }) => release?.name ?? null),
    literal(word, quote),
    tie('text').map((t) => ({
      text: `tolower(${t.text})`,
      value: (v: Values) => t.value(v)?.toLowerCase() ?? null,
    })),
    fc.tuple(tie('text'), tie('text')).map(([a, b]) => ({
      text: `concat(${a.text},${b.text})`,
      value: (v: Values) => strict((x: string, y: string) => x + y, a.value(v), b.value(v)),
    })),
    fc.tuple(tie('text'), small, maybe(small)).map(([t, from, length]) => ({
      text: length === null ? `substring(${t.text},${from})` : `substring(${t.text}, ${from}, ${length})`,
      value: (v: Values) => {
        const start = Math.max(0, from);
        return t.value(v)?.slice(start, length === null ? undefined : start + Math.max(0, length)) ?? null;
      },
    })),
  ),
})).text;

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number | null>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => (b === 0 ? null : Math.trunc(a / b)),
  mod: (a, b) => (b === 0 ? null : a % b),
};

const part = ({ creation_time: time }: JobRow, at: number): number | null =>
  time === null ? null : Number(time.slice(at, at + 2));

// Whole numbers only, because the fraction of a division differs between numeric and double.
const whole: fc.Arbitrary<Filter<number>> = fc.letrec<{ whole: Filter<number> }>((tie) => ({
  whole: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    property('Id', ({ row }) => row.id),
    property('Retries', ({ row }) => row.retries),
    property('Release/Id', ({ release }) => release?.id ?? null),
    literal(small, String),
    text.map((t) => ({ text: `length(${t.text})`, value: (v: Values) => t.value(v)?.length ?? null })),
    fc.tuple(text, text).map(([a, b]) => ({
      text: `indexof(${a.text},${b.text})`,
      value: (v: Values) =>
        strict((x: string, y: string) => composed(x).indexOf(composed(y)), a.value(v), b.value(v)),
    })),
    property('month(CreationTime)', ({ row }) => part(row, 5)),
    property('hour(CreationTime)', ({ row }) => part(row, 11)),
    property('Tags/$count', ({ row }) => row.tags?.length ?? 0),
    tie('whole').map((n) => ({
      text: `-(${n.text})`,
      value: (v: Values) => strict((x: number) => 0 - x, n.value(v), 0),
    })),
    fc
      .tuple(tie('whole'), fc.constantFrom(...Object.keys(ARITHMETIC)), tie('whole'))
      .map(([a, operator, b]) => ({
        text: `(${a.text} ${operator} ${b.text})`,
        // Adding zero turns -0 into 0, because numeric has no -0.
        value: (v: Values) =>
          strict((x: number, y: number) => orNull(ARITHMETIC[operator]?.(x, y)), a.value(v), b.value(v)),
      })),
  ),
})).whole;

const orNull = (n: number | null | undefined): number | null =>
  n === null || n === undefined ? null : n + 0;

const ratio = property('Ratio', ({ row }) => row.ratio);
const created = property('CreationTime', ({ row }) => row.creation_time);
const state = property('State', ({ row }) => row.state);
const stateLiteral = fc
  .constantFrom(...Object.entries(JobState.members))
  .chain(([name, number]) =>
    fc
      .constantFrom(
        quote(name),
        quote(name.toUpperCase()),
        String(number),
        quote(String(number)),
        `Ns.JobState'${name}'`,
      )
      .map((written): Filter<number> => ({ text: written, value: () => number })),
  );

const meets = (literal: Scalar | null, value: Scalar | null): boolean =>
  compareValues('eq', literal, value) || compareValues('eq', trimmed(literal), value);

const sought = <T extends Scalar>(name: string, read: (row: JobRow) => T | null, of: fc.Arbitrary<T>) =>
  fc.array(maybe(of), { maxLength: 4 }).map((list): Filter<boolean> => {
    const written = list.map((x) => (x === null ? 'null' : typeof x === 'string' ? quote(x) : String(x)));
    return {
      text: `${name} in (${written.join(',')})`,
      value: ({ row }) => list.some((each) => meets(each, read(row))),
    };
  });

/** Positions count composed letters. A letter without an accent is not a part of the same letter with one. */
const composed = (text: string): string => alike(text).normalize('NFC');

const PREDICATES: Readonly<Record<string, (a: string, b: string) => boolean>> = {
  contains: (a, b) => composed(a).includes(composed(b)),
  startswith: (a, b) => composed(a).startsWith(composed(b)),
  endswith: (a, b) => composed(a).endsWith(composed(b)),
};

const predicate = fc.tuple(fc.constantFrom(...Object.keys(PREDICATES)), text, text).map(
  ([name, a, b]): Filter<boolean> => ({
    text: `${name}(${a.text},${b.text})`,
    value: (v: Values) =>
      orFalse(strict((x: string, y: string) => PREDICATES[name]?.(x, y) ?? false, a.value(v), b.value(v))),
  }),
);

const looking = (
  name: string,
  read: (row: JobRow) => readonly unknown[] | null,
  body: fc.Arbitrary<Filter<boolean>>,
) =>
  fc.tuple(fc.constantFrom('any', 'all'), body).map(
    ([quantifier, inner]): Filter<boolean> => ({
      text: `${name}/${quantifier}(x: ${inner.text})`,
      value: (v: Values) => {
        const holds = (element: unknown): boolean => orFalse(inner.value({ ...v, element }));
        const elements = read(v.row) ?? [];
        return quantifier === 'any' ? elements.some(holds) : elements.every(holds);
      },
    }),
  );

const element = <T>(path: string, read: (element: unknown) => T | null) =>
  property(path, (v) => read(v.element));
type Argument = { Name: string | null; Size: number | null };

const leaf: fc.Arbitrary<Filter<boolean>> = fc.oneof(
  compared(text),
  compared(whole),
  compared(ratio, fc.oneof(whole, literal(half, String))),
  compared(created, literal(moment, String)),
  compared(state, stateLiteral),
  compared(
    literal(key, String),
    property('Key', ({ row }) => row.key),
  ),
  compared(
    property('Key', ({ row }) => row.key),
    literal(key, quote),
  ),
  compared(
    property('IsDone', ({ row }) => row.is_done),
    literal(fc.boolean(), String),
    ['eq', 'ne'],
  ),
  compared(
    property('Reference', ({ row }) => row.reference),
    property<string>('null', () => null),
  ),
  property('IsDone', ({ row }) => row.is_done),
  predicate,
  compared(
    predicate.map((p) => ({ ...p, text: `(${p.text})` })),
    literal(fc.boolean(), String),
    ['eq', 'ne'],
  ),
  sought('Retries', (row) => row.retries, small),
  sought('ReleaseName', (row) => row.release_name, word),
  looking(
    'Tags',
    (row) => row.tags,
    compared(
      element('x', (e) => e as string | null),
      text,
    ),
  ),
  looking(
    'Numbers',
    (row) => row.numbers,
    compared(
      element('x', (e) => e as number | null),
      whole,
    ),
  ),
  looking(
    'Arguments',
    (row) => row.arguments,
    fc.oneof(
      compared(
        element('x/Size', (e) => (e as Argument).Size),
        whole,
      ),
      compared(
        element('x/name', (e) => (e as Argument).Name),
        text,
      ),
    ),
  ),
);

export const filters: fc.Arbitrary<Filter<boolean>> = fc.letrec<{ filter: Filter<boolean> }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    tie('filter').map((f) => ({ text: `not (${f.text})`, value: (v: Values) => !orFalse(f.value(v)) })),
    fc.tuple(tie('filter'), fc.constantFrom('and', 'or'), tie('filter')).map(([a, operator, b]) => ({
      text: `(${a.text} ${operator} ${b.text})`,
      value: (v: Values) => {
        const [x, y] = [orFalse(a.value(v)), orFalse(b.value(v))];
        return operator === 'and' ? x && y : x || y;
      },
    })),
  ),
})).filter;
