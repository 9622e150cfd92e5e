import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * What a connection carries. It is written for every call, and so kept to two assignments. Whoever stops or
 * tidies up reads it.
 */
export interface Connection {
  /** The last call that came. Clients that send the next one before the answer are answered in turn. */
  request: IncomingMessage | undefined;
  response: ServerResponse | undefined;
}

export type Connections = ReadonlyMap<Socket, Connection>;

/** The open connections of a server, as they come and go. */
export function watchConnections(server: Server): Connections {
  const connections = new Map<Socket, Connection>();
  server.on('connection', (socket: Socket) => {
    connections.set(socket, { request: undefined, response: undefined });
    socket.once('close', () => connections.delete(socket));
  });
  server.prependListener('request', (request, response) => {
    const connection = connections.get(request.socket);
    if (!connection) return;
    connection.request = request;
    connection.response = response;
  });
  return connections;
}
