import { ApiFailure } from '@baton/client/api-failure';
import { Unreachable } from '@baton/client/patience';

/** What `baton` exits with. `job start --wait` exits by the job's state: see EXIT_OF_STATE in api/jobs.ts. */
export const EXIT = { success: 0, failed: 1, usage: 2, stopped: 3, interrupted: 4 } as const;

/** Something that the person at the terminal can do something about: the message says what. */
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

/** What to tell of an error. Only what is a mistake in the program comes with a stack. */
export function describeError(error: unknown): Described {
  const exitCode = EXIT.failed;
  if (error instanceof Failure) return { message: error.message, exitCode: error.exitCode };
  if (error instanceof ApiFailure) {
    const { status, code: errorCode } = error;
    return { message: explain(error), exitCode, status, errorCode };
  }
  if (error instanceof Unreachable)
    return { message: `${error.message}.${error.answers ? '' : ' Is the server running?'}`, exitCode };
  return { message: isOurFault(error) ? (error.stack ?? error.message) : (error as Error).message, exitCode };
}

const isOurFault = (error: unknown): error is Error =>
  [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind);

function explain({ status, reason, message }: ApiFailure): string {
  if (/connect\/token/.test(message)) return `The server does not take the credentials: ${reason}`;
  if (status === 401) return `The server does not take the token: ${reason}`;
  return `The server refused (${status}): ${reason}`;
}
