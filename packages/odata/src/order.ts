import sql, { empty, raw, type Sql } from 'sql-template-tag';
import { ODataError } from './errors.ts';
import { constantFor } from './literals.ts';
import type { EdmType } from './model.ts';
import { plainType } from './property-type.ts';
import type { Type } from './tree.ts';

/** One criterion that rows are sorted by. */
export interface Term {
  /** The value in the form that is compared. */
  readonly value: Sql;
  readonly type: Type;
  readonly descending: boolean;
  /** Whether the value is never null. */
  readonly isKnown: boolean;
  /** Whether no two rows have the same value. */
  readonly isUnique: boolean;
}

/** A term that is never null, for the server's own orders. */
export const by = (
  value: Sql,
  type: EdmType,
  { descending = false, isUnique = false }: Partial<Pick<Term, 'descending' | 'isUnique'>> = {},
): Term => ({ value, type: plainType(type), descending, isKnown: true, isUnique });

export function inOrder({ value, descending, isKnown }: Term): Sql {
  // OData sorts null below all values. PostgreSQL and its indexes sort it above.
  const nulls = isKnown ? empty : descending ? sql` NULLS LAST` : sql` NULLS FIRST`;
  return sql`${value}${descending ? sql` DESC` : sql` ASC`}${nulls}`;
}

export const opposite = (term: Term): Term => ({ ...term, descending: !term.descending });

/** Whether the order tells any two rows apart. */
export const isTotal = (terms: readonly Term[]): boolean => terms.some(({ isUnique }) => isUnique);

/** The place of a row in an order: the value of each term as text. */
export type Cursor = readonly (string | null)[];

/**
 * The condition that a row comes after the cursor. A separate bound on the first term lets an index serve.
 * Throws ODataError if the cursor does not belong to this order.
 */
export function behind(terms: readonly Term[], cursor: Cursor): Sql {
  if (!isTotal(terms) || cursor.length !== terms.length) throw notOfThisList();
  const bounds = terms.map((term, i) => ({ ...term, at: boundOf(term, cursor[i]!) }));
  const [first] = bounds;
  const all = afterAll(bounds);
  if (!first?.at || (first.descending && !first.isKnown)) return all;
  return sql`${first.value} ${first.descending ? raw('<=') : raw('>=')} ${first.at} AND ${all}`;
}

type Bound = Term & { readonly at: Sql | undefined };

function afterAll([first, ...others]: readonly Bound[]): Sql {
  if (!first) return sql`FALSE`;
  const { value, at, descending, isKnown } = first;
  const rest = afterAll(others);
  if (!at) {
    const same = sql`(${value} IS NULL AND ${rest})`;
    return descending ? same : sql`(${value} IS NOT NULL OR ${same})`;
  }
  const beyond = descending ? sql`${value} < ${at}` : sql`${value} > ${at}`;
  const nulls = descending && !isKnown ? sql` OR ${value} IS NULL` : empty;
  return sql`(${beyond}${nulls} OR (${value} = ${at} AND ${rest}))`;
}

function boundOf({ type }: Term, text: string | null): Sql | undefined {
  if (text === null) return undefined;
  try {
    const { value, cast } = constantFor({ type: 'string', text: plain(type, text) }, type);
    return sql`${value}::${raw(cast)}`;
  } catch {
    throw notOfThisList();
  }
}

/** Turns PostgreSQL's times in UTC into the form of literals. */
const plain = ({ kind }: Type, text: string): string =>
  kind === 'datetime' ? text.replace(' ', 'T').replace(/[+]00$/, 'Z') : text;

const notOfThisList = (): ODataError =>
  new ODataError(
    "Invalid value for $skiptoken query option found: it is not of this list's order.",
    '$skiptoken',
  );

/** The `$skiptoken` after a row, or after a number of rows if rows have no cursor. */
export const tokenOf = (position: Cursor | number): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url');

export function readToken(token: string): Cursor | number {
  const position = parsed(Buffer.from(token, 'base64url').toString());
  if (typeof position === 'number' && Number.isSafeInteger(position) && position >= 0) return position;
  if (Array.isArray(position) && position.every(isPlace)) return position;
  throw notOfThisList();
}

const isPlace = (value: unknown): value is string | null =>
  value === null || (typeof value === 'string' && !value.includes('\0') && value.isWellFormed());

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
