import type { Server, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Connections } from './connections.ts';

/** A silent connection brings no call that was on its way after this time. */
const SILENT_MS = 1000;

/**
 * A kept connection without a call for this long is closed. Closing it at once would meet calls that a proxy
 * has just sent on it, which the proxy then answers with 502.
 */
const QUIET_MS = 250;

/**
 * Ends the connections of a server without dropping a call. Calls that are under way, or that come on kept
 * connections, are answered, and the answers say that the connection ends. Event streams end at once, because
 * they have no end of their own. Call it when the server takes no more connections. What is left after
 * `deadlineMs` is cut, and `onCut` is told how many calls were.
 */
export async function drain(
  server: Server,
  connections: Connections,
  { deadlineMs, onCut }: { readonly deadlineMs: number; readonly onCut: (calls: number) => void },
): Promise<void> {
  let isQuiet = false;
  const closeKept = server.closeIdleConnections.bind(server);
  const closeIdle = (): void => {
    if (isQuiet) closeKept();
  };
  // A server that stops listening calls it at once.
  server.closeIdleConnections = closeIdle;
  const end = (answer: ServerResponse): void => {
    if (!answer.headersSent) answer.shouldKeepAlive = false;
    else if (isEventStream(answer)) answer.end();
    // An answer that had already begun could not say that it is the last of its connection.
    answer.once('close', () => setImmediate(closeIdle));
  };
  server.prependListener('request', (_request, answer) => end(answer));
  for (const answer of underWay(connections)) end(answer);
  const closed = new Promise<void>((resolve) => server.once('close', () => resolve()));
  const timers = new AbortController();
  const after = async (ms: number, work: () => void): Promise<void> => {
    await delay(ms, undefined, { signal: timers.signal, ref: false }).then(work, () => undefined);
  };
  void after(Math.min(QUIET_MS, deadlineMs), () => {
    isQuiet = true;
    closeIdle();
  });
  void after(Math.min(SILENT_MS, deadlineMs), () => {
    for (const socket of connections.keys()) if (socket.bytesRead === 0) socket.destroy();
  });
  void after(deadlineMs, () => {
    const left = underWay(connections).length;
    if (left > 0) onCut(left);
    server.closeAllConnections();
  });
  await closed;
  timers.abort();
}

const underWay = (connections: Connections): ServerResponse[] =>
  [...connections.values()].flatMap(({ response }) => (response && !response.closed ? [response] : []));

const isEventStream = (answer: ServerResponse): boolean =>
  String(answer.getHeader('content-type') ?? '').startsWith('text/event-stream');
