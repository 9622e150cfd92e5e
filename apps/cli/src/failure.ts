import { ApiFailure } from '@baton/client/api-failure';
import { Unreachable } from '@baton/client/patience';

/**
 * The exit codes of `baton`. `job start --wait` exits by the job's state: see EXIT_OF_STATE in api/jobs.ts.
 */
export const EXIT = { success: 0, failed: 1, usage: 2, stopped: 3, interrupted: 4 } as const;

/** An error that the person at the terminal can resolve. The message says how. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exitCode: number;
  constructor(message: string, exitCode: number = EXIT.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The command line itself is wrong. */
export class UsageError extends Failure {
  constructor(message: string) {
    super(message, EXIT.usage);
  }
}

export interface Described {
  readonly message: string;
  readonly exitCode: number;
  readonly status?: number;
  readonly errorCode?: number;
}

/** What to print about an error. Only a mistake in the program comes with a stack. */
export function describeError(error: unknown): Described {
  const exitCode = EXIT.failed;
  if (error instanceof Failure) return { message: error.message, exitCode: error.exitCode };
  if (error instanceof ApiFailure) {
    const { status, code: errorCode } = error;
    return { message: explain(error), exitCode, status, errorCode };
  }
  if (error instanceof Unreachable)
    return {
      message: `${sentence(error.message)}${error.answers ? '' : ' Is the server running?'}`,
      exitCode,
    };
  return { message: isOurFault(error) ? (error.stack ?? error.message) : (error as Error).message, exitCode };
}

/** Adds a full stop unless the text ends with a punctuation mark. */
export const sentence = (text: string): string => (/[.?!…]$/.test(text) ? text : `${text}.`);

const isOurFault = (error: unknown): error is Error =>
  [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind);

/** The codes that a proxy answers by itself if the server does not answer. */
const AWAY = new Set([502, 503, 504]);

function explain({ status, reason, message, body }: ApiFailure): string {
  // Baton reports errors as JSON, so another body comes from someone else.
  if (typeof body !== 'object')
    return AWAY.has(status)
      ? `A proxy answered ${status}: the server behind it is away. Is it running?`
      : `What answered ${status} is no Baton: is the address right?`;
  if (/connect\/token/.test(message)) return `The server does not take the credentials: ${reason}`;
  if (status === 401) return `The server does not take the token: ${reason}`;
  return `The server refused (${status}): ${reason}`;
}
