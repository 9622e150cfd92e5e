import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A connection that trickles fewer bytes than this in the time counts as standing still. */
const LEAST_BYTES = 1024;
const MOST_MS_BETWEEN_LOOKS = 5000;

interface Connection {
  receiving?: { readonly request: IncomingMessage; readonly response: ServerResponse };
  /** Where the request stood when it was last seen to move. */
  mark?: { readonly request: IncomingMessage; readonly bytes: number; readonly at: number } | undefined;
}

/**
 * Closes connections whose request has begun and does not go on, whoever reads it or has answered it: a body may take hours, but not
 * stand still. Looked at from time to time, so that calls cost nothing. Heads that do not come are Node's (`headersTimeout`).
 */
export function closeIdleRequests(server: Server, idleMs: number): void {
  const connections = new Map<Socket, Connection>();
  server.on('connection', (socket: Socket) => {
    connections.set(socket, {});
    socket.once('close', () => connections.delete(socket));
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const connection = connections.get(request.socket);
    if (connection) connection.receiving = { request, response };
  });
  const timer = setInterval(
    () => {
      const now = performance.now();
      for (const [socket, connection] of connections)
        if (standsStill(socket, connection, now, idleMs)) close(server, socket, connection);
    },
    Math.min(idleMs / 4, MOST_MS_BETWEEN_LOOKS),
  );
  timer.unref();
  server.once('close', () => clearInterval(timer));
}

function standsStill(socket: Socket, connection: Connection, now: number, idleMs: number): boolean {
  const { receiving, mark } = connection;
  if (!receiving || receiving.request.complete) {
    connection.mark = undefined;
    return false;
  }
  const { request, response } = receiving;
  const isSame = mark?.request === request;
  // Once it has been answered the rest is thrown away, and may not take its time.
  const moves = socket.bytesRead - (mark?.bytes ?? 0) >= LEAST_BYTES && !response.writableFinished;
  if (isSame && !moves) return now - mark.at >= idleMs;
  connection.mark = { request, bytes: socket.bytesRead, at: now };
  return false;
}

function close(server: Server, socket: Socket, { receiving }: Connection): void {
  if (receiving!.response.headersSent) socket.destroy();
  else
    server.emit(
      'clientError',
      Object.assign(new Error('idle'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }),
      socket,
    );
}
