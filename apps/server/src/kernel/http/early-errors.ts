import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError, badRequest } from '../errors.ts';
import { sendError, traceOf } from './errors.ts';

const SENTENCES: Readonly<Record<string, readonly [status: number, reason: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: [
    431,
    'Request Header Fields Too Large',
    'The address and headers of the request are too long.',
  ],
  HPE_INVALID_EOF_STATE: [400, 'Bad Request', 'The request broke off before all of it had come.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'The request did not arrive in time.'],
};
const NOT_HTTP = [400, 'Bad Request', 'The request is not HTTP.'] as const;

/**
 * What cannot be read as HTTP has no request and no reply. The connection is closed, and the answer says so:
 * a client that keeps it would send its next call into nothing.
 */
export function answerUnreadable(error: { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [status, reason, message] = SENTENCES[error.code ?? ''] ?? NOT_HTTP;
  const body = bodyOf(message);
  if (socket.writable) {
    const head = `HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Type: application/json; charset=utf-8`;
    socket.write(`${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }
  socket.destroySoon();
}

const JSON_HEAD = { 'content-type': 'application/json; charset=utf-8' };
const bodyOf = (message: string): string =>
  JSON.stringify({ message, errorCode: 0, resourceIds: null, traceId: traceOf(crypto.randomUUID()) });

/** A header `Expect` that asks for what nobody does; Node would say so without a word. */
export function answerExpectation(response: ServerResponse): void {
  const body = bodyOf('The header Expect may only say 100-continue.');
  response
    .writeHead(417, { ...JSON_HEAD, connection: 'close', 'content-length': Buffer.byteLength(body) })
    .end(body);
}

/** Node would refuse it without a word. What speaks HTTP/1.0, as some health checks do, needs no host. */
export const checkHost = ({ raw }: FastifyRequest): ApiError | undefined =>
  raw.headers.host === undefined && raw.httpVersion === '1.1'
    ? badRequest(0, 'The request names no host: the header Host is missing.')
    : undefined;

/** Addresses that the router cannot read, in the API's words. */
export function answerUnroutable(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const answer =
    error.code === 'FST_ERR_BAD_URL'
      ? badRequest(0, 'The address holds a % that begins no encoded character.')
      : error.statusCode === 414
        ? new ApiError(414, 0, 'A segment of the address is too long.')
        : badRequest(0, error.message);
  sendError(answer, error, request, reply);
}
