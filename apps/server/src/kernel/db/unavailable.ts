import pg from 'pg';
import { StorageFailure } from '../files/storage-failure.ts';

/**
 * The database cannot be reached, or the connection broke on the way; HTTP answers 503. Where it comes from a
 * COMMIT, whether the transaction took place is not known.
 */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
  readonly code = 'DATABASE_UNAVAILABLE';
}

/** Of the operating system, by `error.code`. */
const SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT', // the unix socket of a server that is not up
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** Of PostgreSQL: shutting down, crashed, starting up, idle session closed, too many connections. */
const SQL_STATES = new Set(['57P01', '57P02', '57P03', '57P05', '53300']);

/** Of pg and pg-pool, which give these no code. */
const MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end)/;

/** Disk full: reads go on, and writes as soon as there is room. */
const DISK_FULL = '53100';

function isUnavailable(error: Error): boolean {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (error instanceof pg.DatabaseError) return SQL_STATES.has(code) || code.startsWith('08');
  // Several addresses of one host name, each of them refused.
  if (error instanceof AggregateError)
    return error.errors.some((e) => e instanceof Error && isUnavailable(e));
  return SYSTEM_CODES.has(code) || MESSAGES.test(error.message);
}

/** The error as callers shall see it. */
export function databaseError(error: unknown): unknown {
  if (error instanceof pg.DatabaseError && error.code === DISK_FULL) return new StorageFailure(true, error);
  if (!(error instanceof Error) || error instanceof DatabaseUnavailable || !isUnavailable(error))
    return error;
  return new DatabaseUnavailable(`The database cannot be reached: ${error.message || error.name}`, {
    cause: error,
  });
}
