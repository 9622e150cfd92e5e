import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Connection, Connections } from './connections.ts';

/** A connection that trickles fewer bytes than this in the time counts as standing still. */
const LEAST_BYTES = 1024;
const MOST_MS_BETWEEN_LOOKS = 5000;

/** Where a connection's request stood when it was last seen to move. */
interface Mark {
  readonly request: IncomingMessage;
  readonly bytes: number;
  readonly at: number;
}

/**
 * Closes connections whose request has begun and does not go on, whoever reads it or has answered it: a body
 * may take hours, but not stand still. Looked at from time to time, so that calls cost nothing. Heads that do
 * not come are Node's (`headersTimeout`).
 */
export function closeIdleRequests(server: Server, connections: Connections, idleMs: number): void {
  const marks = new WeakMap<Socket, Mark>();
  const timer = setInterval(
    () => {
      const now = performance.now();
      for (const [socket, connection] of connections) {
        const mark = marks.get(socket);
        const moved = movement(socket, connection, mark, now);
        if (moved && moved === mark && now - mark.at >= idleMs) close(server, socket, connection);
        else if (moved) marks.set(socket, moved);
        else marks.delete(socket);
      }
    },
    Math.min(idleMs / 4, MOST_MS_BETWEEN_LOOKS),
  );
  timer.unref();
  server.once('close', () => clearInterval(timer));
}

/**
 * The mark of before where nothing has moved since, a new one where something has, none where no request is
 * coming in.
 */
function movement(
  socket: Socket,
  { request, response }: Connection,
  mark: Mark | undefined,
  now: number,
): Mark | undefined {
  if (!request || request.complete) return undefined;
  // Once it has been answered the rest is thrown away, and may not take its time.
  const moves = socket.bytesRead - (mark?.bytes ?? 0) >= LEAST_BYTES && !response?.writableFinished;
  if (mark?.request === request && !moves) return mark;
  return { request, bytes: socket.bytesRead, at: now };
}

function close(server: Server, socket: Socket, { response }: Connection): void {
  if (response!.headersSent) socket.destroy();
  else
    server.emit(
      'clientError',
      Object.assign(new Error('idle'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }),
      socket,
    );
}
