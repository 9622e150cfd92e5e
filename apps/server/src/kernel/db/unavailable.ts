import pg from 'pg';
import { StorageFailure } from '../files/storage-failure.ts';

/**
 * The database cannot be reached, or the connection broke on the way. HTTP answers 503. If it comes from a
 * COMMIT, it is not known whether the transaction took place.
 */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
  readonly code = 'DATABASE_UNAVAILABLE';
}

/** Codes of the operating system, in `error.code`. */
const SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT', // the unix socket of a server that is not running
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** Codes of PostgreSQL: shutting down, crashed, starting up, idle session closed, too many connections. */
const SQL_STATES = new Set(['57P01', '57P02', '57P03', '57P05', '53300']);

/** Messages of pg and pg-pool, which give these no code. */
const MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end)/;

/** The disk is full. Reads continue, and writes do as soon as there is room. */
const DISK_FULL = '53100';

function isUnavailable(error: Error): boolean {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (error instanceof pg.DatabaseError) return SQL_STATES.has(code) || code.startsWith('08');
  // A host name has several addresses, and each of them refused.
  if (error instanceof AggregateError)
    return error.errors.some((e) => e instanceof Error && isUnavailable(e));
  return SYSTEM_CODES.has(code) || MESSAGES.test(error.message);
}

/** The error in the form that callers see. */
export function databaseError(error: unknown): unknown {
  if (error instanceof pg.DatabaseError && error.code === DISK_FULL) return new StorageFailure(true, error);
  if (!(error instanceof Error) || error instanceof DatabaseUnavailable || !isUnavailable(error))
    return error;
  return new DatabaseUnavailable(`The database cannot be reached: ${error.message || error.name}`, {
    cause: error,
  });
}
