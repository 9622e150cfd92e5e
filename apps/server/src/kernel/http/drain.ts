import type { Server, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Connections } from './connections.ts';

/** A connection that says nothing for so long brings no call that was on its way. */
const SILENT_MS = 1000;

/**
 * A kept connection that brings no call for so long is closed. At once would meet calls that a proxy has just
 * sent on one; it answers those with 502.
 */
const QUIET_MS = 250;

/**
 * Ends the connections of a server without dropping a call: those that are under way, or come on a connection
 * that was kept, are answered, and their answers say that the connection ends. Event streams end at once,
 * since they have no end of their own. Call it when the server takes no more connections; what is left after
 * `deadlineMs` is cut, and `onCut` hears how many calls were.
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
    // An answer that had begun before could not say that it is the last of its connection.
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
