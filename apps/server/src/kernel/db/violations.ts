import { ApiError, badRequest, CODE, conflict, notFound } from '../errors.ts';
import { NAMES_OF_ROWS, type NameOfRows, namedAfter } from './names-of-rows.ts';

/** PostgreSQL's details of a statement that it refused. */
interface Violation {
  readonly code?: string;
  readonly message?: string;
  readonly detail?: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
}

const violationOf = (error: unknown): Violation => (error ?? {}) as Violation;

/** The unique index or foreign key that a statement ran into, or undefined for any other error. */
export function brokenConstraint(error: unknown): string | undefined {
  const { code = '', constraint } = violationOf(error);
  return ['23503', '23505'].includes(code) ? constraint : undefined;
}

const isUniqueViolation = (error: unknown): boolean => violationOf(error).code === '23505';

/**
 * For work that creates what it does not find. If another call created it at the same moment, the second
 * look finds it.
 */
export async function onceMoreIfTaken<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    return work();
  }
}

/** The row is still referred to, or refers to none. */
export const isForeignKeyViolation = (error: unknown): boolean => violationOf(error).code === '23503';

/** A serialization failure or a deadlock. The same work may succeed the next time. */
export const isWorthARetry = (error: unknown): boolean =>
  ['40001', '40P01'].includes(violationOf(error).code ?? '');

/**
 * The refusal for a database error that the caller's timing or input caused. Operations check before they
 * write, and their refusals say more; this one is for what another call changes in between. Undefined for
 * errors that no caller caused.
 */
export function refusalOf(error: unknown): ApiError | undefined {
  const { code, table = '', column } = violationOf(error);
  const detail = error;
  switch (code) {
    case '23503':
    case '23001':
      return brokenReference(violationOf(error));
    case '23505':
    case '23P01':
      return new ApiError(409, CODE.ItemAlreadyExists, `${nameOf(table).one} already exists.`, { detail });
    case '23502':
      return badRequest(CODE.InvalidArgument, `${nameOf(table).one}: ${column} must have a value.`);
    case '23514':
      return badRequest(CODE.InvalidArgument, brokenRule(violationOf(error)));
    case '54000':
      // The limit of an index is 2,704 bytes. Indexed members have their limits in characters.
      return badRequest(CODE.InvalidArgument, `${nameOf(table).one}: a text is too long to be looked for.`);
    case '40001':
    case '40P01':
      return conflict(
        CODE.OptimisticConcurrency,
        'Other calls changed the same things at the same time: try again.',
      );
    default:
      return undefined;
  }
}

/** After a late insert the message names one table, after a delete both, in every language of the server. */
function brokenReference({ table: child = '', message = '', detail = '', constraint }: Violation): ApiError {
  const named = quotedIn(message).filter((name) => name !== constraint);
  const isHeld = named.length > 1;
  const gone = tablesIn(detail).at(-1) ?? quotedIn(detail).at(-1);
  const parent = named.find((name) => name !== child) ?? gone ?? child;
  if (!isHeld) return notFound(nameOf(parent).one);
  const what = nameOf(parent).one.toLowerCase();
  return conflict(CODE.HasDependentItems, `The ${what} is still used by ${nameOf(child).many}.`);
}

/** Bounds of a partition and errors of a trigger have no name. */
const brokenRule = ({ table = '', constraint }: Violation): string =>
  constraint
    ? `${nameOf(table).one}: the rule ${constraint} does not allow one of the values.`
    : 'What was sent has a value that cannot be stored: the log of the server says which.';

/**
 * Input that the declarations accept and the database does not. That is the server's own omission,
 * and is logged.
 */
export const isBrokenRule = (error: unknown): boolean =>
  ['23502', '23514'].includes(violationOf(error).code ?? '');

const tablesIn = (text: string): string[] =>
  [...text.matchAll(/\w+/g)].map(([word]) => word).filter((word) => word in NAMES_OF_ROWS);

/** Names that stand in quotes, whatever the language's quotes are. */
const quotedIn = (text: string): string[] =>
  [...text.matchAll(/["«»„“]\s?([a-z_][a-z_0-9]*)\s?["«»“”]/g)].map(([, name]) => name!);

const nameOf = (table: string): NameOfRows =>
  NAMES_OF_ROWS[table] ?? (table === '' ? { one: 'Item', many: 'items' } : namedAfter(table));
