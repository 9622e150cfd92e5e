import { certificateFault, protocolFault } from './certificate.ts';

export interface Patience {
  readonly fetch?: typeof fetch;
  readonly patienceMs?: number;
  readonly timeoutMs?: number;
  readonly away?: AwayWatch;
}

/** Counts the calls that are waiting for the server. */
export interface AwayWatch {
  enter(): void;
  leave(isBack: boolean): void;
}

/**
 * Reports once that the server is away and once that it is back, however many calls wait at the same time.
 */
export function watchAway(tell: (isAway: boolean) => void): AwayWatch {
  let waiting = 0;
  return {
    enter() {
      waiting += 1;
      if (waiting === 1) tell(true);
    },
    leave(isBack) {
      waiting -= 1;
      if (waiting === 0 && isBack) tell(false);
    },
  };
}

/** Nobody answered at the URL, or not in time. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
  readonly url: string;
  /** Something answers, but this machine does not trust or understand it. */
  readonly answers: boolean;
  constructor(url: string, cause: unknown) {
    const { origin } = new URL(url);
    const fault = certificateFault(url, cause) ?? protocolFault(url, cause);
    super(fault ?? `${origin} cannot be reached: ${reasonOf(cause)}`, { cause });
    this.url = origin;
    this.answers = fault !== undefined;
  }
}

/** Refusals that pass by themselves: too many calls, or a server or its database that is just starting. */
const PASSING = new Set([429, 502, 503, 504]);
const FIRST_WAIT_MS = 200;
const MOST_WAIT_MS = 5000;

/**
 * Sends a request, and repeats it while the answer is one that passes and patience lasts. Then the
 * last answer counts. Throws Unreachable if there was none. The reason of the caller's own signal
 * is thrown unchanged.
 */
export async function patiently(patience: Patience, url: string, init: RequestInit): Promise<Response> {
  const { patienceMs = 0, away } = patience;
  const until = performance.now() + patienceMs;
  let isAway = false;
  let isBack = false;
  try {
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, MOST_WAIT_MS)) {
      const isLast = performance.now() + wait > until;
      const tried = await attempt(patience, url, init, isLast);
      if (tried instanceof Response) {
        isBack = !PASSING.has(tried.status);
        return tried;
      }
      if (!isAway) away?.enter();
      isAway = true;
      await delay(Math.max(wait, tried.atLeastMs), init.signal ?? undefined);
    }
  } finally {
    if (isAway) away?.leave(isBack);
  }
}

/** Rejects with the signal's reason. */
function delay(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

/** An answer, or how long the server asks to wait. */
async function attempt(
  { fetch: send = fetch, timeoutMs = 60_000 }: Patience,
  url: string,
  init: RequestInit,
  isLast: boolean,
): Promise<Response | { readonly atLeastMs: number }> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
  try {
    const response = await send(url, { ...init, signal });
    if (isLast || !PASSING.has(response.status)) return response;
    await response.body?.cancel();
    return { atLeastMs: Math.min(Number(response.headers.get('retry-after')) || 0, 30) * 1000 };
  } catch (error) {
    init.signal?.throwIfAborted();
    if (isLast || certificateFault(url, error)) throw new Unreachable(url, error);
    return { atLeastMs: 0 };
  }
}

/** As Node's errors are. */
type Coded = Error & { readonly code?: string };

/**
 * fetch says only "fetch failed" and puts the reason into the cause, which is a list if there
 * are several addresses.
 */
function reasonOf(error: unknown): string {
  const { cause = error } = error as Error;
  const { errors = [cause], code } = cause as AggregateError & Coded;
  const first = errors[0] as Coded;
  if ((first.code ?? code) === 'ECONNREFUSED') return 'nothing listens there';
  if (first.name === 'TimeoutError') return 'no answer in time';
  return first.message || first.code || String(error);
}
