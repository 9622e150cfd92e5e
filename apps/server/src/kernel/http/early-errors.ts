import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError, badRequest } from '../errors.ts';
import { readAddress } from './address.ts';
import { encodeBytes } from './check-address.ts';
import { dialectOf } from './dialects/dialects.ts';
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

/** Something that Node could not read: an error of its parser, or a timeout. */
interface Unreadable {
  readonly code?: string;
  /** The bytes that it was reading, a buffer. */
  readonly rawPacket?: unknown;
}

/**
 * What cannot be read as HTTP has no request and no reply. The connection is closed, and the answer says so:
 * a client that keeps it would send its next call into nothing.
 * @param last what came on the connection last
 */
export function answerUnreadable(
  error: Unreadable,
  socket: Socket,
  last: Pick<IncomingMessage, 'url' | 'complete'> | undefined,
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [status, reason, message] = SENTENCES[error.code ?? ''] ?? NOT_HTTP;
  if (socket.writable) {
    const { type, body } = answerAt(addressIn(error.rawPacket, last), status, message);
    const head = `HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Type: ${type}`;
    socket.write(`${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }
  socket.destroySoon();
}

const REQUEST_LINES = /(?:^|\r\n\r\n)[A-Za-z]+ (\/\S*)/g;
/** How many bytes are searched for a request line. */
const MOST_BYTES = 65_536;

/** Reads as much of an unreadable request as came, which decides the dialect of the answer. */
function addressIn(packet: unknown, last: Pick<IncomingMessage, 'url' | 'complete'> | undefined): string {
  const text = Buffer.isBuffer(packet) ? packet.toString('latin1', 0, MOST_BYTES) : '';
  const begun = [...text.matchAll(REQUEST_LINES)].at(-1)?.[1];
  return begun ?? (last?.complete === false ? last.url : undefined) ?? '/';
}

/** @param url as the client wrote it, or as it was made plain */
function answerAt(url: string, status: number, message: string): { type: string; body: string } {
  const { refusalType: type, refusal } = dialectOf(readAddress(encodeBytes(url)).url);
  const body = refusal(new ApiError(status, 0, message), traceOf(crypto.randomUUID()));
  return { type, body: JSON.stringify(body) };
}

/** Refuses a header `Expect` that asks for anything else. Node itself would answer without a sentence. */
export function answerExpectation({ url = '/' }: IncomingMessage, response: ServerResponse): void {
  const { type, body } = answerAt(url, 417, 'The header Expect may only say 100-continue.');
  response
    .writeHead(417, { 'content-type': type, connection: 'close', 'content-length': Buffer.byteLength(body) })
    .end(body);
}

/** Node itself would answer without a sentence. HTTP/1.0, which some health checks speak, needs no host. */
export const checkHost = ({ raw }: FastifyRequest): ApiError | undefined =>
  raw.headers.host === undefined && raw.httpVersion === '1.1'
    ? badRequest(0, 'The request names no host: the header Host is missing.')
    : undefined;

/** Refuses addresses that the router cannot read, in the API's words. */
export function answerUnroutable(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const answer =
    error.code === 'FST_ERR_BAD_URL'
      ? badRequest(0, 'The address holds a % that begins no encoded character.')
      : error.statusCode === 414
        ? new ApiError(414, 0, 'A segment of the address is too long.')
        : badRequest(0, error.message);
  sendError(answer, error, request, reply);
}
