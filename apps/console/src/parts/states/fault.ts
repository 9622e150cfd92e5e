import { ApiFailure } from '@baton/client/api-failure';
import { Unreachable } from '@baton/client/patience';

/** What went wrong, for a person. */
export interface Fault {
  /** In the server's words. */
  readonly why: string;
  readonly traceId?: string;
  /** Decides what to do: `offline` where no answer came at all. */
  readonly kind: 'offline' | 'signedOut' | 'forbidden' | 'missing' | 'refused' | 'busy' | 'broken';
}

const KINDS: Readonly<Record<number, Fault['kind']>> = {
  401: 'signedOut',
  403: 'forbidden',
  404: 'missing',
  429: 'busy',
  503: 'busy',
};

/** @param error whatever was thrown: by the client, by `fetch`, or by a mistake of ours */
export function faultOf(error: unknown): Fault {
  if (error instanceof ApiFailure) {
    const kind = KINDS[error.status] ?? (error.status < 500 ? 'refused' : 'broken');
    const { traceId } = (error.body ?? {}) as Readonly<Record<string, unknown>>;
    return { why: error.reason, kind, ...(typeof traceId === 'string' ? { traceId } : {}) };
  }
  // What `fetch` throws where there is no connection.
  if (error instanceof Unreachable) return { why: error.message, kind: 'offline' };
  if (error instanceof TypeError && /fetch|network|load failed/i.test(error.message))
    return { why: error.message, kind: 'offline' };
  return { why: error instanceof Error ? error.message : String(error), kind: 'broken' };
}
