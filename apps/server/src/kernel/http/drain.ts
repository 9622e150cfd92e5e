import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A connection that says nothing for so long brings no call that was on its way. */
const SILENT_MS = 1000;

/**
 * Ends the connections of a server without dropping a call: those that are under way are answered, and their answers say that the
 * connection ends. Event streams end at once, since they have no end of their own. Call `drain` when the server takes no more
 * connections; what is left after `deadlineMs` is cut, and `onCut` hears how many calls were.
 */
export function watchCalls(server: Server): {
  drain(deadlineMs: number, onCut: (calls: number) => void): Promise<void>;
} {
  const answers = new Set<ServerResponse>();
  const sockets = new Set<Socket>();
  let isDraining = false;
  const closeIdle = (): void => server.closeIdleConnections();

  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.prependListener('request', (_request, answer) => {
    answers.add(answer);
    if (isDraining) answer.shouldKeepAlive = false;
    answer.once('close', () => {
      answers.delete(answer);
      // An answer that had begun before could not say that it is the last of its connection.
      if (isDraining) setImmediate(closeIdle);
    });
  });

  return {
    async drain(deadlineMs, onCut) {
      isDraining = true;
      for (const answer of answers) {
        if (!answer.headersSent) answer.shouldKeepAlive = false;
        else if (isEventStream(answer)) answer.end();
      }
      closeIdle();
      const closed = new Promise<void>((resolve) => server.once('close', () => resolve()));
      const timers = new AbortController();
      const after = async (ms: number, work: () => void): Promise<void> => {
        await delay(ms, undefined, { signal: timers.signal, ref: false }).then(work, () => undefined);
      };
      void after(Math.min(SILENT_MS, deadlineMs), () => {
        for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
      });
      void after(deadlineMs, () => {
        if (answers.size > 0) onCut(answers.size);
        server.closeAllConnections();
      });
      await closed;
      timers.abort();
    },
  };
}

const isEventStream = (answer: ServerResponse): boolean =>
  String(answer.getHeader('content-type') ?? '').startsWith('text/event-stream');
